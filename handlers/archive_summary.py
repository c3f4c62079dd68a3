"""archive_summary 归档摘要: one line about the closed case, for the archive.

in: `class`, `responsible_unit`, `indicators`. out: `summary`.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.evidence import Json
from engine.domain.handlers import HandlerContext

_ON_TIME: dict[bool | None, str] = {True: "按时处置", False: "超时处置", None: "无时限"}


def archive_summary(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
    """Says class, unit, whether it was on time, and how often it came back."""
    found = variables.get("indicators")
    indicators: Mapping[str, Any] = found if isinstance(found, dict) else {}
    parts = [
        f"类别 {variables.get('class') or '未定'}",
        f"处置部门 {_unit_name(variables.get('responsible_unit'), context)}",
        _ON_TIME[indicators.get("on_time")],
        f"返工 {indicators.get('rework_count') or 0} 次",
        f"退回 {indicators.get('return_count') or 0} 次",
    ]
    minutes = indicators.get("total_minutes")
    if minutes is not None:
        parts.append(f"历时 {minutes} 分钟")
    return {"summary": "，".join(parts) + "。"}


def _unit_name(unit_id: Json, context: HandlerContext) -> str:
    """The unit's name; its id when nobody knows it (any more)."""
    if not isinstance(unit_id, str):
        return "无"
    return next((unit.name for unit in context.lookups.units() if unit.id == unit_id), unit_id)
