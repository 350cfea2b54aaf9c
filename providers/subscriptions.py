"""Instance-write providers of the classes by which clients subscribe to indications (DSP1054, smis-mapping 7.3).

pywbem_mock's own providers store what they are given. These also check it: a filter whose query nobody understands, a
destination that is no URL or a subscription to nothing would leave its owner waiting for ever.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pywbem
from pywbem_mock import InstanceWriteProvider

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import Indications
from mock_cimom.indications.subscriptions import (
    COLLECTION,
    DESTINATION,
    DISABLED,
    ENABLED,
    FILTER,
    SERVICE,
    SUBSCRIPTION,
    source_namespaces,
)
from mock_cimom.keys import settle_path, settle_references
from mock_cimom.providers.subscription_rules import (
    check_filter,
    invalid,
    not_supported,
    refuse_used,
    system_keys,
)
from mock_cimom.repository import Namespace

# ruff: noqa: N802, N803

CAPABILITIES = "CIM_IndicationServiceCapabilities"
PERMANENT = 2  # CIM_ListenerDestination.PersistenceType
CIM_XML = 2  # CIM_ListenerDestination.Protocol
IGNORE, NO_REPETITION = 2, 2  # OnFatalErrorPolicy, RepeatNotificationPolicy
TEXTS = frozenset({"caption", "description", "elementname"})


class Guarded(InstanceWriteProvider):
    """What the providers here have in common: creation in the Interop namespace alone, and few changes.

    `offered` says which filters clients may make; NONE refuses everything.
    """

    changeable: frozenset[str] = frozenset()

    def __init__(self, connection: CimomConnection, class_names: list[str], offered: Indications) -> None:
        super().__init__(connection.cimrepository)
        self.provider_classnames = class_names
        self.offered = offered

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Create an instance.

        Raises CIM_ERR_NOT_SUPPORTED, CIM_ERR_INVALID_PARAMETER for what would not work, CIM_ERR_ALREADY_EXISTS.
        """
        if self.offered is Indications.NONE:
            raise not_supported("This server delivers no indications")
        if not self.is_interop_namespace(namespace):
            raise invalid(f"{new_instance.classname} belongs into the Interop namespace, not into {namespace}")
        self.complete(self.cimrepository.namespace(namespace), new_instance)
        return super().CreateInstance(namespace, new_instance)

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Change an instance. Raises CIM_ERR_NOT_SUPPORTED if it, or a property that would change, is read-only."""
        space = self.cimrepository.namespace(modified_instance.path.namespace)
        self.admit(space, modified_instance.path)
        stored = space.instances.get(modified_instance.path, copy=False)
        changed = {
            prop.name.lower() for prop in modified_instance.properties.values() if stored.get(prop.name) != prop.value
        }
        if changed - self.changeable:
            names = ", ".join(sorted(changed - self.changeable))
            raise not_supported(f"{modified_instance.classname}: {names} cannot be changed")
        self.check_change(modified_instance, changed)
        super().ModifyInstance(modified_instance, IncludeQualifiers)

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Delete an instance. Raises CIM_ERR_NOT_SUPPORTED if it is read-only, CIM_ERR_FAILED if it is in use."""
        space = self.cimrepository.namespace(InstanceName.namespace)
        self.admit(space, InstanceName)
        refuse_used(space, InstanceName)
        space.instances.delete(InstanceName)

    def complete(self, space: Namespace, instance: pywbem.CIMInstance) -> None:
        """Check a new instance and fill what the server fills."""
        raise not_supported(f"Clients cannot create instances of {instance.classname}")

    def admit(self, space: Namespace, path: pywbem.CIMInstanceName) -> None:
        """Return if clients may change the instance at `path`. Raises CIM_ERR_NOT_SUPPORTED."""
        raise not_supported(f"This instance of {path.classname} is always there, and stays as it is")

    def check_change(self, modified: pywbem.CIMInstance, changed: set[str]) -> None:
        """Return if the values of the properties `changed` (lower case) will do."""


