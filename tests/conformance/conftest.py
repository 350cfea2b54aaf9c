"""The CIMOM that is checked: any one by its URL, or the mock CIMOM of this project with one estate after the other.

    pytest tests/conformance --cimom https://array:5989 --cimom-user U --cimom-password-file F
    pytest tests/conformance --mock-estate large

Only pywbem is used to look at it. What was enumerated once is kept for the whole run, so a CIMOM that others change
meanwhile may fail checks that compare two answers. A CIMOM given by its URL is only read unless --cimom-writable says
that the checks may create, change and delete objects in it.
"""

import dataclasses
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pywbem

BULK_TIMEOUT = 300  # seconds (smis-mapping 1.1)
# A server that says one of these does not have the feature asked for (smis-mapping 0, rule 7).
ABSENT = {
    pywbem.CIM_ERR_NOT_SUPPORTED,
    pywbem.CIM_ERR_INVALID_CLASS,
    pywbem.CIM_ERR_INVALID_PARAMETER,
    pywbem.CIM_ERR_NOT_FOUND,
    pywbem.CIM_ERR_METHOD_NOT_AVAILABLE,
    pywbem.CIM_ERR_METHOD_NOT_FOUND,
    pywbem.CIM_ERR_INVALID_NAMESPACE,
}
# Where the objects of an SMI-S server are found, superclasses only, no two of them overlapping (smis-mapping 9.2-9.4).
ELEMENTS = (
    "CIM_RegisteredSpecification", "CIM_Namespace", "CIM_IndicationFilter", "CIM_ListenerDestination", "CIM_System",
    "CIM_Service", "CIM_Capabilities", "CIM_SettingData", "CIM_ServiceAccessPoint", "CIM_LogicalDevice",
    "CIM_StoragePool", "CIM_PhysicalElement", "CIM_Product", "CIM_Location", "CIM_SoftwareIdentity", "CIM_Privilege",
    "CIM_Identity", "CIM_Collection", "CIM_FileSystem", "CIM_LogicalFile", "CIM_Share", "CIM_StatisticalData",
    "CIM_View",
)  # fmt: skip
ASSOCIATIONS = (
    "CIM_Dependency", "CIM_Component", "CIM_MemberOfCollection", "CIM_ElementConformsToProfile",
    "CIM_ElementCapabilities", "CIM_ElementSettingData", "CIM_SettingsDefineState", "CIM_SAPAvailableForElement",
    "CIM_AuthorizedSubject", "CIM_AuthorizedTarget", "CIM_AssociatedPrivilege", "CIM_InstalledSoftwareIdentity",
    "CIM_LogicalIdentity", "CIM_ElementLocation", "CIM_ElementStatisticalData", "CIM_OwningCollectionElement",
    "CIM_ServiceAffectsElement", "CIM_MaskingMappingView", "CIM_AbstractIndicationSubscription",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "the CIMOM that tests/conformance checks (default: the mock CIMOM)")
    group.addoption("--cimom", metavar="URL", help="check the CIMOM at this URL, reading only")
    group.addoption("--cimom-user", metavar="USER", help="user name (or environment variable CIM_USER)")
    group.addoption("--cimom-password-file", metavar="FILE", help="first line: password (or variable CIM_PASSWORD)")
    group.addoption("--cimom-ca", metavar="FILE", help="certificates that the CIMOM's certificate must be signed by")
    group.addoption("--cimom-no-verify", action="store_true", help="accept any certificate of the CIMOM")
    group.addoption("--cimom-writable", action="store_true", help="the checks may change this CIMOM")
    group.addoption("--cimom-listener", metavar="ADDRESS", help="address of this machine the CIMOM can deliver to")
    group.addoption("--mock-estate", metavar="NAME", action="append", help="check the mock with this estate only")


# --- where the CIMOM is ---


@dataclass(frozen=True)
class Target:
    """A CIMOM to check. `listener` is an address of this machine that it can deliver to, None if there is none."""

    name: str
    url: str
    user: str | None
    password: str | None
    mock: bool
    writable: bool
    listener: str | None
    ca: str | None = None
    verify: bool = True

    def connect(self, pulls: bool = False) -> pywbem.WBEMConnection:
        """A new connection; with `pulls` its Iter operations pull."""
        connection = pywbem.WBEMConnection(
            self.url,
            None if self.user is None else (self.user, self.password or ""),
            ca_certs=self.ca,
            no_verification=not self.verify,
            timeout=BULK_TIMEOUT,
            use_pull_operations=pulls,
        )
        if self.ca or not self.verify:
            # REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE would take the place of what was asked for.
            connection.session.trust_env = False
        return connection


