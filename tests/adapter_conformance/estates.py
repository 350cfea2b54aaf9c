"""Random small estates: arrays of all kinds, in every dialect, regular and irregular."""

from dataclasses import replace

from hypothesis import strategies as st

from mock_cimom.estate.description import ArrayDescription, EstateDescription, Kind, Masking, PortLink, Settings
from mock_cimom.estate.file_description import AddressPath, FileDescription
from mock_cimom.estate.limits import ImpossibleArrayError, check_estate
from mock_cimom.estate.pool_kinds import FEW_POOLS, FILLED_POOLS

MOST_VOLUMES = 14
IRREGULAR_HOSTS = 12  # enough for a cluster and for hosts besides it


def blocks(kind=Kind.BLOCK):
    """Descriptions of arrays with volumes and hosts."""
    return st.builds(
        ArrayDescription,
        kind=st.just(kind),
        processors=st.integers(1, 3),
        fc_ports_per_processor=st.integers(0, 2),
        iscsi_ports_per_processor=st.integers(0, 2),
        pool_kinds=st.sampled_from([FEW_POOLS, FEW_POOLS + FILLED_POOLS]),
        drives_per_pool=st.just(1),
        volumes=st.integers(0, MOST_VOLUMES),
        thick_every=st.integers(0, 4),
        unmasked_every=st.integers(0, 5),
        not_ok_every=st.integers(0, 5),
        hosts=st.one_of(st.integers(0, 4), st.just(IRREGULAR_HOSTS)),
        iscsi_host_every=st.integers(0, 3),
        luns_per_view=st.one_of(st.none(), st.integers(1, MOST_VOLUMES)),
        masking=st.sampled_from(Masking),
        ports=st.sampled_from(PortLink),
        groups_only=st.booleans(),
        naa=st.integers(1, 9),
        separator=st.sampled_from(["+", "-+-"]),
        settings=st.sampled_from(Settings),
        irregular=st.booleans(),
    ).map(lambda one: one if one.masking is Masking.GROUPS else replace(one, groups_only=False))


def files():
    """Descriptions of file sides."""
    return st.builds(
        FileDescription,
        servers=st.integers(1, 3),
        addresses_per_server=st.integers(1, 3),
        file_systems=st.integers(1, 5),
        nfs_shares=st.integers(0, 8),
        cifs_shares=st.integers(0, 2),
        directory_every=st.integers(0, 3),
        address_path=st.sampled_from(AddressPath),
        snapshots=st.booleans(),
    )


def filers():
    """Descriptions of NAS systems and NAS heads."""

    def made(kind, files, irregular):
        pools = FEW_POOLS if kind is Kind.NAS else ()
        return ArrayDescription(
            kind=kind,
            fc_ports_per_processor=0,
            iscsi_ports_per_processor=0,
            pool_kinds=pools,
            drives_per_pool=1,
            volumes=0,
            hosts=0,
            irregular=irregular,
            files=files,
        )

    return st.builds(made, st.sampled_from([Kind.NAS, Kind.NAS_HEAD]), files(), st.booleans())


def unified():
    """Descriptions of arrays that have both."""
    return st.builds(lambda one, side: replace(one, files=side), blocks(Kind.UNIFIED), files())


def possible(description):
    """Whether there can be such an estate."""
    try:
        check_estate(description)
    except (ImpossibleArrayError, ValueError):
        return False
    return True


def estates(*arrays, most=2):
    """Estates of one or more arrays of these kinds."""
    lists = st.lists(st.one_of(*arrays), min_size=1, max_size=most).map(tuple)
    made = st.builds(EstateDescription, arrays=lists, seed=st.integers(1, 1000), pulls=st.booleans())
    return made.filter(possible)
