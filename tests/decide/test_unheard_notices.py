"""A notice reaches somebody, or the case says plainly that it reached nobody."""

from dataclasses import replace

from engine.domain.city import City
from tests.decide.loop import Loop
from tests.installations import sample_city

CELL = "990101001001001"
DISTRICT = "990101"


def reminded(city: City, *gone: str) -> Loop:
    """A dispatched case at 80 % of its limit; people with posts of these roles have left."""
    case = Loop(city).report(grid_cell=CELL)
    case.dispatched()
    for person, posts in list(city.people.items()):
        city.people[person] = [post for post in posts if post.role not in ("department", *gone)]
    case.player.advance(case.player.now.replace(hour=14, minute=30))
    return case


def told(case: Loop) -> list[str]:
    return [notice.person for notice in case.player.notifications]


def test_reminder_to_a_desk_without_people_goes_to_the_dispatchers() -> None:
    case = reminded(sample_city())
    assert told(case) == ["cao", "wang"]
    [sent] = case.events("notification.sent")
    assert sent["recipients"] == ["holders", "unit:municipal_works"]
    assert sent["fallback"] == {"district": DISTRICT, "role": "dispatcher"}


def test_dispatchers_of_another_district_are_told_when_this_one_has_none() -> None:
    city = sample_city()
    case = Loop(city).report(grid_cell=CELL)
    case.dispatched()
    for person in ("cao", "wang"):
        city.people[person] = [replace(p, district="990102") for p in city.people[person]]
    city.people["peng"] = []
    case.player.advance(case.player.now.replace(hour=14, minute=30))
    assert told(case) == ["cao", "wang"]
    assert case.events("notification.sent")[0]["fallback"] == {"role": "dispatcher"}


def test_duty_officers_are_told_when_there_is_no_dispatcher() -> None:
    case = reminded(sample_city(), "dispatcher")
    assert told(case) == ["deng", "zhou"]
    assert case.events("notification.sent")[0]["fallback"]["role"] == "duty_officer"


def test_reminder_that_nobody_hears_is_told_to_the_case_and_to_the_outside() -> None:
    case = reminded(sample_city(), "dispatcher", "duty_officer")
    assert told(case) == []
    assert case.events("notification.sent") == []
    [unheard] = case.events("notification.unheard")
    assert (unheard["kind"], unheard["people"]) == ("reminder", [])
    assert [m.payload for m in case.player.outbox if m.type == "notification.unheard"] == [unheard]


def test_recipient_who_is_found_keeps_the_notice_for_himself() -> None:
    case = Loop().report(grid_cell=CELL)
    case.dispatched()
    case.player.advance(case.player.now.replace(hour=14, minute=30))
    assert told(case) == ["peng"]
    assert "fallback" not in case.events("notification.sent")[0]
