"""Migrations and metadata say the same, on both databases, upwards and downwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import URL, make_url

from engine.domain.errors import IdempotencyKeyReusedError
from engine.store import IdempotencyKey, StoredAnswer, open_database
from engine.store.answers import short
from engine.store.migrations import run
from engine.store.tables import idempotency, metadata
from engine.store.tables.reference import page
from engine.store.types import EPOCH, Instant
from tests.databases import START, CountingIds, PostgresForTests, SettableClock


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """A database without a table."""
    if database_kind == "sqlite":
        yield make_url(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    server: PostgresForTests = request.getfixturevalue("postgres")
    name = server.create()
    yield make_url(server.url(name))
    server.drop(name)


def test_migrated_database_is_what_the_tables_say(empty_url: URL) -> None:
    run.upgrade(empty_url)
    with run.connectable(empty_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_go_up_down_and_up(empty_url: URL) -> None:
    run.upgrade(empty_url)
    run.downgrade(empty_url)
    engine = run.connectable(empty_url)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    run.upgrade(empty_url)
    assert set(metadata.tables) < set(sa.inspect(run.connectable(empty_url)).get_table_names())


def test_answers_kept_before_are_given_still(empty_url: URL) -> None:
    """Rows of 0006, with a keyed fingerprint and without one, asked for after 0007."""
    run.upgrade(empty_url, "0006")
    keyed, whole = "8f" + "0" * 14 + "ab" * 24, b'{"data":{"n":1},"receipt":null}'
    old = sa.table(
        "idempotency",
        *(sa.column(name, sa.Text()) for name in ("scope", "key", "fingerprint")),
        sa.column("answer", sa.LargeBinary()),
        sa.column("created_at", Instant()),
    )
    rows = [("cli", "k", keyed), ("cli", "before", "")]
    with run.connectable(empty_url).begin() as connection:
        for scope, key, fingerprint in rows:
            connection.execute(
                sa.insert(old).values(
                    scope=scope, key=key, fingerprint=fingerprint, answer=whole, created_at=START
                )
            )
    run.upgrade(empty_url)
    database = open_database(
        empty_url.render_as_string(hide_password=False),
        lease_clock=SettableClock(),
        ids=CountingIds(),
    )
    same = IdempotencyKey("cli", "k", short(bytes.fromhex(keyed)))
    with database.unit_of_work() as work:
        assert work.load(None, idempotency=same).stored_answer == StoredAnswer(whole)
        for other in (same._replace(fingerprint=1), IdempotencyKey("cli", "before", 0)):
            with pytest.raises(IdempotencyKeyReusedError):
                work.load(None, idempotency=other)
    database.close()
    with run.connectable(empty_url).connect() as connection:
        days = connection.scalars(sa.select(idempotency.c.kept_on)).all()
    assert days == [(START - EPOCH).days] * 2
    run.downgrade(empty_url, "0006")
    with run.connectable(empty_url).connect() as connection:
        assert connection.execute(sa.select(old)).all() == []


def test_partial_indexes_are_alike(empty_url: URL) -> None:
    """Alembic compares an index's columns, not its condition."""
    run.upgrade(empty_url)
    kind = empty_url.get_backend_name()
    found = sa.inspect(run.connectable(empty_url)).get_indexes("work_item")
    conditions = {
        str(index["name"]): str(index["dialect_options"][f"{kind}_where"]).replace("(", "")
        for index in found
    }
    for index in metadata.tables["work_item"].indexes:
        where = index.dialect_options["postgresql"]["where"].compile(
            dialect=sa.create_engine("sqlite://").dialect
        )
        wanted = str(where).replace("work_item.", "")
        assert conditions[str(index.name)].replace(")", "") == wanted


def test_hot_row_is_laid_out_for_updates(database_kind: str, empty_url: URL) -> None:
    if database_kind == "sqlite":
        pytest.skip("a word of PostgreSQL's")
    run.upgrade(empty_url)
    with run.connectable(empty_url).connect() as connection:
        options = connection.scalar(
            sa.text("SELECT reloptions FROM pg_class WHERE relname = 'case_state'")
        )
        storage = connection.scalars(
            sa.text(
                "SELECT attstorage FROM pg_attribute WHERE attrelid = 'case_state'::regclass "
                "AND attname IN ('state', 'document')"
            )
        ).all()
    assert options == ["fillfactor=60", "toast_tuple_target=4080"]
    assert {bytes(s) if isinstance(s, bytes) else s for s in storage} <= {"e", b"e"}


def schema(url: URL) -> list[tuple[str, ...]]:
    """Everything that the database itself says of its tables, indexes, triggers and rows."""
    if url.get_backend_name() == "sqlite":
        queries = ["SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"]
    else:
        queries = [
            """SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'public'""",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace""",
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger",
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        ]
    with run.connectable(url).connect() as connection:
        found = [tuple(map(str, row)) for q in queries for row in connection.execute(sa.text(q))]
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).all()
    return sorted(found) + [tuple(row) for row in version]


def test_upgrading_twice_changes_nothing(empty_url: URL) -> None:
    database = open_database(
        empty_url.render_as_string(hide_password=False),
        lease_clock=SettableClock(),
        ids=CountingIds(),
    )
    database.upgrade()
    before = schema(empty_url)
    assert len(before) > len(metadata.tables)
    database.upgrade()
    assert schema(empty_url) == before
    database.close()


def test_tables_are_found_only_where_somebody_migrated(empty_url: URL) -> None:
    address = empty_url.render_as_string(hide_password=False)
    assert not run.has_tables(address)
    run.upgrade(empty_url)
    assert run.has_tables(address)


def test_every_table_and_constraint_has_a_name_and_a_word() -> None:
    for table in metadata.tables.values():
        assert table.comment, table.name
        for constraint in table.constraints:
            assert constraint.name is not None or isinstance(constraint, sa.CheckConstraint)


def test_reference_page_is_what_the_tables_say() -> None:
    """`python -m engine.store.tables.reference > docs/reference/tables.md` makes it anew."""
    written = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"
    assert written.read_text() == page()
