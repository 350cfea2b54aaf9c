"""What a masking view of a running array consists of, read and written alike in dialects 1, 2, 4 and 5.

A method reads a view's state, works out the one it is to have, and writes that: only what differs is changed.
Dialect 3 has groups for it: `group_masking`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pywbem

from mock_cimom.keys import TargetKey
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_privileges import READ, WRITE

CONTROLLER = "CIM_SCSIProtocolController"
UNIT = "CIM_ProtocolControllerForUnit"
MEMBER = "CIM_MemberOfCollection"


@dataclass(frozen=True)
class Unit:
    """A volume in a view, its LUN there and CIM_ProtocolControllerForUnit.DeviceAccess."""

    volume: Path
    number: int
    access: int

    @property
    def device_number(self) -> str:
        """The LUN as CIM_ProtocolControllerForUnit.DeviceNumber: hexadecimal text."""
        return f"{self.number:04X}"


@dataclass
class ViewState:
    """The volumes, the initiators' hardware IDs and the target endpoints of a view, by the keys of their paths."""

    units: dict[TargetKey, Unit] = field(default_factory=dict)
    initiators: dict[TargetKey, Path] = field(default_factory=dict)
    targets: dict[TargetKey, Path] = field(default_factory=dict)

    def copy(self) -> "ViewState":
        """Return a state that can be changed apart from this one."""
        return ViewState(dict(self.units), dict(self.initiators), dict(self.targets))


class Access(Protocol):
    """How an array says which hardware IDs may use a view."""

    def initiators(self, view: Path) -> list[Path]:
        """Return the hardware IDs that are granted a view."""

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""

    def grant(self, view: Path, label: str, initiators: Iterable[Path]) -> None:
        """Let hardware IDs use a view; `label` is the view's name."""

    def revoke(self, view: Path, initiators: Iterable[Path]) -> None:
        """Let hardware IDs no longer use a view."""

    def close(self, view: Path) -> None:
        """Delete what exists for a view alone; the view itself is deleted after that."""


