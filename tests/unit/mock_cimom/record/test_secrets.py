"""What a recording must not tell."""

import pywbem

from mock_cimom.record.secrets import without_secrets

HOST = "array.example:5989"


def at(class_name, **keys):
    return pywbem.CIMInstanceName(class_name, keys, host=HOST, namespace="root/x")


def test_hosts_go_from_paths_and_references():
    inner = at("CIM_Inner", Name="i")
    link = pywbem.CIMInstance("CIM_Link", {"Left": inner, "Right": at("CIM_Outer", Of=at("CIM_Inner", Name="j"))})
    link.path = at("CIM_Link", Left=at("CIM_Inner", Name="i"), Right=at("CIM_Outer", Of=at("CIM_Inner", Name="j")))
    found = without_secrets(link)
    assert found is link
    assert HOST not in f"{found.path} {found['Left']} {found['Right']} {found.tomof()}"
    assert found["Left"].namespace == "root/x"


def test_passwords_go_and_the_rest_stays():
    values = {
        "UserID": "admin",
        "UserPassword": ["a", "b"],
        "Secret": [pywbem.Uint8(1)],
        "SharedSecretLength": pywbem.Uint16(8),
        "PasswordHistoryDepth": pywbem.Uint16(4),
    }
    found = without_secrets(pywbem.CIMInstance("CIM_Account", values, path=at("CIM_Account", UserID="admin")))
    assert dict(found) == {**values, "UserPassword": None, "Secret": None}


def test_a_key_stays_as_it_is_or_its_path_would_not_fit():
    path = at("X", CredentialID="7", Address="http://me:pw@listener/x")
    values = {"CredentialID": "7", "Address": "http://me:pw@listener/x"}
    assert dict(without_secrets(pywbem.CIMInstance("X", values, path=path))) == values


def test_logins_go_from_urls():
    values = {"Destination": "https://me:pw@listener:5990/x@y", "All": ["a://b@c", "me@there"], "Mail": "me@there"}
    found = without_secrets(pywbem.CIMInstance("CIM_ListenerDestinationCIMXML", values))
    assert dict(found) == {
        "Destination": "https://listener:5990/x@y",
        "All": ["a://c", "me@there"],
        "Mail": "me@there",
    }


def test_embedded_instances_are_cleaned_too():
    inner = pywbem.CIMInstance("CIM_Setting", {"Password": "pw", "Url": "ftp://u:p@h/"})
    found = without_secrets(pywbem.CIMInstance("X", {"Setting": inner, "More": [inner.copy(), None]}))
    for one in (found["Setting"], found["More"][0]):
        assert dict(one) == {"Password": None, "Url": "ftp://h/"}
