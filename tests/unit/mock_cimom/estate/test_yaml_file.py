"""Estate files: what they say, and how they are told off."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_cimom.estate.description import (
    ESTATES,
    SMALLEST,
    EstateDescription,
    Indications,
    Kind,
    Masking,
    PortLink,
    Settings,
)
from mock_cimom.estate.file_description import AddressPath
from mock_cimom.estate.pool_kinds import Media, PoolKind, Raid
from mock_cimom.estate.yaml_file import MOST_BYTES, EstateFileError, read_estate


@pytest.fixture
def read(tmp_path):
    """A function that reads an estate from a text."""
    file = tmp_path / "estate.yaml"

    def write_and_read(text):
        file.write_text(text, encoding="utf-8")
        return read_estate(file)

    return write_and_read


def test_a_short_file_describes_arrays(read):
    estate = read("""
        seed: 7
        pulls: false
        arrays:
          - kind: block
            count: 2
            volumes: 500
            hosts: 20
            masking: 3
            naa: 4
    """)
    expected = replace(SMALLEST[Kind.BLOCK], volumes=500, hosts=20, masking=Masking.GROUPS, naa=4)
    assert estate == EstateDescription((expected, expected), seed=7, pulls=False)


def test_what_is_not_said_is_that_of_the_base(read):
    assert read("from: tiny") == ESTATES["tiny"]
    assert read("from: mixed\nseed: 3") == replace(ESTATES["mixed"], seed=3)
    assert read("seed: 3") == replace(ESTATES["small"], seed=3)
    (array,) = read("from: large\narrays: [{volumes: 5000}]").arrays
    assert array == replace(ESTATES["large"].arrays[0], volumes=5000)
    (array,) = read("from: large\narrays: [{kind: nas}]").arrays
    assert array == SMALLEST[Kind.NAS]


def test_all_fields_can_be_said(read):
    estate = read("""
        indications: alerts
        arrays:
          - kind: unified
            processors: 4
            fc-ports: 3
            iscsi_ports: 2
            pools:
              - {media: ssd, raid: raid6, thin: true, used_percent: 90}
              - {media: hdd, raid: raid10, thin: false}
            drives_per_pool: 6
            volumes: 30
            thick_every: 3
            unmasked_every: 0
            not_ok_every: 10
            hosts: 4
            iscsi_host_every: 2
            luns_per_view: 7
            masking: 2
            ports: port
            groups_only: false
            separator: -+-
            settings: volume
            statistics: true
            views: true
            irregular: false
            files: {servers: 1, nfs_shares: 2, address_path: port, snapshots: false}
    """)
    (array,) = estate.arrays
    assert estate.indications is Indications.ALERTS
    assert (array.processors, array.fc_ports_per_processor, array.iscsi_ports_per_processor) == (4, 3, 2)
    assert array.pool_kinds == (
        PoolKind(Media.SSD, Raid.RAID6, thin=True, used_percent=90),
        PoolKind(Media.HDD, Raid.RAID10, thin=False),
    )
    assert (array.masking, array.ports) == (Masking.ASSOCIATED_PRIVILEGES, PortLink.PORT)
    assert (array.separator, array.settings, array.luns_per_view) == ("-+-", Settings.VOLUME, 7)
    assert array.statistics
    assert array.views
    assert not array.irregular
    assert (array.files.servers, array.files.nfs_shares) == (1, 2)
    assert (array.files.address_path, array.files.snapshots) == (AddressPath.PORT, False)


WRONG = {
    "unknown key": ("seed: 1\ncolour: red\n", 2, "has no 'colour'"),
    "unknown key of an array": ("arrays:\n  - kind: block\n    lunes: 3\n", 3, "has no 'lunes'"),
    "key given twice": ("seed: 1\nseed: 2\n", 2, "twice"),
    "text for a number": ("seed: seven\n", 1, "whole number is wanted, not 'seven'"),
    "true for a number": ("seed: true\n", 1, "whole number"),
    "number for true": ("seed: 1\npulls: 1\n", 2, "true or false"),
    "nothing": ("seed: 1\narrays:\n", 2, "not nothing"),
    "no arrays": ("arrays: []\n", 1, "one entry at least"),
    "a mapping for a list": ("arrays: {kind: block}\n", 1, "not a mapping"),
    "a list for a mapping": ("- kind: block\n", 1, "not a list"),
    "base that is none": ("from: tinny\n", 1, "tiny or small"),
    "kind that is none": ("arrays:\n  - kind: tape\n", 2, "block or nas"),
    "masking that is none": ("arrays:\n  - volumes: 3\n    masking: 9\n", 3, "4 or 5 is wanted, not '9'"),
    "true for a dialect": ("arrays:\n  - masking: true\n", 2, "1 or 2"),
    "rule that is none": ("arrays:\n  - naa: 10\n", 2, "naa is 1 to 9"),
    "more processors than letters": ("arrays:\n  - kind: block\n    processors: 9\n", 3, "processors is 1 to 8, not 9"),
    "short names in reasons": ("arrays:\n  - fc_ports: 17\n", 2, "fc_ports is 0 to 16, not 17"),
    "views larger than volumes": ("arrays:\n  - volumes: 5\n    luns_per_view: 6\n", 3, "6 of 5 volumes"),
    "a NAS with volumes": ("arrays:\n  - kind: nas\n    volumes: 5\n", 3, "kind nas has no volumes"),
    "a NAS with hosts": ("arrays:\n  - kind: nas-head\n    hosts: 5\n", 3, "kind nas-head has no hosts"),
    "a block array with files": ("arrays:\n  - files: {servers: 2}\n", 2, "kind block has no file side"),
    "files that cannot be": ("arrays:\n  - kind: nas\n    files: {servers: 0}\n", 3, "needs a server"),
    "no ports": ("arrays:\n  - fc_ports: 0\n    iscsi_ports: 0\n", 2, "hosts need FC or iSCSI ports"),
    "too many arrays": ("arrays:\n  - count: 1000\n", 2, "count is 1 to 200"),
    "no thin pool": ("arrays:\n  - pools:\n    - {media: hdd, raid: raid10, thin: false}\n", 3, "no thin pool"),
    "half a pool": ("arrays:\n  - pools:\n    - {media: hdd}\n", 3, "needs raid"),
    "full to nothing": (
        "arrays:\n  - pools:\n    - {media: hdd, raid: raid5, thin: true, used_percent: 0}\n", 3, "used_percent is 1",
    ),
    "a head with pools": ("arrays:\n  - kind: nas-head\n    pools: [{media: ssd, raid: raid5, thin: true}]\n", 3,
        "no pools",
    ),
    "no room for files": (
        "arrays:\n  - kind: unified\n    thick_every: 0\n    pools:\n"
        "      - {media: hdd, raid: raid5, thin: true, used_percent: 90}\n",
        5, "file systems beside volumes",
    ),
    "groups alone without groups": ("arrays:\n  - masking: 1\n    groups_only: true\n", 3, "masking 3 only"),
    "rows without end": ("from: huge\narrays:\n  - masking: 5\n    luns_per_view: 500\n", 3, "more than 1000000"),
    "separator that is none": ("arrays:\n  - separator: '-'\n", 2, "+ or -+-"),
    "empty": ("", None, "empty"),
    "no YAML": ("seed: [1\nx: 2", 2, "no YAML"),
    "alias": ("seed: &one 1\narrays: *one\n", 2, "aliases"),
    "an object": ("seed: !!python/object/apply:os.system [ls]\n", 1, "whole number"),
    "a tag": ("seed: !!python/name:os.system x\n", 1, "cannot be read"),
    "merge key": ("<<: {seed: 1}\n", 1, "cannot be read"),
    "deep": ("seed: " + "[" * 2000 + "\n", 1, "levels"),
    "control character": ("seed: \x00", None, "no YAML"),
    "two documents": ("seed: 1\n---\nseed: 2\n", 2, "no YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_line(read, tmp_path, text, line, reason):
    with pytest.raises(EstateFileError) as caught:
        read(text)
    assert (caught.value.line, caught.value.file) == (line, tmp_path / "estate.yaml")
    assert reason in caught.value.reason
    assert str(caught.value).startswith(str(tmp_path / "estate.yaml") + (f", line {line}: " if line else ": "))
    assert "\n" not in str(caught.value)


def test_a_file_that_grows_when_read_is_refused_soon(read):
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    with pytest.raises(EstateFileError, match="aliases"):
        read("\n".join(lines))


def test_a_long_file_is_not_read(read):
    with pytest.raises(EstateFileError, match="bytes"):
        read("# " + "x" * MOST_BYTES)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(EstateFileError, match="No such file"):
        read_estate(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"seed: \xff\xfe")
    with pytest.raises(EstateFileError, match="UTF-8"):
        read_estate(tmp_path / "bytes.yaml")


KEYS = st.sampled_from(["from", "seed", "pulls", "indications", "arrays", "kind", "count", "volumes", "pools", "files"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 300) | st.floats(allow_nan=False) | st.text(max_size=5) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_file_gives_an_estate_or_a_reason(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        found = read_estate(file)
    except EstateFileError as error:
        found = error.line
    assert isinstance(found, EstateDescription | int)
