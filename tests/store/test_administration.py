"""Releases, catalogs, calendars, people, keys and the installation's record."""

from datetime import timedelta

import pytest

from engine.domain.errors import ConflictError, StoreError, WrongStateError
from engine.domain.evidence import digest
from engine.domain.people import Axis, Post
from engine.domain.rows import PersonalValue, RowChanges
from engine.store import Database
from engine.store.queries import access, case, people, releases
from engine.store.writes.access import (
    disable_user,
    end_session,
    erase_personal,
    put_api_key,
    put_attachment,
    put_session,
    put_user,
    revoke_api_key,
)
from engine.store.writes.installation import advance_virtual_clock, found_installation
from engine.store.writes.organisation import (
    DutyGridRow,
    GridCellRow,
    PersonRow,
    PostRow,
    UnitRow,
    put_duty_grids,
    put_grid_cells,
    put_people,
    put_units,
)
from engine.store.writes.releases import (
    CatalogRow,
    put_calendar,
    put_catalog,
    put_release,
    set_current,
)
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import open_case

FILES = {"a/a.bpmn": b"<a/>", "b/b.bpmn": b"<b/>", "same.bpmn": b"<a/>"}


def test_release_gives_its_files_back(database: Database) -> None:
    for _ in range(2):  # the same release again changes nothing
        with database.unit_of_work() as work:
            put_release(work, "r1", b"manifest", FILES, note="first")
            work.commit()
    with database.reads() as reader:
        assert releases.read_files(reader, "r1") == FILES
        assert releases.read_files(reader, "none") == {}
        found = releases.find_release(reader, "r1")
        assert releases.list_releases(reader) == [found]
    assert found is not None
    assert (found.manifest, found.note, found.deployed_at) == (b"manifest", "first", START)


def test_new_case_is_decided_by_what_is_current(database: Database) -> None:
    with database.unit_of_work() as work:
        found_installation(work, semantics=1)
        put_release(work, "r1", b"{}", FILES)
        put_catalog(work, "2026-1", [CatalogRow("01-02", 1, {"n": 2}), CatalogRow("01-01", 1, {})])
        put_calendar(work, "city", "1", {"id": "city"})
        set_current(work, release="r1", catalog="2026-1", calendar="city@1")
        set_current(work, release="r1")
        work.commit()
    with database.reads() as reader:
        found = releases.find_installation(reader)
        assert releases.read_catalog(reader, "2026-1") == [{}, {"n": 2}]
        assert [c.version for c in releases.list_catalogs(reader)] == ["2026-1"]
        calendar = releases.find_calendar(reader, "city", "1")
        assert releases.find_virtual_now(reader) is None
    assert calendar is not None
    assert calendar.content == {"id": "city"}
    assert found is not None
    assert found[3:] == ("r1", "2026-1", "city@1")
    assert (found.semantics, found.virtual, found.born_at) == (1, False, START)


def test_current_release_must_exist(database: Database) -> None:
    with database.unit_of_work() as work:
        found_installation(work, semantics=1)
        set_current(work, release="none")
        with pytest.raises(StoreError):
            work.commit()


def test_catalog_version_is_never_changed(database: Database) -> None:
    with database.unit_of_work() as work:
        put_catalog(work, "2026-1", [])
        work.commit()
    with database.unit_of_work() as work:
        put_catalog(work, "2026-1", [])
        with pytest.raises(ConflictError):
            work.commit()


def test_installation_is_founded_once(database: Database) -> None:
    with database.reads() as reader:
        assert releases.find_installation(reader) is None
    with database.unit_of_work() as work:
        found_installation(work, semantics=1)
        work.commit()
    with database.unit_of_work() as work:
        found_installation(work, semantics=1)
        with pytest.raises(ConflictError):
            work.commit()


def test_virtual_clock_moves_forward_only(database: Database) -> None:
    with database.unit_of_work() as work:
        found_installation(work, semantics=1, virtual_start=START)
        advance_virtual_clock(work, START + timedelta(hours=1))
        work.commit()
    with pytest.raises(WrongStateError), database.unit_of_work() as work:
        advance_virtual_clock(work, START)
    with database.reads() as reader:
        assert releases.find_virtual_now(reader) == START + timedelta(hours=1)


def test_clock_that_was_not_born_cannot_move(database: Database) -> None:
    with database.unit_of_work() as work:
        found_installation(work, semantics=1)
        work.commit()
    with pytest.raises(WrongStateError), database.unit_of_work() as work:
        advance_virtual_clock(work, START + timedelta(hours=1))


