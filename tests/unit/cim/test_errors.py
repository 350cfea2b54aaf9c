"""What pywbem and the libraries below it raise becomes one of our four errors."""

import pytest
import pywbem
import requests
import urllib3

from vasa_cim.cim.errors import is_absent, translated
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused, SourceUnreachable, SourceUnreadable

CASES = [
    (pywbem.CIMError(2, "no"), SourceRefused),
    (pywbem.CIMError(5, "no class"), SourceFailed),
    (pywbem.CIMError(200, "vendor's own"), SourceFailed),
    (pywbem.AuthError("401"), SourceRefused),
    (pywbem.HTTPError(401, "Unauthorized"), SourceRefused),
    (pywbem.HTTPError(500, "Oops"), SourceFailed),
    (pywbem.ConnectionError("gone"), SourceUnreachable),
    (pywbem.TimeoutError("slow"), SourceUnreachable),
    (pywbem.CIMXMLParseError("bad"), SourceUnreadable),
    (pywbem.XMLParseError("bad"), SourceUnreadable),
    (pywbem.HeaderParseError("bad"), SourceUnreadable),
    (pywbem.CIMVersionError("old"), SourceUnreadable),
    (pywbem.ModelError("odd"), SourceFailed),
    (requests.exceptions.ConnectionError("leak"), SourceUnreachable),
    (urllib3.exceptions.ProtocolError("leak"), SourceUnreachable),
    (ConnectionResetError("leak"), SourceUnreachable),
]


@pytest.mark.parametrize(("raised", "expected"), CASES, ids=[repr(case[0])[:40] for case in CASES])
def test_each_error_has_its_kind(raised, expected):
    with pytest.raises(SourceError) as caught, translated("s"):
        raise raised
    assert caught.type is expected
    assert caught.value.__cause__ is raised
    assert str(caught.value).startswith("s ")


def test_ours_pass_unchanged():
    with pytest.raises(SourceUnreachable, match="closed"), translated("s"):
        raise SourceUnreachable(source="s", reason="closed")


@pytest.mark.parametrize("status", range(1, 30))
def test_only_some_statuses_mean_that_a_feature_is_absent(status):
    with pytest.raises(SourceError) as caught, translated("s"):
        raise pywbem.CIMError(status, "")
    assert is_absent(caught.value) is (status in (4, 5, 6, 7, 16))
