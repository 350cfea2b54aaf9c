"""What the simulated arrays show of themselves: one module per area, each publishing its CIM instances.

Installed as `mock_cimom.providers`. The modules read an array's plan (`mock_cimom.estate.plan`) and hand instances to
an InstanceFactory; the section numbers in them are those of the SMI-S model (smis-mapping 9.2, 9.3).
"""
