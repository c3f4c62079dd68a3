"""Lists and counts of what is overdue follow the clocks that run."""

from engine.service import cases, work_items
from engine.store.queries.counts import work_items_overdue
from tests.audit.town import OPERATOR, Town


def overdue(town: Town) -> tuple[int, int, int]:
    """Cases, work items, and the number for monitoring."""
    with town.inst.database.reads() as reader:
        counted = work_items_overdue(reader, town.clock.now())
    listed = cases.list_cases(town.inst, OPERATOR, filters={"overdue": True})
    items = work_items.list_work_items(town.inst, OPERATOR, filters={"overdue": True})
    return len(listed.items), len(items.items), counted


def test_dispatched_case_is_overdue_after_its_deadline(town: Town) -> None:
    town.dispatched()
    assert overdue(town) == (0, 0, 0)
    town.clock.forward(days=3)
    assert overdue(town) == (1, 1, 1)


def test_case_handed_back_on_time_is_not_overdue_while_it_waits_for_its_check(town: Town) -> None:
    case_id = town.handed_back()
    town.clock.forward(days=30)
    assert overdue(town) == (0, 0, 0)
    [clock] = cases.clocks(town.inst, OPERATOR, case_id)
    assert clock["on_time"] is True


def test_rework_makes_the_case_overdue_again(town: Town) -> None:
    """捆绑时限: the same deadline, which has passed meanwhile."""
    case_id = town.handed_back()
    town.clock.forward(days=30)
    town.do(case_id, "wang", "review_feedback", "rework", reason="没有盖好")
    assert overdue(town) == (1, 1, 1)
