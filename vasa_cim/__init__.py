"""A VASA 1.0 storage provider over SMI-S (CIM-XML) arrays."""
