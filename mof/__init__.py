"""Class declarations of the mock CIMOM, as package data.

`cim_schema.mof` is written by `python -m mock_cimom.schema_tool` for the classes in `classes.yaml`;
`mock_vendor.mof` is kept by hand.
"""
