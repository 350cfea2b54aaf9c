"""What an operator may decide about the provider itself."""

from dataclasses import dataclass

from vasa_cim.errors import ConfigurationError

LEAST_SESSION_TIMEOUT = 60
GREATEST_SESSION_TIMEOUT = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Settings of the common provider. Raises ConfigurationError for values that cannot be used.

    `default_session_timeout` and `first_context_wait` are in seconds; queue sizes are elements per session;
    `require_client_certificate` False is for a lab only: then the cookie alone protects the calls (`vasa-1.0 4.2`).
    """

    name: str
    default_namespace: str
    provider_version: str
    default_session_timeout: int = 1800
    max_sessions: int = 64
    event_queue_size: int = 10_000
    alarm_queue_size: int = 10_000
    batch_limit: int = 100
    require_client_certificate: bool = True
    first_context_wait: float = 30.0

    def __post_init__(self) -> None:
        for setting in ("max_sessions", "event_queue_size", "alarm_queue_size", "batch_limit"):
            if getattr(self, setting) < 1:
                raise ConfigurationError(setting=setting, reason="must be at least 1")
        if not LEAST_SESSION_TIMEOUT <= self.default_session_timeout <= GREATEST_SESSION_TIMEOUT:
            raise ConfigurationError(
                setting="session_timeout",
                reason=f"must be {LEAST_SESSION_TIMEOUT} to {GREATEST_SESSION_TIMEOUT} seconds",
            )
        if self.first_context_wait < 0:
            raise ConfigurationError(setting="first_context_wait", reason="must not be negative")

    def session_timeout(self, requested: int | None) -> int:
        """Return the idle time of a session whose client asked for `requested` seconds (`vasa-1.0 5.1`)."""
        if requested is None or requested <= 0:
            return self.default_session_timeout
        return min(max(requested, LEAST_SESSION_TIMEOUT), GREATEST_SESSION_TIMEOUT)
