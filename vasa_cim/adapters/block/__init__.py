"""The block adapter: LUNs, and who sees them."""
