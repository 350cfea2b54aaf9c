"""Requests: one operation and its arguments as the child of a SOAP body (`vasa-1.0 2.1`, `3.3`)."""

from collections.abc import Sequence

from lxml import etree

from vasa_cim.client.contract import BODY, DATA, SCHEMA_INSTANCE
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

Ids = Sequence[str | None] | None
Argument = tuple[str, str | int | UsageContext | None]
"""Element name in the body namespace and value; None is sent as `xsi:nil`, what is absent is not listed."""

_NIL = f"{{{SCHEMA_INSTANCE}}}nil"


def request_element(operation: str, arguments: Sequence[Argument]) -> etree._Element | None:
    """Return the request element; None for queryCatalog, whose body is empty (`vasa-1.0 1.3`).

    Raises ValueError for text that XML cannot carry.
    """
    if operation == "queryCatalog":
        return None
    root = etree.Element(f"{{{BODY}}}{operation}", nsmap={"v": BODY, "d": DATA, "xsi": SCHEMA_INSTANCE})
    for name, value in arguments:
        element = etree.SubElement(root, f"{{{BODY}}}{name}")
        if value is None:
            element.set(_NIL, "true")
        elif isinstance(value, UsageContext):
            _fill_usage_context(element, value)
        else:
            element.text = str(value)
    return root


def repeated(name: str, ids: Ids) -> list[Argument]:
    """Return a list argument: one element per id; None and an empty list are no element at all (`vasa-1.0 1.4`)."""
    return [(name, one) for one in ids or ()]


def _fill_usage_context(element: etree._Element, context: UsageContext) -> None:
    for name in context.chap_usernames:
        _text(element, "chapUsername", name)
    for initiator in context.host_initiators:
        _fill_initiator(etree.SubElement(element, f"{{{DATA}}}hostInitiator"), initiator)
    for address in context.iscsi_initiator_ip_addresses:
        _text(element, "iscsiInitiatorIpAddress", address)
    for mount in context.mount_points:
        _fill_mount(etree.SubElement(element, f"{{{DATA}}}mountPoint"), mount)
    if context.session_timeout_in_seconds is not None:
        _text(element, "sessionTimeoutInSeconds", str(context.session_timeout_in_seconds))
    _text(element, "vcGuid", context.vc_guid)


def _fill_initiator(element: etree._Element, initiator: HostInitiator) -> None:
    _text(element, "uniqueIdentifier", initiator.unique_identifier)
    _text(element, "iscsiIdentifier", initiator.iscsi_identifier)
    _text(element, "nodeWwn", initiator.node_wwn)
    _text(element, "portWwn", initiator.port_wwn)


def _fill_mount(element: etree._Element, mount: MountPoint) -> None:
    _text(element, "filePath", mount.file_path)
    _text(element, "serverName", mount.server_name)


def _text(parent: etree._Element, name: str, value: str | None) -> None:
    if value is not None:
        etree.SubElement(parent, f"{{{DATA}}}{name}").text = value