class PrivilegeAccess:
    """Dialects 1 and 4: AuthorizedSubject, AuthorizedPrivilege, AuthorizedTarget; subjects may be collections."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def initiators(self, view: Path) -> list[Path]:
        """Return the hardware IDs that are granted a view."""
        return [one for subject in self._subjects(view) for one in expanded(self._live, subject)]

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""
        live = self._live
        subjects = [initiator, *live.across(initiator, MEMBER, "Member", "Collection")]
        privileges = [
            one for subject in subjects for one in live.across(subject, "CIM_AuthorizedSubject", *_FROM_SUBJECT)
        ]
        return [
            view
            for privilege in privileges
            if _grants(live, privilege)
            for view in live.across(privilege, "CIM_AuthorizedTarget", "Privilege", "TargetElement")
        ]

    def grant(self, view: Path, label: str, initiators: Iterable[Path]) -> None:
        """Let hardware IDs use a view, through its first privilege that grants, or a new one."""
        added = list(initiators)
        if not added:
            return
        privileges = self._privileges(view)
        privilege = self._live.factory.ref(privileges[0]) if privileges else self._new_privilege(view, label)
        for path in added:
            self._live.factory.make(
                "CIM_AuthorizedSubject", Privilege=privilege, PrivilegedElement=self._live.factory.ref(path)
            )

    def revoke(self, view: Path, initiators: Iterable[Path]) -> None:
        """Let hardware IDs no longer use a view; those of a collection leave the collection."""
        live = self._live
        gone = {live.key(path) for path in initiators}
        for privilege in self._privileges(view):
            for link in live.links(privilege, "CIM_AuthorizedSubject", "Privilege"):
                if live.key(link["PrivilegedElement"]) in gone:
                    live.unlink([link])
        for subject in self._subjects(view):
            live.unlink(one for one in live.links(subject, MEMBER, "Collection") if live.key(one["Member"]) in gone)

    def close(self, view: Path) -> None:
        """Delete the privileges, also those that deny, that have no other target."""
        live = self._live
        for privilege in live.across(view, "CIM_AuthorizedTarget", "TargetElement", "Privilege"):
            if len(live.links(privilege, "CIM_AuthorizedTarget", "Privilege")) == 1:
                live.delete(privilege)

    def _privileges(self, view: Path) -> list[Path]:
        found = self._live.across(view, "CIM_AuthorizedTarget", "TargetElement", "Privilege")
        return [one for one in found if _grants(self._live, one)]

    def _subjects(self, view: Path) -> list[Path]:
        live = self._live
        return [
            subject
            for privilege in self._privileges(view)
            for subject in live.across(privilege, "CIM_AuthorizedSubject", "Privilege", "PrivilegedElement")
        ]

    def _new_privilege(self, view: Path, label: str) -> Ref:
        live = self._live
        privilege = live.factory.make(
            "MOCK_AuthorizedPrivilege",
            InstanceID=free_id(live, "MOCK_AuthorizedPrivilege", f"{view['SystemName']}:privilege:{label}"),
            ElementName=f"access of {label}",
            PrivilegeGranted=True,
            Activities=[READ, WRITE],
        )
        live.factory.make("CIM_AuthorizedTarget", Privilege=privilege, TargetElement=live.factory.ref(view))
        return privilege


_FROM_SUBJECT = ("PrivilegedElement", "Privilege")


class AssociatedAccess:
    """Dialect 2: one AssociatedPrivilege for each subject and view."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def initiators(self, view: Path) -> list[Path]:
        """Return the hardware IDs that are granted a view."""
        return [one for link in self._links(view, "Target") for one in expanded(self._live, link["Subject"])]

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""
        subjects = [initiator, *self._live.across(initiator, MEMBER, "Member", "Collection")]
        return [link["Target"] for subject in subjects for link in self._links(subject, "Subject")]

    def grant(self, view: Path, _label: str, initiators: Iterable[Path]) -> None:
        """Let hardware IDs use a view."""
        for path in initiators:
            self._live.factory.make(
                "CIM_AssociatedPrivilege",
                Subject=self._live.factory.ref(path),
                Target=self._live.factory.ref(view),
                UseKey="masking",
                PrivilegeGranted=True,
                Activities=[READ, WRITE],
            )

    def revoke(self, view: Path, initiators: Iterable[Path]) -> None:
        """Let hardware IDs no longer use a view; those of a collection leave the collection."""
        live = self._live
        gone = {live.key(path) for path in initiators}
        for link in self._links(view, "Target"):
            if live.key(link["Subject"]) in gone:
                live.unlink([link])
            else:
                members = live.links(link["Subject"], MEMBER, "Collection")
                live.unlink(one for one in members if live.key(one["Member"]) in gone)

    def close(self, view: Path) -> None:
        """Do nothing: the associations go with the view."""

    def _links(self, path: Path, role: str) -> list[pywbem.CIMInstance]:
        found = self._live.links(path, "CIM_AssociatedPrivilege", role)
        return [one for one in found if one["PrivilegeGranted"] is not False]


