"""The mock providers that run inside the mock CIMOM (installed as `mock_cimom.providers`)."""
