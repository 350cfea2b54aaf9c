"""What an array allows of its masking views (`smis-mapping 3.1`): ProtocolControllerMaskingCapabilities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.systems import Systems
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import ObjectName, Row


@dataclass(frozen=True, slots=True)
class ViewRules:
    """How views of one array are to be read. The defaults are those that show least.

    `all_ports`: all front-end ports share each view. `default_views`: the array has views for everyone.
    `bare_is_open`: a view that nothing is said about is one, because no other may be without initiators there.
    `subjectless_is_open`: a view that may be used by nobody in particular is one; the array does not say otherwise.
    """

    all_ports: bool = False
    default_views: bool = False
    bare_is_open: bool = False
    subjectless_is_open: bool = False


def read_view_rules(
    walk: Walk, systems: Systems, element_capabilities: Iterable[ObjectName]
) -> Mapping[str, ViewRules]:
    """Return the rules of each array that states any. Raises SourceError."""
    rows = {row.key: row for row in walk.rows(v.MASKING_CAPABILITIES, v.MASKING_CAPABILITIES_PROPERTIES)}
    if len(rows) == 1 and len(systems.arrays) == 1:
        return {next(iter(systems.arrays)): _rules(next(iter(rows.values())))}
    found: dict[str, ViewRules] = {}
    for name in element_capabilities:
        element, capabilities = name.reference("ManagedElement"), name.reference("Capabilities")
        if element is not None and capabilities is not None and capabilities.key in rows:
            array = systems.array_for(element.text("SystemName") or element.text("Name"))
            if array is not None:
                rules = _rules(rows[capabilities.key])
                found[array] = _stricter(found.get(array, rules), rules)
    return found


def _stricter(one: ViewRules, other: ViewRules) -> ViewRules:
    return ViewRules(
        one.all_ports and other.all_ports,
        one.default_views and other.default_views,
        one.bare_is_open and other.bare_is_open,
        one.subjectless_is_open and other.subjectless_is_open,
    )


def _rules(row: Row) -> ViewRules:
    default_views, without = row.flag("SPCSupportsDefaultViews") is True, row.flag("SPCAllowsNoInitiators")
    return ViewRules(
        all_ports=row.number("PortsPerView") == v.ALL_PORTS_SHARE_VIEW,
        default_views=default_views,
        bare_is_open=default_views and without is False,
        subjectless_is_open=default_views and without is not True,
    )
