"""`python -m mock_cimom`."""

from mock_cimom.cli import main

if __name__ == "__main__":
    main(prog_name="mock-cimom")
