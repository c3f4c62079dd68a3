"""What simulated people answer: mostly the usual, sometimes a rejection, return or rework.

Every draw comes from one seeded generator, so a demonstration can be repeated exactly.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

WorkItem = Mapping[str, Any]
Document = Mapping[str, Any]

#: element → (outcome, weight); the first is what usually happens.
_CHOICES: dict[str, tuple[tuple[str, int], ...]] = {
    "accept_report": (("send_for_verification", 88), ("not_accepted", 12)),
    "verify_before_filing": (("confirmed", 80), ("refuted", 12), ("unable", 8)),
    "review_unverified": (("void", 60), ("verify_again", 40)),
    "file_case": (("filed", 93), ("not_filed", 7)),
    "dispatch": (("dispatched", 93), ("return_to_filing", 7)),
    "assign_crew": (("assigned", 90), ("rejected", 10)),
    "handle_on_site": (("submitted", 92), ("returned_to_department", 8)),
    "confirm_handling": (("handed_back", 90), ("sent_back", 10)),
    "review_feedback": (("forwarded", 92), ("rework", 8)),
    "check_before_close": (("passed", 82), ("failed", 12), ("unable", 6)),
    "decide_unchecked": (("check_again", 80), ("rework", 20)),
    "close_case": (("closed", 93), ("rework", 7)),
    "approve_void": (("void", 70), ("keep", 30)),
}
_REASON = "演示：按现场情况判断"
_WORDS = "演示：已办理"
_USUAL_AFTER = 3


@dataclass(slots=True)
class Behaviour:
    """Draws answers. `conditions` gives the numbers of the conditions of a class."""

    seed: int
    conditions: Mapping[str, list[int]]
    units: Mapping[str, list[str]]  # district → departments
    crews: Mapping[str, list[str]]  # department → crews
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 a simulation, not a secret

    def outcome(self, item: WorkItem) -> str | None:
        """The outcome; after a few rounds people stop sending a case back."""
        choices = _CHOICES.get(item["element"])
        if choices is None:
            declared = item.get("outcomes") or [None]
            return str(declared[0]) if declared[0] is not None else None
        if item.get("round", 1) >= _USUAL_AFTER:
            return choices[0][0]
        names, weights = zip(*choices, strict=True)
        return str(self.random.choices(names, weights)[0])

    def answer(
        self, item: WorkItem, document: Document, attach: Callable[[bytes], str]
    ) -> dict[str, Any]:
        """The whole body of a completion; photographs are attached first."""
        outcome = self.outcome(item)
        body: dict[str, Any] = {"outcome": outcome, "data": self._data(item, outcome, document)}
        for output in item.get("outputs") or ():
            if not _wanted(output, outcome) or output["name"] in body["data"]:
                continue
            photos = output["type"] == "photos"
            body["data"][output["name"]] = [attach(self._photo(item))] if photos else _WORDS
        if outcome in (item.get("reason_required") or ()):
            body["reason"] = _REASON
        return body

    def _data(self, item: WorkItem, outcome: str | None, document: Document) -> dict[str, Any]:
        element = item["element"]
        if element == "file_case" and outcome == "filed":
            return {"condition": self.random.choice(self.conditions[document["class"]])}
        if element == "dispatch" and outcome == "dispatched":
            proposed = document.get("proposed_unit")
            return {"responsible_unit": proposed or self._any_unit(document)}
        if element == "assign_crew" and outcome == "assigned":
            return {"crew": self.random.choice(self.crews[document["responsible_unit"]])}
        if element == "close_case" and outcome == "closed":
            return {"closing_condition": "现场恢复，照片一致"}
        return {}

    def _any_unit(self, document: Document) -> str:
        return self.random.choice(self.units[document["district"]])

    def _photo(self, item: WorkItem) -> bytes:
        """Bytes that stand for a photograph: a tiny valid GIF with a comment of its own."""
        mark = hashlib.sha256(f"{self.seed}{item['id']}".encode()).hexdigest()[:16].encode()
        return (
            b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xfe\x10"
            + mark
            + b"\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
        )


def _wanted(output: Mapping[str, Any], outcome: str | None) -> bool:
    required = output.get("required")
    return required is True or (isinstance(required, list) and outcome in required)
