"""propose_unit 推荐处置部门: the department whose trade the catalog names for the condition.

in: `class`, `condition`, `district`. out: `proposed_unit`, left out when nothing fits: it is a
proposal, the dispatcher decides.
"""

from collections.abc import Mapping, Sequence

from engine.domain.evidence import Json
from engine.domain.handlers import HandlerContext, Unit

_DEPARTMENT = "department"


def propose_unit(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
    """Proposes the district's own department of the trade, else the one of the whole city."""
    class_code, condition = variables.get("class"), variables.get("condition")
    if not isinstance(class_code, str) or not isinstance(condition, int):
        return {}
    row = context.lookups.catalog_row(class_code, condition)
    trade = None if row is None else row.get("trade")
    if not isinstance(trade, str):
        return {}
    unit = _best(context.lookups.units(), trade, variables.get("district"))
    return {} if unit is None else {"proposed_unit": unit.id}


def _best(units: Sequence[Unit], trade: str, district: Json) -> Unit | None:
    fitting = [
        unit
        for unit in units
        if unit.kind == _DEPARTMENT and unit.trade == trade and unit.district in (None, district)
    ]
    return min(fitting, key=lambda unit: (unit.district is None, unit.id), default=None)
