"""Signals become one KeyboardInterrupt."""

import os
import signal

import pytest

from vasa_cim.cli.interrupts import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_interrupts_and_later_ones_do_not(number):
    with Interrupts().watched():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        signal.raise_signal(number)


def test_the_handlers_of_before_come_back():
    before = signal.getsignal(signal.SIGTERM)
    with Interrupts().watched():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_held_signal_comes_at_the_end_of_the_block():
    steps = []

    def work(interrupts: Interrupts) -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)
            steps.append("finished")
        steps.append("not reached")

    with Interrupts().watched() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            work(interrupts)
        assert steps == ["finished"]
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)


def test_signals_during_clean_up_are_ignored():
    with Interrupts().watched() as interrupts:
        interrupts.ignore()
        os.kill(os.getpid(), signal.SIGINT)
        with interrupts.held():
            os.kill(os.getpid(), signal.SIGTERM)
