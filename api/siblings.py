"""Further server processes on the same port: one interpreter each, the kernel shares out.

For PostgreSQL only; SQLite and a virtual clock live in one process. Each sibling is a whole node
(API, timers, workers) and knows the same local token.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DATABASE_VARIABLE = "CASELOOP_DATABASE"
TOKEN_VARIABLE = "CASELOOP_LOCAL_TOKEN"  # noqa: S105 the name of a variable
_STOP_SECONDS = 30
_START = "from api.cli import main; main()"


@contextmanager
def siblings(
    count: int, *, database: str, data: str, host: str, port: int, threads: int, token: str
) -> Iterator[None]:
    """Runs `count` more servers on a port that this process has bound; ends them at the end.

    The database's address may hold a password, the token is one: everybody on the machine can
    read a command line, nobody else an environment.
    """
    arguments = [
        *("serve", "--data", data),
        *("--host", host, "--port", str(port), "--threads", str(threads), "--share-port"),
    ]
    environment = {**os.environ, DATABASE_VARIABLE: database, TOKEN_VARIABLE: token}
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
