"""A damaged diagram is judged, never crashed on; what is accepted runs or says why it cannot."""

import contextlib
import copy
import random

import pytest
from lxml import etree

from engine.domain.errors import EngineError
from engine.kernel.release import check_release, compile_release
from engine.kernel.run import Instance
from tests.kernel.story import Desk
from tests.kernel.test_determinism import DOCUMENT, EVERYTHING

_VALUES = ("", "x", "true", "${a}", "=1+", "=", "everything", "a b", "late")


def damaged(chance: random.Random) -> bytes:
    """The drawing with a few attributes, texts or elements lost, changed or doubled."""
    root = etree.fromstring(EVERYTHING)
    for _ in range(chance.choice((1, 2, 4))):
        nodes = list(root.iterdescendants())
        node, other = chance.choice(nodes), chance.choice(nodes)
        kind = chance.randrange(6)
        if kind == 0 and node.attrib:
            del node.attrib[chance.choice(list(node.attrib))]
        elif kind == 1 and node.attrib:
            node.set(chance.choice(list(node.attrib)), chance.choice(_VALUES))
        elif kind == 2:
            parent = node.getparent()
            assert parent is not None
            parent.remove(node)
        elif kind == 3:
            other.append(copy.deepcopy(node))
        elif kind == 4:
            node.text = chance.choice(_VALUES)
        else:
            node.tag = other.tag
    return etree.tostring(root)


@pytest.mark.parametrize("seed", range(150))
def test_damaged_diagram_is_judged(seed: int) -> None:
    chance = random.Random(seed)
    files = {"damaged.bpmn": damaged(chance)}
    checked = check_release(files)
    assert all(f.rule and f.message and f.help for f in checked.findings)
    if not checked.accepted:
        return
    release = compile_release(files)
    with contextlib.suppress(EngineError):  # a condition without a true flow, a loop without rest
        for process in release.definitions:
            instance = Instance.start(release, process, Desk(DOCUMENT))
            state = instance.dump()
            assert Instance.load(release, state, Desk(DOCUMENT)).dump() == state