class Fixed(Guarded):
    """Filter collections, the service's capabilities, and everything that is stored outside of Interop: read-only."""


class Service(Guarded):
    """The indication service: clients set how often and when deliveries are tried, and what failures lead to."""

    changeable = frozenset(
        {
            "deliveryretryattempts",
            "deliveryretryinterval",
            "subscriptionremovalaction",
            "subscriptionremovaltimeinterval",
        }
    )

    def admit(self, space: Namespace, path: pywbem.CIMInstanceName) -> None:
        """Return unless there is nothing to be set, as nothing is delivered."""
        if self.offered is Indications.NONE:
            super().admit(space, path)

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Raise CIM_ERR_NOT_SUPPORTED."""
        super().admit(self.cimrepository.namespace(InstanceName.namespace), InstanceName)

    def check_change(self, modified: pywbem.CIMInstance, changed: set[str]) -> None:
        """Raise CIM_ERR_INVALID_PARAMETER for NULL and for actions there are none of."""
        if any(modified[name] is None for name in changed):
            raise invalid("A setting of the indication service cannot be NULL")
        if "subscriptionremovalaction" in changed and modified["SubscriptionRemovalAction"] not in (2, 3, 4):
            raise invalid("SubscriptionRemovalAction is 2 (Remove), 3 (Disable) or 4 (Ignore)")


class Filters(Guarded):
    """Filters. Those in a filter collection are static and read-only."""

    changeable = TEXTS | {"individualsubscriptionsupported"}

    def complete(self, space: Namespace, instance: pywbem.CIMInstance) -> None:
        """Raise CIM_ERR_INVALID_PARAMETER for an unusable query or namespace, CIM_ERR_NOT_SUPPORTED for others."""
        _name(space, instance)
        namespaces = []
        for name in source_namespaces(instance, space.name):
            try:
                namespaces.append(self.cimrepository.namespace(name))
            except KeyError as error:
                raise invalid(f"There is no namespace {name!r}") from error
        check_filter(instance, namespaces, self.offered)
        if instance.get("IndividualSubscriptionSupported") is None:
            instance["IndividualSubscriptionSupported"] = True

    def admit(self, space: Namespace, path: pywbem.CIMInstanceName) -> None:
        """Return unless the filter is static."""
        if space.instances.referring_to(path, space.classes.family("CIM_MemberOfCollection")):
            super().admit(space, path)


class Destinations(Guarded):
    """Listener destinations."""

    changeable = TEXTS

    def complete(self, space: Namespace, instance: pywbem.CIMInstance) -> None:
        """Raise CIM_ERR_INVALID_PARAMETER for a destination nothing can be sent to."""
        _name(space, instance)
        url = instance.get("Destination")
        if not isinstance(url, str) or not _is_http_url(url):
            raise invalid(f"Destination {url!r} is no http or https URL")
        if instance.get("Protocol") not in (None, CIM_XML):
            raise invalid("Indications are delivered by CIM-XML (Protocol 2) only")
        instance["Protocol"] = pywbem.Uint16(CIM_XML)
        if instance.get("PersistenceType") is None:
            instance["PersistenceType"] = pywbem.Uint16(PERMANENT)

    def admit(self, space: Namespace, path: pywbem.CIMInstanceName) -> None:
        """Return: all destinations are made by clients."""


class Subscriptions(Guarded):
    """Subscriptions to filters, and to filter collections."""

    changeable = frozenset(
        {
            "subscriptionstate",
            "subscriptioninfo",
            "subscriptionduration",
            "onfatalerrorpolicy",
            "failuretriggertimeinterval",
        }
    )

    def complete(self, space: Namespace, instance: pywbem.CIMInstance) -> None:
        """Raise CIM_ERR_INVALID_PARAMETER for a reference to nothing, CIM_ERR_NOT_SUPPORTED for a lone filter."""
        settle_references(instance, space.name)
        collected = instance.classname.lower() in space.classes.family("CIM_FilterCollectionSubscription")
        chosen = _target(space, instance, "Filter", COLLECTION if collected else FILTER)
        _target(space, instance, "Handler", DESTINATION)
        if not collected and chosen.get("IndividualSubscriptionSupported") is False:
            raise not_supported("This filter can be subscribed to with its collection only")
        _check_state(instance.get("SubscriptionState"))
        now = pywbem.CIMDateTime(datetime.now(UTC))
        instance["SubscriptionStartTime"] = now
        instance["TimeOfLastStateChange"] = now
        defaults = {
            "SubscriptionState": ENABLED,
            "OnFatalErrorPolicy": IGNORE,
            "RepeatNotificationPolicy": NO_REPETITION,
        }
        for name, value in defaults.items():
            if instance.get(name) is None:
                instance[name] = pywbem.Uint16(value)

    def admit(self, space: Namespace, path: pywbem.CIMInstanceName) -> None:
        """Return: all subscriptions are made by clients."""

    def check_change(self, modified: pywbem.CIMInstance, changed: set[str]) -> None:
        """Raise CIM_ERR_INVALID_PARAMETER for a state that clients do not set."""
        if "subscriptionstate" in changed:
            _check_state(modified["SubscriptionState"], ENABLED)
            modified["TimeOfLastStateChange"] = pywbem.CIMDateTime(datetime.now(UTC))


def register_subscription_providers(connection: CimomConnection, offered: Indications = Indications.ALL) -> None:
    """Register the providers for the classes of subscriptions that the namespaces declare.

    `offered` ALERTS lets clients make filters for alerts only, NONE none at all. Without an Interop namespace nothing
    is registered.
    """
    interop = connection.find_interop_namespace()
    if interop is None:
        return
    areas: list[tuple[type[Guarded], tuple[str, ...]]] = [
        (Filters, (FILTER,)),
        (Destinations, (DESTINATION,)),
        (Subscriptions, (SUBSCRIPTION,)),
        (Service, (SERVICE,)),
        (Fixed, (COLLECTION, CAPABILITIES)),
    ]
    for namespace in connection.cimrepository.namespaces:
        classes = connection.cimrepository.namespace(namespace).classes
        for provider, roots in areas:
            keys = {key for root in roots for key in classes.family(root)}
            declared = [one.classname for one in (classes.get(key, copy=False) for key in sorted(keys))]
            if declared:
                made = provider(connection, declared, offered)
                connection.register_provider(made, namespaces=namespace)


def _name(space: Namespace, instance: pywbem.CIMInstance) -> None:
    """Fill the keys a server fills, as servers do whatever they are given. Raises CIM_ERR_INVALID_PARAMETER."""
    if not instance.get("Name"):
        raise invalid(f"An instance of {instance.classname} needs a Name")
    declared = space.classes.get(instance.classname, copy=False)
    instance["CreationClassName"] = declared.classname
    instance["SystemCreationClassName"], instance["SystemName"] = system_keys(space)


def _target(space: Namespace, instance: pywbem.CIMInstance, role: str, class_name: str) -> pywbem.CIMInstance:
    path: Any = instance.get(role)
    if not isinstance(path, pywbem.CIMInstanceName):
        raise invalid(f"A subscription needs its reference {role}")
    settle_path(path, space.name)
    entry = space.instances.find(path)
    if entry is None or entry.class_key not in space.classes.family(class_name):
        raise invalid(f"{role} leads to no {class_name}: {path}")
    return entry.instance


def _check_state(state: int | None, default: int | None = None) -> None:
    if state not in (default, ENABLED, DISABLED):
        raise invalid("SubscriptionState is 2 (Enabled) or 4 (Disabled)")


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
