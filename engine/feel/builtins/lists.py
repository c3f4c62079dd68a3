"""Lists: counting, choosing, changing, sorting. Every function answers with a new list."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.registry import builtin
from engine.feel.values import (
    BOOLEAN,
    LIST,
    Function,
    NullResult,
    compare,
    equal,
    kind,
)

Number = int | Decimal


def _kept(elements: list[Any], run: Run) -> list[Any]:
    run.check_items(len(elements))
    run.step(len(elements))
    return elements


@builtin("list contains", "list: list, element: any")
def _list_contains(elements: list[Any], element: Any) -> bool:
    return any(equal(own, element) is True for own in elements)


@builtin("count", "list: list")
def _count(elements: list[Any]) -> int:
    return len(elements)


def _extreme(sign: str) -> Callable[[list[Any]], Any]:
    def find(elements: list[Any]) -> Any:
        if not elements:
            raise NullResult("the list is empty")
        best = elements[0]
        for element in elements:
            better = compare(sign, element, best)
            if better is None:
                raise NullResult(f"{kind(element)} and {kind(best)} cannot be compared")
            best = element if better else best
        return best

    return find


def _both_shapes(name: str, body: Callable[[list[Any]], Any]) -> None:
    """A list, or its elements one by one."""

    def of_list(elements: list[Any]) -> Any:
        return body(elements)

    def one_by_one(*elements: Any) -> Any:
        return body(list(elements))

    builtin(name, "list: list")(of_list)
    builtin(name, "c: any*")(one_by_one)


_both_shapes("min", _extreme("<"))
_both_shapes("max", _extreme(">"))


def _decided(decisive: bool) -> Callable[[list[Any]], bool]:  # noqa: FBT001 - which of the two
    def decide(elements: list[Any]) -> bool:
        if any(element is decisive for element in elements):
            return decisive
        if not all(kind(element) == BOOLEAN for element in elements):
            raise NullResult("the list holds something that is no boolean")
        return not decisive

    return decide


for _name in ("all", "and"):
    _both_shapes(_name, _decided(decisive=False))
for _name in ("any", "or"):
    _both_shapes(_name, _decided(decisive=True))


# -- parts and changes --------------------------------------------------------------------------


def _index(elements: list[Any], position: Number) -> int:
    """The Python index of a position counted from 1, or from the end."""
    index = int(position)
    if not 1 <= abs(index) <= len(elements):
        raise NullResult(f"the list of {len(elements)} has no position {position}")
    return index - 1 if index > 0 else len(elements) + index


@builtin("sublist", "list: list, start position: number, length?: number")
def _sublist(elements: list[Any], start: Number, length: Number | None = None) -> list[Any]:
    first = _index(elements, start)
    if length is None:
        return elements[first:]
    if length < 1 or first + int(length) > len(elements):
        raise NullResult("the part reaches beyond the list")
    return elements[first : first + int(length)]


@builtin("append", "list: list, item: any*", with_run=True)
def _append(run: Run, elements: list[Any], *items: Any) -> list[Any]:
    return _kept([*elements, *items], run)


@builtin("concatenate", "list: list*", with_run=True)
def _concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    run.check_items(sum(map(len, lists)))
    return _kept([element for one in lists for element in one], run)


@builtin("insert before", "list: list, position: number, newItem: any", with_run=True)
def _insert(run: Run, elements: list[Any], position: Number, item: Any) -> list[Any]:
    index = _index(elements, position)
    return _kept([*elements[:index], item, *elements[index:]], run)


@builtin("remove", "list: list, position: number")
def _remove(elements: list[Any], position: Number) -> list[Any]:
    index = _index(elements, position)
    return elements[:index] + elements[index + 1 :]


@builtin("list replace", "list: list, position: number, newItem: any")
def _replace_at(elements: list[Any], position: Number, item: Any) -> list[Any]:
    index = _index(elements, position)
    return [*elements[:index], item, *elements[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any", with_run=True)
def _replace_where(run: Run, elements: list[Any], match: Function, item: Any) -> list[Any]:
    result = []
    for element in elements:
        answer = _called(match, [element, item], run)
        if kind(answer) != BOOLEAN:
            raise NullResult("the match function answers no boolean")
        result.append(item if answer else element)
    return result


@builtin("reverse", "list: list")
def _reverse(elements: list[Any]) -> list[Any]:
    return elements[::-1]


@builtin("index of", "list: list, match: any")
def _index_of(elements: list[Any], match: Any) -> list[int]:
    return [at for at, element in enumerate(elements, 1) if equal(element, match) is True]


def _distinct(elements: Iterable[Any], run: Run) -> list[Any]:
    result: list[Any] = []
    for element in elements:
        run.step(len(result))
        if not any(equal(own, element) is True for own in result):
            result.append(element)
    return result


@builtin("distinct values", "list: list", with_run=True)
def _distinct_values(run: Run, elements: list[Any]) -> list[Any]:
    return _distinct(elements, run)


@builtin("union", "list: list*", with_run=True)
def _union(run: Run, *lists: list[Any]) -> list[Any]:
    return _distinct((element for one in lists for element in one), run)


@builtin("flatten", "list: list", with_run=True)
def _flatten(run: Run, elements: list[Any]) -> list[Any]:
    result: list[Any] = []
    _flatten_into(elements, result, run)
    return result


def _flatten_into(elements: list[Any], result: list[Any], run: Run) -> None:
    for element in elements:
        run.step()
        if kind(element) == LIST:
            _flatten_into(element, result, run)
        else:
            result.append(element)
    run.check_items(len(result))


# -- order --------------------------------------------------------------------------------------


def _called(function: Function, arguments: list[Any], run: Run) -> Any:
    run.enter()
    try:
        return function.call(arguments, run)
    finally:
        run.leave()


@builtin("sort", "list: list, precedes?: function", with_run=True)
def _sort(run: Run, elements: list[Any], precedes: Function | None = None) -> list[Any]:
    def order(left: Any, right: Any) -> int:
        if precedes is None:
            run.step()
            before, after = compare("<", left, right), compare(">", left, right)
        else:
            before = _called(precedes, [left, right], run)
            after = before is not True and _called(precedes, [right, left], run)
        if kind(before) != BOOLEAN or kind(after) != BOOLEAN:
            raise NullResult(f"{kind(left)} and {kind(right)} have no order")
        return -1 if before else 1 if after else 0

    return sorted(elements, key=cmp_to_key(order))
