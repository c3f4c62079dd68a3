"""Who may read what: a person sees the cases of his district or unit; wider roles see all.

Reading rights never depend on the diagram. Personal values need the scope `cases:personal`.
"""

from engine.domain.errors import CaseNotFoundError
from engine.domain.people import Actor, Post
from engine.domain.rows import CaseFile
from engine.service.installation import Installation
from engine.store.queries.people import list_posts, list_units_above

EVERYWHERE = "cases:all"
PERSONAL = "cases:personal"


def posts_of(inst: Installation, actor: Actor) -> list[Post]:
    """The posts in whose name the actor asks, valid now."""
    person = actor.principal or actor.person
    if person is None:
        return []
    with inst.database.reads() as reader:
        return list_posts(reader, person, now=inst.database.case_now())


def check_may_read(inst: Installation, actor: Actor, case_id: str, file: CaseFile | None) -> None:
    """CaseNotFoundError, also for a case that exists but is none of the actor's business."""
    if file is None or not _may_read(inst, actor, file):
        raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)


def _may_read(inst: Installation, actor: Actor, file: CaseFile) -> bool:
    if actor.person is None:
        return actor.unit is None or _in_unit(inst, actor.unit, file)
    posts = posts_of(inst, actor)
    return any(_covers(inst, post, file) for post in posts)


def _covers(inst: Installation, post: Post, file: CaseFile) -> bool:
    if post.district is not None and file.district not in (None, post.district):
        return False
    if post.axis != "handling":
        return True
    return post.unit is not None and _in_unit(inst, post.unit, file)


def _in_unit(inst: Installation, unit: str, file: CaseFile) -> bool:
    """A handling unit sees the cases it or the unit above it is responsible for."""
    if file.unit is None:
        return False
    with inst.database.reads() as reader:
        above = list_units_above(reader, unit, now=inst.database.case_now())
        return file.unit in above or unit in list_units_above(
            reader, file.unit, now=inst.database.case_now()
        )
