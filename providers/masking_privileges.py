"""Masking dialects 1 and 2: privileges (smis-mapping 3.1).

1:  StorageHardwareID --AuthorizedSubject-- AuthorizedPrivilege --AuthorizedTarget-- view
2:  StorageHardwareID --AssociatedPrivilege(Subject -> Target)-- view

In an irregular array the initiators of a cluster are the members of a collection, which is the subject in their place,
and one privilege denies.
"""

from collections.abc import Mapping

from mock_cimom.estate import names
from mock_cimom.estate.plan import View
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.masking_ground import Ground

READ, WRITE = 5, 6  # CIM_Privilege.Activities, CIM_AssociatedPrivilege.Activities
DENY_READ, DENY_WRITE = 11, 12  # CIM_AssociatedPrivilege.Activities


def publish_privileges(ground: Ground, controllers: Mapping[str, Ref]) -> None:
    """Publish one privilege for each view of `controllers` (by the view's name), and one for each denial."""
    for view in ground.array.views:
        _publish_privilege(ground, view.name, controllers[view.name], _subjects(ground, view))
    for denial in ground.array.denials:
        subjects = [ground.initiators[denial.initiator]]
        _publish_privilege(ground, denial.view, controllers[denial.view], subjects, granted=False)


def _publish_privilege(ground: Ground, view: str, controller: Ref, subjects: list[Ref], granted: bool = True) -> None:
    kind, label = ("privilege", "access of") if granted else ("denial", "no access to")
    privilege = ground.factory.make(
        "MOCK_AuthorizedPrivilege",
        InstanceID=f"{ground.array.name}:{kind}:{view}",
        ElementName=f"{label} {view}",
        PrivilegeGranted=granted,
        Activities=[READ, WRITE],
    )
    ground.factory.make("CIM_AuthorizedTarget", Privilege=privilege, TargetElement=controller)
    for subject in subjects:
        ground.factory.make("CIM_AuthorizedSubject", Privilege=privilege, PrivilegedElement=subject)


def publish_associated_privileges(ground: Ground, controllers: Mapping[str, Ref]) -> None:
    """Publish one association for each subject of each view, and one for each denial."""
    for view in ground.array.views:
        for subject in _subjects(ground, view):
            _publish_association(ground, subject, controllers[view.name], granted=True)
    for denial in ground.array.denials:
        _publish_association(ground, ground.initiators[denial.initiator], controllers[denial.view], granted=False)


def _publish_association(ground: Ground, subject: Ref, controller: Ref, *, granted: bool) -> None:
    ground.factory.make(
        "CIM_AssociatedPrivilege",
        Subject=subject,
        Target=controller,
        UseKey="masking" if granted else "denial",
        PrivilegeGranted=granted,
        Activities=[READ, WRITE] if granted else [DENY_READ, DENY_WRITE],
    )


def _subjects(ground: Ground, view: View) -> list[Ref]:
    """Return the hardware IDs of a view, or the collection of a cluster's."""
    members = [ground.initiators[initiator] for initiator in view.initiators]
    if len(view.hosts) <= 1:
        return members
    collection = ground.factory.make(
        "CIM_SystemSpecificCollection",
        InstanceID=collection_id(ground.array.name, view.name),
        ElementName=view.name,
    )
    ground.factory.make("CIM_HostedCollection", Antecedent=ground.top, Dependent=collection)
    for member in members:
        ground.factory.make("CIM_MemberOfCollection", Collection=collection, Member=member)
    return [collection]


def collection_id(array: str, view: str = names.CLUSTER) -> str:
    """Return the InstanceID of the collection of a cluster's hardware IDs."""
    return f"{array}:initiators:{view}"
