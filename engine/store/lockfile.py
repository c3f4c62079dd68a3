"""One process per SQLite file: an exclusive lock on `<db>.lock`, and the owner's address in it.

The lock is the kernel's (`flock`) and ends with the process, however it ends. The file's text,
{address, token, pid}, is only what to tell or to call; it is trusted while the lock is held.
"""

import fcntl
import json
import os
import threading
from pathlib import Path
from typing import NamedTuple

from engine.domain.errors import StoreUnavailableError

_MODE = 0o600
#: Whoever only looks (`find_owner`) holds the lock for an instant; a start waits for that to end.
_TRIES, _PAUSE = 10, 0.03


class Owner(NamedTuple):
    """Who holds a database: the server's address and local token, when it has announced them."""

    address: str | None
    token: str | None
    pid: int | None


class LockFile:
    """The lock on one database file, held from construction to `release`."""

    def __init__(self, database: Path) -> None:
        self.path = lock_path(database)
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, _MODE)
        os.fchmod(self._handle, _MODE)
        if not _take(self._handle):
            os.close(self._handle)
            raise _in_use(database, _read(self.path))
        self._write(Owner(None, None, os.getpid()))

    def announce(self, address: str, token: str) -> None:
        """Says where the server of this database listens, and with which local token."""
        self._write(Owner(address, token, os.getpid()))

    def release(self) -> None:
        """Empties the file and gives the lock back."""
        if self._handle >= 0:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1

    def forget(self) -> None:
        """In a forked child: closes its copy, which leaves the parent's lock alone."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _write(self, owner: Owner) -> None:
        data = json.dumps(owner._asdict()).encode()
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, data, 0)


def lock_path(database: Path) -> Path:
    """Where the lock of a database file lies."""
    return database.with_name(database.name + ".lock")


def find_owner(database: Path) -> Owner | None:
    """The process that has this database open, or None when nobody has."""
    path = lock_path(database)
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _read(path)
    finally:
        os.close(handle)
    return None


def _take(handle: int) -> bool:
    """Whether the lock was given, at once or after a short while."""
    pause = threading.Event()
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pause.wait(_PAUSE)
        else:
            return True
    return False


def _read(path: Path) -> Owner:
    try:
        data = json.loads(path.read_bytes())
        return Owner(data["address"], data["token"], data["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return Owner(None, None, None)  # caught in the middle of writing: in use, by whom unknown


def _in_use(database: Path, owner: Owner) -> StoreUnavailableError:
    where = f"process {owner.pid}" if owner.pid else "another process"
    if owner.address:
        where = f"the server at {owner.address}"
    return StoreUnavailableError(
        f"{database} is open in {where}; SQLite serves one process: speak to that server, stop "
        f"it, or use PostgreSQL",
        address=owner.address,
        pid=owner.pid,
    )
