"""Who may use a masking view of a running array: the privileges of dialects 1, 2 and 4 (smis-mapping 3.1)."""

from collections.abc import Iterable
from typing import Protocol

import pywbem

from mock_cimom.providers.factory import Ref
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.masking_privileges import READ, WRITE

MEMBER = "CIM_MemberOfCollection"


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


def _grants(live: Live, privilege: Path) -> bool:
    found = live.instance(privilege)
    return found is not None and found["PrivilegeGranted"] is not False


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
