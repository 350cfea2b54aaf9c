"""What every platform adapter needs and the patent makes common to them: poll thread, queue, cache, diff, sessions.

No CIM in it: an engine drives any adapters that keep the contract of `vasa_cim.adapter`.
"""
