"""What follows from what was found: what is done without, and what VASA will therefore not show."""

from collections.abc import Iterator

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.probe_report import ArrayFound, Claim, ProbeReport
from vasa_cim.cim.discovery import Way
from vasa_cim.cim.profiles import fold_profile_name

_MASKING = frozenset(map(fold_profile_name, v.MASKING_PROFILES))


def fallbacks_of(report: ProbeReport) -> Iterator[str]:
    """Yield what had to be done without, as sentences."""
    if report.found_by == Way.DEDICATED:
        yield "No profile leads to an array: systems are taken that are dedicated to storage."
    if report.found_by == Way.POOLS:
        yield "No profile leads to an array, and no system is dedicated to storage: those are taken that host pools."
    if report.found_by and report.interop is None:
        yield "There is no Interop namespace: what is claimed is not known."
    if report.pulls is False:
        yield "There are no pulled enumerations: whole classes are read at once."
    for profile in report.profiles:
        missing = profile.claim in (Claim.MISSING, Claim.EMPTY)
        if missing and fold_profile_name(profile.name) in _MASKING:
            yield f"{profile.name} is registered without a {profile.class_name}: masking is read from what is there."
    for array in report.arrays:
        if not array.processors and not (array.file_servers and "block" not in array.kinds):
            yield f"{array.name} has no processors of its own: the array stands for one."
        if array.masking is not None and array.masking.state == "open":
            yield f"{array.name} does not mask: every LUN is shown to everyone, as {array.masking.reason}."
        if array.masking is not None and "rows" in array.masking.dialects:
            yield f"{array.name}: rows of MaskingMappingView take the place of what masking views leave open."


def consequences_of(report: ProbeReport) -> Iterator[str]:
    """Yield what VASA will not show, as sentences."""
    if not report.arrays:
        yield "Nothing: no array was found." if not report.failures else "Nothing, as long as the reading fails."
    elif report.failures:
        yield "Nothing new, as long as the reading fails: a half inventory is never shown."
    for array in report.arrays:
        yield from _of_array(array)
        if "block" in array.kinds:
            yield from _of_blocks(array)
        if "file" in array.kinds:
            yield from _of_files(array)
    for one in report.left_out:
        shown = ", ".join(one.examples) + (", ..." if one.count > len(one.examples) else "")
        yield f"{one.kind}: {one.count} ({shown}), as {one.reason}."


def _of_array(array: ArrayFound) -> Iterator[str]:
    unknown = [word for word, value in (("vendor", array.vendor), ("model", array.model)) if value is None]
    if unknown and array.luns is not None:
        yield f"{array.name}: its {' and '.join(unknown)} (shown as Unknown)."
    if array.firmware is None and array.luns is not None:
        yield f"{array.name}: its firmware version."
    if array.pools == 0:
        yield f"{array.name}: on which pools things lie; capabilities are told by other means."


def _of_blocks(array: ArrayFound) -> Iterator[str]:
    if array.luns == 0:
        yield f"{array.name}: any LUN; it has no volume with an identifier that hosts know."
    if array.ports == {}:
        yield f"{array.name}: any port; it has no front-end port with a known address."
    masking = array.masking
    if masking is None or not array.luns:
        return
    if masking.state == "closed":
        yield f"{array.name}: any LUN to anybody, as {masking.reason}."
    elif masking.state == "masked" and masking.views == 0:
        yield f"{array.name}: any LUN to anybody; it masks ({masking.reason}), but no view leads to a LUN and a port."
    elif array.luns_in_no_view:
        yield f"{array.name}: {array.luns_in_no_view} of {array.luns} LUNs, which are in no view that leads to a port."


def _of_files(array: ArrayFound) -> Iterator[str]:
    if array.shares == 0:
        yield f"{array.name}: any file system; it exports nothing by NFS."
    elif array.shares_without_address:
        count = array.shares_without_address
        yield f"{array.name}: addresses of {count} of {array.shares} shares; mounts by an address do not match them."
