"""One simulated block array, put together from its areas."""

from pywbem import CIMInstanceName

from mock_cimom.estate.plan import Array
from mock_cimom.providers.arrays import publish_systems
from mock_cimom.providers.drives import publish_drives
from mock_cimom.providers.factory import InstanceFactory
from mock_cimom.providers.masking import publish_views
from mock_cimom.providers.pools import publish_pools
from mock_cimom.providers.ports import publish_ports
from mock_cimom.providers.services import publish_services
from mock_cimom.providers.volumes import publish_volumes


def publish_block_array(factory: InstanceFactory, array: Array) -> CIMInstanceName:
    """Publish everything of one block array; return the path of its top system."""
    systems = publish_systems(factory, array)
    services = publish_services(factory, array, systems.top)
    endpoints = publish_ports(factory, array, systems.processors)
    primordial = publish_drives(factory, array, systems.top)
    pools = publish_pools(factory, array, systems.top, primordial)
    volumes = publish_volumes(factory, array, systems.top, pools)
    publish_views(factory, array, systems.top, services, endpoints, volumes)
    return systems.top
