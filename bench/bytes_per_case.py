"""How many bytes a case of W1 costs with all its rows and its whole history, on PostgreSQL."""

import psycopg

from bench.w1 import ServiceClient, drive, found_city
from engine.bootstrap import open_installation
from engine.settings import Settings

CASES = 300


def bytes_per_case(folder: str, cases: int = CASES) -> tuple[float, float]:
    """Growth of the vacuumed database, divided by the cases played to their end.

    With the stored answers, as HTTP clients send their keys, and without: those go after a week.
    """
    settings = Settings.read(database="embedded-postgres", data=folder)
    with open_installation(settings) as inst:
        found_city(inst)
        url = inst.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        before = _size(url)
        client = ServiceClient(inst, 0, keyed=True)
        for number in range(1, cases + 1):
            drive(client, number, lambda: None)
        full = _size(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("TRUNCATE idempotency")
        return (full - before) / cases, (_size(url) - before) / cases


def _size(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM FULL")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])
