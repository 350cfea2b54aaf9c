"""`vasa-cim array probe` against CIMOMs: what it finds, and that it tells what it found where reading fails."""

import json
import socket
from dataclasses import replace

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

import mock_cimom
from mock_cimom.estate.description import ArrayDescription, EstateDescription, Masking
from vasa_cim.adapter import Source
from vasa_cim.adapters.smis.probe import probe
from vasa_cim.adapters.smis.probe_report import Claim
from vasa_cim.cli.array_probe import ProbeFailed, lines_of
from vasa_cim.cli.array_probe import probe as command
from vasa_cim.errors import ConfigurationError

BLOCK = "root/mockblock"


def source_of(cimom, **options):
    return Source(name="array", url=cimom.url, user=cimom.user, password=cimom.password, options=options)


@pytest.fixture(scope="module")
def tiny():
    with mock_cimom.running(estate="tiny") as cimom:
        yield cimom


@pytest.fixture(scope="module")
def report(tiny):
    return probe(source_of(tiny))


def test_it_tells_where_the_array_was_found(tiny, report):
    assert report.url == tiny.url
    assert report.interop == "interop"
    assert report.namespaces == ("interop", BLOCK)
    assert report.cimom.startswith("mock-cimom")
    assert report.found_by == "profiles"
    assert report.pulls is True
    assert not report.failures
    assert not report.fallbacks


def test_it_tells_what_the_array_is_and_how_much_it_holds(report):
    (array,) = report.arrays
    assert (array.name, array.namespace, array.kinds) == ("MOCK+000000000001", BLOCK, ("block",))
    assert (array.vendor, array.model, array.firmware) == ("MOCK", "MA-1000", "5.33.9.5")
    assert array.processors == ("MOCK+000000000001+SP_A", "MOCK+000000000001+SP_B")
    assert array.ports == {"FC": 4, "ISCSI": 2}
    assert (array.luns, array.pools, array.shares) == (20, 4, None)
    assert (array.masking.state, array.masking.dialects) == ("masked", ("privileges",))
    assert array.masking.ports_by == ("endpoints",)
    assert array.masking.views == 2


def test_luns_in_no_view_are_among_what_vasa_does_not_show(report):
    hidden = report.arrays[0].luns_in_no_view
    assert hidden
    assert [line for line in report.consequences if f"{hidden} of 20 LUNs" in line]


def test_claims_are_checked():
    with mock_cimom.running(estate="tiny") as cimom:
        for path in cimom.connection.EnumerateInstanceNames("CIM_ControllerConfigurationService", namespace=BLOCK):
            cimom.connection.DeleteInstance(path)
        claims = {one.name: (one.claim, one.class_name) for one in probe(source_of(cimom)).profiles}
    assert claims["Array"] == (Claim.THERE, "CIM_ComputerSystem")
    assert claims["Block Services"] == (Claim.THERE, "CIM_StoragePool")
    assert claims["Masking and Mapping"] == (Claim.EMPTY, "CIM_ControllerConfigurationService")
    assert claims["Health"] == (Claim.UNCHECKED, None)


@pytest.mark.parametrize(
    ("masking", "dialect"),
    [(1, "privileges"), (2, "associated-privileges"), (3, "groups"), (5, "rows")],
)
def test_it_tells_the_masking_dialect(masking, dialect):
    estate = EstateDescription((ArrayDescription(volumes=20, hosts=2, masking=Masking(masking)),))
    with mock_cimom.running(estate=estate) as cimom:
        (array,) = probe(source_of(cimom)).arrays
    assert array.masking.dialects == (dialect,)


def test_files_and_blocks_of_several_namespaces_are_told_of():
    with mock_cimom.running(estate="mixed") as cimom:
        report = probe(source_of(cimom))
    kinds = {array.namespace: array.kinds for array in report.arrays}
    assert kinds == {BLOCK: ("block",), "root/mockunified": ("block", "file"), "root/mocknas": ("file",)}
    nas = next(array for array in report.arrays if array.kinds == ("file",))
    assert nas.shares
    assert nas.file_systems
    assert (nas.luns, nas.masking, nas.ports) == (None, None, None)


def test_without_pulls_and_profiles_it_tells_what_it_does_without(tiny):
    estate = replace(tiny.description, pulls=False)
    with mock_cimom.running(estate=estate) as cimom:
        for path in cimom.connection.EnumerateInstanceNames("CIM_RegisteredProfile", namespace="interop"):
            cimom.connection.DeleteInstance(path)
        report = probe(source_of(cimom))
    assert (report.found_by, report.pulls, report.profiles) == ("dedicated", False, ())
    assert [line for line in report.fallbacks if "dedicated to storage" in line]
    assert [line for line in report.fallbacks if "pulled enumerations" in line]


