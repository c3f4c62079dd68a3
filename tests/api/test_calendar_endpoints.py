"""A newer calendar on live cases, over the API: who may, what is answered."""

from typing import Any

import pytest

from tests.api.house import CALENDAR, House, ok, refused


def published(house: House, version: int = 2) -> None:
    days = {**CALENDAR, "version": version, "holiday": ["2026-03-02"]}
    ok(house.operator.put("/calendar", {"data": days}))


def pin(house: House, case_id: str) -> Any:
    return ok(house.operator.get(f"/cases/{case_id}"))["pins"]["calendar"]


def test_dry_run_is_paged_and_changes_nothing(house: House) -> None:
    cases = [house.open_case() for _ in range(3)]
    published(house)
    first = house.operator.get("/calendar/preview?limit=2")
    page = ok(first)
    assert (page["calendar"], page["waiting"], page["examined"]) == ("north@2", 3, 2)
    assert 'rel="next"' in first.headers["Link"]
    rest = ok(house.operator.get(f"/calendar/preview?limit=2&cursor={page['next_cursor']}"))
    assert (rest["examined"], rest["next_cursor"], rest["items"]) == (1, None, [])
    assert {pin(house, case_id) for case_id in cases} == {"north@1"}


def test_order_is_carried_out_in_parts(house: House) -> None:
    cases = [house.open_case() for _ in range(3)]
    published(house)
    first = ok(house.operator.post("/calendar/apply", {"calendar": "north@2", "limit": 2}))
    assert (first["cases"], first["left"], first["failed"]) == (2, 1, [])
    assert first["receipt"]["stream"] == "calendar:north"
    following = {"calendar": "north@2", "limit": 2, "cursor": first["next_cursor"]}
    last = ok(house.operator.post("/calendar/apply", following))
    assert (last["cases"], last["left"], last["next_cursor"]) == (1, 0, None)
    assert last["receipt"]["seq"] == first["receipt"]["seq"] + 1
    assert {pin(house, case_id) for case_id in cases} == {"north@2"}
    for case_id in cases:
        assert ok(house.operator.get(f"/cases/{case_id}/replay"))["verdict"] == "conforms"


def test_order_is_for_administrators(house: House) -> None:
    published(house)
    refused(house.lin.get("/calendar/preview"), 403, "forbidden")
    refused(house.lin.post("/calendar/apply"), 403, "forbidden")


def test_unknown_version_and_strange_cursor_are_refused(house: House) -> None:
    refused(house.operator.get("/calendar/preview?calendar=north@9"), 404, "release-not-found")
    refused(house.operator.post("/calendar/apply", {"calendar": "x"}), 404, "release-not-found")
    for cursor in ("WzFd", "IldYTSI", "IldXVnpiR0ozWW1jaVhRIg", "?"):
        answer = house.operator.get(f"/calendar/preview?cursor={cursor}")
        assert answer.status_code == 422, (cursor, answer.get_data(as_text=True))


@pytest.mark.parametrize("days", ["9999-12-31", "9999-12-30/9999-12-31", "1899-12-31"])
@pytest.mark.parametrize("kind", ["holiday", "make_up"])
def test_day_that_no_calendar_reaches_is_refused(house: House, kind: str, days: str) -> None:
    data = {**CALENDAR, "version": 2, kind: [days]}
    refused(house.operator.put("/calendar", {"data": data}), 422, "bad-calendar")


def test_clock_stays_where_calendars_reach(house: House) -> None:
    for now in ("9999-12-31T23:59:59Z", "3000-01-01T00:00:00Z"):
        refused(house.operator.put("/clock", {"now": now}), 422, "bad-calendar")
    ok(house.operator.put("/clock", {"now": "2999-12-31T00:00:00Z"}))
    house.open_case()
