"""pywbem_mock on the indexed repository.

The connection keeps every seam of pywbem_mock (providers, MOF compiler, mock scripts) and replaces only what scans or
copies whole namespaces.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pywbem
import pywbem_mock
from pywbem_mock._mainprovider import MainProvider

from mock_cimom import reads
from mock_cimom.class_resolution import correct, declared_names
from mock_cimom.repository import IndexedRepository, Namespace

# pywbem's operation methods and the hooks overridden here have the names of DSP0200 and of pywbem_mock.
# ruff: noqa: N802, N803

# These read, check and store: nobody else writes between.
WRITES = frozenset(
    {
        "CreateInstance", "ModifyInstance", "DeleteInstance", "CreateClass", "ModifyClass", "DeleteClass",
        "SetQualifier", "DeleteQualifier",
    }
)  # fmt: skip


class IndexedMainProvider(MainProvider):
    """The operations of pywbem_mock with its scans replaced by look-ups in the indexes."""

    def _space(self, namespace: str) -> Namespace:
        return reads.namespace_of(self.cimrepository, namespace)

    @staticmethod
    def _get_superclass_names(classname: str | None, class_store: Any) -> list[str]:
        if classname is None:
            return []
        above = class_store.ancestry(classname)[:0:-1]
        return [class_store.get(key, copy=False).classname for key in above]

    def _get_subclass_names(self, classname: str | None, class_store: Any, deep_inheritance: bool | None) -> list[str]:
        if not deep_inheritance:
            return list(class_store.children(classname))
        if classname is None:
            return list(class_store.iter_names())
        below = sorted(class_store.family(classname) - {classname.lower()})
        return [class_store.get(key, copy=False).classname for key in below]

    def _resolve_class(
        self, new_class: pywbem.CIMClass, namespace: str, qualifier_store: Any, verbose: bool | None = None
    ) -> pywbem.CIMClass:
        declared = declared_names(new_class)
        resolved = super()._resolve_class(new_class, namespace, qualifier_store, verbose)
        correct(new_class, declared)
        return resolved

    def _iter_association_classes(self, namespace: str) -> Iterator[pywbem.CIMClass]:
        for cim_class in self._space(namespace).classes.iter_values(copy=False):
            if "Association" in cim_class.qualifiers:
                yield cim_class

    def _get_reference_instnames(
        self, namespace: str, instname: pywbem.CIMInstanceName, result_class: str | None, role: str | None
    ) -> list[pywbem.CIMInstanceName]:
        found = reads.references_of(self._space(namespace), instname, result_class, role)
        return [entry.path for entry in found]

    def _get_associated_instancenames(
        self,
        namespace: str,
        inst_name: pywbem.CIMInstanceName,
        assoc_class: str | None,
        result_class: str | None,
        result_role: str | None,
        role: str | None,
    ) -> list[pywbem.CIMInstanceName]:
        return reads.associated_names(self._space(namespace), inst_name, assoc_class, result_class, role, result_role)

    def _get_instances(self, classname: str, namespace: str) -> list[pywbem.CIMInstance]:
        space = self._space(namespace)
        return [one.instance for one in space.instances.of_classes([classname.lower()])]

    def _get_bare_instance(
        self, instance_name: pywbem.CIMInstanceName, instance_store: Any, copy: bool | None = None
    ) -> pywbem.CIMInstance | None:
        entry = reads.found_at(self._space(instance_store.table.name), instance_name)
        return None if entry is None else entry.instance

    def EnumerateInstanceNames(self, namespace: str, ClassName: str) -> list[pywbem.CIMInstanceName]:
        """Return copies of the paths of a class and its subclasses."""
        return [one.path for one in reads.instances_of(self._space(namespace), ClassName)]

    def EnumerateInstances(
        self,
        namespace: str,
        ClassName: str,
        LocalOnly: bool | None = None,
        DeepInheritance: bool | None = None,
        IncludeQualifiers: bool | None = None,
        IncludeClassOrigin: bool | None = None,
        PropertyList: Any = None,
    ) -> list[pywbem.CIMInstance]:
        """Return copies of the instances of a class and its subclasses."""
        space = self._space(namespace)
        found = reads.instances_of(space, ClassName)
        wanted = PropertyList
        if DeepInheritance is False:
            names = list(space.classes.get(ClassName, copy=False).properties)
            listed = None if wanted is None else {name.lower() for name in wanted}
            wanted = [name for name in names if listed is None or name.lower() in listed]
        return [
            self._get_instance(one.path, space.instances, False, IncludeClassOrigin, IncludeQualifiers, wanted)
            for one in found
        ]


class CimomConnection(pywbem_mock.FakedWBEMConnection):
    """A pywbem_mock connection whose repository is indexed. It serves the HTTP side and in-process callers alike."""

    _cimrepository: IndexedRepository | None

    def __init__(self, default_namespace: str, url: str | None = None) -> None:
        super().__init__(default_namespace=default_namespace, url=url)
        # Where the server that serves this sends indications, for providers that raise some; None outside a server.
        self.indications: Any = None
        self._mainprovider = IndexedMainProvider(
            self.host, self.disable_pull_operations, self.cimrepository, self._providerdispatcher
        )

    @property
    def cimrepository(self) -> IndexedRepository:
        """The indexed repository."""
        if self._cimrepository is None:
            self._cimrepository = IndexedRepository(self.default_namespace)
        return self._cimrepository

    def _mock_imethodcall(self, methodname: str, *arguments: Any, **parameters: Any) -> Any:
        if methodname not in WRITES:
            return super()._mock_imethodcall(methodname, *arguments, **parameters)
        with self.cimrepository.writing():
            return super()._mock_imethodcall(methodname, *arguments, **parameters)

    def register_read_provider(self, provider: Any, namespaces: str | Iterable[str] | None = None) -> None:
        """Let `provider` compute the instances of its classes (`read_providers` says how), as `register_provider` does.

        `namespaces` None means the default namespace. Raises ValueError for classes that are not declared and KeyError
        for namespaces that do not exist.
        """
        names = [namespaces] if isinstance(namespaces, str) else namespaces or [self.default_namespace]
        for space in [self.cimrepository.namespace(name) for name in names]:
            space.read_providers.register(space, provider)

    @property
    def provider_dispatcher(self) -> Any:
        """pywbem_mock's dispatcher to the instance-write and method providers."""
        return self._providerdispatcher

    @property
    def main_provider(self) -> IndexedMainProvider:
        """pywbem_mock's implementation of the class and qualifier operations."""
        return self._mainprovider
