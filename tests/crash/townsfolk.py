"""Who of the sample city does what, drawn from seeds, so that a repeated call is the same call."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from api.demo.behaviour import Behaviour
from engine.domain.city import City
from engine.domain.people import Post
from tests.crash.ledger import Call

View = Mapping[str, Any]
_VOIDS = 0.06
_CLAIMS, _RELEASES = 0.2, 0.1


@dataclass(slots=True)
class Townsfolk:
    """The people of a city and what they would answer."""

    city: City
    seed: int
    conditions: dict[str, list[int]] = field(init=False)
    units: dict[str, list[str]] = field(init=False)
    crews: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.conditions, self.crews = {}, {}
        for row in self.city.catalog.values():
            self.conditions.setdefault(row["class"], []).append(row["condition"])
        for unit in self.city.units.values():
            if unit["kind"] == "crew":
                self.crews.setdefault(unit["parent"], []).append(unit["id"])

        departments = sorted(u["id"] for u in self.city.units.values() if u["trade"])
        self.units = {cell["district"]: departments for cell in self.city.cells.values()}

    def dice(self, *names: object) -> Random:
        """The same dice for the same names, in every process of a run."""
        return Random(":".join(str(part) for part in (self.seed, *names)))

    def report(self, slot: int, number: int) -> Call:
        """The opening of a case."""
        dice = self.dice("open", slot, number)
        source = dice.choice(("collector", "collector", "public", "leader"))
        cell = self.city.cells[dice.choice(sorted(self.city.cells))]
        role = "collector" if source == "collector" else "acceptor"
        data: dict[str, Any] = {
            "class": dice.choice(sorted(self.conditions)),
            "description": f"{number}",
            "source": source,
        }
        if dice.random() < 0.7:
            data["grid_cell"] = cell["cell"]
        else:
            data["place"] = {"x": 1106000000, "y": 352030000}
        if source == "public":
            data["reporter"] = {"name": f"报案人{number}", "phone": "13900000000"}
        person = dice.choice(self._of_role(role))
        return Call("open", f"open:{slot}:{number}", {"data": data}, person)

    def _of_role(self, role: str) -> list[str]:
        return sorted(p for p, posts in self.city.people.items() if posts[0].role == role)

    def candidates(self, item: View) -> list[str]:
        """Who may do the work item, as far as posts say; separation is the engine's to tell."""
        if item["holder"] is not None:
            return [item["holder"]]
        able = [
            p for p, posts in self.city.people.items() if any(self._fits(x, item) for x in posts)
        ]
        able.sort()
        self.dice("who", item["id"]).shuffle(able)
        return able

    def _fits(self, post: Post, item: View) -> bool:
        role, unit, grid = item["role"], item["unit"], item["duty_grid"]
        return (
            (role is None or post.role in role.split())
            and (post.district is None or item["district"] in (None, post.district))
            and (unit is None or unit in self._above(post.unit))
            and (grid is None or post.duty_grid == grid)
        )

    def _above(self, unit: str | None) -> Iterator[str]:
        while unit is not None:
            yield unit
            unit = self.city.units[unit]["parent"]

    def steps(self, item: View, document: View, person: str) -> list[Call]:
        """What a person does with a work item: sometimes claim and release, then complete."""
        name, dice = item["id"], self.dice("steps", item["id"])
        calls: list[Call] = []
        if item["holder"] is None and dice.random() < _CLAIMS:
            calls.append(Call("claim", f"claim:{name}:{person}", {"item": name}, person))
            if dice.random() < _RELEASES:
                calls.append(Call("release", f"release:{name}:{person}", {"item": name}, person))
        photos: list[Call] = []

        def attach(data: bytes) -> str:
            place = {"case": item["case_id"], "data": base64.b64encode(data).decode()}
            photos.append(Call("attach", f"photo:{name}:{len(photos)}", place))
            return hashlib.sha256(data).hexdigest()

        answer = self._behaviour(name).answer(item, document, attach)
        for output in item["outputs"]:
            if output["required"] is True and output["type"] == "text":
                answer["data"].setdefault(output["name"], "已处理")
        done = Call("complete", f"complete:{name}:{person}", {"item": name, **answer}, person)
        return [*calls, *photos, done]

    def _behaviour(self, name: str) -> Behaviour:
        seed = int(hashlib.sha256(f"{self.seed}:{name}".encode()).hexdigest()[:12], 16)
        return Behaviour(seed, self.conditions, self.units, self.crews)

    def void(self, case_id: str) -> Call | None:
        """Now and then somebody asks that a case be made void."""
        dice = self.dice("void", case_id)
        if dice.random() >= _VOIDS:
            return None
        args = {"name": "void_requested", "case_id": case_id, "reason": "重复上报"}
        return Call("send", f"void:{case_id}", args, dice.choice(self._of_role("acceptor")))


def outputs_of_job(city: City, topic: str, variables: View) -> dict[str, Any]:
    """What a handler of a topic would give."""
    if topic == "locate_grid":
        return {"grid_cell": min(city.cells)}
    if topic == "propose_unit":
        trade = city.catalog[f"{variables['class']}/{variables['condition']}"]["trade"]
        return {"proposed_unit": next(u["id"] for u in city.units.values() if u["trade"] == trade)}
    return {"summary": "已归档"}
