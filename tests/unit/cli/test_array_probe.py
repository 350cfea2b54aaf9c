"""How a report is written for people."""

from click.testing import CliRunner

from vasa_cim.adapters.smis.probe_report import (
    ArrayFound,
    Claim,
    ClaimedProfile,
    Failure,
    MaskingFound,
    ProbeReport,
    UsedQuirk,
)
from vasa_cim.cli.array_probe import lines_of
from vasa_cim.cli.main import commands


def test_an_empty_report_says_so():
    assert list(lines_of(ProbeReport("http://h:5988"))) == [
        "CIMOM        does not say what it is, at http://h:5988",
        "Interop      none",
        "Namespaces   none",
        "Pulls        not tried",
        "Found by     nothing",
        "Requests     0",
        "",
        "VASA will not show",
        "  Nothing is left out.",
    ]


def test_a_full_report_has_all_sections():
    masking = MaskingFound("masked", "a profile is registered", ("groups",), ("groups", "endpoints"), 1)
    array = ArrayFound(
        "A", "root/x", ("block", "file"), "alias", "V", "M", "7", None, ("A+SP",), masking, {"FC": 2}, 3, 1, 4, 5, 6, 7
    )
    report = ProbeReport(
        "http://h:5988",
        interop="interop",
        cimom="server 1.0",
        namespaces=("interop", "root/x"),
        profiles=(
            ClaimedProfile("Array", "SNIA", ("1.4", "1.6"), Claim.THERE, "CIM_ComputerSystem"),
            ClaimedProfile("Health", "SNIA", (), Claim.UNCHECKED),
        ),
        found_by="profiles",
        pulls=True,
        arrays=[array],
        quirks=(UsedQuirk("row", "effect", "source"),),
        fallbacks=["without"],
        consequences=["hidden"],
        failures=[Failure("reading", "reason")],
        requests=9,
    )
    assert list(lines_of(report))[6:] == [
        "",
        "Registered profiles, and whether the class behind each is there",
        "  Array   SNIA   1.4, 1.6              there: CIM_ComputerSystem",
        "  Health  SNIA   no version            not checked",
        "",
        "Array alias",
        "  name         A in root/x (block and file)",
        "  make         V M, firmware unknown, serial number 7",
        "  processors   A+SP",
        "  masking      masked by groups, ports by groups, endpoints; 1 view; a profile is registered",
        "  ports        2 FC",
        "  counts       pools 4, LUNs 3, of these in no view 1, file servers 5, file systems 6, shares 7",
        "",
        "Quirks that apply",
        "  row: effect (source)",
        "",
        "Done without",
        "  without",
        "",
        "VASA will not show",
        "  hidden",
        "",
        "Failed",
        "  reading: reason",
    ]


def test_an_array_without_masking_cries_out():
    masking = MaskingFound("open", "there is no sign of masking", (), ("all",), 1)
    lines = list(lines_of(ProbeReport("http://h", arrays=[ArrayFound("A", "root/x", ("block",), masking=masking)])))
    assert "  masking      OPEN: there is no sign of masking" in lines
    assert "  make         of an unknown make, firmware unknown" in lines


def test_a_url_without_a_host_is_named_and_no_option_that_probe_lacks():
    done = CliRunner().invoke(commands, ["array", "probe", "array"])
    assert str(done.exception).endswith("names no host")
