"""What a shell must know of an estate to ask for what its hosts see."""

from mock_cimom.estate import names
from mock_cimom.estate.description import EstateDescription
from mock_cimom.estate.file_plan import plan_files
from mock_cimom.estate.plan import Initiator, estate_initiators, initiators_of


def environment(description: EstateDescription) -> dict[str, str]:
    """Return the variables of an estate.

    CIM_WWNS and CIM_IQNS: the initiators of all hosts, joined by commas. CIM_HOSTS: `host=initiator,initiator` joined
    by semicolons. CIM_MOUNTS: `server:path` of each NFS share that can be mounted, joined by semicolons; only where
    there are shares.
    """
    initiators = estate_initiators(description)
    hosts = _hosts(description)
    values = {
        "CIM_WWNS": ",".join(one.name for one in initiators if not one.iscsi),
        "CIM_IQNS": ",".join(one.name for one in initiators if one.iscsi),
        "CIM_HOSTS": ";".join(f"{host}={','.join(one.name for one in ports)}" for host, ports in hosts.items()),
    }
    mounts = [
        mount
        for index, array in enumerate(description.arrays, start=1)
        if array.files is not None
        for mount in plan_files(array, index).mounts
    ]
    return values | ({"CIM_MOUNTS": ";".join(mounts)} if mounts else {})


def _hosts(description: EstateDescription) -> dict[str, tuple[Initiator, ...]]:
    """Return the initiators of each host: those that the first array with that host knows, then those of the others."""
    hosts: dict[str, tuple[Initiator, ...]] = {}
    for array in description.arrays:
        for host in range(1, array.hosts + 1):
            name = names.host_name(host)
            hosts[name] = tuple(dict.fromkeys([*hosts.get(name, ()), *initiators_of(array, host)]))
    return hosts
