"""What arrays can be, and what they cannot."""

from dataclasses import replace

import pytest

from mock_cimom.estate.description import ESTATES, SMALLEST, ArrayDescription, EstateDescription, Kind, Masking
from mock_cimom.estate.limits import COUNTS, ImpossibleArrayError, check_array, check_estate


@pytest.mark.parametrize("name", ESTATES)
def test_the_named_estates_can_be(name):
    check_estate(ESTATES[name])


@pytest.mark.parametrize("kind", Kind)
def test_the_smallest_of_each_kind_can_be(kind):
    check_array(SMALLEST[kind])


@pytest.mark.parametrize("field", COUNTS)
def test_counts_have_bounds(field):
    least, most = COUNTS[field]
    for value in (least - 1, most + 1):
        with pytest.raises(ImpossibleArrayError, match=f"{field} is {least} to {most}, not {value}") as caught:
            check_array(replace(ArrayDescription(), **{field: value}))
        assert caught.value.field == field


@pytest.mark.parametrize("arrays", [0, 201])
def test_an_estate_has_some_arrays(arrays):
    with pytest.raises(ImpossibleArrayError, match="1 to 200 arrays"):
        check_estate(EstateDescription((ArrayDescription(),) * arrays))


def test_a_view_may_have_all_volumes_and_no_more():
    check_array(ArrayDescription(volumes=5, luns_per_view=5))
    with pytest.raises(ImpossibleArrayError):
        check_array(ArrayDescription(volumes=4, luns_per_view=5))


def test_rows_are_counted_before_they_are_made():
    huge = ESTATES["huge"].arrays[0]
    check_array(replace(huge, masking=Masking.ROWS))  # 800,000 rows and some more
    with pytest.raises(ImpossibleArrayError, match="more than 1000000"):
        check_array(replace(huge, masking=Masking.ROWS, luns_per_view=100))


@pytest.mark.parametrize("masking", Masking)
def test_volumes_in_views_are_counted_before_they_are_laid_out(masking):
    crowded = ArrayDescription(volumes=1_000_000, hosts=60_000, luns_per_view=1_000_000, masking=masking)
    with pytest.raises(ImpossibleArrayError, match="the views would have 60000000000 volumes") as caught:
        check_array(crowded)
    assert caught.value.field == "luns_per_view"


def test_arrays_are_limited_together_too():
    array = ArrayDescription(volumes=1_000_000)
    check_estate(EstateDescription((array,)))
    with pytest.raises(ImpossibleArrayError, match="all arrays together are too large") as caught:
        check_estate(EstateDescription((array,) * 2))
    assert caught.value.field == "arrays"
    nas = SMALLEST[Kind.NAS]
    crowded = replace(nas, files=replace(nas.files, file_systems=100_000, nfs_shares=100_000))
    with pytest.raises(ImpossibleArrayError, match="all arrays together are too large"):
        check_estate(EstateDescription((crowded,) * 20))
