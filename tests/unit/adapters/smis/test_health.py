"""Health is the worst of all that is known (`smis-mapping 6.1`)."""

import pytest

from vasa_cim.adapters.smis.health import health_of, worst
from vasa_cim.model.enums import AlarmStatus

GREEN, YELLOW, RED = AlarmStatus.GREEN, AlarmStatus.YELLOW, AlarmStatus.RED

CASES = [
    ("OK", ((2,), 5), {}, GREEN),
    ("nothing known", ((0, 1), 0), {}, None),
    ("nothing said", ((), None), {}, None),
    ("other, but healthy", ((1,), 5), {}, GREEN),
    ("the order does not matter", ((2, 3), None), {}, YELLOW),
    ("the order does not matter, turned", ((3, 2), None), {}, YELLOW),
    ("error beats OK", ((2, 6), 5), {}, RED),
    ("stopped alone", ((10,), None), {}, RED),
    ("stopped with OK", ((2, 10), None), {}, YELLOW),
    ("a stopped port is a link that is down", ((10,), None), {"is_port": True}, YELLOW),
    ("supporting entity", ((16,), 10), {}, YELLOW),
    ("supporting entity and major failure", ((16,), 20), {}, RED),
    ("supporting entity of a port", ((16,), None), {"is_port": True}, RED),
    ("no contact", ((12,), None), {}, RED),
    ("relocating", ((19,), None), {}, GREEN),
    ("a vendor's ONLINE", ((32769,), None), {}, GREEN),
    ("a vendor's unknown value", ((40000,), None), {}, None),
    ("health alone", ((), 15), {}, YELLOW),
    ("critical health", ((2,), 25), {}, RED),
    ("a rebuild", ((2,), 5), {"extent": (11,)}, YELLOW),
    ("data lost", ((2,), 5), {"extent": (2, 4)}, RED),
]


@pytest.mark.parametrize(("what", "arguments", "options", "expected"), CASES, ids=[case[0] for case in CASES])
def test_health_is_the_worst_of_what_is_known(what, arguments, options, expected):
    assert health_of(*arguments, **options) is expected


def test_the_worst_of_nothing_is_unknown():
    assert worst([]) is None
    assert worst([YELLOW, RED, GREEN]) is RED
