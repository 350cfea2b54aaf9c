"""The commands of the control channel by name, with their arguments checked."""

from collections.abc import Callable, Mapping
from typing import Any

from vasa_cim.control.adapters import AdapterControl
from vasa_cim.control.server import IsWanted
from vasa_cim.control.sources import SourceControl
from vasa_cim.errors import CommandRefused

ARRAY_ADD, ARRAY_LIST, ARRAY_REMOVE = "array add", "array list", "array remove"
ADAPTER_LIST, ADAPTER_UNLOAD, ADAPTER_LOAD = "adapter list", "adapter unload", "adapter load"


class Commands:
    """Does what an operator asks for: `perform` is a `control.server.Perform`."""

    def __init__(self, sources: SourceControl, adapters: AdapterControl) -> None:
        self._sources = sources
        self._commands: Mapping[str, Callable[[Mapping[str, Any], IsWanted], Any]] = {
            ARRAY_ADD: self._add,
            ARRAY_LIST: lambda arguments, _: sources.describe(),
            ARRAY_REMOVE: lambda arguments, _: sources.remove(_name(arguments)),
            ADAPTER_LIST: lambda arguments, _: adapters.describe(),
            ADAPTER_UNLOAD: lambda arguments, _: adapters.unload(_name(arguments)),
            ADAPTER_LOAD: lambda arguments, _: adapters.load(_name(arguments)),
        }

    def perform(self, command: str, arguments: Mapping[str, Any], is_wanted: IsWanted) -> Any:
        """Do a command and return its result. Raises VasaCimError."""
        found = self._commands.get(command)
        if found is None:
            raise CommandRefused(reason=f"this provider knows no command {command!r}")
        return found(arguments, is_wanted)

    def _add(self, arguments: Mapping[str, Any], is_wanted: IsWanted) -> dict[str, Any]:
        table, force = arguments.get("source"), arguments.get("force", False)
        if not isinstance(table, dict) or not isinstance(force, bool):
            raise CommandRefused(reason="array add needs a source")
        return self._sources.add(table, is_wanted, force=force)


def _name(arguments: Mapping[str, Any]) -> str:
    name = arguments.get("name")
    if not isinstance(name, str):
        raise CommandRefused(reason="a name is needed")
    return name
