"""An array of an old CIM schema, one MOF file: most classes asked for do not exist, and Interop is where it lives."""

from pathlib import Path

NAMESPACE = "interop"


def setup(conn, server, verbose):
    conn.compile_mof_file(str(Path(__file__).with_suffix(".mof")), namespace=NAMESPACE)


SEEN, HIDDEN = "naa.500001d000000001", "naa.500001d000000002"
EXPECTED = {
    "arrays": {"old": {"vendor": "OLD", "model": "Model T", "firmware": None, "blocks": {"FC"},
                       "profiles": {"block", "capability"}, "processors": None,
                       "id": "VasaCim:StorageArray:OLD+1"}},
    "ports": {"500000000001d000": "FC"},
    "luns": {
        SEEN: ("old", "seen", 2048, 2048, False, "Green", None),
        HIDDEN: ("old", "hidden", 2048, 2048, False, "Green", None),
    },
    "sees": {"10000000c9000d01": {"500000000001d000": {SEEN}}, "10000000c9000d02": {}},
}  # fmt: skip
