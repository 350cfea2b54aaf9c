"""The subscriptions of the Interop namespace, read into a table that is quick to ask (DSP1054, smis-mapping 7.3).

What cannot be served, a query nobody understands or a reference that leads nowhere, is logged and left out: instances
may have come from elsewhere than the providers that check them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import pywbem

from mock_cimom.entry import Entry
from mock_cimom.keys import normal_namespace
from mock_cimom.query import Query, QueryError, parse_query
from mock_cimom.repository import Namespace

LOG = logging.getLogger(__name__)

SUBSCRIPTION = "CIM_AbstractIndicationSubscription"
FILTER = "CIM_IndicationFilter"
COLLECTION = "CIM_FilterCollection"
MEMBER = "CIM_MemberOfCollection"
DESTINATION = "CIM_ListenerDestination"
SERVICE = "CIM_IndicationService"
# A change of an instance of these classes may change who gets what.
WATCHED = (SUBSCRIPTION, FILTER, MEMBER, DESTINATION)

ENABLED, DEGRADED, DISABLED = 2, 3, 4  # SubscriptionState
DELIVERING = (None, ENABLED, DEGRADED)


@dataclass(frozen=True)
class Destination:
    """Where indications go: the path and key of a listener destination, and the URL of its listener."""

    path: pywbem.CIMInstanceName = field(compare=False)
    key: str
    url: str


@dataclass(frozen=True)
class Subscription:
    """One filter and one destination. `expires` None means that it never ends."""

    filter_key: str
    filter_name: str
    query: Query
    destination: Destination
    expires: datetime | None


class SubscriptionTable:
    """The enabled subscriptions at one moment. It never changes."""

    def __init__(self, found: dict[str, tuple[Subscription, ...]], known: frozenset[str]) -> None:
        """`found` are the subscriptions by the namespace they are about; `known` are all destinations there are."""
        self._by_namespace = found
        self.known = known
        self.used = frozenset(one.destination.key for some in found.values() for one in some)

    def about(self, space: Namespace) -> tuple[Subscription, ...]:
        """Return the subscriptions to what happens in a namespace."""
        if not self._by_namespace:
            return ()
        return self._by_namespace.get(normal_namespace(space.name), ())


NOBODY = SubscriptionTable({}, frozenset())


def is_watched(space: Namespace, class_key: str) -> bool:
    """Tell whether a change of an instance of the class (lower case) in the Interop namespace matters to the table."""
    return any(class_key in space.classes.family(name) for name in WATCHED)


def read_subscriptions(interop: Namespace) -> SubscriptionTable:
    """Return the table of the subscriptions that are stored in the Interop namespace."""
    found: dict[str, dict[tuple[str, str], Subscription]] = {}
    for entry in _entries(interop, SUBSCRIPTION):
        for namespace, one in _read(interop, entry):
            # A filter reached on its own and through a collection gives one indication to a destination.
            found.setdefault(namespace, {}).setdefault((one.filter_key, one.destination.key), one)
    known = frozenset(_key(one.instance.path) for one in _entries(interop, DESTINATION))
    return SubscriptionTable({name: tuple(some.values()) for name, some in found.items()}, known)


def filters_of(interop: Namespace, path: pywbem.CIMInstanceName) -> list[Entry]:
    """Return the filters that a subscription's Filter leads to: itself, or the members of the collection."""
    entry = interop.instances.find(path)
    if entry is None:
        return []
    if entry.class_key in interop.classes.family(FILTER):
        return [entry]
    members = []
    for association in interop.instances.referring_to(path, interop.classes.family(MEMBER)):
        roles = dict(association.references())
        member = interop.instances.find(roles["member"]) if "member" in roles else None
        if member is not None and member.class_key in interop.classes.family(FILTER):
            members.append(member)
    return members


def source_namespaces(instance: pywbem.CIMInstance, home: str) -> list[str]:
    """Return the namespaces a filter is about; `home` is where it is registered, which holds if it names none."""
    several = instance.get("SourceNamespaces") or []
    single = instance.get("SourceNamespace")
    named = [one for one in [*several, single] if one]
    return list(dict.fromkeys(normal_namespace(one) for one in named)) or [normal_namespace(home)]


def _key(path: pywbem.CIMInstanceName) -> str:
    return str(path.to_wbem_uri("canonical"))


def _entries(space: Namespace, class_name: str) -> list[Entry]:
    return space.instances.of_classes(sorted(space.classes.family(class_name)))


def _read(interop: Namespace, entry: Entry) -> Iterator[tuple[str, Subscription]]:
    roles = dict(entry.references())
    instance = entry.instance
    if instance.get("SubscriptionState") not in DELIVERING or not {"filter", "handler"} <= set(roles):
        return
    handler = interop.instances.find(roles["handler"])
    url = handler.instance.get("Destination") if handler else None
    if handler is None or not isinstance(url, str):
        return
    destination = Destination(handler.instance.path, _key(handler.instance.path), url)
    for one in filters_of(interop, roles["filter"]):
        query = _query(one.instance)
        if query is None:
            continue
        key = _key(one.instance.path)
        made = Subscription(key, str(one.instance.get("Name")), query, destination, _expiry(instance))
        for namespace in source_namespaces(one.instance, interop.name):
            yield namespace, made


def _query(instance: pywbem.CIMInstance) -> Query | None:
    try:
        return _parsed(str(instance.get("Query")), str(instance.get("QueryLanguage")))
    except QueryError as error:
        LOG.warning("Filter %s selects nothing: %s", instance.get("Name"), error)
        return None


@lru_cache(1024)
def _parsed(text: str, language: str) -> Query:
    return parse_query(text, language)


def _expiry(instance: pywbem.CIMInstance) -> datetime | None:
    duration: Any = instance.get("SubscriptionDuration")
    start = instance.get("SubscriptionStartTime")
    if duration is None or start is None or start.datetime is None:
        return None
    try:
        expiry: datetime = start.datetime + timedelta(seconds=int(duration))
    except OverflowError:
        return None
    return expiry
