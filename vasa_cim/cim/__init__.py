"""The WBEM side: everything that speaks CIM-XML as a client. Knows no storage class by name; pywbem's only home."""
