"""`python -m vasa_cim` is the command `vasa-cim`."""

from vasa_cim.cli.main import main

if __name__ == "__main__":
    main()
