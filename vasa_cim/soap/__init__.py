"""The protocol adapter: VASA 1.0 over SOAP 1.1 and 1.2 on HTTPS.

spyne declares the contract and runs the call; the bytes in and out are ours. `spyne_compat` comes first: no other
module of this package can import spyne without it.
"""

from vasa_cim.soap import spyne_compat

__all__ = ["spyne_compat"]
