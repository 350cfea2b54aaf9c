"""Masking joined on hand-made rows: what is whole shows volumes, what dangles hides them (`smis-mapping 3.2`)."""

from types import SimpleNamespace

import pytest

from vasa_cim.adapters.smis.masking.views import MaskingGround, read_views
from vasa_cim.adapters.smis.ports import Port, Ports
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.errors import SourceUnreachable
from vasa_cim.model.enums import BlockProtocol

WWN1, WWN2 = "1000000000000001", "1000000000000002"
ONE, TWO = f"port:{WWN1}", f"port:{WWN2}"


class Estate:
    """Array A with volumes 1 and 2, ports p1 and p2, and one whole view `v` of host 1 on volume 1 through p1.

    Array B has volume 3. A test changes the rows before it reads.
    """

    def __init__(self, made, walk_over):
        self.made, self.walk_over = made, walk_over
        self.masked = True
        self.view_class = "X_View"
        self.controllers = [self.controller("v")]
        self.hardware_ids = [self.hardware_id("h1", WWN1), self.hardware_id("h2", WWN2)]
        self.subjects = [self.subject("priv", "h1")]
        self.privileges = [self.privilege("priv")]
        self.targets = [self.target("priv", "v")]
        self.units = [self.unit("v", "1")]
        self.saps = [("p1", "v")]
        self.classes = {}
        self.processors = []
        self.capabilities = []

    def path(self, key, system="A"):
        return self.made.device(self.view_class, key, system)

    def controller(self, key, system="A", **facts):
        return self.made.row(self.path(key, system), **facts)

    def hardware_id(self, key, name, kind=2):
        return self.made.row(self.made.instance(key), StorageID=name, IDType=kind)

    def subject(self, privilege, element):
        ends = {"Privilege": self.made.instance(privilege), "PrivilegedElement": self.made.instance(element)}
        return self.made.row(self.made.name("X_S", **ends))

    def privilege(self, key, granted=True, activities=(5, 6)):
        return self.made.row(self.made.instance(key), PrivilegeGranted=granted, Activities=activities)

    def target(self, privilege, view, system="A"):
        return self.made.link(
            "X_T", "Privilege", self.made.instance(privilege), "TargetElement", self.path(view, system)
        )

    def unit(self, view, volume, system="A", volume_system="A", volume_class="X_V", **facts):
        device = self.made.device(volume_class, volume, volume_system)
        return self.made.link("X_U", "Antecedent", self.path(view, system), "Dependent", device, **facts)

    def masking_capabilities(self, **facts):
        self.classes["CIM_ProtocolControllerMaskingCapabilities"] = [self.made.row(self.made.instance("caps"), **facts)]
        system = self.made.system("A")
        self.capabilities = [self.made.name("X_E", ManagedElement=system, Capabilities=self.made.instance("caps"))]

    def read(self):
        systems = [self.made.row(self.made.system(name)) for name in ("A", "B", *self.processors)]
        walk = self.walk_over(
            self.classes,
            ComputerSystem=systems,
            StorageHardwareID=self.hardware_ids,
            AuthorizedSubject=self.subjects,
            AuthorizedPrivilege=self.privileges,
            AuthorizedTarget=self.targets,
            ProtocolControllerForUnit=self.units,
        )
        self.walk = walk
        arrays = {"1": "A", "2": "A", "3": "B"}
        volumes = {(key, array): SimpleNamespace(array=array, class_name="X_V") for key, array in arrays.items()}
        saps = {}
        for endpoint, view, *system in self.saps:
            saps.setdefault((endpoint, "A"), set()).add(self.path(view, *system).key)
        ports = tuple(Port("A", name, "A", BlockProtocol.FC) for name in ("p1", "p2"))
        of_endpoint = {(name, "A"): ("A", name) for name in ("p1", "p2")}
        ground = MaskingGround(
            systems=read_systems(walk, ["A", "B"]),
            volumes=volumes,
            ports=Ports(ports, of_endpoint, {(f"device {name}", "A"): ("A", name) for name in ("p1", "p2")}),
            controllers={each.key: each for each in self.controllers},
            saps=saps,
            element_capabilities=self.capabilities,
            masked=self.masked,
        )
        return read_views(walk, ground)

    def seen(self):
        """Return (initiators or "all", volumes, ports) of each view."""
        return [
            (
                "all" if view.open_to_all else sorted(view.initiators),
                [volume[0] for volume in view.volumes],
                [port[1] for port in view.ports],
            )
            for view in self.read()
        ]


