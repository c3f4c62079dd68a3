"""`caseloop db`: the tables."""

import click

from api.cli.place import Place, here
from engine.bootstrap import open_installation


@click.group()
def db() -> None:
    """The database's tables.

    Example: caseloop db upgrade
    """


@db.command()
@here
def upgrade(place: Place) -> None:
    """Brings the tables to the newest version; safe to repeat.

    Example: caseloop db upgrade --database postgresql+psycopg://caseloop@db/caseloop
    """
    settings = place.settings()
    with open_installation(settings) as installation:
        installation.database.upgrade()
    click.echo("The tables are at the newest version.")
