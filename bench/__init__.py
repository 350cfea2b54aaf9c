"""Benchmarks of vasa-cim with their peers: `python -m bench` measures all of them in one run and prints a table."""