def foreign_target(config: pytest.Config, url: str) -> Target:
    file = config.getoption("--cimom-password-file")
    password = Path(file).read_text("utf-8").splitlines()[0] if file else os.environ.get("CIM_PASSWORD")
    return Target(
        "cimom",
        url,
        config.getoption("--cimom-user") or os.environ.get("CIM_USER"),
        password,
        mock=False,
        writable=config.getoption("--cimom-writable"),
        listener=config.getoption("--cimom-listener"),
        ca=config.getoption("--cimom-ca"),
        verify=not config.getoption("--cimom-no-verify", default=False),
    )


def foreign_url(config: pytest.Config) -> str | None:
    """The URL given, also where the options of this folder were not read from the command line (a run of all tests)."""
    return config.getoption("--cimom", default=None)


# The same array of the mock CIMOM in all masking dialects (smis-mapping 3.1): fields of an ArrayDescription.
DIALECTS: dict[str, dict[str, Any]] = {
    "dialect-1": {},
    "dialect-1-ports": {"ports": "port"},
    "dialect-2": {"masking": 2},
    "dialect-3": {"masking": 3},
    "dialect-3-groups-only": {"masking": 3, "groups_only": True},
    "dialect-4": {"masking": 4},
    "dialect-5": {"masking": 5},
}
FEW = {"volumes": 5, "hosts": 1, "drives_per_pool": 2}
# Estates of several arrays, each with its own fields; an estate's own fields stand in the second place.
VARIANTS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "volume-names": ([{**FEW, "naa": rule} for rule in range(1, 10)], {}),
    "options": (
        [{"separator": "-+-", "statistics": True, "settings": "volume"}, {"settings": "none", "views": True}],
        {},
    ),
    "no-pulls": ([FEW], {"pulls": False, "indications": "none"}),
    "alerts-only": ([FEW], {"indications": "alerts"}),
    "nas-head": ([{"kind": "nas-head"}], {}),
}
# What the mock is checked with. Fewer are changed: most methods do not touch what is different.
ESTATES = ["tiny", "small", "mixed", *VARIANTS, *(name for name in DIALECTS if name != "dialect-1")]
CHANGED_ESTATES = ["tiny", "dialect-2", "dialect-3", "dialect-5"]


def described(name: str) -> Any:
    """The estate of a name: of the tables above, or one of the mock CIMOM's own names."""
    if name in DIALECTS:
        return dialect(DIALECTS[name])
    if name in VARIANTS:
        return variant(*VARIANTS[name])
    return name


def dialect(fields: dict[str, Any]) -> Any:
    from mock_cimom.estate import description as estates

    base = estates.SMALLEST[estates.Kind.BLOCK]
    return estates.EstateDescription((dataclasses.replace(base, volumes=24, hosts=10, **typed(fields)),))


def variant(arrays: list[dict[str, Any]], estate: dict[str, Any]) -> Any:
    from mock_cimom.estate import description as estates

    kinds = [typed(fields) for fields in arrays]
    made = [
        dataclasses.replace(estates.SMALLEST[fields["kind"]], **fields) if "kind" in fields
        else estates.ArrayDescription(**fields)
        for fields in kinds
    ]  # fmt: skip
    return estates.EstateDescription(tuple(made), **typed(estate))


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with enumerations in place of their values."""
    from mock_cimom.estate import description as estates

    kinds: dict[str, Callable[[Any], Any]] = {
        "kind": estates.Kind,
        "masking": estates.Masking,
        "ports": estates.PortLink,
        "settings": estates.Settings,
        "indications": estates.Indications,
    }
    return {name: kinds[name](value) if name in kinds else value for name, value in fields.items()}


@contextmanager
def mock_target(name: str) -> Iterator[Target]:
    """Serve one estate of the mock CIMOM on a free port."""
    import mock_cimom

    with mock_cimom.running(described(name)) as served:
        yield Target(name, served.url, served.user, served.password, mock=True, writable=True, listener="127.0.0.1")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "xdist_group(name): tests for one worker of a parallel run")
    config.addinivalue_line("markers", "one_estate: what is checked is the same in every estate of the mock CIMOM")
    if config.getoption("--cimom-no-verify", default=False):
        config.addinivalue_line("filterwarnings", "ignore:Unverified HTTPS request")  # that is what was asked for


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each CIMOM. All tests that read share one server, those that write another."""
    url = foreign_url(metafunc.config)
    chosen = metafunc.config.getoption("--mock-estate", default=None)
    for fixture, estates in (("target", ESTATES), ("changed_target", CHANGED_ESTATES)):
        if fixture in metafunc.fixturenames:
            one_is_enough = metafunc.definition.get_closest_marker("one_estate") is not None
            names = ["cimom"] if url else chosen or (estates[:1] if one_is_enough else estates)
            # One worker of a parallel run (--dist loadgroup) keeps all tests of an estate: it is loaded and read once.
            runs = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in names]
            metafunc.parametrize(fixture, runs, indirect=True, scope="session")


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The CIMOM that is read."""
    if url := foreign_url(request.config):
        yield foreign_target(request.config, url)
        return
    with mock_target(request.param) as served:
        yield served


@pytest.fixture(scope="session")
def changed_target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The CIMOM that is changed: with the mock, another server than the one that is read."""
    if url := foreign_url(request.config):
        found = foreign_target(request.config, url)
        if not found.writable:
            pytest.skip("--cimom-writable was not given: the CIMOM is not changed")
        yield found
        return
    with mock_target(request.param) as served:
        yield served


