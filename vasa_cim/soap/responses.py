"""The bytes of answers: envelopes around compiled writers, entities from fragments made once (`vasa-1.0 1.5`)."""

from collections.abc import Callable, Iterable
from typing import Any

from vasa_cim.model.entities import Entity
from vasa_cim.soap.bindings import BINDINGS, declared_type, is_repeated
from vasa_cim.soap.faults import SoapFault, VasaWireFault
from vasa_cim.soap.names import BODY, DATA, FAULT, PREFIXES, SoapVersion, local_name
from vasa_cim.soap.writer import Write, Writers, WwnFormat, escape

Parts = list[bytes]
WriteAnswer = Callable[[Any, SoapVersion], Parts]

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _spaces(*namespaces: str) -> str:
    return "".join(f' xmlns:{PREFIXES[namespace]}="{namespace}"' for namespace in namespaces)


def _opening(version: SoapVersion) -> str:
    return f'{_DECLARATION}<s:Envelope xmlns:s="{version.namespace}"><s:Body>'


_CLOSING = "</s:Body></s:Envelope>"


class ResponseWriter:
    """Writes the answers and faults of one server."""

    def __init__(self, wwn_format: WwnFormat) -> None:
        self._writers = Writers(wwn_format)
        self._wwn_format = wwn_format

    def answer(self, message: Any) -> WriteAnswer:
        """Return the writer of a response wrapper; one without members gives an empty Body (`vasa-1.0 1.3`)."""
        if not message._type_info:
            empty = {version: [f"{_opening(version)}{_CLOSING}".encode()] for version in SoapVersion}
            return lambda value, version: empty[version]
        tag = f"{PREFIXES[BODY]}:{message.get_type_name()}"
        heads = {version: f"{_opening(version)}<{tag}{_spaces(BODY, DATA)}>".encode() for version in SoapVersion}
        tail = f"</{tag}>{_CLOSING}".encode()
        ((name, contract),) = message._type_info.items()
        parts = self._parts(name, contract)
        return lambda value, version: [heads[version], *parts(value), tail]

    def _parts(self, name: str, contract: Any) -> Callable[[Any], Iterable[bytes]]:
        write = self._writers.element(BODY, name, contract)
        if self._keeps_fragments(contract):
            return _fragments(self._writers.element(BODY, name, declared_type(contract)))
        return lambda value: (write(value).encode(),)

    def _keeps_fragments(self, contract: Any) -> bool:
        """Return whether the written form stays on the entity.

        It does not where it depends on a `wwn_format` that another server of this process may not share: the few
        ports are then written anew in each answer.
        """
        binding = BINDINGS.get(declared_type(contract))
        if binding is None or not is_repeated(contract) or not issubclass(binding.python, Entity):
            return False
        return not binding.wwns or self._wwn_format is WwnFormat.COLON

    def fault(self, fault: Any, version: SoapVersion) -> Parts:
        """Return a fault in the shape of the SOAP version; only the declared faults have a detail."""
        detail = self._detail(fault) if isinstance(fault, VasaWireFault) else ""
        header = _fault_header(fault) if version is SoapVersion.V12 and isinstance(fault, SoapFault) else ""
        body = _fault_11(fault, detail) if version is SoapVersion.V11 else _fault_12(fault, detail)
        start = f'{_DECLARATION}<s:Envelope xmlns:s="{version.namespace}">{header}<s:Body>'
        return [f"{start}{body}{_CLOSING}".encode()]

    def _detail(self, fault: VasaWireFault) -> str:
        ((name, contract),) = fault._type_info.items()
        inner = self._writers.element(BODY, name, contract)(fault.fault_detail)
        tag = f"{PREFIXES[BODY]}:{name}"
        return f"<{tag}{_spaces(BODY, DATA, FAULT)}>{inner}</{tag}>"


def _fragments(write: Write) -> Callable[[Iterable[Entity]], list[bytes]]:
    def made(entity: Entity) -> bytes:
        fragment = write(entity).encode()
        # Entities are frozen; this slot is not part of their value, and setting it twice does no harm.
        object.__setattr__(entity, "fragment", fragment)
        return fragment

    return lambda entities: [entity.fragment or made(entity) for entity in entities]


def _fault_11(fault: Any, detail: str) -> str:
    wrapped = f"<detail>{detail}</detail>" if detail else ""
    code = fault.code.text(SoapVersion.V11)
    reason = escape(fault.reason)
    return f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>{reason}</faultstring>{wrapped}</s:Fault>"


def _fault_12(fault: Any, detail: str) -> str:
    wrapped = f"<s:Detail>{detail}</s:Detail>" if detail else ""
    code = fault.code.text(SoapVersion.V12)
    reason = escape(fault.reason)
    return (
        f"<s:Fault><s:Code><s:Value>s:{code}</s:Value></s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason>{wrapped}</s:Fault>'
    )


def _fault_header(fault: SoapFault) -> str:
    """Return the headers that SOAP 1.2 wants beside two of its faults: what was not understood, what is spoken."""
    blocks = [f"<s:NotUnderstood {_qname(tag)}/>" for tag in fault.not_understood]
    return f"<s:Header>{''.join(blocks)}</s:Header>" if blocks else ""


def _qname(tag: str) -> str:
    """Return a `qname` attribute that names the tag, and the declaration of its prefix."""
    name = local_name(tag)
    if not tag.startswith("{"):
        return f'qname="{name}"'
    namespace = escape(tag[1:].rpartition("}")[0]).replace('"', "&quot;").replace("\n", " ").replace("\t", " ")
    return f'qname="h:{name}" xmlns:h="{namespace}"'
