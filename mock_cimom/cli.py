"""The command `mock-cimom`."""

import click

from mock_cimom.inject_command import inject
from mock_cimom.record_command import record_command
from mock_cimom.serve_command import save_command, serve_command


@click.group()
@click.version_option(package_name="vasa-cim")
def main() -> None:
    """Simulated storage arrays that answer CIM-XML."""


for command in (serve_command, save_command, record_command, inject):
    main.add_command(command)
