"""An estate loaded once for the tests that only read, and a fresh one for those that write."""

from collections.abc import Callable

import pytest

from mock_cimom.cimom import Cimom
from mock_cimom.connection import CimomConnection
from mock_cimom.dispatch import Answer, answer
from mock_cimom.estate.description import ESTATES
from mock_cimom.estate_loader import load_estate

ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="42" PROTOCOLVERSION="1.0"><SIMPLEREQ>{call}</SIMPLEREQ></MESSAGE></CIM>'
)


@pytest.fixture(scope="session")
def tiny() -> CimomConnection:
    """The estate tiny. Not to be changed."""
    return load_estate(ESTATES["tiny"])


@pytest.fixture
def fresh_tiny() -> CimomConnection:
    """The estate tiny for one test alone."""
    return load_estate(ESTATES["tiny"])


@pytest.fixture(scope="session")
def cimom(tiny: CimomConnection) -> Cimom:
    """A CIMOM around the estate that is not to be changed."""
    return Cimom(tiny, "cimom.example:5988")


def namespace_xml(namespace: str) -> str:
    parts = "".join(f'<NAMESPACE NAME="{part}"/>' for part in namespace.split("/"))
    return f"<LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH>"


@pytest.fixture(scope="session")
def ask() -> Callable[..., Answer]:
    """A function that sends one intrinsic call, its parameters given as CIM-XML, through the dispatch."""

    def send(cimom: Cimom, operation: str, namespace: str = "root/mockblock", **parameters: str) -> Answer:
        values = "".join(f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>' for name, value in parameters.items())
        call = f'<IMETHODCALL NAME="{operation}">{namespace_xml(namespace)}{values}</IMETHODCALL>'
        headers = {"CIMMethod": operation, "CIMObject": namespace}
        return answer(cimom, ENVELOPE.format(call=call).encode(), headers)

    return send
