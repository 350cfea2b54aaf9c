"""The file adapter as a platform module, before anything is read."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Source
from vasa_cim.adapters.file.adapter import FileAdapter
from vasa_cim.adapters.file.path_register import PathRegister
from vasa_cim.errors import ConfigurationError, SourceRefused
from vasa_cim.framework.adapter_loading import check_adapter
from vasa_cim.model.enums import Profile
from vasa_cim.model.usage_context import HostInitiator, MountPoint


@pytest.fixture
def adapter_of(resolver_of):
    made = []

    def make(lookup=None, **options):
        source = Source(**{"name": "s", "url": "http://127.0.0.1:1", "user": "u", "password": "geheim"} | options)
        made.append(FileAdapter(source, resolver=resolver_of(lookup), register=PathRegister()))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def test_it_keeps_the_contract_and_offers_files_and_capabilities():
    assert check_adapter("file", FileAdapter) is FileAdapter
    assert FileAdapter.offers == {Profile.FILE_SYSTEM, Profile.CAPABILITY}
    assert not FileAdapter.needs_naming


def test_mounts_are_its_matter_and_initiators_are_not(adapter_of):
    adapter = adapter_of()
    assert adapter.entry_set(HostInitiator(port_wwn="1000000000000001")) is None
    assert adapter.entry_set(MountPoint("nas", "/a")) is not None


def test_names_are_looked_up_from_the_start_of_a_session_addresses_and_snapshots_never(adapter_of, names):
    service = names(nas=["10.0.0.1"])
    adapter = adapter_of(service)
    for mount in (MountPoint("10.0.0.1", "/a"), MountPoint("nas", "/a/.snapshot"), MountPoint("NAS", "/a")):
        adapter.entry_set(mount)
    assert adapter._resolver.addresses("nas") == ("10.0.0.1",)
    assert service.asked == ["nas"]


def test_options_it_cannot_use_are_refused(adapter_of):
    with pytest.raises(ConfigurationError):
        adapter_of(options={"nonsense": 1})


def test_a_user_with_a_colon_is_refused_without_a_question(adapter_of):
    with pytest.raises(SourceRefused):
        adapter_of().authenticate("a:b", "c")


@pytest.mark.parametrize(("adapters", "warnings"), [(None, 0), (("block", "file"), 0), (("file",), 1)])
def test_an_unsafe_connection_is_warned_of_only_if_no_other_adapter_does(adapter_of, adapters, warnings):
    with capture_logs() as logs:
        adapter_of(adapters=adapters)
    assert len(logs) == warnings
