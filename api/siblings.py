"""Further server processes on the same port: one interpreter each, the kernel shares out.

For PostgreSQL only; SQLite and a virtual clock live in one process. Each sibling is a whole node
(API, timers, workers) and knows the same local token.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TOKEN_VARIABLE = "CASELOOP_LOCAL_TOKEN"  # noqa: S105 the name of a variable
_STOP_SECONDS = 30
_START = "from api.cli import main; main()"


@contextmanager
def siblings(
    count: int, *, database: str, data: str, host: str, port: int, threads: int, token: str
) -> Iterator[None]:
    """Runs `count` more servers on a port that this process has bound; ends them at the end."""
    arguments = [
        *("serve", "--database", database, "--data", data),
        *("--host", host, "--port", str(port), "--threads", str(threads), "--share-port"),
    ]
    environment = {**os.environ, TOKEN_VARIABLE: token}
    started = [
        subprocess.Popen(  # noqa: S603 our own command line
            [sys.executable, "-c", _START, *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
