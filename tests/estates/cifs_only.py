"""A NAS that serves Windows alone: an array of files, but nothing for vSphere on it.

smis-mapping 4.1 (protocol of a share); vasa-1.0 3.4 (lists are empty without their profile).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, Estate

NAMESPACE = "root/filer"
CLASSES = """
WIN_System : CIM_ComputerSystem
WIN_FileSystem : CIM_LocalFileSystem
WIN_Share : CIM_CIFSShare
"""


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    system = estate.put("WIN_System", Name="win1", ElementName="win1", Dedicated=[25], OperationalStatus=[2])
    estate.chassis(system, "Win", "W-1")
    estate.profile("Self-contained NAS System", "1.6", (system,))
    made = estate.put("WIN_FileSystem", CSCreationClassName="WIN_System", CSName="win1", Name="c", Root="c:\\",
                      FileSystemSize=10 * GIB, AvailableSpace=5 * GIB, OperationalStatus=[2])  # fmt: skip
    share = estate.put("WIN_Share", InstanceID="share:data", Name="data", ElementName="data", EnabledState=2)
    estate.link("CIM_SharedElement", SystemElement=made, SameElement=share)
    estate.link("CIM_HostedShare", Antecedent=system, Dependent=share)


EXPECTED = {
    "arrays": {"win1": {"vendor": "Win", "model": "W-1", "firmware": None, "blocks": set(), "files": set(),
                        "profiles": None, "processors": None}},
    "shares": {},
    "mounts": {("win1", "data"): set(), ("win1", "/data"): set()},
}  # fmt: skip
