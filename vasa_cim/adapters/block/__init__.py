"""The block adapter: arrays, processors, ports and LUNs of an SMI-S Array."""
