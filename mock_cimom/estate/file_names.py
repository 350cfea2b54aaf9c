"""Names and addresses of the file side: pure functions of an array and of indexes counted from 1."""

ADDRESSES_PER_NET = 250


def server_key(array_name: str, separator: str, server: int) -> str:
    """Return the key `Name` of a file server's system, made from that of the top system."""
    return f"{array_name}{separator}vs{server}"


def server_host_name(array: int, server: int) -> str:
    """Return the DNS name of a file server; its first label is unique too."""
    return f"nas{array}-vs{server}.example.com"


def unresolvable_host_name(array: int, server: int) -> str:
    """Return a name that no DNS server resolves (RFC 2606)."""
    return f"nas{array}-vs{server}.invalid"


def server_address(array: int, number: int) -> str:
    """Return an IPv4 address of a file server; `number` counts the addresses of the whole array."""
    net, host = divmod(number - 1, ADDRESSES_PER_NET)
    return f"10.{15 + array}.{net}.{host + 1}"


def server_address6(array: int, server: int) -> str:
    """Return the IPv6 address of a file server (RFC 3849), in the shortest spelling."""
    return f"2001:db8:{array:x}::{server:x}"


def ethernet_address(array: int, number: int) -> str:
    """Return the MAC address (12 hex digits) of the port that carries the array's address of this number."""
    return f"0200{0x9800 + array:04X}{number:04X}"


def file_system_name(file_system: int) -> str:
    """Return the key `Name` of a file system."""
    return f"fs{file_system:03d}"


def file_system_root(file_system: int) -> str:
    """Return the path a file system is mounted at inside the array."""
    return f"/{file_system_name(file_system)}"


def disk_id(file_system: int) -> str:
    """Return the DeviceID of the logical disk below a file system."""
    return f"disk{file_system:03d}"


def export_path(share: int) -> str:
    """Return the path that clients mount an NFS share by."""
    return f"/exports/ds{share}"


def directory_path(file_system: int, share: int) -> str:
    """Return the path of the directory that an NFS share exports, inside the array."""
    return f"{file_system_root(file_system)}/exports/ds{share}"


def nfs_label(share: int) -> str:
    """Return the display name of an NFS share."""
    return f"ds{share}"


def cifs_name(share: int) -> str:
    """Return the name of a CIFS share, which is no path."""
    return f"share{share}"


def share_key(array_name: str, protocol: str, name: str) -> str:
    """Return the InstanceID of a share; `protocol` is `nfs` or `cifs`."""
    return f"{array_name}:{protocol}:{name}"


def foreign_array_name(array: int) -> str:
    """Return the key `Name` of the array, outside this CIMOM, whose volumes a NAS head uses."""
    return f"FOREIGN+{array:012d}"


def foreign_volume_naa(array: int, file_system: int) -> str:
    """Return the NAA (32 hex digits, NAA 6) of the foreign volume below a file system of a NAS head."""
    return f"60000971{array:012X}{file_system:012X}"
