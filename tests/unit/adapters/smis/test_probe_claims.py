"""Registered profiles are claims: each is held against the class behind it."""

import pytest

from vasa_cim.adapters.smis.probe_claims import Claims, claimed
from vasa_cim.adapters.smis.probe_report import Claim
from vasa_cim.cim.profiles import RegisteredProfile
from vasa_cim.cim.rows import ObjectName
from vasa_cim.cim.vocabulary import RegisteredOrganization
from vasa_cim.errors import SourceFailed


def registered(name, version=(1, 6, 0), organization=RegisteredOrganization.SNIA):
    return RegisteredProfile(ObjectName("X", {"instanceid": name}, "interop"), name, organization, version)


class HeldNames:
    """Answers with names by (namespace, class); an int is the CIM status of an error."""

    def __init__(self, told):
        self.told, self.asked = told, []

    def enumerate_names(self, namespace, class_name):
        self.asked.append((namespace, class_name))
        found = self.told.get((namespace, class_name), 5)
        if isinstance(found, int):
            raise SourceFailed(source="s", reason="-", status=found)
        return iter(found)


def checked(connection, name, namespaces=("root/x",), leading=()):
    (profile,) = claimed([registered(name)])
    return Claims(connection, namespaces, leading).checked(profile, {"array", "nahead"})


def test_a_profile_is_told_of_once_with_all_its_versions():
    found = claimed([registered("Array", (1, 10)), registered("array", (1, 4, 0)), registered("Array", ())])
    assert [(one.name, one.organization, one.versions) for one in found] == [("Array", "SNIA", ("1.4.0", "1.10"))]


def test_profiles_of_snia_come_first():
    found = [
        registered("B", organization=None),
        registered("A", organization=RegisteredOrganization.DMTF),
        registered("Z"),
    ]
    assert [(one.name, one.organization) for one in claimed(found)] == [("Z", "SNIA"), ("A", "DMTF"), ("B", "other")]


@pytest.mark.parametrize(
    ("answer", "claim"), [(["one"], Claim.THERE), ([], Claim.EMPTY), (5, Claim.MISSING), (7, Claim.MISSING)]
)
def test_a_claim_is_as_good_as_the_instances_behind_it(answer, claim):
    found = checked(HeldNames({("root/x", "CIM_GroupMaskingMappingService"): answer}), "Group Masking and Mapping")
    assert (found.claim, found.class_name) == (claim, "CIM_GroupMaskingMappingService")


def test_any_namespace_may_have_the_instances():
    told = {("root/x", "CIM_FCPort"): [], ("root/y", "CIM_FCPort"): ["one"]}
    assert checked(HeldNames(told), "FC Target Port", ("root/x", "root/y")).claim is Claim.THERE


def test_a_class_is_asked_for_once():
    connection = HeldNames({("root/x", "CIM_FCPort"): ["one"]})
    claims = Claims(connection, ["root/x"], ())
    for profile in claimed([registered("FC Target Ports"), registered("FCoE Target Ports")]):
        assert claims.checked(profile, ()).claim is Claim.THERE
    assert len(connection.asked) == 1


def test_a_profile_of_systems_is_there_if_it_led_to_one():
    assert checked(HeldNames({}), "Array", leading=["array"]).claim is Claim.THERE
    assert checked(HeldNames({}), "NAS Head", leading=["array"]).claim is Claim.EMPTY


def test_what_has_no_class_of_its_own_is_not_checked():
    connection = HeldNames({})
    assert checked(connection, "Health").claim is Claim.UNCHECKED
    assert checked(connection, "Block Services", namespaces=()).claim is Claim.UNCHECKED
    assert connection.asked == []


def test_an_error_is_an_error():
    with pytest.raises(SourceFailed):
        checked(HeldNames({("root/x", "CIM_StoragePool"): 1}), "Block Services")
