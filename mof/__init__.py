"""Class declarations in compact MOF (installed as `mock_cimom.mof`)."""
