"""The block adapter keeps the contract, and refuses options before it contacts anyone."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import PlatformAdapter, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.errors import ConfigurationError
from vasa_cim.model.enums import Profile
from vasa_cim.model.usage_context import HostInitiator, MountPoint


@pytest.fixture
def adapter():
    made = BlockAdapter(Source(name="s", url="https://array.example"))
    yield made
    made.close()


def test_it_offers_blocks_and_capabilities(adapter):
    assert isinstance(adapter, PlatformAdapter)
    assert adapter.offers == {Profile.BLOCK, Profile.CAPABILITY}


def test_initiators_have_sets_and_mounts_have_none(adapter):
    assert isinstance(adapter.entry_set(HostInitiator(port_wwn="0x1")), InitiatorSet)
    assert adapter.entry_set(MountPoint("server", "/path")) is None


def test_options_that_cannot_be_used_are_refused_at_once():
    with pytest.raises(ConfigurationError):
        BlockAdapter(Source(name="s", url="https://array.example", options={"thumbprint": "x"}))


@pytest.mark.parametrize(
    ("url", "options", "warnings"),
    [
        ("https://array.example", {}, 0),
        ("https://array.example", {"thumbprint": "ab" * 32}, 0),
        ("https://array.example", {"insecure": True}, 1),
        ("http://array.example", {}, 1),
    ],
)
def test_an_unsafe_connection_is_warned_of_at_each_start(url, options, warnings):
    with capture_logs() as lines:
        BlockAdapter(Source(name="s", url=url, user="u", password="geheim", options=options)).close()
    assert [line["log_level"] for line in lines] == ["warning"] * warnings
    assert "geheim" not in repr(lines)
