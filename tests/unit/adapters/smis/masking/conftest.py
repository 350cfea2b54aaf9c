"""A hand-made array with one masking view, in the dialects of `smis-mapping 3.1`."""

from types import SimpleNamespace

import pytest

from vasa_cim.adapters.smis.masking.ground import MaskingGround
from vasa_cim.adapters.smis.masking.views import read_masking
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.ports import Port, Ports
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.model.enums import BlockProtocol

WWN1, WWN2 = "1000000000000001", "1000000000000002"


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
        self.volumes = ["1", "2", "3"]
        self.memory = Memory("s")
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

    # --- the other dialects ---

    def associated(self, subject, view, use="u", system="A", **facts):
        """Return an AssociatedPrivilege."""
        ends = {"Subject": self.made.instance(subject), "Target": self.path(view, system), "UseKey": use}
        return self.made.row(self.made.name("X_AP", **ends), **facts)

    def say_associated(self, *rows):
        self.classes["CIM_AssociatedPrivilege"] = list(rows)

    def say_groups(self, links, members, groups=None):
        """Set (view, kind, group) links, (kind, group, member) members, and the groups, by default all linked."""
        existing = {(kind, group) for _, kind, group in links} if groups is None else groups
        self.classes["CIM_MaskingGroup"] = [self.made.row(self.group(*one)) for one in sorted(existing)]
        self.classes["CIM_AssociatedMaskingGroup"] = [
            self.made.link(f"X_Associated{kind}MaskingGroup", "Antecedent", self.path(view), "Dependent",
                           self.group(kind, group))
            for view, kind, group in links
        ]  # fmt: skip
        self.classes["CIM_MemberOfCollection"] = [
            self.made.link("X_M", "Collection", self.group(kind, group), "Member", member)
            for kind, group, member in members
        ]

    def group(self, kind, key):
        return self.made.instance(key, f"X_{kind}MaskingGroup")

    def say_rows(self, *rows, class_name="CIM_MaskingMappingView"):
        self.classes[class_name] = list(rows)

    def path_row(self, initiator="h1", volume="1", endpoint="p1", volume_system="A", **facts):
        """Return a MaskingMappingView row of view `v`."""
        ends = {
            "StorageHardwareID": self.made.instance(initiator),
            "LogicalDevice": self.made.device("X_V", volume, volume_system),
            "ProtocolEndpoint": self.made.endpoint(endpoint),
        }
        told = {"SPCDeviceID": "v", "SPCSystemName": "A", "APPrivilegeGranted": True, "APActivities": (5, 6)} | facts
        return self.made.row(
            self.made.name("X_R", **ends), **{key: one for key, one in told.items() if one is not None}
        )

    def masking_capabilities(self, **facts):
        self.classes["CIM_ProtocolControllerMaskingCapabilities"] = [self.made.row(self.made.instance("caps"), **facts)]
        system = self.made.system("A")
        self.capabilities = [self.made.name("X_E", ManagedElement=system, Capabilities=self.made.instance("caps"))]

    def read(self):
        systems = [self.made.row(self.made.system(name)) for name in ("A", "B", *self.processors)]
        walk = self.walk_over(
            self.classes,
            self.memory,
            ComputerSystem=systems,
            StorageHardwareID=self.hardware_ids,
            AuthorizedSubject=self.subjects,
            AuthorizedPrivilege=self.privileges,
            AuthorizedTarget=self.targets,
            ProtocolControllerForUnit=self.units,
        )
        self.walk = walk
        arrays = {key: "B" if key == "3" else "A" for key in self.volumes}
        volumes = {
            (key, array): SimpleNamespace(key=(key, array), array=array, class_name="X_V")
            for key, array in arrays.items()
        }
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
        self.masking = read_masking(walk, ground)
        return self.masking.views

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


@pytest.fixture
def bare_estate(estate):
    """The same without its dialect: nobody may use the view, which has its volume and port."""
    for part in (estate.subjects, estate.privileges, estate.targets):
        part.clear()
    return estate
