"""SMI-S: how arrays are described in CIM, read by whole-class enumerations that are joined in memory."""
