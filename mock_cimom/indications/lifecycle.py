"""From a change in the repository to the indication that tells of it (CIM_InstIndication and its subclasses)."""

from datetime import datetime

import pywbem

from mock_cimom.entry import Entry
from mock_cimom.repository import Change

CREATION, DELETION, MODIFICATION = "CIM_InstCreation", "CIM_InstDeletion", "CIM_InstModification"


def indication_class(change: Change) -> str:
    """Return the class of the indication that tells of a change."""
    if change.before is None:
        return CREATION
    return DELETION if change.after is None else MODIFICATION


def life_cycle_indication(change: Change, time: datetime, host: str | None) -> pywbem.CIMInstance | None:
    """Return the indication, None if nothing changed. `host` None leaves SourceInstanceHost NULL.

    Its embedded instances share their property objects with the repository: not to be changed.
    """
    source = change.after or change.before
    assert source is not None  # noqa: S101 - a change has at least one side
    made = pywbem.CIMInstance(indication_class(change))
    if change.before is not None and change.after is not None:
        changed = _changed_names(change.before, change.after)
        if not changed:
            return None
        made["ChangedPropertyNames"] = pywbem.CIMProperty("ChangedPropertyNames", changed, "string", is_array=True)
        made["PreviousInstance"] = _embedded("PreviousInstance", change.before)
    made["SourceInstance"] = _embedded("SourceInstance", source)
    made["SourceInstanceModelPath"] = model_path(source.instance.path)
    if host is not None:
        made["SourceInstanceHost"] = host
    made["IndicationTime"] = pywbem.CIMDateTime(time)
    return made


def model_path(path: pywbem.CIMInstanceName) -> str:
    """Return a path as text: `namespace:Class.key="value",...`, without the host."""
    local = path.copy()
    local.host = None
    return str(local.to_wbem_uri("historical"))


def _embedded(name: str, entry: Entry) -> pywbem.CIMProperty:
    instance = entry.instance
    copy = pywbem.CIMInstance(instance.classname, instance.properties)
    return pywbem.CIMProperty(name, copy, type="string", embedded_object="object")


def _changed_names(before: Entry, after: Entry) -> list[str]:
    old, new = before.instance.properties, after.instance.properties
    changed = [prop.name for prop in new.values() if _value(old.get(prop.name)) != prop.value]
    return changed + [prop.name for prop in old.values() if prop.value is not None and prop.name not in new]


def _value(prop: pywbem.CIMProperty | None) -> object:
    return None if prop is None else prop.value
