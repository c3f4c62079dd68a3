"""`caseloop bench`: how fast this installation works here; the harness lives in `bench/`."""

import click


@click.command()
def bench() -> None:
    """Measures.

    Example: caseloop bench
    """
