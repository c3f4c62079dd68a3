"""Numbers: rounding, powers, and the statistics of a list."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Any

from engine.feel.builtins.registry import builtin
from engine.feel.operators import apply
from engine.feel.values import NUMBER, NUMBERS, NullResult, YearsMonths, kind, normal

Number = int | Decimal
_LEAST_SCALE, _MOST_SCALE = -6111, 6176


def _quantized(number: Number, scale: Number, rounding: str) -> Number:
    if not _LEAST_SCALE <= scale <= _MOST_SCALE:
        raise NullResult(f"the scale lies between {_LEAST_SCALE} and {_MOST_SCALE}")
    exact = Decimal(number)
    exponent = exact.as_tuple().exponent
    places = int(scale)
    if isinstance(exponent, int) and -exponent <= places:
        return normal(exact)
    return normal(exact.quantize(Decimal(1).scaleb(-places), rounding, NUMBERS))


def _rounder(rounding: str) -> Callable[..., Number]:
    def rounded(number: Number, scale: Number | None = 0) -> Number:
        if scale is None:
            raise NullResult("the scale is null")
        try:
            return _quantized(number, scale, rounding)
        except DecimalException as error:
            raise NullResult("the number has too many digits") from error

    return rounded


builtin("decimal", "n: number, scale: number")(_rounder(ROUND_HALF_EVEN))
for _name, _rounding in (("floor", ROUND_FLOOR), ("ceiling", ROUND_CEILING)):
    builtin(_name, "n: number, scale?: number")(_rounder(_rounding))
for _name, _rounding in (
    ("round up", ROUND_UP),
    ("round down", ROUND_DOWN),
    ("round half up", ROUND_HALF_UP),
    ("round half down", ROUND_HALF_DOWN),
):
    builtin(_name, "n: number, scale: number")(_rounder(_rounding))


@builtin("abs", "n: number|days and time duration|years and months duration")
def _abs(value: Any) -> Any:
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


@builtin("modulo", "dividend: number, divisor: number")
def _modulo(dividend: Number, divisor: Number) -> Number:
    """Has the sign of the divisor."""
    if divisor == 0:
        raise NullResult("division by zero")
    if type(dividend) is int and type(divisor) is int:
        return dividend % divisor
    quotient = NUMBERS.divide(Decimal(dividend), Decimal(divisor))
    whole = quotient.to_integral_value(ROUND_FLOOR)
    return normal(NUMBERS.subtract(dividend, NUMBERS.multiply(divisor, whole)))


@builtin("sqrt", "number: number")
def _sqrt(number: Number) -> Number:
    if number < 0:
        raise NullResult("the root of a negative number")
    return normal(NUMBERS.sqrt(Decimal(number)))


@builtin("log", "number: number")
def _log(number: Number) -> Number:
    if number <= 0:
        raise NullResult("the logarithm of a number that is not positive")
    return normal(NUMBERS.ln(Decimal(number)))


@builtin("exp", "number: number")
def _exp(number: Number) -> Number:
    try:
        return normal(NUMBERS.exp(Decimal(number)))
    except DecimalException as error:
        raise NullResult("the result is too large") from error


def _whole(number: Number) -> int:
    if number != int(number):
        raise NullResult("the number is not whole")
    return int(number)


@builtin("even", "number: number")
def _even(number: Number) -> bool:
    return _whole(number) % 2 == 0


@builtin("odd", "number: number")
def _odd(number: Number) -> bool:
    return _whole(number) % 2 == 1


# -- statistics ---------------------------------------------------------------------------------


def _numbers(elements: list[Any]) -> list[Number]:
    if not all(kind(element) == NUMBER for element in elements):
        raise NullResult("the list holds something that is no number")
    return elements


def _statistic(name: str) -> Callable[[Callable[[list[Number]], Any]], None]:
    """One body, two shapes: a list, or the numbers one by one."""

    def register(body: Callable[[list[Number]], Any]) -> None:
        def of_list(elements: list[Any]) -> Any:
            return body(_numbers(elements))

        builtin(name, "list: list")(of_list)
        builtin(name, "n: number*")(lambda *elements: of_list(list(elements)))

    return register


def _sum(elements: list[Number]) -> Number:
    total: Number = 0
    for element in elements:
        total = apply("+", total, element)
    return total


def _not_empty(elements: list[Number]) -> list[Number]:
    if not elements:
        raise NullResult("the list is empty")
    return elements


@_statistic("sum")
def _total(elements: list[Number]) -> Number:
    return _sum(_not_empty(elements))


@_statistic("mean")
def _mean(elements: list[Number]) -> Number:
    result: Number = apply("/", _sum(_not_empty(elements)), len(elements))
    return result


@_statistic("product")
def _product(elements: list[Number]) -> Number:
    total: Number = 1
    for element in _not_empty(elements):
        total = apply("*", total, element)
    return total


@_statistic("median")
def _median(elements: list[Number]) -> Number:
    ordered = sorted(_not_empty(elements))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    result: Number = apply("/", apply("+", ordered[middle - 1], ordered[middle]), 2)
    return result


@_statistic("stddev")
def _stddev(elements: list[Number]) -> Number:
    """Of a sample: divided by one less than the count."""
    if len(elements) < 2:  # noqa: PLR2004 - one value has no deviation
        raise NullResult("fewer than two numbers have no deviation")
    middle = apply("/", _sum(elements), len(elements))
    squares = [apply("**", apply("-", element, middle), 2) for element in elements]
    return normal(NUMBERS.sqrt(Decimal(apply("/", _sum(squares), len(elements) - 1))))


@_statistic("mode")
def _mode(elements: list[Number]) -> list[Number]:
    counts: dict[Number, int] = {}
    for element in elements:
        counts[element] = counts.get(element, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(element for element, count in counts.items() if count == most)
