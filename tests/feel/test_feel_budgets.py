"""No expression hangs or fills the memory."""

import pytest

from engine.feel import (
    Budget,
    FeelBudgetError,
    FeelSyntaxError,
    compile_expression,
    feel_for,
)

DOUBLING = "(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])"


@pytest.mark.parametrize(
    "text",
    [
        "for x in 1..1000000000 return x",
        "for x in 1..300, y in 1..300, z in 1..300 return 1",
        "some x in 1..1e9 satisfies false",
        'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]',
        "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        f"{DOUBLING}[-1] = {DOUBLING}[-1]",
        f"string({DOUBLING})",
        f"flatten({DOUBLING})",
        "{f: function(g) g(g), a: f(f)}.a",
        "distinct values(for x in 1..20000 return x)",
        'matches("' + "ab" * 200 + '", "(a|b|ab)*(a|b|ab)*\\1c")',
    ],
)
def test_greedy_expression_ends_with_a_budget_error(text: str) -> None:
    with pytest.raises(FeelBudgetError):
        compile_expression(text).evaluate({})


@pytest.mark.parametrize(
    "text", ["10 ** 100000000", "exp(1e10)", "decimal(1, 1e9)", "1e6000 * 1e6000"]
)
def test_number_beyond_its_digits_is_null(text: str) -> None:
    assert compile_expression(text).evaluate({}) is None


@pytest.mark.parametrize(
    "text", ["1" + " + 1" * 1000, "(" * 200 + "1" + ")" * 200, "-" * 300 + "1", "x" * 60_000]
)
def test_monstrous_text_is_refused_when_compiled(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*(a*)*c", "(a|a)*c", "(a|aa)+$"])
def test_catastrophic_pattern_takes_linear_time(pattern: str) -> None:
    text = "a" * 2000 + "b"
    expression = compile_expression(f'matches("{text}", "{pattern}")')
    assert expression.evaluate({}) is False


def test_smaller_budget_of_the_caller_is_kept() -> None:
    expression = compile_expression("count(for x in 1..100 return x)")
    assert expression.evaluate({}) == 100
    with pytest.raises(FeelBudgetError):
        expression.evaluate({}, budget=Budget(steps=50))


@pytest.mark.parametrize(
    "text",
    [
        "!" * 2_000 + "a",
        "# " * 2_000,
        "!(" * 1_000 + "a" + ")" * 1_000,
        "a ? b : " * 2_000 + "c",
        "!" * 499 + "a",
        "not " * 240 + "a is None",
        "a ? b : " * 60 + "c",
        "!(" * 120 + "a" + ")" * 120,
        "f(" * 249 + " == ",
    ],
)
def test_text_of_another_language_is_proposed_or_not_but_never_followed_too_deep(text: str) -> None:
    proposed = feel_for(text)
    assert proposed is None or len(proposed) < 5 * len(text)


def test_proposal_of_nested_prefixes_and_choices() -> None:
    assert feel_for("!a && !(b == 1) ? x : !c ? y : z") == (
        "if not(a) and not(b = 1) then x else if not(c) then y else z"
    )
