"""Loop characteristics of an activity."""

from engine.feel import Expression
from engine.kernel.compile.constants import CONDITION, COUNT, LIST, Use, used_as
from engine.kernel.compile.data_names import name_of_datum, plain_name, vendor_word
from engine.kernel.compile.model import Loop
from engine.kernel.compile.reading import Reading
from engine.kernel.rules.registry import define
from engine.kernel.vendors import zeebe
from engine.kernel.words import Node, child, cl, is_true, local_name, text_of

_LOOP = define(
    "activity/loop",
    "error",
    "A loop says how often: a collection, a number, or a condition.",
    "循环须写明次数：集合、数量或条件。",
)
_COLLECTION = 'write cl:collection="=…" cl:item="…"'
_DIGITS = 9
_GATHERING = ("loopDataOutputRef", "outputDataItem")


def read_loop(node: Node, reading: Reading) -> Loop | None:
    """The loop of an activity; None when it has none or it cannot be read."""
    multi = child(node, "multiInstanceLoopCharacteristics")
    if multi is not None:
        return _multi(node, multi, reading)
    standard = child(node, "standardLoopCharacteristics")
    return None if standard is None else _standard(node, standard, reading)


def _multi(node: Node, loop: Node, reading: Reading) -> Loop | None:
    for name in _GATHERING:
        if child(loop, name) is not None:
            _refuse(node, reading, f"{name} is not executed", "write declared outputs (cl:output)")
            return None
    if loop.get("behavior", "All") != "All":
        _refuse(node, reading, "it throws events of its own", "leave behavior at All")
    times, until = child(loop, "loopCardinality"), child(loop, "completionCondition")
    named = _collection(node, loop, reading)
    what = "the collection of the loop"
    collection = used_as(LIST, node, reading.optional_of(node, named, what), what, reading)
    cardinality = _expression(node, times, COUNT, reading)
    if (named is None) == (times is None):
        _refuse(
            node,
            reading,
            "it has not exactly one of loopCardinality and a collection",
            f"{_COLLECTION}, or a loopCardinality",
        )
    item = _item(loop)
    if item is not None and named is None and times is not None:
        _refuse(
            node,
            reading,
            f"its item {item!r} would be empty: the loop counts and has no list",
            "write cl:collection instead of loopCardinality, or leave the item out",
        )
    return Loop(
        sequential=is_true(loop, "isSequential"),
        collection=collection,
        item=item,
        cardinality=cardinality,
        until=_expression(node, until, CONDITION, reading),
    )


def _collection(node: Node, loop: Node, reading: Reading) -> str | None:
    """The list as FEEL: our own word, BPMN's reference, or a vendor's attribute."""
    if loop.get(cl("collection")) is not None:
        return loop.get(cl("collection"))
    reference = child(loop, "loopDataInputRef")
    if reference is not None:
        return name_of_datum(node, text_of(reference), reading.subject)
    foreign = vendor_word(loop, "collection")
    if foreign is None:
        return zeebe(loop, "loopCharacteristics", "inputCollection")
    name = plain_name(foreign)
    if name is None:
        _refuse(node, reading, f"its collection {foreign!r} is computed", _COLLECTION)
    return name


def _item(loop: Node) -> str | None:
    """The name of the list's element in each round."""
    datum = child(loop, "inputDataItem")
    drawn = None if datum is None else datum.get("name") or datum.get("id")
    foreign = vendor_word(loop, "elementVariable")
    foreign = foreign or zeebe(loop, "loopCharacteristics", "inputElement")
    return loop.get(cl("item")) or drawn or foreign


def _standard(node: Node, loop: Node, reading: Reading) -> Loop | None:
    condition = child(loop, "loopCondition")
    maximum = loop.get("loopMaximum")
    if condition is None and maximum is None:
        _refuse(node, reading, "it loops without end", "write a loopCondition or a loopMaximum")
        return None
    if maximum is not None and not _counts(maximum):
        way_out = f"a whole number above zero, of at most {_DIGITS} digits"
        _refuse(node, reading, f"loopMaximum is {maximum[:60]!r}", way_out)
        return None
    return Loop(
        sequential=True,
        condition=_expression(node, condition, CONDITION, reading),
        test_before=is_true(loop, "testBefore"),
        maximum=None if maximum is None else int(maximum),
    )


def _counts(text: str) -> bool:
    """Whether it is a number of rounds; Python refuses to read one of thousands of digits."""
    return text.isdecimal() and len(text) <= _DIGITS and int(text) > 0


def _expression(node: Node, holder: Node | None, use: Use, reading: Reading) -> Expression | None:
    if holder is None:
        return None
    what = local_name(holder)
    return used_as(use, node, reading.expression(node, text_of(holder), what), what, reading)


def _refuse(node: Node, reading: Reading, message: str, way_out: str) -> None:
    reading.findings.append(_LOOP.at(node, message, way_out))
