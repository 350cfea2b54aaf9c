"""SMI-S knowledge: walks, masking, health and capabilities, from CIM rows to VASA entities."""
