"""Order, numbers, retries, losses and faults of what one destination is sent."""

import threading

import pytest

FIRST, SECOND = "http://127.0.0.1:1", "http://127.0.0.1:2"
MODIFICATION = "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StorageVolume"


def resize(world, *sizes):
    for size in sizes:
        world.change(world.volume, NumberOfBlocks=size)


def numbers(indications):
    return [one["SequenceNumber"] for one in indications]


def sizes(indications):
    return [one["SourceInstance"]["NumberOfBlocks"] for one in indications]


def numbers_tried(world):
    return [number for _, number in world.sender.attempts]


def settings(world, **values):
    (path,) = world.connection.EnumerateInstanceNames("CIM_IndicationService", "interop")
    world.change(path, **values)


def test_numbers_of_a_destination_begin_at_0_and_have_no_gap(world):
    world.subscribe(MODIFICATION, FIRST)
    resize(world, *range(1000, 1040))
    arrived = world.arrived()
    assert numbers(arrived) == list(range(40))
    assert sizes(arrived) == list(range(1000, 1040))
    assert len({one["SequenceContext"] for one in arrived}) == 1


def test_all_subscriptions_of_a_destination_share_its_numbers(world):
    destination = world.destination(FIRST)
    for _ in range(2):
        world.join(world.filter(MODIFICATION), destination)
    resize(world, 200, 300)
    assert numbers(world.arrived()) == [0, 1, 2, 3]


def test_destinations_have_contexts_and_numbers_of_their_own(world):
    shared = world.filter(MODIFICATION)
    world.join(shared, world.destination(FIRST))
    resize(world, 200)
    world.join(shared, world.destination(SECOND))
    resize(world, 300)
    assert numbers(world.arrived(FIRST)) == [0, 1]
    assert numbers(world.arrived(SECOND)) == [0]
    assert len({one["SequenceContext"] for one in world.arrived()}) == 2


def test_a_retry_has_the_same_context_and_number(world):
    world.subscribe(MODIFICATION, FIRST)
    world.sender.refusals[FIRST] = 2
    resize(world, 200, 300)
    arrived = world.arrived()
    assert numbers(arrived) == [0, 1]
    assert world.sender.attempts == [(FIRST, 0), (FIRST, 0), (FIRST, 0), (FIRST, 1)]
    assert world.time.slept == [30, 30]


def test_after_the_attempts_of_the_service_an_indication_is_given_up_and_its_number_is_missing(world):
    settings(world, DeliveryRetryAttempts=1, DeliveryRetryInterval=7)
    world.subscribe(MODIFICATION, FIRST)
    world.sender.refusals[FIRST] = 2
    resize(world, 200, 300)
    assert numbers(world.arrived()) == [1]
    assert world.time.slept == [7]


def test_a_dead_destination_holds_up_no_other(world):
    shared = world.filter(MODIFICATION)
    world.join(shared, world.destination(FIRST))
    world.join(shared, world.destination(SECOND))
    world.sender.refusals[FIRST] = None
    resize(world, *range(1000, 1010))
    assert numbers(world.arrived(SECOND)) == list(range(10))
    assert world.arrived(FIRST) == []


def subscriptions(world):
    return world.connection.EnumerateInstances("CIM_IndicationSubscription", "interop")


@pytest.mark.parametrize(("action", "left"), [(2, []), (3, [4]), (4, [2])])
def test_a_destination_that_fails_for_long_loses_its_subscriptions_as_the_service_says(world, action, left):
    settings(world, SubscriptionRemovalAction=action, SubscriptionRemovalTimeInterval=100, DeliveryRetryAttempts=1)
    world.subscribe(MODIFICATION, FIRST)
    world.sender.refusals[FIRST] = None
    for size in (200, 300, 400):
        resize(world, size)
        world.arrived()
        assert len(subscriptions(world)) == 1
    world.time.seconds += 100
    resize(world, 500)
    world.arrived()
    assert [one["SubscriptionState"] for one in subscriptions(world)] == left


def test_a_success_in_between_starts_that_time_anew(world):
    settings(world, SubscriptionRemovalTimeInterval=100, DeliveryRetryAttempts=0)
    world.subscribe(MODIFICATION, FIRST)
    for refusals in (1, 0, 1):
        world.sender.refusals[FIRST] = refusals
        resize(world, 200 + int(world.time.seconds))
        world.arrived()
        world.time.seconds += 90
    assert len(subscriptions(world)) == 1


