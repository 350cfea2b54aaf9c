"""Alembic's environment: works on the connection and in the transaction that `migrations.upgrade` hands over."""

from alembic import context

from vasa_cim.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
