"""Registered profiles are claims: is the class behind each really there (`smis-mapping 0` rule 10, `1.3`)?"""

from collections.abc import Iterable, Sequence

from vasa_cim.adapters.smis.probe_report import Claim, ClaimedProfile
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.interop import lacks
from vasa_cim.cim.profiles import RegisteredProfile, fold_profile_name
from vasa_cim.errors import SourceError

# Central classes of component profiles, those that are few; LUNs and what there is of in thousands are not asked for.
_CENTRAL_CLASSES = {
    "Access Points": "CIM_RemoteServiceAccessPoint",
    "Automated Storage Tiering": "CIM_TierService",
    "Automated Storage Tiering Policy": "CIM_TierPolicyService",
    "Block Server Performance": "CIM_BlockStatisticsService",
    "Block Services": "CIM_StoragePool",
    "Block Storage Views": "CIM_ViewCapabilities",
    "Copy Services": "CIM_StorageConfigurationService",
    "Disk Drive Lite": "CIM_DiskDrive",
    "FC Target Ports": "CIM_FCPort",
    "FCoE Target Ports": "CIM_FCPort",
    "File Export": "CIM_FileShare",
    "File Export Manipulation": "CIM_FileExportService",
    "File Server Manipulation": "CIM_FileServerConfigurationService",
    "File Storage": "CIM_LogicalDisk",
    "Filesystem": "CIM_LocalFileSystem",
    "Filesystem Manipulation": "CIM_FileSystemConfigurationService",
    "Filesystem Quotas": "CIM_FSQuotaManagementService",
    "Group Masking and Mapping": "CIM_GroupMaskingMappingService",
    "iSCSI Target Ports": "CIM_iSCSIProtocolEndpoint",
    "Location": "CIM_Location",
    "Masking and Mapping": "CIM_ControllerConfigurationService",
    "Multiple Computer System": "CIM_ComponentCS",
    "NAS Network Port": "CIM_IPProtocolEndpoint",
    "Physical Package": "CIM_PhysicalPackage",
    "Replication Services": "CIM_ReplicationService",
    "SAS Target Ports": "CIM_SASPort",
    "Software": "CIM_SoftwareIdentity",
    "Software Inventory": "CIM_SoftwareIdentity",
    "Storage Server Asymmetry": "CIM_StorageServerAsymmetryCapabilities",
    "Thin Provisioning": "CIM_StoragePool",
}
_CLASS_OF = {fold_profile_name(name): class_name for name, class_name in _CENTRAL_CLASSES.items()}


class Claims:
    """Checks claims in the implementation namespaces, each class once."""

    def __init__(self, connection: Connection, namespaces: Sequence[str], leading: Iterable[str]) -> None:
        """`leading` are the folded names of the profiles that led to systems."""
        self._connection = connection
        self._namespaces = namespaces
        self._leading = frozenset(leading)
        self._answers: dict[str, Claim] = {}

    def checked(self, profile: ClaimedProfile, autonomous: Iterable[str]) -> ClaimedProfile:
        """Return a profile with what is behind it. `autonomous` are the folded names of those that lead to systems.

        Raises SourceError.
        """
        folded = fold_profile_name(profile.name)
        if folded in autonomous:
            claim = Claim.THERE if folded in self._leading else Claim.EMPTY
            return _with(profile, claim, "CIM_ComputerSystem")
        class_name = _CLASS_OF.get(folded)
        if class_name is None or not self._namespaces:
            return profile
        if class_name not in self._answers:
            self._answers[class_name] = self._ask(class_name)
        return _with(profile, self._answers[class_name], class_name)

    def _ask(self, class_name: str) -> Claim:
        found = Claim.MISSING
        for namespace in self._namespaces:
            try:
                if list(self._connection.enumerate_names(namespace, class_name)):
                    return Claim.THERE
            except SourceError as error:
                if not lacks(error):
                    raise
            else:
                found = Claim.EMPTY
        return found


def _with(profile: ClaimedProfile, claim: Claim, class_name: str) -> ClaimedProfile:
    return ClaimedProfile(profile.name, profile.organization, profile.versions, claim, class_name)


def claimed(profiles: Iterable[RegisteredProfile]) -> list[ClaimedProfile]:
    """Return registered profiles by name, each once with all its versions, unchecked."""
    found: dict[tuple[str, str], tuple[str, dict[tuple[int, ...], None]]] = {}
    for one in profiles:
        organization = "other" if one.organization is None else one.organization.name
        _, versions = found.setdefault((one.folded, organization), (one.name, {}))
        versions[one.version] = None
    return sorted(
        (
            ClaimedProfile(
                name,
                organization,
                tuple(".".join(map(str, version)) for version in sorted(versions) if version),
                Claim.UNCHECKED,
            )
            for (_, organization), (name, versions) in found.items()
        ),
        key=lambda profile: (profile.organization != "SNIA", profile.name.casefold()),
    )
