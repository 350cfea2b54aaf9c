"""zeep, in strict mode: the operations of file systems, on a NAS, on block arrays alone, and on both."""

import pytest
import requests
import zeep
from zeep.transports import Transport

BINDINGS = {11: "vasaServiceSoap11Binding", 12: "vasaServiceSoap12Binding"}
SPACE = "{http://com.vmware.vim.vasa/1.0/}"
DATA = "http://data.vasa.vim.vmware.com/xsd"
BLOCK, FILES, CAPABILITY = "BlockDeviceProfile", "FileSystemProfile", "CapabilityProfile"


class Client:
    """A registered zeep client of one provider, with a session for all hosts and mounts of its arrays."""

    def __init__(self, bridge, cimom, certificate, credentials, version):
        self.http = requests.Session()
        self.http.trust_env, self.http.verify = False, bridge.exports["VASA_CA"]
        url = bridge.exports["VASA_URL"]
        settings = zeep.Settings(strict=True, xml_huge_tree=False, forbid_dtd=True)
        wsdl = zeep.Client(f"{url}?wsdl", transport=Transport(session=self.http), settings=settings)
        self.service, self.data = wsdl.create_service(SPACE + BINDINGS[version], url), wsdl.type_factory(DATA)
        self.service.registerVASACertificate(*credentials, certificate.pem)
        self.http.close()  # trust begins with the next connection
        self.http.cert = str(certificate.file)
        self.mounts = [one.rpartition(":") for one in cimom.exports.get("CIM_MOUNTS", "").split(";") if one]
        self.wwns = [one for one in cimom.exports.get("CIM_WWNS", "").split(",") if one]
        self.see()

    def see(self, mounts=None, wwns=None):
        """Open a session for these (server, path) pairs and WWNs, for all of them if None."""
        every = [(server, path) for server, _, path in self.mounts]
        context = self.data.UsageContext(
            mountPoint=[
                self.data.MountInfo(serverName=server, filePath=path)
                for server, path in (every if mounts is None else mounts)
            ],
            hostInitiator=[self.data.HostInitiatorInfo(portWwn=wwn) for wwn in (self.wwns if wwns is None else wwns)],
        )
        self.service.setContext(context)

    def file_systems(self):
        return self.service.queryUniqueIdentifiersForEntity("StorageFileSystem")

    def fault_of(self, operation, *arguments):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            getattr(self.service, operation)(*arguments)
        return next(iter(caught.value.detail)).tag.rpartition("}")[2]


@pytest.fixture(scope="module")
def clients(launcher, identity, credentials, tmp_path_factory):
    """Return a function that makes a client of a provider over arrays of one kind; servers are shared."""
    with _Servers(launcher, tmp_path_factory) as servers:
        made = {}

        def client(kind, version=11):
            if (kind, version) not in made:
                cimom, bridge = servers.of(kind)
                made[kind, version] = Client(bridge, cimom, identity(), credentials, version)
            return made[kind, version]

        yield client
        for one in made.values():
            one.http.close()


class _Servers:
    """The mock CIMOM and the provider of each kind of array, ended together."""

    def __init__(self, launcher, tmp_path_factory):
        self._launcher, self._folders, self._running, self._blocks = launcher, tmp_path_factory, {}, []

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        for block in reversed(self._blocks):
            block.__exit__(None, None, None)

    def of(self, kind):
        if kind not in self._running:
            arguments = [*self._launcher.cimom_arguments(), "--kind", kind]
            cimom = self._enter(self._launcher.running("mock_cimom", arguments, self._folders.mktemp(f"{kind}-cimom")))
            folder = self._folders.mktemp(f"{kind}-bridge")
            self._running[kind] = cimom, self._enter(self._launcher.bridge(folder, cimom.exports["CIM_URL"]))
        return self._running[kind]

    def _enter(self, block):
        entered = block.__enter__()
        self._blocks.append(block)
        return entered


