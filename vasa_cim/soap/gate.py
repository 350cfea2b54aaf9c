"""The gate: trust, then profile support, before any argument is decoded (`vasa-1.0` 2.3, 2.5 and 4.4).

It listens to the protocol's `before_deserialize`: spyne's `method_call` fires after decoding, where a bad argument
would beat InvalidSession.
"""

from typing import Any

from vasa_cim.errors import ProfileNotSupported
from vasa_cim.framework.vasa_service import Trust
from vasa_cim.soap.call import call_of


def gate(context: Any) -> None:
    """Admit the call of a spyne context, or raise InvalidSession or ProfileNotSupported.

    A call in a session has its cookie repeated; the three operations that change the session set their own.
    """
    call = call_of(context)
    flags = context.descriptor.udd
    call.admission = call.service.admit(flags.trust, call.request.peer, call.request.cookies)
    if flags.profiles and not flags.profiles <= (offered := call.service.offers()):
        missing = min(flags.profiles - offered)
        raise ProfileNotSupported(profile=missing.value)
    if flags.trust is Trust.SESSION:
        call.cookie = call.admission.session_id
