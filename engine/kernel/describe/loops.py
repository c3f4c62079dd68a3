"""How often an activity is done."""

from collections.abc import Iterator

from engine.kernel.compile.model import Element, Loop
from engine.kernel.describe.marks import code
from engine.kernel.describe.model import Sentence
from engine.kernel.describe.teller import Teller


def loop(t: Teller, element: Element, found: Loop) -> Iterator[Sentence]:
    """A standard loop, or one time for each of several."""
    about = (element.id,)
    if found.is_standard:
        yield from _standard(t, about, found)
        return
    manner = t.say("loop.sequential" if found.sequential else "loop.parallel")
    if found.collection is not None:
        items = t.phrases.value(found.collection)
        key = "loop.each" if found.item is None else "loop.each_named"
        yield t.tell(key, about, items=items, item=code(found.item or ""), manner=manner)
    if found.cardinality is not None:
        yield t.tell("loop.times", about, times=t.phrases.value(found.cardinality), manner=manner)
    if found.until is not None:
        yield t.tell("loop.until", about, condition=t.phrases.condition(found.until))


def _standard(t: Teller, about: tuple[str, ...], found: Loop) -> Iterator[Sentence]:
    if found.condition is not None:
        condition = t.phrases.condition(found.condition)
        key = "loop.while_before" if found.test_before else "loop.while_after"
        yield t.tell(key, about, condition=condition)
    elif found.test_before:
        yield t.tell("loop.before", about)
    if found.maximum is not None:
        yield t.tell("loop.at_most", about, times=found.maximum)
