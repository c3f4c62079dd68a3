"""A bad and a good example of every rule: shown in the documentation, proved by the tests."""

from engine.kernel.examples.activities import ACTIVITIES
from engine.kernel.examples.events import EVENTS
from engine.kernel.examples.ours import OURS
from engine.kernel.examples.sketch import FILE, AnyExample, Example, FileExample
from engine.kernel.examples.structure import STRUCTURE

EXAMPLES: dict[str, AnyExample] = ACTIVITIES | EVENTS | OURS | STRUCTURE

__all__ = ["EXAMPLES", "FILE", "AnyExample", "Example", "FileExample"]
