"""What every sentence needs to know: the language, the process, the places of its elements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.domain.people import Axis
from engine.domain.terms import ACTS, AXES, ROLES, STAGES, Term
from engine.feel import Expression
from engine.kernel.compile.model import Assign, Definition, Element, Policies
from engine.kernel.describe.conditions import Phrases
from engine.kernel.describe.drawing import Drawing
from engine.kernel.describe.marks import code, reference
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.order import Order
from engine.kernel.describe.wording import Wording


class TaskTime(NamedTuple):
    """The clocks that run on every way to a task, on some ways; whether a timer stands at it."""

    always: frozenset[str]
    sometimes: frozenset[str]
    has_timer: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of one process in one language."""

    wording: Wording
    phrases: Phrases
    definition: Definition
    drawing: Drawing
    order: Order
    #: all processes of the files, by id
    known: Mapping[str, Definition]
    forms: Mapping[str, Term]
    policies: Policies
    #: what sets a limit to each human task
    times: Mapping[str, TaskTime]

    def say(self, key: str, /, **values: object) -> str:
        return self.wording.say(key, **values)

    def tell(self, key: str, about: Iterable[str], level: int = 0, /, **values: object) -> Sentence:
        """A sentence of the catalog about some elements."""
        return Sentence(key, self.say(key, **values), tuple(dict.fromkeys(about)), level)

    def name(self, element: Element) -> str:
        """What an element is called in the drawing, else its id."""
        return self.wording.quoted(element.name) if element.name else code(element.id)

    def called(self, name: str) -> str:
        """An element by its place in the text; an act by its word."""
        if name in self.definition.elements:
            return reference(name)
        return self.wording.quoted(self.wording.term(ACTS, name))

    def roles(self, role: Expression | str | None) -> str:
        """Who: the posts that a word or an expression names."""
        if isinstance(role, Expression):
            return self.say("role.computed", role=self.chosen(role, ROLES))
        words = (role or "").split()
        if words and all(word in ROLES for word in words):
            return self.wording.listed((self.role(word) for word in words), "list.or")
        return self.wording.quoted(role or "")

    def chosen(self, expression: Expression, terms: Mapping[str, Term]) -> str:
        """An expression over words of the field."""
        return self.phrases.value(expression, terms)

    def role(self, name: str) -> str:
        """One post."""
        return self.say("role.known", role=self.wording.term(ROLES, name))

    def marks(self, element: Element, *, role: bool) -> str:
        """Axis, act, stage, and for what nobody does, in whose lane it stands; in brackets."""
        axis, found = element.asked_axis, []
        if role and element.role is not None:
            found.append(self.say("mark.role", role=self.roles(element.role)))
        if axis not in (None, Axis.NONE):
            found.append(self.say("mark.axis", axis=self.wording.term(AXES, axis or "")))
        if element.axis not in (axis, Axis.NONE):
            drawn = self.wording.term(AXES, element.axis or "")
            found.append(self.say("mark.drawn_axis", axis=drawn))
        if isinstance(element.act, str):
            found.append(self.say("mark.act", act=self.wording.term(ACTS, element.act)))
        elif element.act is not None:
            found.append(self.say("mark.act_computed", act=self.chosen(element.act, ACTS)))
        if element.stage is not None:
            found.append(self.say("mark.stage", stage=self.wording.term(STAGES, element.stage)))
        inside = self.wording.listed(found, "list.marks")
        return self.say("mark.all", marks=inside) if inside else ""

    def values(self, assigns: Iterable[Assign], *, fields: bool = False) -> str:
        """Names with their values; `fields` says that the names are those of the case."""
        return self.wording.listed(self._value(a, fields=fields) for a in assigns)

    def _value(self, assign: Assign, *, fields: bool) -> str:
        value = self.phrases.value(assign.value)
        field = self.phrases.fields.named(tuple(assign.name.split(".")), self.wording)
        if value == field and not fields:
            return field
        return self.say("value.pair", name=field if fields else code(assign.name), value=value)
