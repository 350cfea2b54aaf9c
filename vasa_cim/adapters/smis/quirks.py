"""The observations that decide which rows of the table of quirks apply to a source, one method for each row.

Elsewhere in `smis/` vendors are named only in lists of properties to ask for. A row that the configuration switches on
or off is decided by that alone.
"""

from collections.abc import Mapping

from vasa_cim.adapters.smis.quirk_table import QUIRKS, Quirk
from vasa_cim.cim.rows import Row

_REMOTE = 3
_REMOTE_COPY_MODES = 0x7B
_ACLX = 1
_REMOTE_IS_LOCAL = ("clar_", "ibm")
_CONSUMED = (
    ("space-consumed", "EMCSpaceConsumed", False),
    ("virtual-space-consumed", "VirtualSpaceConsumed", False),
    ("allocated-blocks", "AllocatedBlocks", True),
    ("provisioned-blocks", "ProvisionedConsumableBlocks", True),
)
_POLICIES = ("EMCFastSetting", "EMCSLO", "EMCWorkload")
_NO_POLICY = frozenset({"", "none", "n/a"})
_INQUIRY_VENDORS = {
    "symm": "EMC",
    "clar": "DGC",
    "emc": "EMC",
    "se": "EMC",
    "ontap": "NETAPP",
    "netapp": "NETAPP",
    "lsissi": "LSI",
    "tpd": "3PARdata",
    "hitachi": "HITACHI",
    "ibmtsds": "IBM",
    "ibmtssvc": "IBM",
    "fujitsu": "FUJITSU",
    "hpeva": "HP",
    "cmpl": "COMPELNT",
}