@pytest.fixture
def estate(made, walk_over):
    return Estate(made, walk_over)


WHOLE = ([ONE], ["1"], ["p1"])


def test_a_whole_view_shows_its_volumes_to_its_initiators_through_its_ports(estate):
    assert estate.seen() == [WHOLE]
    (view,) = estate.read()
    assert (view.array, view.name) == ("A", "v")


def test_views_of_several_processors_may_have_one_device_id(estate):
    estate.processors.append("A+B")
    estate.controllers.append(estate.controller("v", "A+B"))
    estate.units.append(estate.unit("v", "2", system="A+B"))
    estate.targets.append(estate.target("priv", "v", "A+B"))
    estate.saps.append(("p2", "v", "A+B"))
    assert [(view.name, view.volumes[0][0]) for view in estate.read()] == [("A+B/v", "2"), ("v", "1")]


def test_a_view_unites_all_its_privileges_subjects_units_and_ports(estate):
    estate.privileges.append(estate.privilege("more"))
    estate.subjects += [estate.subject("priv", "h2"), estate.subject("more", "h1")]
    estate.targets.append(estate.target("more", "v"))
    estate.units.append(estate.unit("v", "2"))
    estate.saps.append(("p2", "v"))
    assert estate.seen() == [([ONE, TWO], ["1", "2"], ["p1", "p2"])]


def test_one_privilege_may_be_for_several_views(estate):
    estate.controllers.append(estate.controller("w"))
    estate.targets.append(estate.target("priv", "w"))
    estate.units.append(estate.unit("w", "2"))
    estate.saps.append(("p2", "w"))
    assert estate.seen() == [WHOLE, ([ONE], ["2"], ["p2"])]


# --- what dangles or cannot be read hides, and never shows ---


def without(attribute):
    def change(estate):
        getattr(estate, attribute).clear()

    return change


def refused(**changes):
    def change(estate):
        estate.privileges[:] = [estate.privilege("priv", **changes)]

    return change


def unit_with(**facts):
    def change(estate):
        estate.units[:] = [estate.unit("v", "1", **facts)]

    return change


def known_by(name, kind=2):
    def change(estate):
        estate.hardware_ids[:] = [estate.hardware_id("h1", name, kind)]

    return change


HIDING = [
    ("the privilege has no instance", without("privileges")),
    ("the view has no instance", without("controllers")),
    ("the privilege has no subject", without("subjects")),
    ("the view has no target association", without("targets")),
    ("the hardware ID has no instance", without("hardware_ids")),
    ("the view has no units", without("units")),
    ("the view has no ports", without("saps")),
    ("the view's only port is not there", lambda e: e.saps.__setitem__(0, ("gone", "v"))),
    ("the privilege is a denial", refused(granted=False)),
    ("the privilege does not let read", refused(activities=(6,))),
    ("what the privilege says of granting cannot be read", refused(granted="FALSE")),
    ("the privilege does not say what it lets", refused(activities=())),
    ("the volume has no access", unit_with(DeviceAccess=4)),
    ("the unit is inactive", unit_with(AccessState=3)),
    ("the volume is not there", lambda e: e.units.__setitem__(0, e.unit("v", "gone"))),
    ("the volume is another array's", lambda e: e.units.__setitem__(0, e.unit("v", "3", volume_system="B"))),
    (
        "the unit is another device with the volume's DeviceID",
        lambda e: e.units.__setitem__(0, e.unit("v", "1", volume_class="CIM_SCSIArbitraryLogicalUnit")),
    ),
    ("the view is of no array", lambda e: e.controllers.__setitem__(0, e.controller("v", "host"))),
    ("the initiator's kind is not told", known_by(WWN1, None)),
    ("the initiator's name is NULL", known_by(None)),
    ("the initiator's name is blank", known_by(" ")),
    ("the initiator's name is no WWN", known_by("1000")),
    (
        "a vendor's controller that is no view",
        lambda e: e.controllers.__setitem__(0, e.controller("v", EMCAdapterRole="FE")),
    ),
]


