"""Case numbers 案卷号 of some cases, for lists that show them beside something else."""

from collections.abc import Iterable

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import case_file


def find_case_numbers(reader: Reader, case_ids: Iterable[str]) -> dict[str, str]:
    """Case id → case number, in one query."""
    wanted = sorted(set(case_ids))
    if not wanted:
        return {}
    query = sa.select(case_file.c.case_id, case_file.c.case_no)
    return dict(reader.select(query.where(case_file.c.case_id.in_(wanted))))
