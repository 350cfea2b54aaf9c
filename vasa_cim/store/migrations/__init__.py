"""The Alembic migrations, run at start, in one transaction: a start that is cut off leaves the old schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from vasa_cim.errors import ConfigurationError


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date inside the transaction of `connection`.

    Raises ConfigurationError if the database was written by a newer program.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := found - known:
        raise ConfigurationError(
            setting="store",
            reason=f"the database has schema {', '.join(sorted(unknown))}, which is newer than this program; "
            "start the newer version, or restore a backup made before it",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