@pytest.mark.parametrize(("what", "change"), HIDING, ids=[case[0] for case in HIDING])
@pytest.mark.parametrize("default_views", [False, True])
def test_a_broken_part_hides_the_volume_from_everyone(estate, what, change, default_views):
    change(estate)
    if default_views:
        estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    assert estate.seen() == [], what


def test_read_only_volumes_are_seen(estate):
    estate.units[:] = [estate.unit("v", "1", DeviceAccess=3, AccessState=2)]
    assert estate.seen() == [WHOLE]


def test_a_privilege_that_does_not_say_granted_is_granted(estate):
    estate.privileges[:] = [estate.privilege("priv", granted=None)]
    assert estate.seen() == [WHOLE]


def test_a_denial_takes_back_what_another_privilege_grants(estate):
    estate.subjects.append(estate.subject("priv", "h2"))
    estate.privileges.append(estate.privilege("deny", granted=False))
    estate.targets.append(estate.target("deny", "v"))
    estate.subjects.append(estate.subject("deny", "h2"))
    assert estate.seen() == [WHOLE]


def test_a_unit_that_is_barred_once_is_barred(estate):
    estate.units.append(estate.unit("v", "1", DeviceAccess=4))
    assert estate.seen() == []


def test_a_vendors_masking_view_is_a_view(estate):
    estate.controllers[:] = [estate.controller("v", EMCAdapterRole="FE MASK_VIEW")]
    assert estate.seen() == [WHOLE]


def test_an_error_in_masking_is_an_error_and_no_empty_list(estate):
    estate.subjects = SourceUnreachable(source="s", reason="-")
    with pytest.raises(SourceUnreachable):
        estate.read()


# --- views for everyone ---


@pytest.mark.parametrize(("default_views", "opened"), [(True, True), (False, False), (None, False)])
def test_the_hardware_id_with_an_empty_name_means_everyone_where_there_are_default_views(estate, default_views, opened):
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    estate.subjects.append(estate.subject("priv", "h2"))
    estate.masking_capabilities(SPCSupportsDefaultViews=default_views)
    assert estate.seen() == [("all" if opened else [TWO], ["1"], ["p1"])]


def test_a_name_that_got_lost_opens_nothing(estate):
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    assert estate.seen() == []


def test_a_vendors_nameless_hardware_id_means_everyone_without_a_word_about_default_views(estate):
    estate.view_class = "TPD_SCSIController"
    estate.controllers[:] = [estate.controller("v")]
    estate.hardware_ids[0] = estate.hardware_id("h1", "")
    assert estate.seen() == [("all", ["1"], ["p1"])]


def test_a_denial_closes_a_view_for_everyone(estate):
    estate.masking_capabilities(SPCSupportsDefaultViews=True)
    estate.hardware_ids[:] = [estate.hardware_id("h1", ""), estate.hardware_id("h2", WWN2)]
    estate.privileges.append(estate.privilege("deny", granted=False))
    estate.targets.append(estate.target("deny", "v"))
    estate.subjects.append(estate.subject("deny", "h2"))
    assert estate.seen() == []


