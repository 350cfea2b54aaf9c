"""A volume's view repeats what the volume says."""

import pytest

from mock_cimom.estate.description import ArrayDescription, EstateDescription
from mock_cimom.estate.volume_names import RULES
from mock_cimom.estate_loader import load_estate

BLOCK = "root/mockblock"


@pytest.mark.parametrize("rule", RULES)
def test_a_view_repeats_its_volume(rule):
    connection = load_estate(EstateDescription((ArrayDescription(naa=rule, views=True),)))
    views = connection.EnumerateInstances("CIM_VolumeView", BLOCK)
    assert len(views) == 20
    for view in views:
        (volume,) = connection.Associators(view.path, AssocClass="CIM_ElementView", ResultRole="Antecedent")
        repeated = [name for name in view if name.startswith("SV") and name[2:] in volume]
        assert {"SVName", "SVDeviceID", "SVNumberOfBlocks", "SVOperationalStatus"} <= set(repeated)
        assert {name: view[name] for name in repeated} == {name: volume[name[2:]] for name in repeated}
        (allocated,) = connection.References(volume.path, ResultClass="CIM_AllocatedFromStoragePool")
        assert view["AFSPSpaceConsumed"] == allocated["SpaceConsumed"]
        assert view["SPInstanceID"] == allocated["Antecedent"]["InstanceID"]
