"""How a volume says its name: one form for each rule of smis-mapping 2.5 by which clients find it."""

from collections.abc import Mapping
from typing import Any

from mock_cimom.estate import names

RULES = range(1, 10)

# CIM_StorageVolume.NameFormat and NameNamespace.
OTHER_FORMAT, VPD83_NAA6, VPD83_NAA5, NAA, EUI64, T10_VENDOR = 1, 2, 3, 9, 10, 11
OTHER_NAMESPACE, VPD83_TYPE3, VPD83_TYPE2, VPD83_TYPE1, NODE_WWN = 1, 2, 3, 4, 6

CLASSES = {5: "IBMTSDS_SEVolume", 6: "MOCK_WwnVolume"}


def volume_class(rule: int) -> str:
    """Return the class of volumes that are named by a rule; two rules need one of their own."""
    return CLASSES.get(rule, "MOCK_StorageVolume")


def is_short(rule: int, volume: int) -> bool:
    """Return whether a volume's NAA has 16 digits: rule 2 is about both lengths, so every second volume has."""
    return rule == 2 and volume % 2 == 0


def constant_name_values(rule: int) -> Mapping[str, Any]:
    """Return the properties about the name that are the same in all volumes of a rule, but for rule 2's NameFormat."""
    values: Mapping[int, Mapping[str, Any]] = {
        1: {"NameFormat": NAA, "NameNamespace": VPD83_TYPE3},
        2: {"NameNamespace": VPD83_TYPE3},
        3: {
            "NameFormat": OTHER_FORMAT,
            "NameNamespace": OTHER_NAMESPACE,
            "IdentifyingDescriptions": ["Volume Number", "NAA;VPD83Type3"],
        },
        4: {
            "NameFormat": OTHER_FORMAT,
            "NameNamespace": OTHER_NAMESPACE,
            "OtherNameFormat": "NAA",
            "OtherNameNamespace": "VPD83Type3",
        },
        5: {"NameFormat": NAA, "NameNamespace": NODE_WWN},
        6: {"NameFormat": OTHER_FORMAT, "NameNamespace": OTHER_NAMESPACE},
        7: {"NameFormat": EUI64, "NameNamespace": VPD83_TYPE2},
        8: {"NameFormat": T10_VENDOR, "NameNamespace": VPD83_TYPE1},
        9: {"NameFormat": OTHER_FORMAT, "NameNamespace": OTHER_NAMESPACE},
    }
    return values[rule]


def name_values(rule: int, array: int, volume: int) -> dict[str, Any]:
    """Return the properties about the name that differ from volume to volume; `Name` is unique in its array."""
    naa = names.volume_naa(array, volume)
    if is_short(rule, volume):
        return {"Name": names.volume_naa5(array, volume), "NameFormat": VPD83_NAA5}
    match rule:
        case 2:
            return {"Name": naa, "NameFormat": VPD83_NAA6}
        case 3:
            return {"Name": names.volume_local_name(array, volume), "OtherIdentifyingInfo": [str(volume), naa]}
        case 4:
            return {"Name": names.volume_local_name(array, volume), "OtherIdentifyingInfo": [naa]}
        case 6:
            return {"Name": names.volume_local_name(array, volume), "EMCWWN": naa}
        case 7:
            return {"Name": names.volume_eui(array, volume)}
        case 8:
            return {"Name": names.volume_t10(array, volume)}
        case 9:
            return {"Name": ":".join(naa[at : at + 2] for at in range(0, len(naa), 2)).lower()}
    return {"Name": naa}


def canonical_name(rule: int, array: int, volume: int) -> str:
    """Return the name by which ESX knows the volume: `naa.`, `eui.` or `t10.` and its text."""
    if rule == 7:
        return f"eui.{names.volume_eui(array, volume).lower()}"
    if rule == 8:
        return f"t10.{names.volume_t10(array, volume)}"
    if is_short(rule, volume):
        return f"naa.{names.volume_naa5(array, volume).lower()}"
    return f"naa.{names.volume_naa(array, volume).lower()}"
