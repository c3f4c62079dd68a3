"""The public names of work items, jobs and notifications."""

import pytest

from engine.domain.ids import part_id, split_part_id

CASE = "019aa0c4-9d7c-7b1e-8000-000000000001"


def test_name_gives_back_its_parts() -> None:
    assert split_part_id(part_id(CASE, 2, 999_999_999)) == (CASE, 2, 999_999_999)


@pytest.mark.parametrize(
    "name",
    [
        "",
        CASE,
        f"{CASE}.0",
        f"{CASE}.0.-1",
        f"{CASE}.0.1.2",
        f"{CASE}.0.99999999999999999999",
        f"{CASE}.99999999999999999999.1",
        f"{CASE}.0.１",
        f"{CASE}.0.1\n",
        "another.0.1",
    ],
)
def test_what_cannot_be_in_the_database_is_no_name(name: str) -> None:
    assert split_part_id(name) is None
