"""A small array without any masking: no profile for it, no service, a controller for all of its volumes.

smis-mapping 3.1 (all-LUNs view: every host sees every volume), 1.2 step 5 (fallback A: no profile at all).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from estate_builder import GIB, NAA, Estate, volume_size

NAMESPACE = "root/acme/storage"
CLASSES = """
ACME_System : CIM_ComputerSystem
ACME_Port : CIM_FCPort
ACME_Endpoint : CIM_iSCSIProtocolEndpoint
ACME_iSCSINode : CIM_SCSIProtocolController
ACME_Volume : CIM_StorageVolume
ACME_Everything : CIM_SCSIProtocolController
"""
IQN = "iqn.2001-01.com.acme:box"


def setup(conn, server, verbose):
    estate = Estate(conn, NAMESPACE)
    estate.classes(CLASSES)
    estate.name_space(NAMESPACE)
    estate.name_space("interop")
    estate.name_space("root/not/there")
    system = estate.put("ACME_System", Name="box:1\\a", ElementName="Box №1", Dedicated=[15], OperationalStatus=[2])
    estate.put("ACME_System", Name="management server", ElementName="mgmt", Dedicated=[0])
    estate.fc_port("ACME_Port", system, "21000000ACE00001", None, UsageRestriction=None)
    target = estate.access_point("ACME_Endpoint", system, IQN, Role=3, ConnectionType=7, Identifier="000000000001")
    node = estate.device("ACME_iSCSINode", system, IQN, Name=IQN, NameFormat=3)
    estate.through(node, [target])
    luns = [estate.device("ACME_Volume", system, f"v:{number}\\x", Name=f"0x5ACE0000000000{number:02d}", **NAA,
                          **volume_size(2 * GIB)) for number in range(2)]  # fmt: skip
    everything = estate.device("ACME_Everything", system, "all LUNs")
    arbitrary = estate.device("CIM_SCSIArbitraryLogicalUnit", system, "v:0\\x")
    estate.expose(everything, [*luns, arbitrary])
    estate.through(everything, [target])


def lun(number):
    return f"naa.5ace0000000000{number:02d}"


EVERYTHING = {port: {lun(0), lun(1)} for port in ("21000000ace00001", IQN)}
EXPECTED = {
    "arrays": {"Box №1": {"vendor": None, "model": None, "firmware": None, "blocks": {"FC", "ISCSI"},
                          "profiles": {"block", "capability"}, "processors": None,
                          "id": "VasaCim:StorageArray:box%3A1%5Ca"}},
    "ports": {"21000000ace00001": "FC", IQN: "ISCSI"},
    "luns": {lun(n): ("Box №1", f"v:{n}\\x", 2048, 2048, False, "Green", None) for n in range(2)},
    "sees": {"1000000000000001": EVERYTHING, "iqn.1998-01.com.vmware:any": EVERYTHING},
}  # fmt: skip
