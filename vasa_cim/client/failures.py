"""What can go wrong for a client besides the nine VASA faults, which are raised as the classes of `vasa_cim.errors`."""

from lxml import etree

from vasa_cim.errors import VasaCimError


class ClientError(VasaCimError):
    """Base of the client's own errors."""


class ProviderUnreachable(ClientError):
    """No answer: name, address, port, TLS trust, time-out, or a connection that broke."""

    text = "{url} cannot be reached: {reason}"


class HttpFailure(ClientError):
    """An HTTP status that carries no SOAP answer. Facts: `url`, `status` (int), `reason`."""

    text = "{url} answered HTTP {status} {reason}"


class SoapFault(ClientError):
    """A SOAP fault without VASA detail. Facts: `code` (local name of the fault code), `reason`."""

    text = "SOAP fault {code}: {reason}"


class UnreadableAnswer(ClientError):
    """An answer that does not fit the contract. Facts: `element` (its path from the body), `reason`."""

    text = "the answer does not fit the contract at {element}: {reason}"


def unreadable(element: etree._Element, reason: str, child: str | None = None) -> UnreadableAnswer:
    """Return the error about this element of an answer, or about its child of that name."""
    return UnreadableAnswer(element=path_of(element) + (f"/{child}" if child else ""), reason=reason)


def path_of(element: etree._Element) -> str:
    """Return local names from below the SOAP body down to `element`, with the place among equals from 1."""
    parts: list[str] = []
    current: etree._Element | None = element
    while current is not None and (name := etree.QName(current).localname) not in ("Body", "Envelope"):
        place = 1 + sum(1 for _ in current.itersiblings(current.tag, preceding=True))
        parent = current.getparent()
        only = parent is None or (place == 1 and next(current.itersiblings(current.tag), None) is None)
        parts.append(name if only else f"{name}[{place}]")
        current = parent
    return "/".join(reversed(parts)) or etree.QName(element).localname
