"""Sources that were added to a running provider, and the small facts that adapters keep of a source."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "sources",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=True),
        sa.Column("password", sa.LargeBinary, nullable=True),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("adapters", sa.Text, nullable=True),
    )
    op.create_table(
        "notes",
        sa.Column("source", sa.String(255), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("notes")
    op.drop_table("sources")