@pytest.mark.parametrize("version", [11, 12])
def test_a_nas_answers_all_operations_of_file_systems(clients, version):
    nas = clients("nas", version)
    (array,) = nas.service.queryArrays()
    assert set(array.supportedProfile) == {FILES, CAPABILITY}
    assert (array.supportedFileSystem, array.supportedBlock) == (["NFS"], [])
    ids = nas.file_systems()
    assert ids
    assert nas.service.getNumberOfEntities("StorageFileSystem") == len(ids)
    assert nas.service.queryUniqueIdentifiersForFileSystems(array.uniqueIdentifier) == ids
    shares = nas.service.queryStorageFileSystems(ids)
    assert [one.uniqueIdentifier for one in shares] == ids
    mounted = {(server, path) for server, _, path in nas.mounts}
    for share in shares:
        assert (share.fileSystem, share.fileSystemVersion) == ("NFS", "NFSV3_0")
        assert mounted & {(info.fileServerName, info.fileSystemPath) for info in share.fileSystemInfo}
    known = {one.uniqueIdentifier for one in nas.service.queryStorageCapabilities()}
    pairs = nas.service.queryAssociatedCapabilityForFileSystem(ids)
    assert [pair.entityId[0].uniqueIdentifier for pair in pairs] == ids
    assert all({one.uniqueIdentifier for one in pair.associatedId} <= known for pair in pairs)
    assert all(len(pair.associatedId) == 1 for pair in pairs)


def test_ids_of_file_systems_are_checked_like_all_others(clients):
    nas = clients("nas")
    first, second, *_ = ids = nas.file_systems()
    (array,) = nas.service.queryArrays()
    assert nas.fault_of("queryStorageFileSystems", []) == "InvalidArgument"
    assert nas.fault_of("queryStorageFileSystems", [array.uniqueIdentifier]) == "InvalidArgument"
    assert nas.service.queryStorageFileSystems([f"{first}x"]) == []
    assert nas.fault_of("queryUniqueIdentifiersForFileSystems", first) == "InvalidArgument"
    assert nas.fault_of("queryUniqueIdentifiersForFileSystems", f"{array.uniqueIdentifier}x") == "NotFound"
    migrate = "queryDRSMigrationCapabilityForPerformance"
    assert nas.fault_of(migrate, first, first, "StorageFileSystem") == "InvalidArgument"
    assert nas.fault_of(migrate, first, f"{second}x", "StorageFileSystem") == "NotFound"
    assert nas.fault_of(migrate, first, second, "StorageLun") == "InvalidArgument"
    answers = {getattr(nas.service, migrate)(first, other, "StorageFileSystem") for other in ids[1:]}
    assert answers == {True, False}


def test_a_mount_shows_its_share_and_initiators_show_none(clients):
    nas = clients("nas")
    server, _, path = nas.mounts[0]
    nas.see(mounts=[(server.upper(), f"/{path}/"), (server, "/no/such/export")])
    (share,) = nas.service.queryStorageFileSystems(nas.file_systems())
    assert (server.upper(), f"/{path}/") in {
        (info.fileServerName, info.fileSystemPath) for info in share.fileSystemInfo
    }
    nas.see(mounts=[], wwns=["10000000C9999999"])
    assert (len(nas.service.queryArrays()), nas.file_systems()) == (1, [])
    nas.see(mounts=[])
    nas.see()


@pytest.mark.parametrize(
    ("kind", "operations", "entities"),
    [
        (
            "block",
            [
                "queryStorageFileSystems",
                "queryAssociatedCapabilityForFileSystem",
                "queryUniqueIdentifiersForFileSystems",
            ],
            ["StorageFileSystem"],
        ),
        (
            "nas",
            [
                "queryStorageProcessors",
                "queryStoragePorts",
                "queryStorageLuns",
                "queryAssociatedProcessorsForArray",
                "queryAssociatedPortsForProcessor",
                "queryAssociatedLunsForPort",
                "queryAssociatedCapabilityForLun",
                "queryUniqueIdentifiersForLuns",
            ],
            ["StorageProcessor", "StoragePort", "StorageLun"],
        ),
    ],
)
def test_a_provider_without_a_profile_says_so(clients, kind, operations, entities):
    client = clients(kind)
    for operation in operations:
        assert client.fault_of(operation, "anything") == "NotImplemented", operation
    for entity in entities:
        assert client.fault_of("getNumberOfEntities", entity) == "InvalidArgument"
        assert client.fault_of("queryUniqueIdentifiersForEntity", entity) == "InvalidArgument"
        migrate = "queryDRSMigrationCapabilityForPerformance"
        assert client.fault_of(migrate, "a", "b", entity) == "InvalidArgument"


def test_a_unified_array_tells_one_story(clients):
    unified = clients("unified")
    (array,) = unified.service.queryArrays()
    assert set(array.supportedProfile) == {BLOCK, FILES, CAPABILITY}
    assert array.supportedFileSystem == ["NFS"]
    assert unified.service.queryUniqueIdentifiersForLuns(array.uniqueIdentifier)
    assert unified.service.queryUniqueIdentifiersForFileSystems(array.uniqueIdentifier)
    assert len(unified.service.queryStorageProcessors()) == unified.service.getNumberOfEntities("StorageProcessor")
