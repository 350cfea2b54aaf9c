"""Settings of the provider."""

import pytest

from vasa_cim.errors import ConfigurationError
from vasa_cim.framework.settings import ProviderSettings

BASE = {"name": "p", "default_namespace": "n", "provider_version": "1"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("max_sessions", 0),
        ("event_queue_size", 0),
        ("alarm_queue_size", -1),
        ("batch_limit", 0),
        ("first_context_wait", -0.1),
    ],
)
def test_values_that_cannot_be_used_are_refused_by_name(setting, value):
    with pytest.raises(ConfigurationError, match=setting):
        ProviderSettings(**BASE, **{setting: value})


@pytest.mark.parametrize("seconds", [59, 86_401])
def test_the_default_timeout_must_be_inside_the_range(seconds):
    with pytest.raises(ConfigurationError, match="session_timeout"):
        ProviderSettings(**BASE, default_session_timeout=seconds)
