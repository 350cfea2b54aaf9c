"""A CIMOM is recorded over the wire, and what was recorded answers as the original did."""

import dataclasses
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import pywbem

import mock_cimom
from mock_cimom.operations import OPERATIONS
from mock_cimom.record import RecordError, record
from mock_cimom.saved import save

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def original():
    with mock_cimom.running("tiny") as running:
        yield running


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def recorded(original, steps):
    return record(original.url, original.user, original.password, progress=steps.append)


@pytest.fixture(scope="module")
def file(recorded, tmp_path_factory):
    """The saved recording."""
    place = tmp_path_factory.mktemp("recorded") / "tiny.json.gz"
    save(recorded.cimrepository, place, {"kind": "recording"})
    return place


@pytest.fixture(scope="module")
def pair(original, file):
    """Clients of the original and of the replay."""
    with (
        mock_cimom.running(replay=file) as replay,
        pywbem.WBEMConnection(original.url, (original.user, original.password)) as first,
        pywbem.WBEMConnection(replay.url, (replay.user, replay.password)) as second,
    ):
        yield first, second


def plain(answer):
    """Return an answer in a form that compares by what is in it; hosts and the order of classes do not count."""
    if isinstance(answer, (list, tuple)):
        return sorted(map(plain, answer))
    if isinstance(answer, (pywbem.CIMInstanceName, pywbem.CIMClassName)):
        return (
            str(without_host(answer)).lower() if isinstance(answer, pywbem.CIMClassName) else str(without_host(answer))
        )
    if isinstance(answer, pywbem.CIMInstance):
        path, shown = answer.path, answer.copy()
        shown.path = None
        return f"{without_host(path) if path else ''} {shown.tocimxmlstr()}"
    return answer if isinstance(answer, str) else answer.tocimxmlstr()


def without_host(path):
    shown = path.copy()
    shown.host = None
    return shown


def same(pair, operation, *arguments, **how):
    first, second = (plain(getattr(client, operation)(*arguments, **how)) for client in pair)
    assert first == second
    return first


def test_the_namespaces_are_those_of_the_original(original, recorded):
    assert sorted(recorded.cimrepository.namespaces) == sorted(original.connection.cimrepository.namespaces)
    assert recorded.default_namespace.lower() == "interop"


def namespaces(original):
    return list(original.connection.cimrepository.namespaces)


CLASS_SHAPES = [
    {},
    {"LocalOnly": False},
    {"LocalOnly": False, "IncludeClassOrigin": True},
    {"LocalOnly": True, "IncludeClassOrigin": True},
    {"IncludeQualifiers": False},
]


@pytest.mark.parametrize("how", CLASS_SHAPES)
def test_classes_are_answered_alike(pair, how):
    found = same(pair, "EnumerateClasses", namespace=BLOCK, ClassName="CIM_Job", DeepInheritance=True, **how)
    assert found
    same(pair, "EnumerateClasses", namespace="interop", ClassName="CIM_LogicalElement", **how)
    same(pair, "GetClass", "CIM_StorageVolume", namespace=BLOCK, PropertyList=["DeviceID", "Name"], **how)
    same(pair, "GetClass", "MOCK_StorageVolume", namespace=BLOCK, **how)


def test_all_classes_are_answered_alike(pair, original):
    for namespace in namespaces(original):
        assert len(same(pair, "EnumerateClasses", namespace=namespace, DeepInheritance=True)) > 50


def test_class_names_and_qualifiers_are_answered_alike(pair, original):
    for namespace in namespaces(original):
        same(pair, "EnumerateClassNames", namespace=namespace)
        same(pair, "EnumerateClassNames", namespace=namespace, ClassName="CIM_LogicalElement", DeepInheritance=True)
        assert same(pair, "EnumerateQualifiers", namespace=namespace)
        same(pair, "GetQualifier", "Key", namespace=namespace)


def tops(client, namespace):
    return client.EnumerateClassNames(namespace=namespace)


