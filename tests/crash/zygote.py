"""A small process that starts workers quickly: the code is loaded once, workers are forked.

It opens no database and starts no thread, so nothing of a store crosses a fork; a worker reads its
failpoints from its own environment and opens the installation itself. Run as a program; speaks
JSON lines: `{"spawn": slot, "plan": …, "env": …}` and `{"kill": slot}` in, `{"ready": slot}` and
`{"exit": slot, "status": n}` out, negative for a signal. Only it knows the process ids, so a
killed one is never somebody else's.
"""

import gc
import json
import os
import select
import signal
import traceback
from pathlib import Path
from typing import Any

from engine.store.failpoints import Failpoints, failpoints
from tests.crash.plan import Plan
from tests.crash.worker import run


class Zygote:
    """The children by slot, each with the pipe that ends when it does."""

    def __init__(self) -> None:
        self._children: dict[int, tuple[int, int]] = {}

    def serve(self) -> None:
        """Until the standard input ends; then no child is left behind."""
        buffer = b""
        while True:
            pipes = {pipe: slot for slot, (_, pipe) in self._children.items()}
            ready, _, _ = select.select([0, *pipes], [], [])
            for pipe in ready:
                if pipe in pipes:
                    self._hear(pipes[pipe], pipe)
            if 0 not in ready:
                continue
            data = os.read(0, 65536)
            if not data:
                break
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                self._obey(json.loads(line))
        for slot in list(self._children):
            self._kill(slot)
            self._bury(slot)

    def _obey(self, order: dict[str, Any]) -> None:
        if "kill" in order:
            self._kill(order["kill"])
        else:
            self._spawn(order["spawn"], order["plan"], order["env"])

    def _kill(self, slot: int) -> None:
        if slot in self._children:  # not waited for yet, so the id is still its own
            os.kill(self._children[slot][0], signal.SIGKILL)

    def _hear(self, slot: int, pipe: int) -> None:
        """A byte says that the worker works; the end of the pipe that it is no more."""
        if os.read(pipe, 1):
            _say({"ready": slot})
        else:
            self._bury(slot)

    def _bury(self, slot: int) -> None:
        pid, pipe = self._children.pop(slot)
        os.close(pipe)
        _, status = os.waitpid(pid, 0)
        _say({"exit": slot, "status": os.waitstatus_to_exitcode(status)})

    def _spawn(self, slot: int, plan: dict[str, Any], env: dict[str, str]) -> None:
        alive, ending = os.pipe()
        pid = os.fork()
        if pid:
            os.close(ending)
            self._children[slot] = (pid, alive)
            return
        status = 3
        try:
            os.close(alive)
            status = _be_worker(plan, env, ending)
        finally:
            os._exit(status)


def _say(what: dict[str, Any]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _be_worker(plan: dict[str, Any], env: dict[str, str], ending: int) -> int:
    log = Path(plan["folder"]) / f"worker-{plan['slot']}.log"
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, said), (2, said)):
        os.dup2(source, target)
    os.environ.update(env)
    # As if the module were imported now: what is armed, and dice of the child's own.
    vars(failpoints).update(vars(Failpoints(os.environ)))
    try:
        return run(Plan(**plan), lambda: os.write(ending, b"!"))
    except BaseException:  # noqa: BLE001 whatever it is, the log has it and the status tells it
        traceback.print_exc()
        return 3


if __name__ == "__main__":
    gc.collect()
    gc.freeze()
    Zygote().serve()
