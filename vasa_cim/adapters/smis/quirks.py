"""What single vendors do otherwise: a table of quirks, each with its source, chosen by what is observed.

`QUIRKS` is the table; the methods of `Quirks` are the observations, one for each row. No vendor is named elsewhere in
`smis/`. A row that the configuration switches on or off is decided by that alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vasa_cim.cim.rows import Row


@dataclass(frozen=True, slots=True)
class Quirk:
    """One row. `observed` says by what it is recognised, `effect` what is then done; both for people.

    `source` is where it is known from.
    """

    name: str
    source: str
    observed: str
    effect: str


QUIRKS: tuple[Quirk, ...] = (
    Quirk(
        "remote-partner",
        "smis-mapping 1.2 step 7",
        "EMCLocality of a system is 3, and its class is not one of those that use the value otherwise",
        "the system is a replication partner and not shown",
    ),
    Quirk(
        "back-end-volumes",
        "smis-mapping 8, IBM SVC",
        "the class of a volume is IBMTSSVC_BackendVolume",
        "the volume is a managed disk and no LUN",
    ),
    Quirk(
        "naa-in-node-wwn-form",
        "smis-mapping 2.5 rule 5",
        "a volume of class IBMTSDS_SEVolume has NameFormat 9 and NameNamespace 6",
        "its Name is its NAA",
    ),
    Quirk(
        "mask-view-role",
        "smis-mapping 3.2 rule 2",
        "a protocol controller has the property EMCAdapterRole",
        "only those with the word MASK_VIEW in it are masking views",
    ),
    Quirk(
        "nameless-default-views",
        "smis-mapping 3.1, 3PAR",
        "the class of a protocol controller begins with TPD_",
        "a hardware ID with an empty name means everyone, whatever the capabilities say",
    ),
    Quirk(
        "thin-pool-class",
        "smis-mapping 2.4, 8 (ETERNUS, VMAX)",
        "the name of a pool's class has the word Thin in it",
        "its volumes are thin",
    ),
)

_REMOTE = 3
_REMOTE_IS_LOCAL = ("clar_", "ibm")
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

    def used(self) -> tuple[Quirk, ...]:
        """Return the rows that have applied so far, in the order of the table."""
        return tuple(quirk for quirk in QUIRKS if quirk.name in self._used)

    def is_remote(self, system: Row) -> bool:
        """Return whether a system is a replication partner that is only listed here."""
        here = system.name.class_name.lower().startswith(_REMOTE_IS_LOCAL)
        return self.applies("remote-partner", system.number("EMCLocality") == _REMOTE and not here)

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

    def is_thin_pool_class(self, class_name: str) -> bool:
        """Return whether the class of a pool says that its volumes are thin."""
        return self.applies("thin-pool-class", "thin" in class_name.lower())


def vendor_of_class(class_name: str) -> str | None:
    """Return the INQUIRY vendor that a vendor's class prefix stands for; None for CIM's own classes."""
    prefix, _, rest = class_name.lower().partition("_")
    if not rest or prefix == "cim":
        return None
    return _INQUIRY_VENDORS.get(prefix, prefix.upper())
