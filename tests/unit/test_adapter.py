"""The whole contract of adapter.py, driven through the real engine and facade by an adapter that is no SMI-S."""

import inspect
import time
from datetime import UTC, datetime

import pytest

from vasa_cim.adapter import Hint, PlatformAdapter, Source, VendorAdapter
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.adapters.engine.engine import Engine, EngineSettings
from vasa_cim.errors import SourceFailed, SourceRefused
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.adapter_loading import check_adapter
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.entities import StorageArray, StorageLun
from vasa_cim.model.enums import EntityType, Profile
from vasa_cim.model.inventory import AccessView, Inventory
from vasa_cim.model.usage_context import HostInitiator, UsageContext

WWN = "10000000c9000001"
LUN = "Toy:StorageLun:1:a"


class ToyAdapter(PlatformAdapter):
    """An array of one LUN. Notes which methods of the contract are called."""

    offers = frozenset({Profile.BLOCK})

    def __init__(self, source):
        self.called = {"__init__"}
        self.hint = None
        self.size = 1

    def read(self, reading):
        self.called.add("read")
        array = StorageArray(unique_identifier="Toy:StorageArray:1", array_name="toy", vendor_id="Toy", model_id="T1")
        lun = StorageLun(
            unique_identifier=LUN,
            capacity_in_mb=self.size,
            used_space_in_mb=0,
            display_name="a",
            esx_lun_identifier="naa.6" + "0" * 31,
            thin_provisioned=True,
        )
        return Inventory(
            read_at=datetime.now(UTC),
            arrays={array.unique_identifier: array},
            luns={LUN: lun},
            luns_of_array={array.unique_identifier: (LUN,)},
            views=(AccessView("v", frozenset({f"port:{WWN}"}), (LUN,), ()),),
        )

    def entry_set(self, entry):
        self.called.add("entry_set")
        return InitiatorSet(entry) if isinstance(entry, HostInitiator) else None

    def watch(self, hint):
        self.called.add("watch")
        self.hint = hint

    def authenticate(self, user, password):
        self.called.add("authenticate")
        if password != "right":
            raise SourceRefused(source="toy", reason="wrong")

    def catalogs(self):
        self.called.add("catalogs")
        return {"event": {"Toy.System": "{msg}"}}

    def close(self):
        self.called.add("close")


class Recorded:
    """A vendor adapter that notes which of its methods the facade calls."""

    def __init__(self, engine):
        self.engine, self.used = engine, set()

    def __getattr__(self, name):
        self.used.add(name)
        return getattr(self.engine, name)


class Nobody:
    """A callback that nothing should reach."""

    def add_event(self, session_id, event):
        raise AssertionError(event)

    add_alarm = add_event


def public_methods(contract):
    return {name for name in vars(contract) if not name.startswith("_")}


def test_the_facade_drives_the_engine_and_the_engine_the_adapter_through_the_whole_contract():
    made = {}

    def engine(source):
        adapter = made["adapter"] = check_adapter("toy", ToyAdapter)(source)
        made["engine"] = Recorded(Engine(source, [adapter], visible_inventory, EngineSettings(settle=0.0)))
        return made["engine"]

    facade = VendorAdapterFacade(engine, [Source(name="toy", url="toy://1")])
    assert facade.offers() == {Profile.BLOCK}
    assert facade.catalogs() == [{"event": {"Toy.System": "{msg}"}}]
    facade.open()
    assert facade.settled(30.0)
    facade.start_session_collector("s", UsageContext(host_initiators=(HostInitiator(port_wwn=WWN),)), Nobody())
    before = facade.visible("s")
    assert before.luns[LUN].capacity_in_mb == 1
    assert before is facade.visible("s")

    adapter = made["adapter"]
    adapter.size = 2
    adapter.hint(Hint(entity_type=EntityType.LUN))
    deadline = time.monotonic() + 30
    while facade.visible("s").luns[LUN].capacity_in_mb == 1:
        assert time.monotonic() < deadline, facade.status()
    assert facade.visible("s").arrays["Toy:StorageArray:1"] is before.arrays["Toy:StorageArray:1"]

    facade.refresh()
    facade.authenticate("toy", "user", "right")
    with pytest.raises(SourceRefused):
        facade.authenticate("toy", "user", "wrong")
    assert facade.has_data()
    assert (facade.status()[0].luns, facade.status()[0].error) == (1, None)
    assert facade.vendor_models()[0].vendor_id == "Toy"
    facade.stop_session_collector("s")
    facade.close()
    assert adapter.called == (public_methods(PlatformAdapter) | {"__init__"}) - {
        "contract_version",
        "offers",
        "needs_naming",
    }
    assert public_methods(VendorAdapter) <= made["engine"].used


def test_what_an_adapter_need_not_write():
    class Least(ToyAdapter):
        watch = PlatformAdapter.watch
        authenticate = PlatformAdapter.authenticate
        catalogs = PlatformAdapter.catalogs

    adapter = Least(Source(name="toy", url="toy://1"))
    adapter.watch(lambda hint: None)
    assert adapter.catalogs() == {}
    with pytest.raises(SourceFailed, match="cannot check logins"):
        adapter.authenticate("user", "right")


def test_every_abstract_method_is_demanded():
    demanded = {
        name for name, method in inspect.getmembers(PlatformAdapter) if getattr(method, "__isabstractmethod__", False)
    }
    assert demanded == {"__init__", "read", "entry_set", "close"}
