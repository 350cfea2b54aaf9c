"""What CreateInstance, ModifyInstance and DeleteInstance do to the objects of block arrays (9.6).

Any property but a key can be changed, which is how a client lets a volume, a port or a system fail. The pools' bytes
keep adding up, and what is deleted leaves no association behind.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pywbem
from pywbem_mock import InstanceWriteProvider

from mock_cimom.providers.group_masking import GroupMethods
from mock_cimom.providers.hardware_ids import HardwareIds
from mock_cimom.providers.live import ALLOCATED_FROM, Live, SpaceError
from mock_cimom.providers.masking_array import Style
from mock_cimom.providers.new_volumes import VOLUME, delete_volume
from mock_cimom.providers.storage_pools import POOL
from mock_cimom.providers.volume_copies import refresh_copies
from mock_cimom.repository import IndexedRepository

# ruff: noqa: N802, N803

Deletion = Callable[[Live, pywbem.CIMInstance], None]


def refused(text: str, status: int = pywbem.CIM_ERR_INVALID_PARAMETER) -> pywbem.CIMError:
    """Return the CIM error that a write ends in."""
    return pywbem.CIMError(status, text)


class TidyDeletion(InstanceWriteProvider):
    """Objects that take their associations with them when they are deleted."""

    def __init__(
        self, repository: IndexedRepository, class_names: Iterable[str], delete: Deletion, made_by: str | None = None
    ) -> None:
        """`delete` deletes an instance; `made_by` names the method that makes such objects, None lets clients do so."""
        super().__init__(repository)
        self.provider_classnames = sorted(class_names)
        self._delete = delete
        self._made_by = made_by

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Create an instance. Raises CIM_ERR_NOT_SUPPORTED for what is made by a method."""
        if self._made_by is not None:
            raise refused(
                f"Instances of {new_instance.classname} are made by {self._made_by}", pywbem.CIM_ERR_NOT_SUPPORTED
            )
        with self.cimrepository.writing():
            return super().CreateInstance(namespace, new_instance)

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Change properties of an instance."""
        with self.cimrepository.writing():
            super().ModifyInstance(modified_instance, IncludeQualifiers)

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Delete an instance and the associations that refer to it."""
        live = Live(self.cimrepository, InstanceName.namespace)
        with self.cimrepository.writing():
            self._delete(live, live.instance(InstanceName))


class Volumes(TidyDeletion):
    """Volumes: what repeats their properties follows them."""

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Change properties of a volume."""
        with self.cimrepository.writing():
            super().ModifyInstance(modified_instance, IncludeQualifiers)
            refresh_copies(Live(self.cimrepository, modified_instance.path.namespace), modified_instance.path)


class Pools(TidyDeletion):
    """Pools: what is left follows the total, and the total what is left, whichever a client changes."""

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Change properties of a pool. Raises CIM_ERR_INVALID_PARAMETER for bytes that do not add up."""
        live = Live(self.cimrepository, modified_instance.path.namespace)
        with self.cimrepository.writing():
            self._keep_sum(live, modified_instance)
            super().ModifyInstance(modified_instance, IncludeQualifiers)

    @staticmethod
    def _keep_sum(live: Live, modified: pywbem.CIMInstance) -> None:
        pool = live.instance(modified.path)
        now = {name: pool.get(name) for name in ("TotalManagedSpace", "RemainingManagedSpace")}
        then = {name: modified.get(name, value) for name, value in now.items()}
        if then == now or now["TotalManagedSpace"] is None:
            return
        total, left = then["TotalManagedSpace"], then["RemainingManagedSpace"]
        consumed = sum(int(one["SpaceConsumed"]) for one in live.links(pool.path, ALLOCATED_FROM, "Antecedent"))
        if total is not None and total != now["TotalManagedSpace"] and left == now["RemainingManagedSpace"]:
            left = int(total) - consumed
        elif left is not None and total == now["TotalManagedSpace"]:
            total = int(left) + consumed
        if total is None or left is None or left < 0 or total != left + consumed:
            raise refused(
                f"TotalManagedSpace {total} is not RemainingManagedSpace {left} and the {consumed} bytes "
                f"allocated from {pool.path}"
            )
        modified["TotalManagedSpace"], modified["RemainingManagedSpace"] = pywbem.Uint64(total), pywbem.Uint64(left)


