"""A reminder that nobody hears stands in the metrics."""

from datetime import timedelta

from engine.kernel.player import read_city
from engine.service import metrics
from engine.service.timers import fire_due
from engine.store.queries.notifications import list_notifications
from engine.store.writes import organisation
from tests.audit.town import Town, city_files


def leave(town: Town, *roles: str) -> None:
    """Whoever has a post of these roles has left it since an hour ago."""
    ended = town.inst.now() - timedelta(hours=1)
    rows = [
        organisation.PostRow(
            id=post.id,
            person=person,
            role=post.role,
            axis=str(post.axis),
            unit=post.unit,
            district=post.district,
            duty_grid=post.duty_grid,
            valid_to=ended,
        )
        for person, posts in read_city(city_files()).people.items()
        for post in posts
        if post.role in roles
    ]
    with town.inst.database.unit_of_work() as work:
        organisation.put_people(work, [], rows)
        work.commit()


def remind(town: Town) -> str:
    case_id = town.dispatched()
    town.clock.forward(hours=5, minutes=30)
    return case_id


def heard(town: Town, case_id: str) -> set[str]:
    """Who has a notice of the case."""
    with town.inst.database.reads() as reader:
        found = list_notifications(reader, case_id=case_id).items
    return {view.notification.person for view in found}


def test_reminder_that_nobody_hears_is_counted(town: Town) -> None:
    remind(town)
    leave(town, "department", "dispatcher", "duty_officer")
    assert metrics.snapshot(town.inst)["notifications_unheard"] == 0
    assert fire_due(town.inst, node="n").fired
    assert metrics.snapshot(town.inst)["notifications_unheard"] == 1


def test_reminder_that_a_dispatcher_hears_instead_is_not(town: Town) -> None:
    case_id = remind(town)
    leave(town, "department")
    assert fire_due(town.inst, node="n").fired
    assert "wang" in heard(town, case_id)
    assert metrics.snapshot(town.inst)["notifications_unheard"] == 0
