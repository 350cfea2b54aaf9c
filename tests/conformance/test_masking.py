"""What a set of initiators sees, read in four ways that must agree: check 6 of smis-mapping 9.7, plans A-D of 3.3.

A sight is a pair of a volume and a port. Each plan answers for a set of hardware IDs:

    A  whole enumerations, joined here                          B  from each view, all its associations
    C  from each volume to its views, from each view onwards    D  from the hardware IDs alone
"""

import random
import time

import pytest

CONTEXTS, SEED = 20, 6
READ, WRITE = 5, 6  # CIM_Privilege.Activities
NO_ACCESS, INACTIVE = 4, 3  # ProtocolControllerForUnit.DeviceAccess, ProtocolControllerForDevice.AccessState
ALL_PORTS = 4  # ProtocolControllerMaskingCapabilities.PortsPerView
FRONT_END = (None, 0, 2, 4)  # CIM_FCPort.UsageRestriction
ISCSI_NODE = 3  # CIM_SCSIProtocolController.NameFormat
TOO_MANY_VOLUMES = 2_000  # for plan C, which asks for each
MANY_VOLUMES = 1_000  # from which the time of plan A says something
BUDGET = 60.0  # seconds for plan A (check 10)


def may_use(privilege):
    """Whether a privilege, or an association that is one, lets its subjects read or write."""
    granted = privilege.get("PrivilegeGranted")
    activities = privilege.get("Activities")
    return granted is not False and (activities is None or bool({READ, WRITE} & set(activities)))


def usable(unit):
    return unit.get("DeviceAccess") != NO_ACCESS and unit.get("AccessState") != INACTIVE


class Masking:
    """What all plans share: one namespace, its views, and hardware IDs by what they are called."""

    def __init__(self, cimom, space):
        self.cimom, self.space, self.key = cimom, space, cimom.key
        self.ids = cimom.instances(space, "CIM_StorageHardwareID")
        self.views = {
            self.key(one.path): one.path
            for one in cimom.instances(space, "CIM_SCSIProtocolController")
            if one["NameFormat"] != ISCSI_NODE
            and ("EMCAdapterRole" not in one or "MASK_VIEW" in str(one["EMCAdapterRole"]).split())
        }
        self.rows_only = bool(cimom.names(space, "CIM_MaskingMappingView")) and not any(
            cimom.names(space, name)
            for name in ("CIM_AuthorizedSubject", "CIM_AssociatedPrivilege", "CIM_AssociatedInitiatorMaskingGroup")
        )
        capabilities = cimom.instances(space, "CIM_ProtocolControllerMaskingCapabilities")
        shared = [one for one in capabilities if one["PortsPerView"] == ALL_PORTS]
        ports = cimom.instances(space, "CIM_FCPort") if shared else []
        self.walked = {}
        self.all_ports = {self.key(one.path) for one in ports if one.get("UsageRestriction") in FRONT_END}

    def named(self, names):
        """The hardware IDs of initiators, and those without a name, which stand for everybody."""
        wanted = {name.lower() for name in names} | {""}
        return {self.key(one.path): one.path for one in self.ids if (one["StorageID"] or "").lower() in wanted}

    def pairs(self, units, ports):
        return {(unit, port) for unit in units for port in ports or self.all_ports}

    def kind(self, path, class_name):
        return path.classname.lower() in self.cimom.family(self.space, class_name)

    def names_from(self, path, association, role, **options):
        found = self.cimom.associator_names(path, association, Role=role, **options)
        return {self.key(one): one for one in found}

    def members(self, group):
        """The members of a group, and of the groups in it."""
        found = {}
        for name, member in self.names_from(group, "CIM_MemberOfCollection", "Collection").items():
            found.update(self.members(member) if self.kind(member, "CIM_Collection") else {name: member})
        return found

    def groups_of(self, path):
        """The collections an object is in, and those these are in."""
        found = {}
        for name, group in self.names_from(path, "CIM_MemberOfCollection", "Member").items():
            found.update({name: group} | self.groups_of(group))
        return found

    def rows_of(self, path, role):
        """The rows of CIM_MaskingMappingView at one object, as hardware ID, volume and endpoint (dialect 5)."""
        rows = self.cimom.references(path, "CIM_MaskingMappingView", Role=role)
        names = ("StorageHardwareID", "LogicalDevice", "ProtocolEndpoint")
        return {tuple(self.key(row[name]) for name in names) for row in rows}

    # --- one view, walked ---

    def sights_of(self, view):
        """The pairs a view gives, walked once."""
        name = self.key(view)
        if name not in self.walked:
            self.walked[name] = self.pairs(self.units_of(view), self.ports_of(view))
        return self.walked[name]

    def units_of(self, view):
        edges = self.cimom.references(view, "CIM_ProtocolControllerForUnit", Role="Antecedent")
        units = {self.key(edge["Dependent"]) for edge in edges if usable(edge)}
        return units | self.group_members(view, "CIM_AssociatedDeviceMaskingGroup")

    def ports_of(self, view):
        found = self.names_from(view, "CIM_SAPAvailableForElement", "ManagedElement")
        found = found or self.names_from(view, "CIM_ProtocolControllerForPort", "Antecedent")
        return set(found) | self.group_members(view, "CIM_AssociatedTargetMaskingGroup")

    def group_members(self, view, association):
        groups = self.names_from(view, association, "Antecedent").values()
        return {name for group in groups for name in self.members(group)}

    def subjects_of(self, view):
        """The hardware IDs that may use a view, or None if the view is open to all: it has no subject of any kind."""
        privileges = self.cimom.associators(view, "CIM_AuthorizedTarget", Role="TargetElement")
        rights = self.cimom.references(view, "CIM_AssociatedPrivilege", Role="Target")
        groups = self.names_from(view, "CIM_AssociatedInitiatorMaskingGroup", "Antecedent").values()
        if not privileges and not rights and not groups:
            return None
        found = [path for group in groups for path in self.members(group).values()]
        found += [right["Subject"] for right in rights if may_use(right)]
        for privilege in filter(may_use, privileges):
            found += self.names_from(privilege.path, "CIM_AuthorizedSubject", "Privilege").values()
        return {name for path in found for name in self.expanded(path)}

    def expanded(self, path):
        return self.members(path) if self.kind(path, "CIM_Collection") else {self.key(path): path}


