"""Alembic's environment. On PostgreSQL a migration would rather fail than stop the site."""

import sqlalchemy as sa
from alembic import context

from engine.store.tables import metadata

_LOCK_TIMEOUT = "4s"
_STATEMENT_TIMEOUT = "5s"
_ONE_AT_A_TIME = 0x63617365  # "case": two nodes that start together migrate one after the other


def migrate(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
        connection.execute(sa.text(f"SELECT pg_advisory_lock({_ONE_AT_A_TIME})"))
        connection.execute(sa.text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


migrate(context.config.attributes["connection"])