def bare(estate):
    """Add view `b` on volume 2 that no privilege has a word about."""
    estate.controllers.append(estate.controller("b"))
    estate.units.append(estate.unit("b", "2"))
    estate.saps.append(("p2", "b"))


@pytest.mark.parametrize(
    ("default_views", "without_initiators", "opened"),
    [(True, False, True), (True, None, False), (True, True, False), (False, False, False), (None, None, False)],
)
def test_a_view_without_any_subject_is_open_only_where_the_array_says_so(
    estate, default_views, without_initiators, opened
):
    bare(estate)
    estate.masking_capabilities(SPCSupportsDefaultViews=default_views, SPCAllowsNoInitiators=without_initiators)
    expected = [("all", ["2"], ["p2"]), WHOLE] if opened else [WHOLE]
    assert estate.seen() == expected


def test_without_capabilities_a_view_without_subjects_is_closed(estate):
    bare(estate)
    assert estate.seen() == [WHOLE]


@pytest.mark.parametrize("default_views", [False, True])
def test_an_array_that_masks_in_a_way_that_is_not_understood_is_closed(estate, default_views):
    for part in (estate.subjects, estate.privileges, estate.targets):
        part.clear()
    if default_views:
        estate.masking_capabilities(SPCSupportsDefaultViews=True, SPCAllowsNoInitiators=False)
    assert estate.seen() == []


def test_an_array_without_any_masking_is_open(estate):
    for part in (estate.subjects, estate.privileges, estate.targets, estate.hardware_ids):
        part.clear()
    assert estate.seen() == []
    estate.masked = False
    assert estate.seen() == [("all", ["1"], ["p1"])]


@pytest.mark.parametrize(
    "sign",
    [
        "CIM_ProtocolControllerMaskingCapabilities",
        "CIM_ControllerConfigurationService",
        "CIM_StorageHardwareIDManagementService",
        "CIM_PrivilegeManagementService",
        "CIM_AssociatedPrivilege",
        "CIM_AssociatedMaskingGroup",
    ],
)
def test_an_array_with_any_sign_of_masking_is_closed_though_it_claims_no_profile(estate, sign):
    for part in (estate.subjects, estate.privileges, estate.targets, estate.hardware_ids):
        part.clear()
    estate.masked = False
    estate.classes[sign] = [estate.made.row(estate.made.instance("sign"))]
    assert estate.seen() == []


def test_an_array_that_knows_initiators_masks(estate):
    for part in (estate.subjects, estate.privileges, estate.targets):
        part.clear()
    estate.masked = False
    assert estate.seen() == []


# --- ports ---


def test_ports_may_be_named_as_devices(estate):
    estate.saps.clear()
    device = estate.made.device("X_FCPort", "device p2")
    estate.classes["CIM_ProtocolControllerForPort"] = [
        estate.made.link("X_P", "Antecedent", estate.path("v"), "Dependent", device)
    ]
    assert estate.seen() == [([ONE], ["1"], ["p2"])]


@pytest.mark.parametrize(("ports_per_view", "ports"), [(4, ["p1", "p2"]), (3, None), (2, None), (None, None)])
def test_a_view_without_ports_has_all_where_all_share_it_and_sleeps_elsewhere(estate, ports_per_view, ports):
    estate.saps.clear()
    estate.masking_capabilities(PortsPerView=ports_per_view)
    assert estate.seen() == ([] if ports is None else [([ONE], ["1"], ports)])


def test_ports_that_are_not_there_are_no_reason_to_show_all(estate):
    estate.saps[:] = [("gone", "v")]
    estate.masking_capabilities(PortsPerView=4)
    assert estate.seen() == []


def test_rare_classes_are_asked_for_only_when_needed(estate):
    estate.read()
    rare = {"CIM_ProtocolControllerForPort", "CIM_ProtocolControllerMaskingCapabilities", "CIM_MemberOfCollection"}
    assert not rare & set(estate.walk.connection.asked)