class LinkedViews:
    """Views with units, ports and subjects by associations: dialects 1, 2 and 4."""

    def __init__(self, live: Live, access: Access, devices: Sequence[tuple[Path, Path]] | None) -> None:
        """`devices` has each endpoint with its port device, if views lead to devices; None: they lead to endpoints."""
        self._live = live
        self._access = access
        self._devices = devices

    def read(self, view: Path) -> ViewState:
        """Return what a view consists of."""
        live = self._live
        units = {live.key(link["Dependent"]): _unit(link) for link in live.links(view, UNIT, "Antecedent")}
        initiators = {live.key(path): path for path in self._access.initiators(view)}
        return ViewState(units, initiators, {live.key(path): path for path in self.targets(view)})

    def targets(self, view: Path) -> list[Path]:
        """Return the endpoints a view is reached through."""
        live = self._live
        if self._devices is None:
            return live.across(view, "CIM_SAPAvailableForElement", "ManagedElement", "AvailableSAP")
        found = {live.key(one) for one in live.across(view, "CIM_ProtocolControllerForPort", "Antecedent", "Dependent")}
        return [endpoint for endpoint, device in self._devices if live.key(device) in found]

    def views_of(self, initiator: Path) -> list[Path]:
        """Return the views a hardware ID is granted."""
        return self._access.views_of(initiator)

    def maps(self, volume: Path) -> int:
        """Return in how many views a volume is."""
        return len(self._live.links(volume, UNIT, "Dependent"))

    def write(self, view: Path, label: str, before: ViewState, after: ViewState) -> None:
        """Make a view that consists of `before` consist of `after`."""
        live = self._live
        for key, unit in before.units.items():
            if after.units.get(key) != unit:
                live.unlink(one for one in live.links(view, UNIT, "Antecedent") if live.key(one["Dependent"]) == key)
        self._access.revoke(view, [path for key, path in before.initiators.items() if key not in after.initiators])
        for key, path in before.targets.items():
            if key not in after.targets:
                live.unlink(self._port_links(view, path))
        self._access.grant(
            view, label, [path for key, path in after.initiators.items() if key not in before.initiators]
        )
        for key, path in after.targets.items():
            if key not in before.targets:
                self._link_port(view, path)
        for key, unit in after.units.items():
            if before.units.get(key) != unit:
                live.factory.make(
                    UNIT,
                    Antecedent=live.factory.ref(view),
                    Dependent=live.factory.ref(unit.volume),
                    DeviceNumber=unit.device_number,
                    DeviceAccess=unit.access,
                )

    def delete(self, view: Path) -> None:
        """Delete a view with what exists for it alone."""
        self._access.close(view)
        self._live.delete(view)

    def _port_links(self, view: Path, endpoint: Path) -> list[pywbem.CIMInstance]:
        live = self._live
        if self._devices is None:
            links, role, end = (
                live.links(view, "CIM_SAPAvailableForElement", "ManagedElement"),
                "AvailableSAP",
                endpoint,
            )
        else:
            links = live.links(view, "CIM_ProtocolControllerForPort", "Antecedent")
            role, end = "Dependent", self._device(endpoint)
        return [one for one in links if live.same(one[role], end)]

    def _link_port(self, view: Path, endpoint: Path) -> None:
        live = self._live
        controller = live.factory.ref(view)
        if self._devices is None:
            live.factory.make(
                "CIM_SAPAvailableForElement", AvailableSAP=live.factory.ref(endpoint), ManagedElement=controller
            )
        else:
            device = live.factory.ref(self._device(endpoint))
            live.factory.make("CIM_ProtocolControllerForPort", Antecedent=controller, Dependent=device)

    def _device(self, endpoint: Path) -> Path:
        return next(device for one, device in self._devices or () if self._live.same(one, endpoint))


def _grants(live: Live, privilege: Path) -> bool:
    found = live.instance(privilege)
    return found is not None and found["PrivilegeGranted"] is not False


def _unit(link: pywbem.CIMInstance) -> Unit:
    return Unit(link["Dependent"], lun_of(link["DeviceNumber"]) or 0, int(link["DeviceAccess"] or 0))


def lun_of(text: str | None) -> int | None:
    """Return the LUN that a DeviceNumber says in hexadecimal text; None if it says none."""
    if text is None or not re.fullmatch("[0-9A-Fa-f]{1,4}", text):
        return None
    return int(text, 16)


def expanded(live: Live, subject: Path) -> list[Path]:
    """Return a hardware ID, or the members of a collection and of those in it."""
    found: list[Path] = []
    seen = set()
    waiting = [subject]
    while waiting:
        path = waiting.pop(0)
        if live.key(path) in seen:
            continue
        seen.add(live.key(path))
        if live.is_a(path.classname, "CIM_Collection"):
            waiting.extend(live.across(path, MEMBER, "Collection", "Member"))
        else:
            found.append(path)
    return found


def free_id(live: Live, class_name: str, wanted: str, key: str = "InstanceID", **others: str) -> str:
    """Return `wanted` as the key of a new instance, or with a number if it is taken; `others` are its other keys."""
    found, number = wanted, 1
    while live.instance(Path(class_name, {**others, key: found}, namespace=live.space.name)) is not None:
        number += 1
        found = f"{wanted}:{number}"
    return found
