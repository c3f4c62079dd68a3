"""The command `caseloop`: one file per group; state is reached through the API only."""

from api.cli.root import main

__all__ = ["main"]
