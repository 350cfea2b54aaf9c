"""The settings of the indication service, and what becomes of subscriptions whose listener is gone (DSP1054)."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pywbem

from mock_cimom.entry import Entry
from mock_cimom.indications.subscriptions import DISABLED, SERVICE, SUBSCRIPTION, Destination
from mock_cimom.repository import IndexedRepository, Namespace

LOG = logging.getLogger(__name__)

REMOVE, DISABLE, IGNORE = 2, 3, 4  # CIM_IndicationService.SubscriptionRemovalAction
DISABLE_ON_ERROR, REMOVE_ON_ERROR = 3, 4  # CIM_AbstractIndicationSubscription.OnFatalErrorPolicy
RETRY_ATTEMPTS, RETRY_SECONDS = 3, 30
REMOVAL_SECONDS = 30 * 24 * 3600
DEFAULT_NAME = "indications"


@dataclass(frozen=True)
class ServiceSettings:
    """The settings of CIM_IndicationService; times in seconds.

    A subscription is removed (or disabled) at a failed delivery if another one failed `removal_seconds` or longer
    before and none succeeded in between.
    """

    name: str = DEFAULT_NAME
    retry_attempts: int = RETRY_ATTEMPTS
    retry_seconds: float = RETRY_SECONDS
    removal_action: int = REMOVE
    removal_seconds: float = REMOVAL_SECONDS


def service_settings(interop: Namespace | None, time_scale: float = 1.0) -> ServiceSettings:
    """Read the settings; properties that are NULL, or a service that is missing, have the defaults.

    All times are multiplied by `time_scale`.
    """
    found = [] if interop is None else interop.instances.of_classes(sorted(interop.classes.family(SERVICE)))
    values: Any = found[0].instance if found else {}
    return ServiceSettings(
        str(values.get("Name") or DEFAULT_NAME),
        int(_given(values.get("DeliveryRetryAttempts"), RETRY_ATTEMPTS)),
        float(_given(values.get("DeliveryRetryInterval"), RETRY_SECONDS)) * time_scale,
        int(_given(values.get("SubscriptionRemovalAction"), REMOVE)),
        float(_given(values.get("SubscriptionRemovalTimeInterval"), REMOVAL_SECONDS)) * time_scale,
    )


@dataclass(frozen=True)
class FailurePolicy:
    """Removes or disables the subscriptions of a destination that does not answer, as service and client want it."""

    repository: IndexedRepository
    interop: Namespace
    settings: ServiceSettings
    time_scale: float = 1.0

    def apply(self, destination: Destination, first: datetime, latest: datetime) -> None:
        """Act on a delivery that was given up: `first` and `latest` are the times of the first and this failure."""
        seconds = (latest - first).total_seconds()
        family = self.interop.classes.family(SUBSCRIPTION)
        with self.repository.writing():
            for entry in self.interop.instances.referring_to(destination.path, family):
                action = self._action(entry.instance, seconds, again=latest > first)
                if action == REMOVE:
                    LOG.warning("A subscription to %s is removed, as it does not answer", destination.url)
                    self.interop.instances.delete(entry.instance.path)
                elif action == DISABLE:
                    LOG.warning("A subscription to %s is disabled, as it does not answer", destination.url)
                    self._disable(entry, latest)

    def _action(self, instance: pywbem.CIMInstance, seconds: float, again: bool) -> int:
        policy = instance.get("OnFatalErrorPolicy")
        trigger = int(instance.get("FailureTriggerTimeInterval") or 0) * self.time_scale
        if policy in (DISABLE_ON_ERROR, REMOVE_ON_ERROR) and seconds >= trigger:
            return REMOVE if policy == REMOVE_ON_ERROR else DISABLE
        if again and seconds >= self.settings.removal_seconds:
            return self.settings.removal_action
        return IGNORE

    def _disable(self, entry: Entry, now: datetime) -> None:
        path = entry.instance.path
        changed = self.interop.instances.get(path)
        changed["SubscriptionState"] = pywbem.Uint16(DISABLED)
        changed["TimeOfLastStateChange"] = pywbem.CIMDateTime(now)
        self.interop.instances.update(path, changed)


def _given(value: Any, default: int) -> Any:
    return default if value is None else value
