"""A completion that names many photographs asks for all of them at once, up to a limit."""

import pytest

from engine.domain.errors import BadVariablesError
from engine.domain.facts import FactNeeded, Facts
from engine.service import executor
from engine.store.writes.access import put_attachment
from tests.audit.town import Town


@pytest.fixture
def on_site(town: Town) -> str:
    """A case that waits for Chen's work."""
    case_id = town.dispatched()
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    return case_id


def attached(town: Town, case_id: str, count: int) -> list[str]:
    names = [f"{n:064x}" for n in range(1, count + 1)]
    with town.inst.database.unit_of_work() as work:
        for sha256 in names:
            put_attachment(
                work, case_id=case_id, sha256=sha256, name="p", media_type="image/jpeg", size=1
            )
        work.commit()
    return names


def test_photographs_are_looked_for_together(
    town: Town, on_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are named, the decision asks once for what it could not know."""
    photos = attached(town, on_site, 9)
    monkeypatch.setattr(executor, "_MOST_FACTS", 4)
    town.do(on_site, "chen", "handle_on_site", "submitted", photos_after=photos)
    assert "confirm_handling" in town.items(on_site)


def test_more_than_two_hundred_are_refused_with_the_limit(town: Town, on_site: str) -> None:
    photos = attached(town, on_site, 201)
    with pytest.raises(BadVariablesError, match="201 entries; at most 200"):
        town.do(on_site, "chen", "handle_on_site", "submitted", photos_after=photos)


def test_photograph_that_was_never_attached_is_named(town: Town, on_site: str) -> None:
    photos = [*attached(town, on_site, 2), "f" * 64]
    with pytest.raises(BadVariablesError, match=r"f{64} is no attachment"):
        town.do(on_site, "chen", "handle_on_site", "submitted", photos_after=photos)


def test_facts_that_are_not_at_hand_are_asked_for_together() -> None:
    facts = Facts({"a": 1})
    with pytest.raises(FactNeeded) as asked:
        facts.need_all(["a", "b", "c", "b"])
    assert asked.value.keys == ("b", "c")
    assert facts.used == {}
    facts.add("b", 2)
    facts.add("c", 3)
    assert facts.need_all(["a", "b", "c"]) == [1, 2, 3]
    assert facts.used == {"a": 1, "b": 2, "c": 3}
