"""A row or a whole class that is missing, in any dialect: nobody sees more, and nothing through another port."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest

import mock_cimom
from mock_cimom.estate.description import ArrayDescription, EstateDescription, Masking
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.errors import SourceError

IRREGULAR = ArrayDescription(volumes=30, hosts=10, iscsi_host_every=3, irregular=True)
ROWS = 30
ABOUT_SPACE = ("CIM_StoragePool", "CIM_StorageCapabilities", "CIM_AllocatedFromStoragePool", "CIM_SoftwareIdentity")


class Held:
    """A connection that remembers what a CIMOM answered, and answers without one row, or without the rows of a class.

    `without` is (operation, namespace, class) and the number of the row, None for all.
    """

    def __init__(self, connection, answers):
        self._connection, self._answers, self.without = connection, answers, (None, None)

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def enumerate_instances(self, *request):
        yield from self._answer("enumerate_instances", *request)

    def enumerate_names(self, *request):
        yield from self._answer("enumerate_names", *request)

    def _answer(self, operation, namespace, class_name, *properties):
        key = (operation, namespace, class_name)
        if key not in self._answers:
            try:
                self._answers[key] = list(getattr(self._connection, operation)(namespace, class_name, *properties))
            except SourceError as error:
                self._answers[key] = error
        if isinstance(self._answers[key], SourceError):
            raise self._answers[key]
        missing, number = self.without
        for at, row in enumerate(self._answers[key]):
            if missing != key or number not in (None, at):
                yield row


def who_sees_what(inventory):
    """Return the ports through which each initiator, or `everyone`, sees each LUN."""
    seen = defaultdict(set)
    for view in inventory.views:
        for initiator in ("everyone",) if view.open_to_all else view.initiators:
            for lun in view.luns:
                seen[initiator, lun].update(view.ports)
    return seen


@pytest.fixture(params=Masking, ids=lambda masking: masking.name.lower())
def read_without(request):
    """Return a function that reads without a row, and the answers that it may leave rows out of."""
    array = replace(IRREGULAR, masking=request.param, groups_only=request.param is Masking.GROUPS)
    answers = {}
    with mock_cimom.running(estate=EstateDescription((array, array))) as cimom:

        def read(without=(None, None)):
            adapter = BlockAdapter(Source(name="s", url=cimom.url, user=cimom.user, password=cimom.password))
            adapter._source._connection = held = Held(adapter._source._connection, answers)
            held.without = without
            try:
                return who_sees_what(adapter.read(Reading()))
            finally:
                adapter.close()

        yield read, answers


def test_what_is_missing_shows_nobody_more(read_without):
    read, answers = read_without
    before = read()
    assert any(initiator == "everyone" for initiator, _ in before)
    sound = {key: rows for key, rows in answers.items() if isinstance(rows, list) and key[2] not in ABOUT_SPACE}
    rows = [(key, at) for key, found in sorted(sound.items()) for at in range(len(found))]
    chosen = random.Random(1).sample(rows, ROWS)
    less = 0
    for without in [*((key, None) for key in sorted(sound)), *chosen]:
        try:
            after = read(without)
        except SourceError:
            continue
        more = [pair for pair, ports in after.items() if pair not in before or not ports <= before[pair]]
        assert not more, (without, more)
        less += after != before
    assert less > len(sound) / 3
