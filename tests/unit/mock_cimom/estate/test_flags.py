"""Options change what an estate says of itself."""

from dataclasses import replace

import click
import pytest
from click.testing import CliRunner

from mock_cimom.estate.description import ESTATES, SMALLEST, Indications, Kind, Masking, PortLink
from mock_cimom.estate.flags import described, estate_options
from mock_cimom.estate.limits import ImpossibleArrayError
from mock_cimom.estate.plan import plan_array
from mock_cimom.estate.yaml_file import EstateFileError


def from_command_line(*arguments, estate="tiny"):
    found = []

    @click.command()
    @estate_options
    def command(**flags):
        found.append(described(estate, **flags))

    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return found[0]


@pytest.mark.parametrize("name", ESTATES)
def test_no_option_changes_nothing(name):
    assert from_command_line(estate=name) == ESTATES[name]


def test_options_change_all_arrays_with_blocks():
    estate = from_command_line(
        "--volumes", "40", "--hosts", "4", "--luns-per-view", "5", "--masking", "3", "--ports", "port", "--naa", "4",
        "--seed", "9", "--no-pulls", "--indications", "alerts", estate="mixed",
    )  # fmt: skip
    block, nas, unified = estate.arrays
    for array in (block, unified):
        assert (array.volumes, array.hosts, array.luns_per_view, array.naa) == (40, 4, 5, 4)
        assert (array.masking, array.ports) == (Masking.GROUPS, PortLink.PORT)
    assert nas == ESTATES["mixed"].arrays[1]
    assert (estate.seed, estate.pulls, estate.indications) == (9, False, Indications.ALERTS)


def test_more_arrays_come_in_the_same_order():
    kinds = [array.kind for array in from_command_line("--arrays", "4", estate="mixed").arrays]
    assert kinds == [Kind.BLOCK, Kind.NAS, Kind.UNIFIED, Kind.BLOCK]
    assert len(from_command_line("--arrays", "1", estate="mixed").arrays) == 1


def test_a_kind_is_that_of_all_arrays_with_its_own_counts():
    assert from_command_line("--kind", "nas", estate="small").arrays == (SMALLEST[Kind.NAS],) * 2
    (array,) = from_command_line("--kind", "unified").arrays
    assert array.kind is Kind.UNIFIED
    assert not array.irregular


def test_an_estate_can_be_made_irregular_and_back():
    (array,) = from_command_line("--irregular").arrays
    assert sum(kind.used_percent is not None for kind in array.pool_kinds) == 3
    assert from_command_line("--regular", estate=replace(ESTATES["tiny"], arrays=(array,))) == ESTATES["tiny"]
    assert from_command_line("--irregular", estate="mixed") == ESTATES["mixed"]


def test_options_go_over_a_file(tmp_path):
    file = tmp_path / "estate.yaml"
    file.write_text("from: tiny\nseed: 3\n")
    assert from_command_line("--seed", "4", estate=file) == replace(ESTATES["tiny"], seed=4)
    assert described(str(file)) == replace(ESTATES["tiny"], seed=3)


def test_what_cannot_be_is_refused(tmp_path):
    with pytest.raises(ImpossibleArrayError, match="30 of 20 volumes"):
        described("tiny", luns_per_view=30)
    with pytest.raises(KeyError, match="neither a file"):
        described("none")
    with pytest.raises(EstateFileError):
        described(tmp_path / "none.yaml")


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
@pytest.mark.parametrize("irregular", [True, False])
def test_every_kind_can_be_planned(kind, irregular):
    estate = described("tiny", kind=kind, irregular=irregular)
    assert plan_array(estate, 1).description.kind.value == kind
