"""The Alembic migrations, run at start."""
