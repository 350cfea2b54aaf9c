"""Typed VASA objects. Standard library only; everything here is immutable and knows neither SOAP, CIM nor SQL."""
