"""LUNs written without a contract: by an f-string, and by lxml."""

from collections.abc import Iterator, Sequence

from lxml import etree

from bench import messages
from vasa_cim.model.entities import StorageLun


def by_hand(luns: Sequence[StorageLun]) -> bytes:
    """Return all LUNs, each by one f-string."""
    return "".join([_text(lun) for lun in luns]).encode()


def _text(lun: StorageLun) -> str:
    """Return a LUN as one would write it by hand, without a look at characters that XML must escape."""
    names = "".join([f"<d:alternateIdentifier>{name}</d:alternateIdentifier>" for name in lun.alternate_identifier])
    return (
        f"<v:return><d:uniqueIdentifier>{lun.unique_identifier}</d:uniqueIdentifier>{names}"
        f"<d:capacityInMB>{lun.capacity_in_mb}</d:capacityInMB><d:displayName>{lun.display_name}</d:displayName>"
        f"<d:drsManagementPermitted>{_truth(lun.drs_management_permitted)}</d:drsManagementPermitted>"
        f"<d:esxLunIdentifier>{lun.esx_lun_identifier}</d:esxLunIdentifier>"
        f"<d:thinProvisioned>{_truth(lun.thin_provisioned)}</d:thinProvisioned>"
        f"<d:thinProvisioningStatus>{lun.thin_provisioning_status.value}</d:thinProvisioningStatus>"
        f"<d:usedSpaceInMB>{lun.used_space_in_mb}</d:usedSpaceInMB></v:return>"
    )


def by_lxml(luns: Sequence[StorageLun]) -> bytes:
    """Return all LUNs as a tree of lxml, one element per field, written out."""
    root = etree.Element(f"{{{messages.BODY}}}queryStorageLunsResponse", nsmap={"v": messages.BODY, "d": messages.DATA})
    for lun in luns:
        item = etree.SubElement(root, f"{{{messages.BODY}}}return")
        for name, text in _fields(lun):
            etree.SubElement(item, f"{{{messages.DATA}}}{name}").text = text
    return etree.tostring(root)


def _fields(lun: StorageLun) -> Iterator[tuple[str, str]]:
    yield "uniqueIdentifier", lun.unique_identifier
    for name in lun.alternate_identifier:
        yield "alternateIdentifier", name
    yield "capacityInMB", str(lun.capacity_in_mb)
    yield "displayName", lun.display_name
    yield "drsManagementPermitted", _truth(lun.drs_management_permitted)
    yield "esxLunIdentifier", lun.esx_lun_identifier
    yield "thinProvisioned", _truth(lun.thin_provisioned)
    yield "thinProvisioningStatus", lun.thin_provisioning_status.value
    yield "usedSpaceInMB", str(lun.used_space_in_mb)


def _truth(value: bool) -> str:
    return "true" if value else "false"