class Quirks:
    """The quirks of one source. `chosen` holds those that its configuration switches on or off, by name."""

    def __init__(self, chosen: Mapping[str, bool] | None = None) -> None:
        self._chosen = dict(chosen or {})
        self._used: set[str] = set()

    def applies(self, name: str, observed: bool) -> bool:
        """Return whether the quirk of this name applies where `observed` tells if its sign is there."""
        is_so = self._chosen.get(name, observed)
        if is_so:
            self._used.add(name)
        return is_so

    def may_apply(self, name: str) -> bool:
        """Return whether the configuration leaves it open that the quirk of this name applies."""
        return self._chosen.get(name, True)

    def used(self) -> tuple[Quirk, ...]:
        """Return the rows that have applied so far, in the order of the table."""
        return tuple(quirk for quirk in QUIRKS if quirk.name in self._used)

    def is_remote(self, system: Row) -> bool:
        """Return whether a system is a replication partner that is only listed here."""
        here = system.name.class_name.lower().startswith(_REMOTE_IS_LOCAL)
        return self.applies("remote-partner", system.number("EMCLocality") == _REMOTE and not here)

    def described_model(self, description: str | None) -> str | None:
        """Return the model at the head of a system's description such as `InServ E200, ID: 7, ...`, None if none."""
        head, comma, _ = (description or "").partition(", ID")
        found = head if comma and head else None
        return found if self.applies("model-in-description", found is not None) else None

    def is_back_end(self, volume: Row) -> bool:
        """Return whether a volume is a disk behind the array, and no LUN."""
        return self.applies("back-end-volumes", volume.name.class_name.lower() == "ibmtssvc_backendvolume")

    def has_naa_in_node_wwn_form(self, volume: Row) -> bool:
        """Return whether the Name of a volume is an NAA although NameNamespace says node WWN."""
        return self.applies("naa-in-node-wwn-form", volume.name.class_name.lower() == "ibmtsds_sevolume")

    def may_be_view(self, controller: Row) -> bool:
        """Return whether a protocol controller may be a masking view."""
        words = {word for role in controller.texts("EMCAdapterRole") if role for word in role.upper().split()}
        return not self.applies("mask-view-role", bool(words)) or "MASK_VIEW" in words

    def has_nameless_default_views(self, controller: Row) -> bool:
        """Return whether a hardware ID with an empty name means everyone, whatever the array says."""
        return self.applies("nameless-default-views", controller.name.class_name.lower().startswith("tpd_"))

    def host_names(self, controller: Row) -> tuple[str, ...]:
        """Return the host ports that a protocol controller itself names as its users."""
        names = tuple(name for name in controller.texts("WWNs") if name)
        return names if self.applies("host-names-on-views", bool(names)) else ()

    def maps_ports(self, controller: Row) -> bool:
        """Return whether a protocol controller stands for a port, and its name for nothing."""
        is_so = controller.name.class_name.lower() == "clar_mappingscsiprotocolcontroller"
        return self.applies("mapping-controllers", is_so)

    def is_between_arrays(self, port: Row) -> bool:
        """Return whether an endpoint or a port is for traffic between arrays."""
        copies = (port.number("RAMode") or 0) & _REMOTE_COPY_MODES
        return self.applies("ports-between-arrays", bool(copies) or port["SCGroupNo"] is not None)

    def is_unmaskable(self, port: Row) -> bool:
        """Return whether nothing can be masked to a port."""
        attributes = port.numbers("EMCPortAttributes")
        return self.applies("ports-without-masking", bool(attributes) and _ACLX not in attributes)

    def port_name(self, port: Row) -> str | None:
        """Return a vendor's further name of a port, None if it has none."""
        name = port.text("EMCPortName")
        return name if self.applies("port-name", bool(name)) else None

    def is_thin_pool_class(self, class_name: str) -> bool:
        """Return whether the class of a pool says that its volumes are thin."""
        name = class_name.lower()
        return self.applies("thin-pool-class", "thin" in name or name.endswith("srpstoragepool"))

    def stated_wwn(self, volume: Row) -> str | None:
        """Return the vendor's own property for a volume's NAA, None if it has none."""
        wwn = volume.text("EMCWWN")
        return wwn if self.applies("wwn-property", bool(wwn)) else None

    def consumed_space(self, volume: Row) -> int | None:
        """Return the bytes that a volume uses as a vendor's own property has them, None if there is none."""
        for name, property_name, is_blocks in _CONSUMED:
            value = volume.number(property_name)
            if self.applies(name, value is not None) and value is not None:
                return value * (volume.number("BlockSize") or 0) if is_blocks else value
        return None

    def is_bound(self, allocation: Row) -> bool:
        """Return whether an allocation says that this is the pool a volume is bound to."""
        return self.applies("bound-pool", allocation.flag("EMCBoundToThinStoragePool") is True)

    def is_site_pool(self, class_name: str) -> bool:
        """Return whether a pool of this class is the ground of pools only."""
        return self.applies("site-pools", class_name.lower().endswith("arraysitepool"))

    def subscribed_capacity(self, pool: Row) -> int | None:
        """Return the bytes that a pool says it has promised, None if it does not."""
        promised = pool.number("EMCSubscribedCapacity")
        return promised if self.applies("subscribed-capacity", promised is not None) else None

    def raid_texts(self, row: Row) -> tuple[str, ...]:
        """Return a vendor's names for the protection of a pool, of its capabilities or of a volume."""
        texts = tuple(text for text in (row.text("EMCRaidLevel"), row.text("ErrorMethodology")) if text)
        return texts if self.applies("raid-text", bool(texts)) else ()

    def drive_type(self, row: Row) -> str | None:
        """Return a vendor's name for the kind of a drive, or of those of a pool; None if there is none."""
        text = row.text("EMCDiskDriveType")
        return text if self.applies("drive-type-text", bool(text)) else None

    def has_tier_policy(self, volume: Row) -> bool:
        """Return whether a vendor's own properties say that a volume's data move between tiers."""
        texts = (volume.text(name) for name in _POLICIES)
        named = any(text is not None and text.strip().lower() not in _NO_POLICY for text in texts)
        return self.applies("tier-policy-text", named)


def vendor_of_class(class_name: str) -> str | None:
    """Return the INQUIRY vendor that a vendor's class prefix stands for; None for CIM's own classes."""
    prefix, _, rest = class_name.lower().partition("_")
    if not rest or prefix == "cim":
        return None
    return _INQUIRY_VENDORS.get(prefix, prefix.upper())