@pytest.mark.parametrize(("policy", "left"), [(2, [2]), (3, [4]), (4, [])])
def test_the_policy_of_a_subscription_comes_first(world, policy, left):
    subscription = world.subscribe(MODIFICATION, FIRST)
    world.change(subscription, OnFatalErrorPolicy=policy)
    world.sender.refusals[FIRST] = None
    resize(world, 200)
    world.arrived()
    assert [one["SubscriptionState"] for one in subscriptions(world)] == left


def test_a_full_queue_loses_indications_visibly(world, caplog):
    release = threading.Event()
    send = world.sender.send

    async def blocked(url, indication):
        while not release.is_set():
            await world.time.sleep(0)
        await send(url, indication)

    world.sender.send = blocked
    world.subscribe(MODIFICATION, FIRST)
    resize(world, *range(1000, 1060))  # 50 wait at most, and one is under way
    while world.engine._noted:
        pass
    release.set()
    world.arrived()
    resize(world, 2000)
    found = numbers(world.arrived())
    assert found[-1] == 60
    assert found[:-1] == list(range(len(found) - 1))
    assert 50 <= len(found) - 1 <= 51
    assert "lost" in caplog.text


def test_fault_drop_uses_the_number_and_sends_nothing(world):
    world.subscribe(MODIFICATION, FIRST)
    world.faults[:] = [None, "drop"]
    resize(world, 200, 300, 400)
    assert (numbers(world.arrived()), sizes(world.arrived())) == ([0, 2], [200, 400])


def test_fault_double_sends_twice(world):
    world.subscribe(MODIFICATION, FIRST)
    world.faults[:] = [None, "double"]
    resize(world, 200, 300, 400)
    assert numbers(world.arrived()) == [0, 1, 1, 2]


def test_fault_reorder_swaps_with_the_next(world):
    world.subscribe(MODIFICATION, FIRST)
    world.faults[:] = ["reorder"]
    resize(world, 200, 300, 400)
    assert (numbers(world.arrived()), sizes(world.arrived())) == ([1, 0, 2], [300, 200, 400])


def test_what_waits_to_be_overtaken_is_sent_when_nothing_more_comes(world):
    subscription = world.subscribe(MODIFICATION, FIRST)
    world.faults[:] = ["reorder"]
    resize(world, 200)
    assert world.arrived() == []
    world.connection.DeleteInstance(subscription)
    assert numbers(world.arrived()) == [0]


def test_fault_new_context_begins_at_0_again(world):
    world.subscribe(MODIFICATION, FIRST)
    world.faults[:] = [None, None, "new-context"]
    resize(world, 200, 300, 400, 500)
    arrived = world.arrived()
    assert numbers(arrived) == [0, 1, 0, 1]
    contexts = [one["SequenceContext"] for one in arrived]
    assert contexts[0] == contexts[1] != contexts[2] == contexts[3]


def test_a_destination_that_was_deleted_and_made_again_has_a_new_context(world):
    shared = world.filter(MODIFICATION)
    for size in (200, 300):
        destination = world.destination(FIRST, Name="again")
        subscription = world.join(shared, destination)
        resize(world, size)
        world.arrived()
        world.connection.DeleteInstance(subscription)
        world.connection.DeleteInstance(destination)
        world.arrived()
        world.time.seconds += 1
    arrived = world.arrived()
    assert numbers(arrived) == [0, 0]
    assert arrived[0]["SequenceContext"] != arrived[1]["SequenceContext"]


def test_a_destination_without_subscriptions_keeps_its_context_for_the_next(world):
    shared, destination = world.filter(MODIFICATION), world.destination(FIRST)
    for size in (200, 300):
        subscription = world.join(shared, destination)
        resize(world, size)
        world.arrived()
        world.connection.DeleteInstance(subscription)
        world.arrived()
    arrived = world.arrived()
    assert numbers(arrived) == [0, 1]
    assert arrived[0]["SequenceContext"] == arrived[1]["SequenceContext"]


def test_what_was_queued_for_a_subscription_that_is_gone_is_not_retried(world):
    shared, destination = world.filter(MODIFICATION), world.destination(FIRST)
    world.sender.refusals[FIRST] = None
    waiting, release = threading.Event(), threading.Event()

    async def sleep(_seconds):
        waiting.set()
        while not release.is_set():
            await world.time.sleep(0)

    world.sleep = sleep
    subscription = world.join(shared, destination)
    resize(world, *range(1000, 1010))
    assert waiting.wait(10)
    world.connection.DeleteInstance(subscription)
    while world.engine._noted:
        pass
    release.set()
    assert world.arrived() == []
    assert numbers_tried(world) == [0, 0]