def plan_a(masking):
    """Every association once as a whole (3.2)."""
    read, key = masking.cimom.instances, masking.key

    def edges(association, source, target, keep=lambda one: True):
        found = {}
        for one in filter(keep, read(masking.space, association)):
            found.setdefault(key(one[source]), set()).add(key(one[target]))
        return found

    if masking.rows_only:
        rows = read(masking.space, "CIM_MaskingMappingView")
        names = ("StorageHardwareID", "LogicalDevice", "ProtocolEndpoint")
        return by_rows({tuple(key(row[name]) for name in names) for row in rows})
    members = edges("CIM_MemberOfCollection", "Collection", "Member")

    def closed(names):
        return {one for name in names for one in (closed(members[name]) if name in members else {name})}

    units = edges("CIM_ProtocolControllerForUnit", "Antecedent", "Dependent", usable)
    ports = edges("CIM_SAPAvailableForElement", "ManagedElement", "AvailableSAP")
    by_device = edges("CIM_ProtocolControllerForPort", "Antecedent", "Dependent")
    for view, devices in by_device.items():
        ports.setdefault(view, devices)
    for association, found in (
        ("CIM_AssociatedDeviceMaskingGroup", units),
        ("CIM_AssociatedTargetMaskingGroup", ports),
    ):
        for view, groups in edges(association, "Antecedent", "Dependent").items():
            found.setdefault(view, set()).update(closed(groups))
    granted = {key(one.path) for one in filter(may_use, read(masking.space, "CIM_AuthorizedPrivilege"))}
    subjects = edges("CIM_AuthorizedSubject", "Privilege", "PrivilegedElement")
    privileges = edges("CIM_AuthorizedTarget", "TargetElement", "Privilege")
    rights = edges("CIM_AssociatedPrivilege", "Target", "Subject", may_use)
    groups = edges("CIM_AssociatedInitiatorMaskingGroup", "Antecedent", "Dependent")
    known = privileges.keys() | edges("CIM_AssociatedPrivilege", "Target", "Subject").keys() | groups.keys()
    allowed = {}
    for view in masking.views:
        found = {one for name in privileges.get(view, set()) & granted for one in subjects.get(name, ())}
        allowed[view] = closed(found | rights.get(view, set()) | groups.get(view, set())) if view in known else None
    sights = {view: masking.pairs(units.get(view, set()), ports.get(view, set())) for view in masking.views}
    return by_views(allowed, sights)


