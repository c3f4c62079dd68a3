"""An inbox's page is full as long as there is something to do."""

from engine.service import work_items
from tests.audit.town import Town, who


def filing(town: Town, person: str, limit: int) -> list[list[str]]:
    """The cases that wait for a person to file them, page by page."""
    pages, cursor = [], None
    while True:
        page = work_items.list_work_items(
            town.inst,
            who(person),
            filters={"mine": True, "element": "file_case"},
            cursor=cursor,
            limit=limit,
        )
        pages.append([item["case_id"] for item in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_what_a_colleague_holds_leaves_no_hole_in_a_page(town: Town) -> None:
    cases = [town.report() for _ in range(4)]
    for case_id in cases[:2]:
        item = town.items(case_id)["file_case"]
        work_items.claim(town.inst, who("zhou"), f"{case_id}.{item.instance}.{item.token}")
    assert filing(town, "zhou", 3) == [cases[:3], cases[3:]]
    assert filing(town, "deng", 2) == [cases[2:]]
