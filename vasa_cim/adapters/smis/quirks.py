"""What single vendors do otherwise, as tables by class name or property; no vendor is named elsewhere in `smis/`."""

from vasa_cim.cim.rows import Row

NEVER_LUNS = frozenset({"ibmtssvc_backendvolume"})
"""Subclasses of CIM_StorageVolume, in lower case, that are back-end disks."""

NAA_IN_NODE_WWN_FORM = frozenset({"ibmtsds_sevolume"})
"""Volume classes whose Name is an NAA although NameNamespace says node WWN (`smis-mapping 2.5` rule 5)."""

_REMOTE = 3
_REMOTE_IS_LOCAL = ("clar_", "ibm")
_NAMELESS_DEFAULT_VIEWS = "tpd_"
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


def vendor_of_class(class_name: str) -> str | None:
    """Return the INQUIRY vendor that a vendor's class prefix stands for; None for CIM's own classes."""
    prefix, _, rest = class_name.lower().partition("_")
    if not rest or prefix == "cim":
        return None
    return _INQUIRY_VENDORS.get(prefix, prefix.upper())


def is_remote(system: Row) -> bool:
    """Return whether a system is a replication partner that is only listed here (`smis-mapping 1.2` step 7)."""
    here = system.name.class_name.lower().startswith(_REMOTE_IS_LOCAL)
    return system.number("EMCLocality") == _REMOTE and not here


def may_be_view(controller: Row) -> bool:
    """Return whether a protocol controller may be a masking view (`smis-mapping 3.2` rule 2)."""
    roles = controller.texts("EMCAdapterRole")
    words = {word for role in roles if role for word in role.upper().split()}
    return not words or "MASK_VIEW" in words


def has_nameless_default_views(controller: Row) -> bool:
    """Return whether a hardware ID with an empty name means everyone, whatever the array says (`smis-mapping 3.1`)."""
    return controller.name.class_name.lower().startswith(_NAMELESS_DEFAULT_VIEWS)


def is_thin_pool_class(class_name: str) -> bool:
    """Return whether the class of a pool says that its volumes are thin."""
    return "thin" in class_name.lower()
