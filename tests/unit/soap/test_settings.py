"""Settings of the SOAP server."""

import pytest

from vasa_cim.errors import ConfigurationError
from vasa_cim.soap.settings import ServerSettings


@pytest.mark.parametrize("path", ["/", "/vasa", "/vasa/services/vasaService", "/a-b_c.d~e/", "/vasa/catalogue"])
def test_paths_that_can_be_used(path):
    assert ServerSettings(path=path).path == path


@pytest.mark.parametrize("path", ["", "vasa", "//", "/a b", "/a?b", "/a&b", "/a%20b", "/a#b", '/"', "/a//b", "/\u00fc"])
def test_paths_that_would_break_the_url_are_refused(path):
    with pytest.raises(ConfigurationError, match=r"^path: .* is no path such as"):
        ServerSettings(path=path)


@pytest.mark.parametrize(
    "path", ["/healthz", "/healthz/", "/version.xml", "/vasa/version.xml", "/vasa/catalog/en/event.vmsg"]
)
def test_paths_of_other_documents_are_refused(path):
    with pytest.raises(ConfigurationError, match=r"^path: .* where another document is served"):
        ServerSettings(path=path)
