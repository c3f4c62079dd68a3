"""Starting and stopping what runs in one process."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from engine.domain.handlers import Handler
from engine.runtime.ticker import Ticker
from engine.runtime.workers import Workers
from engine.service.installation import Installation


@dataclass(frozen=True, slots=True)
class Runtime:
    """The running parts of a node."""

    node: str
    ticker: Ticker
    workers: Workers


@contextmanager
def start_runtime(
    inst: Installation, *, handlers: Mapping[str, Handler] | None = None, node: str | None = None
) -> Iterator[Runtime]:
    """Fires timers and works on the topics of `handlers` until the block is left.

    Leaving waits for what is under way: a timer that fires, a handler at work.
    """
    name = node or f"{socket.gethostname()}:{os.getpid()}"
    runtime = Runtime(name, Ticker(inst, name), Workers(inst, handlers or {}, name))
    runtime.workers.start()
    runtime.ticker.start()
    try:
        yield runtime
    finally:
        runtime.ticker.stop()
        runtime.workers.stop()
