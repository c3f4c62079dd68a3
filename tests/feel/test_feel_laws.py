"""Laws of three-valued logic, numbers and texts."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.feel import FeelError, compile_expression, from_json, to_json

TRUTHS = st.sampled_from([True, False, None])
INTEGERS = st.integers(-(10**15), 10**15)
DECIMALS = st.decimals(-(10**9), 10**9, places=4)
NUMBERS = INTEGERS | DECIMALS
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def holds(text: str, **context: object) -> object:
    return compile_expression(text).evaluate(context)


@given(a=TRUTHS, b=TRUTHS)
def test_de_morgan_holds_for_three_values(a: object, b: object) -> None:
    assert holds("not(a and b)", a=a, b=b) is holds("not(a) or not(b)", a=a, b=b)
    assert holds("not(a or b)", a=a, b=b) is holds("not(a) and not(b)", a=a, b=b)


@given(a=TRUTHS, b=TRUTHS, c=TRUTHS)
def test_and_distributes_over_or(a: object, b: object, c: object) -> None:
    left = holds("a and (b or c)", a=a, b=b, c=c)
    assert left is holds("(a and b) or (a and c)", a=a, b=b, c=c)


@given(a=TRUTHS, b=TRUTHS)
def test_and_or_do_not_depend_on_order(a: object, b: object) -> None:
    assert holds("a and b", a=a, b=b) is holds("b and a", a=a, b=b)
    assert holds("a or b", a=a, b=b) is holds("b or a", a=a, b=b)


@given(a=NUMBERS, b=NUMBERS)
def test_addition_and_subtraction_undo_each_other(a: object, b: object) -> None:
    assert holds("a + b - b = a", a=a, b=b) is True
    assert holds("a + b = b + a", a=a, b=b) is True


@given(a=INTEGERS, b=INTEGERS.filter(bool))
def test_modulo_and_floor_give_the_dividend(a: int, b: int) -> None:
    assert holds("floor(a / b) * b + modulo(a, b) = a", a=a, b=b) in (True, None) or abs(a) > 10**14
    assert holds("modulo(a, b)", a=a, b=b) == a % b


@given(a=NUMBERS, b=NUMBERS)
def test_exactly_one_order_holds(a: object, b: object) -> None:
    answers = [holds(f"a {sign} b", a=a, b=b) for sign in ("<", "=", ">")]
    assert answers.count(True) == 1


@given(low=INTEGERS, high=INTEGERS, value=INTEGERS)
def test_interval_means_between(low: int, high: int, value: int) -> None:
    context = {"low": low, "high": high, "value": value}
    inside = holds("value in [low..high]", **context)
    assert inside is holds("value between low and high", **context)
    assert inside is (low <= value <= high)


@given(value=NUMBERS)
def test_number_survives_its_text(value: Decimal | int) -> None:
    assert holds("number(string(x)) = x", x=value) is True


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_quoted_text_is_itself(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert holds(f'"{quoted}"') == text


@given(value=JSON)
def test_json_survives_both_ways(value: object) -> None:
    assert to_json(from_json(value)) == value


@given(text=st.text("ab1 .,()[]{}+-*/<>=\"'@?:!&|", max_size=25))
def test_any_text_compiles_or_is_refused_with_a_place(text: str) -> None:
    try:
        compile_expression(text).evaluate({"a": 1, "b": [1, 2]})
    except FeelError as error:
        place = (error.line, error.column)
    else:
        return
    assert min(place) >= 1
