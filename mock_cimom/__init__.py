"""Simulated SMI-S arrays behind a real CIM-XML server."""