class Allocations(InstanceWriteProvider):
    """CIM_AllocatedFromStoragePool: a pool fills up as SpaceConsumed grows, and refuses what does not fit."""

    def __init__(self, repository: IndexedRepository, class_names: Iterable[str]) -> None:
        super().__init__(repository)
        self.provider_classnames = sorted(class_names)

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Create an allocation. Raises CIM_ERR_INVALID_PARAMETER if it does not fit into the pool."""
        live = Live(self.cimrepository, namespace)
        with self.cimrepository.writing():
            pool, size = new_instance.get("Antecedent"), new_instance.get("SpaceConsumed")
            if pool is None or size is None or live.instance(pool) is None:
                raise refused("An allocation needs an Antecedent that is a pool of this namespace, and SpaceConsumed")
            self._check(live, pool, size)
            path = super().CreateInstance(namespace, new_instance)
            live.take(pool, int(size))
        return path

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Change an allocation. Raises CIM_ERR_INVALID_PARAMETER if it does not fit into the pool."""
        live = Live(self.cimrepository, modified_instance.path.namespace)
        with self.cimrepository.writing():
            before = live.instance(modified_instance.path)
            size = modified_instance.get("SpaceConsumed", before["SpaceConsumed"])
            if size is None:
                raise refused("SpaceConsumed is not to be NULL")
            growth, pool = int(size) - int(before["SpaceConsumed"] or 0), before["Antecedent"].copy()
            held = live.instance(pool) is not None
            if held:
                self._check(live, pool, growth)
            super().ModifyInstance(modified_instance, IncludeQualifiers)
            if held:
                live.take(pool, growth)
            refresh_copies(live, before["Dependent"])

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Delete an allocation: the pool has its space back."""
        live = Live(self.cimrepository, InstanceName.namespace)
        with self.cimrepository.writing():
            live.deallocate(live.instance(InstanceName))

    @staticmethod
    def _check(live: Live, pool: pywbem.CIMInstanceName, size: Any) -> None:
        try:
            live.check_room(pool, int(size))
        except SpaceError as error:
            raise refused(str(error)) from error


def delete_plainly(live: Live, instance: pywbem.CIMInstance) -> None:
    """Delete an instance with its associations."""
    live.delete(instance.path)


def delete_empty_pool(live: Live, pool: pywbem.CIMInstance) -> None:
    """Delete a pool. Raises CIM_ERR_FAILED if something is allocated from it."""
    if live.links(pool.path, ALLOCATED_FROM, "Antecedent"):
        raise refused(f"Space of {pool.path} is allocated", pywbem.CIM_ERR_FAILED)
    live.delete(pool.path)


def write_providers(
    repository: IndexedRepository, class_names: Callable[[str], set[str]], styles: Mapping[str, Style]
) -> list[InstanceWriteProvider]:
    """Return the providers; `class_names` gives a class and its subclasses, as far as they exist.

    `styles` says how the views of a masking service, by its name, are linked. The providers are to be registered in
    this order: the first is for everything, the others are for what they know better.
    """
    ids, groups = HardwareIds(styles), GroupMethods(styles)
    made_by = "CIM_StorageConfigurationService.CreateOrModifyElementFromStoragePool"
    tidy: dict[str, tuple[Deletion, str | None]] = {
        "CIM_ManagedElement": (delete_plainly, None),
        "CIM_MaskingGroup": (groups.remove_group, None),
        "CIM_SCSIProtocolController": (ids.remove_view, None),
        "CIM_StorageHardwareID": (ids.remove, None),
        "CIM_AuthorizedPrivilege": (ids.remove_privilege, None),
    }
    providers: list[InstanceWriteProvider] = [
        TidyDeletion(repository, class_names(ancestor), delete, maker) for ancestor, (delete, maker) in tidy.items()
    ]
    providers.append(Volumes(repository, class_names(VOLUME), delete_volume, made_by))
    providers.append(Pools(repository, class_names(POOL), delete_empty_pool))
    providers.append(Allocations(repository, class_names(ALLOCATED_FROM)))
    return [provider for provider in providers if provider.provider_classnames]
