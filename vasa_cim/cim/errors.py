"""The one border at which what pywbem raises becomes a SourceError. Texts never hold user or password."""

import xml.parsers.expat
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pywbem
import requests
import urllib3

from vasa_cim.cim.vocabulary import FEATURE_ABSENT, CimStatus
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused, SourceUnreachable, SourceUnreadable


@contextmanager
def translated(source: str) -> Iterator[None]:
    """Turn errors of pywbem, and of the libraries below it that it lets through, into SourceErrors."""
    try:
        yield
    except pywbem.CIMError as error:
        raise cim_error(source, error.status_code, error.status_description) from error
    except pywbem.AuthError as error:
        raise SourceRefused(source=source, reason="HTTP status 401") from error
    except pywbem.HTTPError as error:
        raise http_error(source, error.status, error.reason, error.cimerror) from error
    except (pywbem.ConnectionError, pywbem.TimeoutError) as error:
        raise SourceUnreachable(source=source, reason=str(error)) from error
    except (pywbem.ParseError, pywbem.VersionError, xml.parsers.expat.ExpatError) as error:
        raise SourceUnreadable(source=source, reason=type(error).__name__) from error
    except pywbem.Error as error:
        raise SourceFailed(source=source, reason=str(error), status=None) from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise SourceUnreachable(source=source, reason=type(error).__name__) from error


def cim_error(source: str, status: int, description: str | None) -> SourceError:
    """Return our error for an ERROR element. `status` is a CIM status code (DSP0200 5.2.6)."""
    name = CimStatus(status).name if status in set(CimStatus) else str(status)
    reason = f"CIM_ERR_{name}: {description}" if description else f"CIM_ERR_{name}"
    if status == CimStatus.ACCESS_DENIED:
        return SourceRefused(source=source, reason=reason, status=status)
    return SourceFailed(source=source, reason=reason, status=status)


def http_error(source: str, status: int, reason: str | None, cimerror: str | None = None) -> SourceError:
    """Return our error for an HTTP status other than 200. `cimerror` is the header of that name (DSP0200 7.3)."""
    if status == HTTPStatus.UNAUTHORIZED:
        return SourceRefused(source=source, reason="HTTP status 401")
    told = " ".join(part for part in (reason, cimerror) if part)
    return SourceFailed(source=source, reason=f"HTTP status {status} {told}".rstrip(), status=None, http_status=status)


def is_absent(error: SourceError) -> bool:
    """Return whether an error says that the server lacks a class or feature, and nothing worse."""
    return isinstance(error, SourceFailed) and error.status in FEATURE_ABSENT


def is_busy(error: SourceError) -> bool:
    """Return whether the server itself says that it has too much to do for now."""
    if error.facts.get("http_status") == HTTPStatus.SERVICE_UNAVAILABLE:
        return True
    return isinstance(error, SourceFailed) and error.status == CimStatus.SERVER_LIMITS_EXCEEDED
