"""The same array behind each masking dialect: a vCenter gets the same bytes (`smis-mapping 9.7` check 8)."""

import re

import pytest

ENTITIES = ("StorageArray", "StorageProcessor", "StoragePort", "StorageLun", "StorageCapability")
FOR_ALL = (
    "queryArrays",
    "queryStorageProcessors",
    "queryStoragePorts",
    "queryStorageCapabilities",
    "queryAssociatedProcessorsForArray",
    "queryAssociatedPortsForProcessor",
    "queryAssociatedLunsForPort",
    "queryAssociatedCapabilityForLun",
)
TIME = re.compile(rb"(?<=<d:alarmTimeStamp>)[^<]+|(?<=alarmTimeStamp>)[^<]+(?=</)")


@pytest.fixture(scope="module")
def told(launcher, wires, identity, session, soap, tmp_path_factory):
    """Return a function: the bodies of all answers about the array in one dialect, by context and question."""

    def of(dialect):
        folder = tmp_path_factory.mktemp(f"dialect{dialect}")
        masking = ["--masking", str(dialect), *(["--ports", "port"] if dialect == 4 else [])]
        served = [*launcher.cimom_arguments(), "--regular", *masking]
        (folder / "cimom").mkdir()
        (folder / "bridge").mkdir()
        with (
            launcher.running("mock_cimom", served, folder / "cimom") as cimom,
            launcher.bridge(folder / "bridge", cimom.exports["CIM_URL"]) as bridge,
        ):
            own = identity()
            assert wires(bridge).call("registerVASACertificate", soap.registration(own.pem)).fault is None
            wire = wires(bridge, own)
            names = cimom.exports["CIM_WWNS"].split(",")
            members = {"everyone": names, "one host": names[:2], "one initiator": names[:1], "a stranger": ["2" * 16]}
            return {
                (context, question): body
                for context, wwns in members.items()
                for question, body in answers(session("".join(soap.initiator(portWwn=wwn) for wwn in wwns), wire), soap)
            }

    return of


def answers(session, soap):
    """Yield every question and the body of its answer; times of notices are left out."""
    for kind in ENTITIES:
        asked = soap.elements("entityType", [kind])
        for operation in ("queryUniqueIdentifiersForEntity", "getNumberOfEntities"):
            yield f"{operation} {kind}", session.call(operation, asked).body
    for operation in FOR_ALL:
        yield operation, session.call(operation).body
    for array in session.ids("StorageArray"):
        asked = soap.elements("arrayUniqueId", [array])
        yield f"LUNs of {array}", session.call("queryUniqueIdentifiersForLuns", asked).body
    if luns := session.ids("StorageLun"):
        yield "queryStorageLuns", session.call("queryStorageLuns", soap.elements("lunUniqueId", luns)).body
    notices = session.call("getAlarms", soap.elements("lastAlarmId", ["0"])).body
    yield "getAlarms", TIME.sub(b"", notices)


@pytest.fixture(scope="module")
def by_privileges(told):
    return told(1)


@pytest.mark.parametrize("dialect", [2, 3, 4, 5])
def test_a_vcenter_gets_the_same_bytes_in_every_dialect(told, by_privileges, dialect):
    assert len(by_privileges["everyone", "queryStorageLuns"]) > len(by_privileges["one host", "queryStorageLuns"])
    assert ("a stranger", "queryStorageLuns") not in by_privileges
    found = told(dialect)
    assert found.keys() == by_privileges.keys()
    different = [question for question, body in found.items() if body != by_privileges[question]]
    assert different == []