def test_people_come_with_their_posts(database: Database) -> None:
    post = PostRow(id="p1", person="lin", role="acceptor", axis="supervision", unit="centre")
    with database.unit_of_work() as work:
        put_units(
            work, [UnitRow(id="centre", name="Centre"), UnitRow(id="b", name="B", parent="centre")]
        )
        put_people(
            work, [PersonRow(id="lin", name="Lin"), PersonRow(id="zhao", name="Zhao")], [post]
        )
        put_duty_grids(work, [DutyGridRow(id="north-a", neighbours=("b",))])
        put_grid_cells(work, [GridCellRow(cell="n-1", geometry={"type": "Polygon"})])
        work.commit()
    held = Post("p1", "acceptor", Axis.SUPERVISION, unit="centre")
    with database.reads() as reader:
        assert people.list_posts(reader, "lin", now=START) == [held]
        listed = people.list_people(reader, now=START)
        assert people.find_person(reader, "lin", now=START) == listed[0]
        assert people.find_person(reader, "nobody", now=START) is None
        assert people.list_units_above(reader, "b", now=START) == ["b", "centre"]
        assert [u.id for u in people.list_units(reader, now=START)] == ["b", "centre"]
        assert people.list_roster(reader, "acceptor", now=START, unit_id="centre") == ["lin"]
        assert people.list_cells(reader, now=START)[0].geometry == {"type": "Polygon"}
        assert people.list_duty_grids(reader, now=START)[0]["neighbours"] == ["b"]
    assert [(p.id, p.posts) for p in listed] == [("lin", (held,)), ("zhao", ())]


def test_key_is_found_until_and_after_it_is_revoked(database: Database) -> None:
    with database.unit_of_work() as work:
        put_api_key(
            work,
            key_id="k1",
            name="Works",
            secret_hash="hash",
            unit="works",
            scopes=["work:do", "jobs:work"],
            expires_at=None,
        )
        work.commit()
    for expected in (True, False):
        with database.unit_of_work() as work:
            assert revoke_api_key(work, "k1") is expected
            work.commit()
    with database.reads() as reader:
        key = access.find_key(reader, "k1")
        assert access.list_keys(reader) == [key]
        assert access.find_key(reader, "none") is None
    assert key is not None
    assert (key.scopes, key.revoked_at) == (["jobs:work", "work:do"], START)


def test_user_signs_in_and_out(database: Database) -> None:
    with database.unit_of_work() as work:
        put_user(work, login="lin", person="lin", password_hash="one")
        put_user(work, login="lin", person="lin", password_hash="two")
        put_session(work, token_hash="t1", login="lin", expires_at=START + timedelta(hours=8))
        work.commit()
    with database.reads() as reader:
        user = access.find_user(reader, "lin")
        session = access.find_session(reader, "t1")
        assert access.list_users(reader) == [user]
    assert user is not None
    assert user.password_hash == "two"
    assert session is not None
    assert (session.person, session.disabled_at) == ("lin", None)
    with database.unit_of_work() as work:
        assert disable_user(work, "lin")
        end_session(work, "t1")
        work.commit()
    with database.reads() as reader:
        assert access.find_session(reader, "t1") is None


def test_personal_value_can_be_erased(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    values = tuple(PersonalValue(case_id, ref, "salt", "王") for ref in ("name", "phone"))
    open_case(database, case_id, RowChanges(personal=values))
    with database.unit_of_work() as work:
        erase_personal(work, case_id, ["phone"])
        work.commit()
    with database.reads() as reader:
        assert case.list_personal_values(reader, case_id) == [values[0]]


def test_attachment_is_noted_once_as_it_was_named_last(
    database: Database, ids: CountingIds, case_clock: SettableClock
) -> None:
    case_id = open_case(database, ids.new())
    sha256 = digest(b"photo")
    first = case_clock.now()
    for media_type in ("text/plain", "image/jpeg"):
        case_clock.forward(hours=1)
        with database.unit_of_work() as work:
            put_attachment(
                work,
                case_id=case_id,
                sha256=sha256,
                name="a.jpg",
                media_type=media_type,
                size=5,
            )
            work.commit()
    with database.reads() as reader:
        [found] = case.list_attachments(reader, case_id)
        assert case.find_attachment(reader, case_id, sha256) == found
    assert (found.name, found.media_type, found.size) == ("a.jpg", "image/jpeg", 5)
    assert found.added_at == first + timedelta(hours=1)
