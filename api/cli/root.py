"""The root of the command line: its commands and groups."""

from importlib.metadata import version

import click

from api.cli.bench import bench
from api.cli.calendars import calendar
from api.cli.cases import case
from api.cli.city import import_
from api.cli.database import db
from api.cli.demonstration import demo
from api.cli.diagrams import lint, scenario
from api.cli.failure import Guarded
from api.cli.keys import key
from api.cli.packs import deploy, processes
from api.cli.people import post, user
from api.cli.serve import serve, worker


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("caseloop"), prog_name="caseloop")
def main() -> None:
    """Orchestrates the disposition of city-management cases (案卷) with editable diagrams.

    Exit codes: 0 done, 1 refused or different from what was expected, 2 wrong usage.

    Example: caseloop serve --data ./city --port 8080
    """


for command in (
    serve,
    worker,
    demo,
    db,
    lint,
    scenario,
    processes,
    deploy,
    import_,
    calendar,
    user,
    post,
    key,
    case,
    bench,
):
    main.add_command(command)
