"""Names, NAAs and WWNs of an estate: pure functions of (array, index), so that tests can predict them.

Arrays, processors, pools, volumes, ports and hosts are counted from 1.
"""

VENDOR = "MOCK"
NAS_VENDOR = "MOCKNAS"
MODEL = "MA-1000"
NAS_MODEL = "MF-1000"
UNIFIED_MODEL = "MU-1000"
FIRMWARE = "5.33.9.5"
PROCESSOR_LETTERS = "ABCDEFGH"
CLUSTER = "cluster01"
OPEN_VIEW = "everyone"


def array_name(array: int, separator: str = "+", vendor: str = VENDOR) -> str:
    """Return the key `Name` of an array's top system; that of a NAS has a shorter number."""
    return f"{vendor}{separator}{array:012d}" if vendor == VENDOR else f"{vendor}{separator}{array}"


def serial_number(array: int) -> str:
    """Return the serial number on an array's chassis."""
    return f"{array:012d}"


def processor_name(array: int, processor: int, separator: str = "+", vendor: str = VENDOR) -> str:
    """Return the key `Name` of a storage processor's system."""
    return f"{array_name(array, separator, vendor)}{separator}SP_{PROCESSOR_LETTERS[processor - 1]}"


def node_wwn(array: int, processor: int = 0) -> str:
    """Return the node WWN (16 hex digits, NAA 2) of an array, or of one of its processors."""
    return f"21000097{array:04X}{processor:04X}"


def management_address(array: int) -> str:
    """Return the IPv4 address of an array's management port."""
    return f"10.0.{array - 1}.10"


def pool_name(array: int, pool: int) -> str:
    """Return the InstanceID of a concrete pool."""
    return f"{array_name(array)}:pool{pool}"


def volume_id(volume: int) -> str:
    """Return the DeviceID of a volume: five digits, hexadecimal as on many arrays."""
    return f"{volume:05X}"


def volume_naa(array: int, volume: int) -> str:
    """Return the NAA (32 hex digits, NAA 6) of a volume, without `naa.`."""
    return f"60000970{array:012X}{volume:012X}"


def volume_naa5(array: int, volume: int) -> str:
    """Return the short NAA (16 hex digits, NAA 5) of a volume."""
    return f"5000097{array:03X}{volume:06X}"


def volume_eui(array: int, volume: int) -> str:
    """Return the EUI-64 (16 hex digits) of a volume."""
    return f"000097{array:04X}{volume:06X}"


def volume_t10(array: int, volume: int) -> str:
    """Return the T10 vendor identification of a volume: vendor (8 characters), product and serial number."""
    return f"{VENDOR:_<8}{MODEL}_{array:04d}{volume:06X}"


def volume_local_name(array: int, volume: int) -> str:
    """Return a name of a volume that says nothing to a host."""
    return f"array{array}/volume/{volume}"


def volume_label(volume: int) -> str:
    """Return the ElementName of a volume."""
    return f"lun{volume:04d}"


def fc_port_wwn(array: int, port: int) -> str:
    """Return the port WWN (16 hex digits, NAA 5) of an FC target port, counted over the whole array."""
    return f"50000973F{array - 1:03X}{port:04X}"


def ethernet_address(array: int, port: int) -> str:
    """Return the MAC address (12 hex digits) of an iSCSI Ethernet port."""
    return f"020097{array:02X}{port:04X}"


def target_iqn(array: int, port: int) -> str:
    """Return the name of an iSCSI target node."""
    return f"iqn.2015-01.com.mock:a{array}.sp{port - 1}"


def target_endpoint_name(array: int, port: int) -> str:
    """Return the `Name` of an iSCSI target endpoint: node and portal group tag."""
    return f"{target_iqn(array, port)},t,0x0001"


def portal_address(array: int, port: int) -> str:
    """Return the IPv4 address of an iSCSI portal."""
    return f"10.1.{array}.{port + 100}"


def host_name(host: int) -> str:
    """Return the name of a host."""
    return f"esx{host:04d}"


def host_wwn(host: int, port: int) -> str:
    """Return the port WWN (16 hex digits, NAA 1) of a host's FC initiator."""
    return f"10000000C9{host:04X}{port:02X}"


def host_iqn(host: int) -> str:
    """Return the name of a host's iSCSI initiator."""
    return f"iqn.1998-01.com.example:{host_name(host)}"
