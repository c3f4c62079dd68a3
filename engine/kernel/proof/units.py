"""Which unit a task falls to: what an expression such as `=responsible_unit` may stand for."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product

from engine.domain.city import City
from engine.kernel.compile.model import Definition, Element, Output

#: So many choices of units are tried before a course counts as one that cannot be filled.
_MOST_CHOICES = 60
_DISTRICT = "district"


class Units:
    """The units of a city as the values that a definition writes for them."""

    def __init__(self, definition: Definition, city: City) -> None:
        self.city = city
        self._written: dict[str, Output] = {}
        for element in definition.elements.values():
            for output in element.outputs:
                if output.type == "unit" and (output.kind or output.name not in self._written):
                    self._written[output.name] = output

    def choices(
        self, tasks: tuple[Element, ...], is_staffed: Callable[[Element, str], bool]
    ) -> Iterator[dict[str, str | None]]:
        """Units for every name that the tasks ask for; those in which somebody can do it first."""
        names = list(dict.fromkeys(filter(None, map(name_of_unit, tasks))))
        every: dict[str, list[str]] = {name: self._values(name) for name in names}
        staffed: dict[str, list[str]] = {}
        for name, values in every.items():
            users = [task for task in tasks if name_of_unit(task) == name]
            staffed[name] = [u for u in values if all(is_staffed(task, u) for task in users)]
        # where no choice is staffed throughout, the search shows at which task it fails
        for lists in (staffed, every):
            found = list(islice(self._combined(lists), _MOST_CHOICES))
            if found:
                yield from found
                return
        yield dict.fromkeys(names)

    def _combined(self, lists: Mapping[str, list[str]]) -> Iterator[dict[str, str | None]]:
        for values in product(*lists.values()):
            chosen: dict[str, str | None] = dict(zip(lists, values, strict=True))
            if all(self._is_within(name, chosen) for name in lists):
                yield chosen

    def _values(self, name: str) -> list[str]:
        output = self._written.get(name)
        kind = None if output is None else output.kind
        rows = self.city.units.values()
        fit = (r for r in rows if r.get("kind") == kind or kind is None)
        return sorted(str(row["id"]) for row in fit if row.get("kind") != _DISTRICT)

    def _is_within(self, name: str, chosen: Mapping[str, str | None]) -> bool:
        output, unit = self._written.get(name), chosen[name]
        if output is None or output.within is None or unit is None:
            return True
        around = chosen.get(plain(output.within.text))
        return around is None or around in self.city.units_above(unit)

    @staticmethod
    def chosen(task: Element, units: Mapping[str, str | None]) -> str | None:
        """The unit of a task; None where it asks for none, or works it out in another way."""
        name = name_of_unit(task)
        return None if name is None else units.get(name)


def name_of_unit(task: Element) -> str | None:
    """The name in the case document that a task's unit is read from."""
    if task.unit is None:
        return None
    name = plain(task.unit.text)
    return name if name.isidentifier() else None


def plain(text: str) -> str:
    """`=case.crew` is the name `crew`."""
    return text.strip().removeprefix("=").strip().removeprefix("case.")
