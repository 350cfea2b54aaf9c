"""The name by which ESX knows a volume: `naa.`, `eui.` or `t10.` (`smis-mapping 2.5`, `vasa-1.0 3.4`)."""

import re

import structlog

from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import NaaSwitch
from vasa_cim.adapters.smis.text import bare_hex
from vasa_cim.adapters.smis.vocabulary import NameFormat, NameNamespace
from vasa_cim.cim.rows import Row

_NAA = re.compile(r"6[0-9a-f]{31}|[235][0-9a-f]{15}")
_NAA6 = re.compile(r"6[0-9a-f]{31}")
_NAA5 = re.compile(r"[235][0-9a-f]{15}")
_EUI = re.compile(r"[0-9a-f]{16}|[0-9a-f]{24}|[0-9a-f]{32}")

_log = structlog.get_logger(__name__)


def esx_lun_identifier(volume: Row, quirks: Quirks, switch: NaaSwitch = NaaSwitch.AUTO) -> str | None:
    """Return ESX's canonical name of a volume, None if it says none. The first rule that hits wins.

    By choice it is the volume's Name, whatever is said of that.
    """
    name = volume.text("Name")
    if switch is NaaSwitch.NAME:
        return f"naa.{naa}" if (naa := _naa(name)) else None
    if naa := _stated_naa(volume, name, quirks) or _naa(quirks.stated_wwn(volume)):
        return f"naa.{naa}"
    form, space = volume.number("NameFormat"), volume.number("NameNamespace")
    if form == NameFormat.EUI64 and space == NameNamespace.VPD83_TYPE2 and _EUI.fullmatch(digits := bare_hex(name)):
        return f"eui.{digits}"
    if form == NameFormat.T10VID and space == NameNamespace.VPD83_TYPE1 and name and name.strip():
        return f"t10.{name.strip()}"
    if naa := _naa(name):
        _log.debug("a volume's name is taken for its NAA", volume=volume.key, name=name)
        return f"naa.{naa}"
    return None


def _stated_naa(volume: Row, name: str | None, quirks: Quirks) -> str | None:
    """Return the NAA where the volume says that it is one: rules 1 to 5."""
    form, space = volume.number("NameFormat"), volume.number("NameNamespace")
    if form == NameFormat.NAA and space == NameNamespace.VPD83_TYPE3 and (naa := _naa(name)):
        return naa
    if form == NameFormat.VPD83_NAA6 and (naa := _naa(name, _NAA6)):
        return naa
    if form == NameFormat.VPD83_NAA5 and (naa := _naa(name, _NAA5)):
        return naa
    if naa := _labelled_naa(volume):
        return naa
    node_wwn_form = form == NameFormat.NAA and space == NameNamespace.NODE_WWN
    return _naa(name) if node_wwn_form and quirks.has_naa_in_node_wwn_form(volume) else None


def _labelled_naa(volume: Row) -> str | None:
    """Return the NAA among the other identifying infos, by its description (rule 3) or as the only one (rule 4)."""
    infos = volume.texts("OtherIdentifyingInfo")
    for description, info in zip(volume.texts("IdentifyingDescriptions"), infos, strict=False):
        if (description or "").replace(" ", "").casefold() == "naa;vpd83type3" and (naa := _naa(info)):
            return naa
    other_form, other_space = volume.text("OtherNameFormat"), volume.text("OtherNameNamespace")
    stated = (other_form or "").strip().casefold() == "naa" and (other_space or "").strip().casefold() == "vpd83type3"
    return _naa(infos[0]) if stated and len(infos) == 1 else None


def _naa(text: str | None, form: re.Pattern[str] = _NAA) -> str | None:
    """Return the digits of an NAA in lower case without separators, None if it is not one of that form."""
    digits = bare_hex(text).removeprefix("naa")
    return digits if form.fullmatch(digits) else None
