"""`python -m bench`: the form of its report, and that what cannot be measured is said."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    command = [sys.executable, "-m", "bench", "--quick", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_report_has_the_rows_as_table_and_as_json(tmp_path):
    done = run("--only", "body", "--json", tmp_path / "rows.json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "rows.json").read_text("utf-8"))["rows"]
    assert row["unit"] == "ms"
    assert row["ours"] > 0
    assert row["target"] == "at most 2 ms"
    assert row["met"] in (True, False)
    assert row["failed"] is False
    assert [set(peer) for peer in row["peers"]] == [{"name", "value", "ratio", "details", "error"}] * 2
    assert all(peer["ratio"] == pytest.approx(peer["value"] / row["ours"]) for peer in row["peers"])
    assert row["name"] in done.stdout


def test_unknown_name_is_refused_with_the_known_ones():
    done = run("--only", "nothing")
    assert done.returncode == 2
    assert "small-request" in done.stderr


@pytest.fixture
def report():
    sys.path.insert(0, str(ROOT))
    try:
        import bench.report
    finally:
        sys.path.remove(str(ROOT))
    return bench.report


def test_peer_that_fails_is_shown_and_fails_its_row(report):
    peer = report.Peer("other", None, "ImportError: no such module")
    row = report.Row("thing", report.Unit.MILLISECONDS, 1.0, [peer], report.Target(2.0))
    assert row.failed
    assert row.met is True
    assert "FAILED: ImportError: no such module" in report.table([row])


def test_ratio_counts_better_as_more_for_times_and_for_rates(report):
    times = report.Row("thing", report.Unit.MILLISECONDS, 2.0, [report.Peer("other", 8.0)])
    rates = report.Row("thing", report.Unit.PER_SECOND, 8.0, [report.Peer("other", 2.0)])
    assert times.ratio(times.peers[0]) == rates.ratio(rates.peers[0]) == 4.0


@pytest.mark.parametrize(("ours", "met"), [(1.0, True), (5.0, False), (None, None)])
def test_target_of_a_ratio_is_that_to_the_first_peer(report, ours, met):
    peers = [report.Peer("first", 10.0), report.Peer("second", 1.0)]
    row = report.Row("thing", report.Unit.MILLISECONDS, ours, peers, report.Target(4.0, of_ratio=True))
    assert row.met is met