def test_enumerations_are_answered_alike(pair, original):
    for namespace in namespaces(original):
        for name in tops(pair[0], namespace):
            same(pair, "EnumerateInstanceNames", name, namespace=namespace)
            same(pair, "EnumerateInstances", name, namespace=namespace, IncludeClassOrigin=True)
            same(pair, "EnumerateInstances", name, namespace=namespace, DeepInheritance=False)
    found = same(pair, "ExecQuery", "WQL", "SELECT DeviceID FROM CIM_StorageVolume", namespace=BLOCK)
    assert len(found) == 20


def test_every_instance_is_answered_alike_by_every_operation_on_it(pair, original):
    first = pair[0]
    count = 0
    for namespace in namespaces(original):
        paths = {
            plain(one): one for name in tops(first, namespace) for one in first.EnumerateInstanceNames(name, namespace)
        }
        for path in paths.values():
            count += 1
            path.host = None
            same(pair, "GetInstance", path)
            same(pair, "AssociatorNames", path)
            same(pair, "ReferenceNames", path)
            if count % 10 == 0:
                same(pair, "Associators", path, IncludeClassOrigin=True)
                same(pair, "References", path)
    assert count > 300


def test_pulls_and_class_level_traversals_are_answered_alike(pair):
    for client in pair:
        opened = client.OpenEnumerateInstances("CIM_StorageVolume", namespace=BLOCK, MaxObjectCount=7)
        rest = client.PullInstancesWithPath(opened.context, MaxObjectCount=50)
        assert (len(opened.instances), len(rest.instances), rest.eos) == (7, 13, True)
    for name in ("CIM_StorageVolume", "CIM_ComputerSystem"):
        path = pywbem.CIMClassName(name, namespace=BLOCK)
        for operation in ("AssociatorNames", "ReferenceNames"):
            assert same(pair, operation, path)


def test_no_path_tells_where_it_was_recorded(original, recorded):
    for name in recorded.cimrepository.namespaces:
        space = recorded.cimrepository.namespace(name)
        assert all(one.path is None for one in space.classes.iter_values())
        for instance in space.instances.iter_values():
            assert instance.path.host is None
            assert f":{original.port}" not in instance.tomof() or "cimom.example" not in instance.tomof()
            assert original.password not in instance.tomof()


def test_the_progress_is_told(recorded, steps, original):
    assert {one.namespace for one in steps} == set(namespaces(original))
    assert [one.problem for one in steps if one.problem] == []
    assert [one.instances for one in steps] == sorted(one.instances for one in steps)
    assert steps[-1].classes_done == steps[-1].classes > 0
    assert steps[-1].instances > 300


def test_what_is_no_cimom_or_refuses_is_told_in_a_sentence(original):
    with pytest.raises(RecordError, match="refuses user and password"):
        record(original.url, original.user, "wrong")
    with pytest.raises(RecordError, match="connection to the CIMOM broke"):
        record("http://127.0.0.1:1")
    for url in ("ftp://x", "nonsense", "http://me:secret@127.0.0.1:5988"):
        with pytest.raises(RecordError) as caught:
            record(url)
        assert "secret" not in str(caught.value)


def refused(code, names):
    """A handler of EnumerateInstances and its kin that answers only what is not in `names`."""

    def wrap(handler):
        def answer(cimom, space, values):
            if values["ClassName"] in names:
                raise pywbem.CIMError(code, "not today")
            return handler(cimom, space, values)

        return answer

    return wrap


@pytest.fixture
def broken_providers(monkeypatch):
    wrap = refused(pywbem.CIM_ERR_FAILED, {"CIM_ManagedElement", "CIM_ManagedSystemElement", "CIM_LogicalElement"})
    for name in ("EnumerateInstances", "OpenEnumerateInstances"):
        whole = OPERATIONS[name]
        monkeypatch.setitem(OPERATIONS, name, dataclasses.replace(whole, handler=wrap(whole.handler)))


def test_a_class_that_cannot_be_read_hides_no_other(original, recorded, broken_providers):
    steps = []
    found = record(original.url, original.user, original.password, progress=steps.append).cimrepository
    whole = recorded.cimrepository
    for name in whole.namespaces:
        assert found.namespace(name).instances.len() == whole.namespace(name).instances.len()
    problems = [one.problem for one in steps if one.problem]
    assert f"{BLOCK}:CIM_LogicalElement: CIM_ERR_FAILED: not today" in problems
    assert {one.partition(":")[2].partition(":")[0] for one in problems} == {
        "CIM_ManagedElement",
        "CIM_ManagedSystemElement",
        "CIM_LogicalElement",
    }


