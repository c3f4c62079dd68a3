"""`caseloop bench`: how fast this checkout is on this machine; the harness lives in `bench/`."""

import importlib.util
import runpy
import sys

import click

from api.cli.failure import Refused


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measures and writes bench/out.json; works in a checkout, from its root.

    ARGUMENTS go to the harness: --warm SECONDS --measure SECONDS --runs N.

    Example: caseloop bench --runs 1 --measure 5
    """
    sys.path.insert(0, "")
    if importlib.util.find_spec("bench.run") is None:
        raise Refused("There is no bench/ here; the harness is part of the repository.")
    sys.argv = ["caseloop bench", *arguments]
    runpy.run_module("bench.run", run_name="__main__")
