"""What every masking dialect builds on."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_cimom.estate.plan import Array, Initiator
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.ports import Ports


@dataclass(frozen=True)
class Ground:
    """An array whose initiators, ports and volumes (by number) are published; `service` is the masking service."""

    factory: InstanceFactory
    array: Array
    top: Ref
    service: Ref
    initiators: Mapping[Initiator, Ref]
    ports: Ports
    volumes: Mapping[int, Ref]
