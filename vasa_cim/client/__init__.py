"""A VASA 1.0 client shaped like vCenter's: it shares the model and the errors with the bridge, and no protocol code."""
