"""The command itself, as a process: it starts, tells how to reach it, serves pywbemcli and ends cleanly."""

import os
import re
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

DEADLINE = 60.0
PYWBEMCLI = str(Path(sys.executable).parent / "pywbemcli")


def start(*options):
    command = [sys.executable, "-W", "error", "-m", "mock_cimom", "serve", "--port", "0", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def exports(file):
    lines = file.read_text().splitlines()
    words = [shlex.split(line)[1].partition("=") for line in lines]
    return {name: value for name, _, value in words}


def wait_for(file, process):
    end = time.monotonic() + DEADLINE
    while not file.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return exports(file)


def finish(process, number=signal.SIGTERM):
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    file = tmp_path_factory.mktemp("serve") / "cim.env"
    process = start("--estate", "tiny", "--env", str(file))
    try:
        yield wait_for(file, process)
    finally:
        code, _, err = finish(process)
    assert (code, err) == (0, "")


def cli(served, *words):
    general = ["-s", served["CIM_URL"], "-u", served["CIM_USER"], "-p", served["CIM_PASSWORD"], "-d", "root/mockblock"]
    environment = {**os.environ, "PYTHONWARNINGS": "", "COLUMNS": "200"}
    done = subprocess.run(
        [PYWBEMCLI, *general, *words], capture_output=True, text=True, timeout=DEADLINE, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pywbemcli_reads_classes(served):
    names = cli(served, "class", "enumerate", "CIM_StoragePool", "--no").split()
    assert sorted(names) == ["MOCK_PrimordialPool", "MOCK_StoragePool", "MOCK_ThinPool"]
    assert "class CIM_SystemDevice : CIM_SystemComponent" in cli(served, "class", "get", "CIM_SystemDevice")
    assert "CIM_ManagedElement" in cli(served, "class", "tree")


def test_pywbemcli_reads_instances(served):
    shown = cli(served, "instance", "enumerate", "CIM_StorageVolume", "--pl", "DeviceID,Name")
    assert len(re.findall(r"instance of MOCK_StorageVolume", shown)) == 20
    assert '"60000970000000000001000000000014"' in shown
    assert re.search(r"MOCK_StorageVolume\W+20\b", cli(served, "instance", "count", "MOCK_StorageVolume"))


def test_pywbemcli_walks_associations(served):
    system = 'MOCK_StorageSystem.CreationClassName="MOCK_StorageSystem",Name="MOCK+000000000001"'
    pools = cli(served, "instance", "associators", system, "--ac", "CIM_HostedStoragePool", "--no")
    assert len(pools.split()) == 4
    shown = cli(served, "instance", "references", system, "--rc", "CIM_ComponentCS")
    assert shown.count("instance of CIM_ComponentCS") == 2
    assert shown.count("SP_A") >= 1


def test_pywbemcli_reads_the_server(served):
    assert "mock-cimom" in cli(served, "server", "info")
    assert "Array" in cli(served, "profile", "list")
    assert "MOCK+000000000001" in cli(served, "profile", "centralinsts", "-o", "SNIA", "-p", "Array")
    assert {"interop", "root/mockblock"} <= set(cli(served, "namespace", "list").split())


def test_a_given_user_and_password_are_used_and_not_printed(tmp_path):
    file, password = tmp_path / "cim.env", tmp_path / "password"
    password.write_text("correct horse/battery\n")
    process = start("--user", "smis-admin", "--password-file", str(password), "--env", str(file))
    served = wait_for(file, process)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (served["CIM_USER"], served["CIM_PASSWORD"]) == ("smis-admin", "correct horse/battery")
    assert served["CIM_WWNS"] == "10000000C9000101,10000000C9000102,10000000C9000201"
    assert served["CIM_IQNS"] == "iqn.1998-01.com.example:esx0002"
    hosts = dict(entry.split("=") for entry in served["CIM_HOSTS"].split(";"))
    assert hosts == {
        "esx0001": "10000000C9000101,10000000C9000102",
        "esx0002": "10000000C9000201,iqn.1998-01.com.example:esx0002",
    }
    assert "MOCK+000000000001" in cli(served, "instance", "enumerate", "MOCK_StorageSystem", "--no")
    code, out, err = finish(process)
    assert (code, err) == (0, "")
    assert f"pywbemcli -s {served['CIM_URL']} -u smis-admin -p " in out
    assert "correct horse" not in out


def test_a_generated_password_is_printed_in_a_line_to_paste(tmp_path):
    file = tmp_path / "cim.env"
    process = start("--env", str(file))
    served = wait_for(file, process)
    code, out, err = finish(process, signal.SIGINT)
    assert (code, err) == (0, "")
    (line,) = [one for one in out.splitlines() if one.startswith("pywbemcli")]
    words = shlex.split(line)
    assert words[1:7] == ["-s", served["CIM_URL"], "-u", served["CIM_USER"], "-p", served["CIM_PASSWORD"]]


def test_a_port_that_is_taken_is_told(served):
    port = served["CIM_URL"].rpartition(":")[2]
    process = start("--port", port)
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert err.startswith("mock-cimom: ")
    assert port in err


def test_an_unknown_estate_is_refused():
    process = start("--estate", "endless")
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 2
    assert "endless" in err
