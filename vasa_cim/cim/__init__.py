"""The WBEM side: connections, Interop, bulk reading. Knows no storage class by name; the only home of pywbem."""