# --- what is in it ---

MOCK_CLASSES: dict[str, pywbem.CIMClass] = {}
MOCK_FAMILIES: dict[tuple[str, str], frozenset[str]] = {}


def key(path: pywbem.CIMInstanceName) -> str:
    """A text that is equal for equal paths of one CIMOM, whatever the host in them."""
    values = [
        (name.lower(), key(value) if isinstance(value, pywbem.CIMInstanceName) else str(value))
        for name, value in path.keybindings.items()
    ]
    keys = ",".join(f"{name}={value!r}" for name, value in sorted(values))
    return f"{(path.namespace or '').strip('/').lower()}:{path.classname.lower()}.{keys}"


class Cimom:
    """What a client sees of the CIMOM. Answers are kept if `keep`; a feature that is absent gives an empty answer."""

    def __init__(self, target: Target, connection: pywbem.WBEMConnection, keep: bool) -> None:
        self.target = target
        self.connection = connection
        self.server = pywbem.WBEMServer(connection)
        self._keep = keep
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._families: dict[tuple[str, str], frozenset[str]] = {}

    key = staticmethod(key)
    dialects = frozenset(DIALECTS)
    elements = ELEMENTS
    associations = ASSOCIATIONS

    def kept(self, what: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        if not self._keep:
            return read()
        if what not in self._kept:
            self._kept[what] = read()
        return self._kept[what]

    @property
    def interop(self) -> str:
        return str(self.server.interop_ns)

    @property
    def namespaces(self) -> list[str]:
        return list(self.server.namespaces)

    @property
    def implementations(self) -> list[str]:
        """The namespaces of the managed arrays and NAS systems, by the paths of their top systems (1.2)."""
        return self.kept(("implementations",), lambda: sorted({top.path.namespace for top in self.tops()}))

    def ask(self, operation: str, *arguments: Any, **options: Any) -> list[Any]:
        try:
            answer = getattr(self.connection, operation)(*arguments, **options)
            return answer if isinstance(answer, list) else [answer]
        except pywbem.CIMError as error:
            if error.status_code in ABSENT:
                return []
            raise

    def instances(self, namespace: str, class_name: str) -> list[pywbem.CIMInstance]:
        """EnumerateInstances with all properties."""
        what = ("EnumerateInstances", namespace, class_name)
        return self.kept(what, lambda: self.ask(what[0], class_name, namespace, LocalOnly=False, DeepInheritance=True))

    def names(self, namespace: str, class_name: str) -> list[pywbem.CIMInstanceName]:
        """EnumerateInstanceNames."""
        what = ("EnumerateInstanceNames", namespace, class_name)
        return self.kept(what, lambda: self.ask(what[0], class_name, namespace))

    def associators(self, path: pywbem.CIMInstanceName, association: str | None, **options: Any) -> list[Any]:
        return self.ask("Associators", path, AssocClass=association, **options)

    def associator_names(self, path: pywbem.CIMInstanceName, association: str | None, **options: Any) -> list[Any]:
        return self.ask("AssociatorNames", path, AssocClass=association, **options)

    def references(self, path: pywbem.CIMInstanceName, association: str, **options: Any) -> list[Any]:
        return self.ask("References", path, ResultClass=association, **options)

    def family(self, namespace: str, class_name: str) -> frozenset[str]:
        """The class and its subclasses in lower case; those that have instances if there are no class operations."""
        # All estates of the mock declare the same classes in all namespaces.
        kept = MOCK_FAMILIES if self.target.mock else self._families
        what = (class_name, "" if self.target.mock else namespace)
        if what not in kept:
            found = self.ask("EnumerateClassNames", namespace, class_name, DeepInheritance=True)
            named = found or {path.classname for path in self.names(namespace, class_name)}
            kept[what] = frozenset({class_name.lower(), *(name.lower() for name in named)})
        return kept[what]

    def declaration(self, namespace: str, class_name: str) -> pywbem.CIMClass:
        """The class with inherited elements and qualifiers; skips the test where there are no class operations."""
        what = ("GetClass", namespace, class_name.lower())
        if not self.target.mock:
            return self.kept(what, lambda: self._class(namespace, class_name))
        if what[2] not in MOCK_CLASSES:
            MOCK_CLASSES[what[2]] = self._class(namespace, class_name)
        return MOCK_CLASSES[what[2]]

    def _class(self, namespace: str, class_name: str) -> pywbem.CIMClass:
        try:
            return self.connection.GetClass(class_name, namespace, LocalOnly=False, IncludeQualifiers=True)
        except pywbem.CIMError as error:
            if error.status_code == pywbem.CIM_ERR_NOT_SUPPORTED:
                pytest.skip("the CIMOM has no class operations")
            raise

    def of_class(self, namespace: str, class_name: str) -> list[pywbem.CIMInstance]:
        """Those of `everything` that are of a class, which need not be enumerated for it once more."""
        for root in (*ELEMENTS, *ASSOCIATIONS):
            if class_name.lower() in self.family(namespace, root) and self.instances(namespace, root):
                family = self.family(namespace, class_name)
                return [one for one in self.instances(namespace, root) if one.classname.lower() in family]
        return self.instances(namespace, class_name)

    def everything(self, namespace: str) -> list[pywbem.CIMInstance]:
        """All objects and associations an SMI-S client knows of."""
        classes = (*ELEMENTS, *ASSOCIATIONS)
        return [one for name in classes for one in self.instances(namespace, name)]

    def dangling(self) -> list[pywbem.CIMInstanceName]:
        """The references of all associations that lead to nothing."""
        known = {key(path) for space in self.namespaces for name in ELEMENTS for path in self.names(space, name)}
        rows = [one for space in self.namespaces for name in ASSOCIATIONS for one in self._edges(space, name)]
        ends = {key(end): end for row in rows for end in row.values() if isinstance(end, pywbem.CIMInstanceName)}
        missing = [path for name, path in ends.items() if name not in known]
        return [path for path in missing if not self.ask("GetInstance", path)]

    def _edges(self, namespace: str, association: str) -> list[dict[str, Any]]:
        """The references of associations by role: names are the shortest answer, whole instances may be kept."""
        if not self._keep:
            return [dict(path.keybindings) for path in self.names(namespace, association)]
        found = self.instances(namespace, association)
        return [{name: prop.value for name, prop in one.properties.items()} for one in found]

    def profiles(self) -> list[pywbem.CIMInstance]:
        return self.instances(self.interop, "CIM_RegisteredProfile")

    def tops(self, *profile_names: str) -> list[pywbem.CIMInstance]:
        """The systems that conform to autonomous storage profiles, each once (1.2 step 3)."""
        wanted = profile_names or ("Array", "Storage Virtualizer", "NAS Head", "Self-contained NAS System")
        found: dict[str, pywbem.CIMInstance] = {}
        for profile in self.profiles():
            if profile["RegisteredName"] in wanted:
                for system in self.kept(("systems", key(profile.path)), lambda one=profile: self._systems(one)):
                    found.setdefault(key(system.path), system)
        return list(found.values())

    def _systems(self, profile: pywbem.CIMInstance) -> list[pywbem.CIMInstance]:
        return self.associators(
            profile.path,
            "CIM_ElementConformsToProfile",
            ResultRole="ManagedElement",
            ResultClass="CIM_ComputerSystem",
        )


@pytest.fixture(scope="session")
def first_dialect() -> Iterator["Cimom"]:
    """The mock CIMOM with the plainest dialect, to compare the others with."""
    with mock_target("dialect-1") as served:
        connection = served.connect()
        yield Cimom(served, connection, keep=True)
        connection.close()


@pytest.fixture(scope="session")
def cimom(target: Target) -> Iterator[Cimom]:
    """The CIMOM that is read; nothing in it is changed."""
    connection = target.connect()
    yield Cimom(target, connection, keep=True)
    connection.close()


@pytest.fixture
def fresh_reader(target: Target) -> Iterator[Cimom]:
    """The CIMOM that is read, by a client that knows nothing of it yet."""
    connection = target.connect()
    yield Cimom(target, connection, keep=True)
    connection.close()


@pytest.fixture
def changed(changed_target: Target) -> Iterator[Cimom]:
    """The CIMOM that is changed; every answer is fresh."""
    connection = changed_target.connect()
    yield Cimom(changed_target, connection, keep=False)
    connection.close()
