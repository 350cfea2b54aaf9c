"""Arrays and processors as VASA's entities, the same for block and file (`smis-mapping 2.1`, `2.2`)."""

from vasa_cim.adapters.smis.identity import Identity
from vasa_cim.adapters.smis.systems import System
from vasa_cim.adapters.smis.text import distinct_texts, first_text
from vasa_cim.model.entities import StorageArray, StorageProcessor
from vasa_cim.model.enums import EntityType
from vasa_cim.model.identifiers import array_id, entity_id


def storage_array(system: System, identity: Identity) -> StorageArray:
    """Return the array of a top system, still without protocols and profiles."""
    return StorageArray(
        unique_identifier=array_id(system.name),
        array_name=first_text(system.element_name, system.name) or system.name,
        vendor_id=identity.vendor,
        model_id=identity.model,
        firmware=identity.firmware,
        alternate_name=distinct_texts((system.name, identity.serial_number, *(value for _, value in system.labels))),
    )


def storage_processor(array: str, part: System) -> StorageProcessor:
    """Return the processor of a part of an array; an array without parts is its own processor."""
    names = distinct_texts((part.element_name, part.name, *(value for _, value in part.labels)))
    return StorageProcessor(unique_identifier=processor_id(array, part.name), sp_identifier=names)


def processor_id(array: str, part: str) -> str:
    """Return the id of a part of an array."""
    return entity_id(EntityType.PROCESSOR, array, part)
