"""One simulated array of any kind, put together from its areas."""

from mock_cimom.estate.plan import Array
from mock_cimom.providers.arrays import Systems, publish_systems
from mock_cimom.providers.drives import publish_drives
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.file_side import publish_files
from mock_cimom.providers.masking import publish_views
from mock_cimom.providers.pools import publish_pools
from mock_cimom.providers.ports import publish_ports
from mock_cimom.providers.services import publish_services
from mock_cimom.providers.statistics import publish_statistics
from mock_cimom.providers.volume_views import publish_volume_views
from mock_cimom.providers.volumes import publish_volumes


def publish_array(factory: InstanceFactory, array: Array) -> Ref:
    """Publish everything of one array in the namespace of its kind; return the reference to its top system."""
    kind = array.description.kind
    systems = publish_systems(factory, array)
    pools: dict[int, Ref] = {}
    if kind.has_pools:
        primordial = publish_drives(factory, array, systems.top)
        pools = publish_pools(factory, array, systems.top, primordial)
    if kind.has_blocks:
        _publish_blocks(factory, array, systems, pools)
    if array.files is not None:
        publish_files(factory, array, systems.top, pools)
    return systems.top


def _publish_blocks(factory: InstanceFactory, array: Array, systems: Systems, pools: dict[int, Ref]) -> None:
    services = publish_services(factory, array, systems.top)
    ports = publish_ports(factory, array, systems.processors)
    volumes = publish_volumes(factory, array, systems.top, pools)
    publish_views(factory, array, systems.top, services, ports, volumes)
    if array.description.statistics:
        publish_statistics(factory, array, systems.top, volumes)
    if array.description.views:
        publish_volume_views(factory, array, volumes)
