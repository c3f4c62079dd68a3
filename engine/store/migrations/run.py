"""Running the migrations from within: no alembic.ini, no files beside the package."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL, make_url

from engine.store.errors import border


def configuration(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings for our scripts, on this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def connectable(url: URL) -> sa.Engine:
    """An engine for migrations only: no pool, so that nothing stays open behind them."""
    return sa.create_engine(url, poolclass=sa.NullPool)


def has_tables(address: str) -> bool:
    """Whether a database was ever migrated; asks, and changes nothing."""
    with border(), connectable(make_url(address)).connect() as connection:
        return sa.inspect(connection).has_table("alembic_version")


def upgrade(url: URL, revision: str = "head") -> None:
    """Brings a database to a revision."""
    engine = connectable(url)
    with engine.connect() as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(url: URL, revision: str = "base") -> None:
    """Takes a database back to a revision; for tests and for people who know what they lose."""
    engine = connectable(url)
    with engine.connect() as connection:
        command.downgrade(configuration(connection), revision)
