"""What the simulated arrays consist of: counts, names and who sees what. No CIM in here."""
