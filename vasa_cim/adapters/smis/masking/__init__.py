"""Masking: which initiators reach which volumes through which ports. One module per dialect (`smis-mapping 3.1`)."""