@pytest.mark.parametrize(
    ("class_name", "known", "unknown"),
    [
        ("CIM_Chassis", ("luns", "ports", "masking"), ("vendor",)),
        ("CIM_StorageVolume", ("vendor", "ports"), ("luns", "masking")),
        ("CIM_FCPort", ("vendor", "luns"), ("ports", "masking")),
        ("CIM_StoragePool", ("vendor", "ports"), ("pools", "luns")),
        ("CIM_AuthorizedPrivilege", ("vendor", "ports", "luns", "pools"), ("masking",)),
    ],
)
def test_what_fails_half_way_leaves_the_rest(class_name, known, unknown):
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(class_=class_name, cim_status="CIM_ERR_FAILED")
        report = probe(source_of(cimom))
    (array,) = report.arrays
    assert {name for name in (*known, *unknown) if getattr(array, name) is None} == set(unknown)
    assert len(report.failures) == 1
    assert "CIM_ERR_FAILED" in report.failures[0].reason
    assert [line for line in report.consequences if "half inventory" in line]


def test_a_source_that_breaks_off_is_not_asked_any_further():
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(class_="CIM_StoragePool", cut=True)
        report = probe(source_of(cimom))
    assert len(report.failures) == 1
    (array,) = report.arrays
    assert (array.vendor, array.luns, array.ports) == ("MOCK", None, None)


@pytest.mark.parametrize("effect", [{"cim_status": "CIM_ERR_ACCESS_DENIED"}, {"truncate": True}, {"http_status": 500}])
def test_one_bad_answer_is_one_failure_and_the_rest_is_told(effect):
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(class_="CIM_Chassis", **effect)
        report = probe(source_of(cimom))
    (array,) = report.arrays
    assert (array.vendor, array.luns, array.ports, array.pools) == (None, 20, {"FC": 4, "ISCSI": 2}, 4)
    assert array.masking is not None
    assert len(report.failures) == 1


def test_a_list_of_namespaces_that_is_refused_hides_nothing_else():
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(class_="CIM_Namespace", nth=2, cim_status="CIM_ERR_ACCESS_DENIED")
        report = probe(source_of(cimom))
    assert [array.luns for array in report.arrays] == [20]
    assert [failure.what for failure in report.failures] == ["reading the list of namespaces"]


@pytest.mark.parametrize("number", range(1, 43, 4))
def test_whatever_answer_is_bad_there_is_a_report(number):
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(nth=number, cim_status="CIM_ERR_FAILED")
        report = probe(source_of(cimom))
    assert report.failures
    assert list(lines_of(report))


def test_a_source_without_arrays_is_told_of_with_its_profiles():
    with mock_cimom.running(estate="tiny") as cimom:
        for path in cimom.connection.EnumerateInstanceNames("CIM_ComputerSystem", namespace=BLOCK):
            cimom.connection.cimrepository.get_instance_store(path.namespace).delete(path)
        report = probe(source_of(cimom))
    assert report.profiles
    assert not report.arrays
    assert report.failures
    assert report.consequences == ["Nothing, as long as the reading fails."]


def test_options_of_a_source_count(tiny):
    (array,) = probe(source_of(tiny, masking="closed")).arrays
    assert array.masking.state == "closed"
    with pytest.raises(ConfigurationError):
        probe(source_of(tiny, masking="sometimes"))


# --- the command ---


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs the command against a URL, without setting up the log of this process."""
    monkeypatch.setattr("vasa_cim.logs.set_up", lambda *_: None)

    def call(cimom, *arguments, password=None):
        file = tmp_path / "password"
        file.write_text(password or cimom.password, "utf-8")
        with capture_logs():
            login = ["--user", cimom.user, "--password-file", str(file)]
            return CliRunner().invoke(command, [cimom.url, *login, *arguments])

    return call


def test_the_command_prints_the_report(tiny, run):
    done = run(tiny)
    assert done.exit_code == 0, done.output
    for text in ("Interop      interop", "MOCK MA-1000, firmware 5.33.9.5", "masked by privileges", "4 FC, 2 ISCSI"):
        assert text in done.output
    assert "VASA will not show" in done.output


def test_the_command_prints_json(tiny, run):
    done = run(tiny, "--output", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["arrays"][0]["luns"] == 20
    assert found["profiles"][0]["claim"] == "there"


def test_the_command_takes_options_of_a_source(tiny, run):
    assert "OPEN: the configuration opens it" in run(tiny, "--option", "masking=open").output


def test_a_failure_half_way_is_shown_with_status_1(run):
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.inject(class_="CIM_StorageVolume", cim_status="CIM_ERR_FAILED")
        done = run(cimom)
    assert done.exit_code == 1
    assert "4 FC, 2 ISCSI" in done.output
    assert "Failed" in done.output
    assert "CIM_ERR_FAILED" in done.output


def test_a_wrong_password_is_one_sentence(tiny, run):
    done = run(tiny, password="wrong")
    assert isinstance(done.exception, ProbeFailed)
    assert "refused user or password" in str(done.exception)
    assert done.output == ""


def test_a_host_that_does_not_answer_is_one_sentence(tiny, run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    done = run(replace(tiny, url=url))
    assert isinstance(done.exception, ProbeFailed)
    assert "cannot be reached" in str(done.exception)


def test_bad_settings_are_named(tiny, run):
    done = run(tiny, "--option", "masking=sometimes")
    assert isinstance(done.exception, ConfigurationError)
    assert "masking" in str(done.exception)


def test_the_text_of_an_empty_report_is_whole():
    with mock_cimom.running(estate=None) as cimom:
        report = probe(source_of(cimom))
    text = "\n".join(lines_of(report))
    assert "Found by     nothing" in text
    assert "Failed" in text