def test_a_cimom_without_pulls_is_read_too(original, recorded, monkeypatch):
    monkeypatch.delitem(OPERATIONS, "OpenEnumerateInstances")
    found = record(original.url, original.user, original.password).cimrepository
    assert found.namespace(BLOCK).instances.len() == recorded.cimrepository.namespace(BLOCK).instances.len()


def test_namespaces_may_be_given_where_the_cimom_tells_none(original, monkeypatch):
    wrap = refused(pywbem.CIM_ERR_INVALID_CLASS, {"CIM_Namespace"})
    for name in ("EnumerateInstances", "OpenEnumerateInstances"):
        whole = OPERATIONS[name]
        monkeypatch.setitem(OPERATIONS, name, dataclasses.replace(whole, handler=wrap(whole.handler)))
    found = record(original.url, original.user, original.password, namespaces=["/root/mockblock/"])
    assert sorted(found.cimrepository.namespaces) == ["interop", BLOCK]


def test_a_cimom_that_goes_away_ends_the_recording():
    with ExitStack() as stack:
        running = stack.enter_context(mock_cimom.running("tiny"))

        def stop_midway(step):
            if step.namespace == BLOCK and step.classes_done == 2:
                stack.close()

        with pytest.raises(RecordError, match=r"connection to the CIMOM broke while .* of root/mockblock was read"):
            record(running.url, running.user, running.password, progress=stop_midway)


def test_a_cimom_is_recorded_over_https_and_its_certificate_looked_at(tmp_path, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with mock_cimom.running("tiny", https=True) as running:
        authority = tmp_path / "ca.pem"
        authority.write_text(running.certificate)
        login = (running.https_url, running.user, running.password)
        for verification in (str(authority), False):
            found = record(*login, verification).cimrepository
            assert found.namespace(BLOCK).instances.len() > 300
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(RecordError, match="certificate"):
            record(*login)


BROKEN = [
    {"class_": "CIM_Dependency", "cim_status": "CIM_ERR_FAILED"},
    {"class_": "CIM_Dependency", "http_status": 500},
    {"class_": "CIM_Dependency", "truncate": "ended"},
]


@pytest.mark.parametrize("rule", BROKEN)
def test_what_cannot_be_read_is_told_and_the_rest_is_recorded(rule):
    with mock_cimom.running("tiny") as running:
        running.inject(subclasses=False, **rule)
        steps = []
        found = record(running.url, running.user, running.password, progress=steps.append).cimrepository
        problems = [one.problem for one in steps if one.problem]
        assert any("CIM_Dependency" in one for one in problems)
        assert all("CIM_Dependency" in one for one in problems)
        whole = running.connection.cimrepository.namespace(BLOCK)
        assert found.namespace(BLOCK).instances.len() == whole.instances.len()


def test_an_answer_that_is_cut_ends_the_recording():
    with mock_cimom.running("tiny") as running:
        running.inject(class_="CIM_Dependency", cut=True)
        with pytest.raises(RecordError, match="connection to the CIMOM broke while CIM_Dependency"):
            record(running.url, running.user, running.password)


BOMB = (
    b'<?xml version="1.0"?><!-- a --><!DOCTYPE CIM [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><CIM>&j;</CIM>"
)


@pytest.mark.parametrize("answer", [BOMB, BOMB.decode().encode("utf-16")], ids=["a document type", "another encoding"])
def test_an_answer_that_could_expand_is_not_parsed(answer):
    class Hostile(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/xml")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    steps = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            found = record(url, progress=steps.append, namespaces=["root/a"])
        finally:
            server.shutdown()
            thread.join(10)
    assert list(found.cimrepository.namespaces) == ["root/a"]
    assert [one.problem for one in steps if one.problem] == [
        "root/a: the answer is no CIM-XML but has a document type or another encoding"
    ]
