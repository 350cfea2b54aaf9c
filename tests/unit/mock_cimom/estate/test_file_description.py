"""A file side is described by counts that an array can have."""

import pytest

from mock_cimom.estate.file_description import MOST_ADDRESSES, FileDescription


@pytest.mark.parametrize(
    "counts",
    [
        {"servers": 0},
        {"addresses_per_server": 0},
        {"file_systems": -1},
        {"nfs_shares": -1},
        {"file_systems": 0, "nfs_shares": 1},
        {"file_systems": 0, "nfs_shares": 0, "cifs_shares": 1},
        {"directory_every": -2},
        {"servers": MOST_ADDRESSES, "addresses_per_server": 2},
    ],
)
def test_counts_that_no_array_has_are_refused(counts):
    with pytest.raises(ValueError, match=r"file side|shares|addresses"):
        FileDescription(**counts)


def test_an_array_without_file_systems_has_no_shares():
    described = FileDescription(file_systems=0, nfs_shares=0, cifs_shares=0)
    assert described.servers == 2
