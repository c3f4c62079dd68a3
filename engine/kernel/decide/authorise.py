"""Who may do this work item: post, axis, unit, duty grid, district, then separation.

A refusal names the rule and, for separation, the earlier act. Roles of the diagram and posts of
the person are compared here and nowhere else; every route comes through.
"""

from collections.abc import Collection, Sequence

from engine.domain.case import OpenItem
from engine.domain.errors import ForbiddenError, NotYourWorkItemError, SeparationError
from engine.domain.facts import Facts
from engine.domain.people import Actor, Axis, Post
from engine.domain.separation import PersonAct, Violation
from engine.kernel.compile.model import Element
from engine.kernel.decide.working import Working
from engine.kernel.separation import find_violation_at

#: Among the roles of an event: a system opens or sends by itself, without a person.
SYSTEM_ROLE = "system"


def acting_people(actor: Actor) -> tuple[str, ...]:
    """The person and, for a substitute 代理, his principal: both count."""
    return tuple(p for p in (actor.person, actor.principal) if p is not None)


def posts_of(facts: Facts, actor: Actor) -> list[Post]:
    """The posts in whose name the actor acts: his principal's when he substitutes for him."""
    person = actor.principal or actor.person
    if person is None:
        raise ForbiddenError(
            "a person must act here; a key names him with the header Acting-For",
            rule="authorisation/person",
        )
    return [Post.from_json(post) for post in facts.need(f"posts:{person}")]


def authorise_item(w: Working, item: OpenItem, element: Element) -> Post | None:
    """The post in which the actor may do this item; NotYourWorkItemError with the rule."""
    if item.role is None and item.unit is None and item.duty_grid is None and item.axis is None:
        if w.actor.person is None:
            return None
        return next(iter(posts_of(w.facts, w.actor)), None)
    posts = posts_of(w.facts, w.actor)
    refusals = [(_refusal(w, item, post), post) for post in posts]
    for rule, post in refusals:
        if rule is None:
            return post
    rules = [rule for rule, _ in refusals if rule is not None]
    rule = max(rules, key=_ORDER.index) if rules else "authorisation/role"
    raise NotYourWorkItemError(
        f"{element.id} is for {_wanted(item)}", rule=rule, element=element.id, person=w.actor.person
    )


#: How near a post came: the refusal that is told is that of the nearest post.
_ORDER = (
    "authorisation/axis",
    "authorisation/role",
    "authorisation/district",
    "authorisation/unit",
    "authorisation/duty-grid",
)


def _refusal(w: Working, item: OpenItem, post: Post) -> str | None:
    if item.axis not in (None, Axis.NONE) and post.axis != item.axis:
        return "authorisation/axis"
    if item.role is not None and post.role not in item.role.split():
        return "authorisation/role"
    district = w.document.get("district")
    if post.district is not None and district is not None and post.district != district:
        return "authorisation/district"
    if item.unit is not None and not is_within(w.facts, post.unit, item.unit):
        return "authorisation/unit"
    if item.duty_grid is not None and post.duty_grid != item.duty_grid:
        return "authorisation/duty-grid"
    return None


def is_within(facts: Facts, unit: str | None, wanted: str) -> bool:
    """Whether a unit is the wanted one or below it (a crew of a department)."""
    seen: set[str] = set()
    while unit is not None and unit not in seen:
        if unit == wanted:
            return True
        seen.add(unit)
        row = facts.need(f"unit:{unit}")
        unit = row.get("parent") if row else None
    return False


def _wanted(item: OpenItem) -> str:
    parts = (
        ("axis", item.axis),
        ("role", item.role),
        ("unit", item.unit),
        ("duty grid", item.duty_grid),
    )
    return ", ".join(f"{name} {value}" for name, value in parts if value is not None)


def separate(w: Working, element: Element) -> None:
    """SeparationError when an earlier act on this case forbids this one."""
    found = _violation(w, element, acting_people(w.actor))
    if found is None:
        return
    earlier, act = found.earlier, element.fixed_act
    may_not = act is not None and earlier.person in acting_people(w.actor)
    raise SeparationError(
        f"{earlier.person} did {earlier.act} at {earlier.element} on this case"
        + (f" and may not {act}" if may_not else ""),
        rule=found.rule,
        earlier_act={
            "act": earlier.act,
            "element": earlier.element,
            "person": earlier.person,
        },
    )


def eligible(w: Working, element: Element, roster: Sequence[str]) -> list[str]:
    """Those of a roster whom separation leaves free for this step."""
    return [person for person in roster if _violation(w, element, (person,)) is None]


def _violation(w: Working, element: Element, people: Collection[str]) -> Violation | None:
    return find_violation_at(element, people, w.state.acts, w.world.model.policies.pairs)


def record_act(w: Working, act: str | None, element: Element) -> None:
    """Notes who did this act, once per person, act and element."""
    if act is None:
        return
    for person in acting_people(w.actor):
        done = PersonAct(person, act, element.id)
        if done not in w.state.acts:
            w.state.acts.append(done)