def plan_b(masking):
    """From each view."""
    if masking.rows_only:
        rows = {row for one in masking.ids for row in masking.rows_of(one.path, "StorageHardwareID")}
        return by_rows(rows)
    allowed = {name: masking.subjects_of(view) for name, view in masking.views.items()}
    sights = {
        name: masking.pairs(masking.units_of(view), masking.ports_of(view)) for name, view in masking.views.items()
    }
    return by_views(allowed, sights)


def plan_c(masking):
    """From each volume to its views."""
    volumes = {masking.key(path): path for path in masking.cimom.names(masking.space, "CIM_StorageVolume")}
    if masking.rows_only:
        return by_rows({row for path in volumes.values() for row in masking.rows_of(path, "LogicalDevice")})
    allowed, ports, sights = {}, {}, {}
    for name, path in volumes.items():
        edges = masking.cimom.references(path, "CIM_ProtocolControllerForUnit", Role="Dependent")
        found = {masking.key(edge["Antecedent"]): edge["Antecedent"] for edge in edges if usable(edge)}
        for group in masking.groups_of(path).values():
            found.update(masking.names_from(group, "CIM_AssociatedDeviceMaskingGroup", "Dependent"))
        for view, view_path in found.items():
            if view not in masking.views:
                continue
            if view not in allowed:
                allowed[view], ports[view] = masking.subjects_of(view_path), masking.ports_of(view_path)
            sights.setdefault(view, set()).update(masking.pairs({name}, ports[view]))
    return by_views(allowed, sights)


def plan_d(masking):
    """From the hardware IDs of one context; what was walked once is kept, and views without a subject are too."""
    if masking.rows_only:

        def rows(ids):
            found = {row for path in ids.values() for row in masking.rows_of(path, "StorageHardwareID")}
            return {(volume, port) for _, volume, port in found}

        return rows
    everybody = {name: path for name, path in masking.views.items() if masking.subjects_of(path) is None}

    known = {}

    def sees(ids):
        found = dict(everybody)
        for name, path in ids.items():
            if name not in known:
                known[name] = views_of(masking, path)
            found.update(known[name])
        kept = [path for name, path in found.items() if name in masking.views]
        return {pair for path in kept for pair in masking.sights_of(path)}

    return sees


def views_of(masking, hardware_id):
    """The views that a hardware ID, or a collection it is in, may use."""
    found = {}
    for path in (hardware_id, *masking.groups_of(hardware_id).values()):
        for privilege in masking.cimom.associators(path, "CIM_AuthorizedSubject", Role="PrivilegedElement"):
            if may_use(privilege):
                found.update(masking.names_from(privilege.path, "CIM_AuthorizedTarget", "Privilege"))
        rights = masking.cimom.references(path, "CIM_AssociatedPrivilege", Role="Subject")
        found.update({masking.key(right["Target"]): right["Target"] for right in rights if may_use(right)})
        found.update(masking.names_from(path, "CIM_AssociatedInitiatorMaskingGroup", "Dependent"))
    return found


def by_rows(rows):
    return lambda ids: {(volume, port) for name, volume, port in rows if name in ids}


def by_views(allowed, sights):
    """A function from hardware IDs to sights; a view whose subjects are None is open to all."""

    def sees(ids):
        open_to = [view for view, subjects in allowed.items() if subjects is None or subjects & ids.keys()]
        return {pair for view in open_to for pair in sights.get(view, ())}

    return sees


# --- the checks ---


@pytest.fixture(scope="session")
def maskings(cimom):
    """One for each namespace that has views or rows of views."""
    found = [Masking(cimom, space) for space in cimom.implementations]
    found = [one for one in found if one.views or one.rows_only]
    if not found:
        pytest.skip("the CIMOM has no masking")
    return found


@pytest.fixture(scope="session")
def plans(maskings):
    """For each namespace its masking and plan A, which answers at once after it is made."""
    return [(one, plan_a(one)) for one in maskings]


def contexts(masking):
    """Random sets of initiators, the same in every run: single ones, hosts of several, and one nobody knows."""
    names = sorted({one["StorageID"] for one in masking.ids if one["StorageID"]})
    chance = random.Random(SEED)
    sizes = [chance.randint(1, min(4, len(names))) for _ in range(CONTEXTS - 2)] if names else []
    picked = [chance.sample(names, size) for size in sizes]
    return [*picked, [*names[:1], "500000000000dead"], ["iqn.2001-04.com.example:nobody"]]


