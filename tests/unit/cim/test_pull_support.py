"""What a server's answers to Open operations say about whether it has pulls."""

import pytest

from vasa_cim.cim.errors import cim_error, http_error
from vasa_cim.cim.pull_support import PullMode, PullSupport

INSTANCES, PATHS = "OpenEnumerateInstances", "OpenEnumerateInstancePaths"


@pytest.mark.parametrize("status", [7, 16, 17])
def test_a_server_without_the_operation_is_not_asked_again(status):
    support = PullSupport(PullMode.AUTO)
    assert support.is_worth_trying(INSTANCES)
    assert support.is_refused(INSTANCES, cim_error("s", status, None))
    assert not support.is_worth_trying(INSTANCES)
    assert not support.is_worth_trying(PATHS)


@pytest.mark.parametrize("status", [400, 405, 501])
def test_a_server_that_does_not_understand_the_first_open_has_none(status):
    support = PullSupport(PullMode.AUTO)
    assert support.is_refused(INSTANCES, http_error("s", status, "unsupported-operation"))
    assert not support.is_worth_trying(INSTANCES)


@pytest.mark.parametrize("status", [400, 501])
def test_a_server_that_has_pulled_before_understands_them(status):
    support = PullSupport(PullMode.AUTO)
    support.succeeded(INSTANCES)
    assert not support.is_refused(INSTANCES, http_error("s", status, None))


@pytest.mark.parametrize("status", [1, 3, 4, 5, 6, 9, 25])
def test_another_error_says_nothing_about_pulls(status):
    support = PullSupport(PullMode.AUTO)
    assert not support.is_refused(INSTANCES, cim_error("s", status, None))
    assert support.is_worth_trying(INSTANCES)


@pytest.mark.parametrize("error", [cim_error("s", 22, None), cim_error("s", 27, None), http_error("s", 503, None)])
def test_a_server_that_cannot_open_for_now_is_asked_again_for_the_next_class(error):
    support = PullSupport(PullMode.AUTO)
    assert support.is_refused(INSTANCES, error)
    support.did_without(INSTANCES)
    assert support.is_worth_trying(INSTANCES)


def test_one_operation_that_is_lacking_does_not_cost_the_other():
    support = PullSupport(PullMode.AUTO)
    support.succeeded(INSTANCES)
    assert support.is_refused(PATHS, cim_error("s", 7, None))
    assert support.is_worth_trying(INSTANCES)
    assert not support.is_worth_trying(PATHS)


def test_a_class_that_no_operation_can_read_does_not_cost_the_pulls():
    support = PullSupport(PullMode.AUTO)
    support.succeeded(INSTANCES)
    assert support.is_refused(INSTANCES, cim_error("s", 7, None))
    assert support.is_worth_trying(INSTANCES)


def test_a_server_replaced_by_one_without_pulls_is_read_classically_from_then_on():
    support = PullSupport(PullMode.AUTO)
    support.succeeded(INSTANCES)
    assert support.is_refused(INSTANCES, cim_error("s", 7, None))
    support.did_without(INSTANCES)
    assert not support.is_worth_trying(INSTANCES)


def test_the_configuration_may_forbid_or_demand_pulls():
    assert not PullSupport(PullMode.OFF).is_worth_trying(INSTANCES)
    demanded = PullSupport(PullMode.ON)
    assert not demanded.is_refused(INSTANCES, cim_error("s", 7, None))
    assert demanded.is_worth_trying(INSTANCES)


def test_a_refusal_long_past_does_not_count():
    support = PullSupport(PullMode.AUTO)
    support.succeeded(INSTANCES)
    assert support.is_refused(INSTANCES, cim_error("s", 7, None))
    support.succeeded(INSTANCES)
    assert support.is_refused(INSTANCES, cim_error("s", 27, None))
    support.did_without(INSTANCES)
    assert support.is_worth_trying(INSTANCES)
