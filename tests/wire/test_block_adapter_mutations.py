"""Answers of a CIMOM, each changed in one place: the inventory stays, or the answer is an error; nobody sees more."""

import contextlib
import copy
import random
import re
from collections import defaultdict

import pytest
from lxml import etree

import mock_cimom
from mock_cimom.estate.description import ArrayDescription, EstateDescription, Masking
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.cim.transport import Transport
from vasa_cim.errors import SourceError, SourceUnreadable

ROUNDS = 12
SOME = 12
DIALECTS = {
    Masking.PRIVILEGES: (
        "StorageHardwareID", "AuthorizedSubject", "AuthorizedPrivilege", "AuthorizedTarget", "ControllerForUnit",
    ),
    Masking.ASSOCIATED_PRIVILEGES: ("AssociatedPrivilege",),
    Masking.GROUPS: ("AssociatedMaskingGroup", "MaskingGroup", "MemberOfCollection"),
    Masking.ROWS: ("MaskingMappingView",),
}  # fmt: skip
"""The classes of each dialect whose first object is changed in every place; those of the first are common to all."""
ERROR = (
    '<CIM><MESSAGE><SIMPLERSP><IMETHODRESPONSE NAME="{}">'
    '<ERROR CODE="5"/></IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>'
)
HEADERS = {"Content-Type": "application/xml"}


class Held:
    """An answer from memory, in the shapes of `Answer` and `Reply`."""

    status, status_code, reason, headers = 200, 200, "OK", HEADERS

    def __init__(self, content):
        self.content, self.text = content, content.decode("utf-8", "replace")

    def chunks(self):
        yield from (self.content[at : at + 4096] for at in range(0, len(self.content), 4096))


class Tape(Transport):
    """Keeps what a CIMOM answers; once it is `wound`, it answers itself, `changed` answers first."""

    answers, changed, wound, masking = {}, {}, False, ()

    def _known(self, headers, body):
        text = body.decode() if isinstance(body, bytes) else body
        key = (
            headers["CIMMethod"],
            headers["CIMObject"],
            *re.findall(r"(?:CLASSNAME NAME=|<KEYVALUE[^>]*>)[^<>/]+", text),
        )
        missing = ERROR.format(headers["CIMMethod"]).encode()
        return key, self.changed.get(key) or self.answers.get(key, missing)

    @contextlib.contextmanager
    def exchange(self, body, headers, timeout, *, small=False):
        key, known = self._known(headers, body)
        if not self.wound:
            with super().exchange(body, headers, timeout, small=small) as answer:
                known = self.answers[key] = b"".join(answer.chunks())
        yield Held(known)

    def post(self, url, data, headers, timeout):
        with self.exchange(data, headers, timeout[1], small=True) as held:
            return held


def who_sees_what(inventory):
    seen = defaultdict(set)
    for view in inventory.views:
        for initiator in ("everyone",) if view.open_to_all else view.initiators:
            seen[initiator].update(view.luns)
    return seen


@pytest.fixture(scope="module", params=DIALECTS, ids=lambda dialect: dialect.name.lower())
def tape(request):
    """The tape of one reading in a dialect, a function that reads from it, and who sees what."""
    array = ArrayDescription(masking=request.param, groups_only=request.param is Masking.GROUPS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vasa_cim.cim.connection.Transport", Tape)
        with mock_cimom.running(estate=EstateDescription((array,))) as cimom:
            source = Source(name="s", url=cimom.url, user=cimom.user, password=cimom.password)

            def read():
                with contextlib.closing(BlockAdapter(source)) as adapter:
                    return adapter.read(Reading())

            whole = read()
        Tape.wound = True
        Tape.masking = DIALECTS[request.param]
        yield Tape, read, who_sees_what(whole)
        Tape.answers, Tape.changed, Tape.wound = {}, {}, False


def dropped(element, _):
    element.getparent().remove(element)


def renamed(element, chance):
    element.tag = chance.choice(
        ["X", "VALUE", "VALUE.NULL", "INSTANCE", "PROPERTY.ARRAY", "IRETURNVALUE", "OBJECTPATH"]
    )


def stripped(element, chance):
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]


def relabelled(element, chance):
    if element.attrib:
        name = chance.choice(list(element.attrib))
        element.set("ZZ", element.attrib.pop(name))


def emptied(element, _):
    element.text = None


def garbled(element, chance):
    element.text = chance.choice(["-1", "9" * 30, "9" * 5000, "1_0", "\u0663", " ", "TRUE", "0x10"])


def doubled(element, _):
    element.getparent().append(copy.deepcopy(element))


def commented(element, _):
    element.insert(0, etree.Comment("c"))


CHANGES = (dropped, renamed, stripped, relabelled, emptied, garbled, doubled, commented)


def numbers_are_sound(inventory):
    return all(0 <= one.used_space_in_mb <= one.capacity_in_mb < 2**63 for one in inventory.luns.values())


def places(answers, masking, chance):
    """Yield (key of an answer, place of an element in it): of the first object of masking, and some of the rest.

    In the dialect that most arrays speak, each place of the object; in the others some, by chance.
    """
    for key in sorted(answers):
        elements = list(etree.fromstring(answers[key]).iter())
        if key[-1].rstrip('"').endswith(masking):
            first = next(at for at, one in enumerate(elements) if one.tag == "IRETURNVALUE") + 1
            every = range(first, first + len(list(elements[first].iter())))
            chosen = every if masking == DIALECTS[Masking.PRIVILEGES] else chance.sample(every, min(len(every), SOME))
            yield from ((key, at) for at in chosen)
    for _ in range(ROUNDS if masking == DIALECTS[Masking.PRIVILEGES] else 0):
        key = chance.choice(sorted(answers))
        yield key, chance.randrange(1, len(list(etree.fromstring(answers[key]).iter())))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_changed_answer_is_an_error_or_shows_nobody_more(tape, change):
    tape, read, before = tape
    chance = random.Random(change.__name__)
    for key, place in places(tape.answers, tape.masking, chance):
        root = etree.fromstring(tape.answers[key])
        element = list(root.iter())[place]
        told = f"{change.__name__} {element.tag} {dict(element.attrib)} {element.text} of {key}"
        change(element, chance)
        tape.changed = {key: etree.tostring(root)}
        try:
            inventory = read()
        except SourceError:
            continue
        after = who_sees_what(inventory)
        wider = {one for one, luns in after.items() if one in before and not luns <= before[one]}
        assert not wider, told
        assert "everyone" not in after, told
        assert numbers_are_sound(inventory), told


def test_an_answer_cut_anywhere_is_an_error(tape):
    tape, read, _ = tape
    chance = random.Random("cut")
    for key, answer in sorted(tape.answers.items()):
        tape.changed = {key: answer[: chance.randrange(1, len(answer))]}
        with pytest.raises(SourceUnreadable):
            read()