@pytest.mark.parametrize("other", [plan_b, plan_c, plan_d], ids=["B", "C", "D"])
def test_a_context_sees_the_same_by_every_plan(plans, other):
    for masking, bulk in plans:
        volumes = len(masking.cimom.names(masking.space, "CIM_StorageVolume"))
        if other is plan_c and volumes > TOO_MANY_VOLUMES:
            pytest.skip(f"{volumes} volumes are too many to ask for each")
        walk = other(masking)
        for names in contexts(masking):
            ids = masking.named(names)
            assert walk(ids) == bulk(ids), f"{names} in {masking.space}"


def test_somebody_sees_something_and_an_unknown_initiator_no_more_than_everybody(plans):
    for masking, sees in plans:
        assert sees({masking.key(one.path): one.path for one in masking.ids}), (
            f"no one sees a volume in {masking.space}"
        )
        assert sees(masking.named(["nobody"])) == sees(masking.named([]))


def test_what_is_seen_is_a_volume_through_a_front_end_port(plans):
    for masking, sees in plans:
        cimom, space = masking.cimom, masking.space
        volumes = {masking.key(path) for path in cimom.names(space, "CIM_LogicalDevice")}
        ports = {
            masking.key(path)
            for name in ("CIM_SCSIProtocolEndpoint", "CIM_LogicalPort")
            for path in cimom.names(space, name)
        }
        for volume, port in sees({masking.key(one.path): one.path for one in masking.ids}):
            assert volume in volumes
            assert port in ports


def test_a_view_gives_each_of_its_units_a_number_of_its_own(cimom, maskings):
    for masking in maskings:
        seen = set()
        for unit in cimom.instances(masking.space, "CIM_ProtocolControllerForUnit"):
            place = (masking.key(unit["Antecedent"]), int(unit["DeviceNumber"], 16))
            assert place not in seen, f"two units have the number of {unit.path}"
            seen.add(place)


def test_views_hang_off_their_service(cimom, maskings):
    for masking in maskings:
        for view in masking.views.values():
            options = {"Role": "Dependent", "ResultClass": "CIM_ControllerConfigurationService"}
            assert cimom.associator_names(view, "CIM_ConcreteDependency", **options), str(view)


def test_plan_a_takes_no_longer_than_a_poll_may(cimom, fresh_reader):
    """Check 10: fresh enumerations and their join."""
    volumes = sum(len(cimom.names(space, "CIM_StorageVolume")) for space in cimom.implementations)
    if volumes < MANY_VOLUMES:
        pytest.skip(f"{volumes} volumes are too few to measure time with")
    start = time.monotonic()
    for space in fresh_reader.implementations:
        masking = Masking(fresh_reader, space)
        sees = plan_a(masking)
        fresh_reader.instances(space, "CIM_StorageVolume")
        sees({masking.key(one.path): one.path for one in masking.ids})
    assert time.monotonic() - start < BUDGET


# --- dialects (9.7 check 8) ---


def outlook(cimom):
    """What each initiator sees of the only array: names of volumes with their sizes, and WWNs of FC ports."""
    (space,) = cimom.implementations
    masking = Masking(cimom, space)
    sees = plan_a(masking)
    volumes = {
        masking.key(one.path): (one["DeviceID"], one["ElementName"], one["NumberOfBlocks"] * one["BlockSize"])
        for one in cimom.instances(space, "CIM_StorageVolume")
    }
    ports = {masking.key(one.path): one["PermanentAddress"] for one in cimom.instances(space, "CIM_FCPort")}
    ports |= {
        masking.key(one.path): one["Name"]
        for one in cimom.instances(space, "CIM_SCSIProtocolEndpoint")
        if one["ConnectionType"] == 2
    }
    names = sorted({one["StorageID"] for one in masking.ids})
    sights = {name: sees(masking.named([name])) for name in names}
    return {
        name: ({volumes[one] for one, _ in found}, {ports[port] for _, port in found if port in ports})
        for name, found in sights.items()
    }


def test_the_same_array_looks_the_same_in_every_dialect(cimom, first_dialect):
    if cimom.target.name not in cimom.dialects:
        pytest.skip("this CIMOM is not the array that is given in all dialects")
    assert outlook(cimom) == outlook(first_dialect)
