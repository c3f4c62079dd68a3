"""Who may read what: a person sees the cases of his district or unit; wider roles see all.

A unit's cases are those that it, a unit above it or a unit below it is responsible for.
Reading rights never depend on the diagram. Personal values need the scope `cases:personal`.
"""

from engine.domain.errors import CaseNotFoundError
from engine.domain.people import Actor, Axis, Post
from engine.domain.rows import CaseFile
from engine.service.installation import Installation
from engine.store.queries.people import list_posts, list_units_around
from engine.store.queries.reach import Reach

PERSONAL = "cases:personal"
#: Whose posts, when no district narrows them, show the streams that are no case's.
_OVERSEERS = frozenset({"administrator", "auditor"})


def posts_of(inst: Installation, actor: Actor) -> list[Post]:
    """The posts in whose name the actor asks, valid now."""
    person = actor.principal or actor.person
    if person is None:
        return []
    with inst.database.reads() as reader:
        return list_posts(reader, person, now=inst.database.case_now())


def check_may_read(inst: Installation, actor: Actor, case_id: str, file: CaseFile | None) -> None:
    """CaseNotFoundError, also for a case that exists but is none of the actor's business."""
    if file is None or not may_read(inst, actor, file):
        raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)


def sees_all(actor: Actor) -> bool:
    """Whether nothing narrows the actor: the operator, a worker, a key without a unit."""
    return actor.person is None and actor.unit is None


def reach_of(inst: Installation, actor: Actor) -> list[Reach] | None:
    """The ways to a case that the actor has; None when he reads every case."""
    if actor.person is None:
        return None if actor.unit is None else [Reach(unit=actor.unit)]
    ways = {way for post in posts_of(inst, actor) if (way := _way(post)) is not None}
    return None if Reach() in ways else sorted(ways, key=str)


def reads_administration(inst: Installation, actor: Actor) -> bool:
    """Whether the actor sees what is no case's: logins, posts, releases, calendars."""
    if actor.person is None:
        return actor.unit is None
    return any(post.role in _OVERSEERS and _way(post) == Reach() for post in posts_of(inst, actor))


def _way(post: Post) -> Reach | None:
    """A post of the handling axis reads its unit's cases, any other post those of its district."""
    if post.axis != Axis.HANDLING:
        return Reach(post.district)
    return None if post.unit is None else Reach(post.district, post.unit)


def may_read(inst: Installation, actor: Actor, file: CaseFile) -> bool:
    """Whether a case is the actor's business."""
    ways = reach_of(inst, actor)
    return ways is None or any(_covers(inst, way, file) for way in ways)


def _covers(inst: Installation, way: Reach, file: CaseFile) -> bool:
    if way.district is not None and file.district not in (None, way.district):
        return False
    if way.unit is None:
        return True
    with inst.database.reads() as reader:
        around = list_units_around(reader, way.unit, now=inst.database.case_now())
    return file.unit in around
