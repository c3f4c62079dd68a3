"""FEEL texts and their values."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import (
    FeelError,
    FeelSyntaxError,
    FeelValueError,
    Warning_,
    YearsMonths,
    compile_expression,
    compile_unary_tests,
)

CASE: dict[str, Any] = {
    "case": {
        "severity": "high",
        "rework_count": 1,
        "source": "patrol",
        "notes": [{"by": "Lin", "minutes": 5}, {"by": "Wang", "minutes": 20}],
    },
    "案卷": {"等级": "高", "处置 单位": "市政"},
}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def value_of(text: str, **context: Any) -> Any:
    return compile_expression(text).evaluate({**CASE, **context}, now=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("-2 ** 2", 4),
        ("10 / 4", Decimal("2.5")),
        ('"立" + "案"', "立案"),
        ("// why\n1 /* because */ + 1", 2),
        ('if case.rework_count > 0 then "again" else "first"', "again"),
        ("for i in 1..3, j in [10, 20] return i * j", [10, 20, 20, 40, 30, 60]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 0..4 return if i < 2 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
        ("some n in case.notes satisfies n.minutes > 10", True),
        ("every n in case.notes satisfies n.minutes > 10", False),
        ("case.notes[minutes > 10].by", ["Wang"]),
        ("case.notes[-1].by", "Wang"),
        ("case.notes.minutes", [5, 20]),
        ("[1, 2, 3, 4][item >= 3]", [3, 4]),
        ("{a: 1, b: a + 1}.b", 2),
        ("{first name: 1, b: first name + 1}.b", 2),
        ('{"a key": 1}', {"a key": 1}),
        ("(function(a: number, b) a - b)(5, 3)", 2),
        ("(function(a, b) a - b)(b: 5, a: 3)", -2),
        ('substring(string: "案卷编号", start position: 3)', "编号"),
        ("5 in [1..5]", True),
        ("5 in [1..5)", False),
        ("5 in ]1..5[", False),
        ("5 in (< 10)", True),
        ("5 in > 10", False),
        ("5 in (1, [4..6], > 100)", True),
        ("2 between 1 and 3 and true", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..3] instance of range<number>", True),
        ("null instance of Null", True),
        ('@"2026-03-02" + @"P1M"', date(2026, 4, 2)),
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('@"2026-03-02T08:00:00Z" - @"2026-03-01T08:00:00+08:00"', timedelta(days=1, hours=8)),
        ('years and months duration(@"2024-02-29", @"2026-03-01")', YearsMonths(24)),
        ('@"2026-03-02".weekday', 1),
        ('@"2026-03-02T24:00:00" = @"2026-03-03T00:00:00"', True),
        ('day of week(@"2026-03-02")', "Monday"),
        ("`a b`", 7),
        ('案卷.等级 = "高"', True),
        ("案卷.处置 单位", "市政"),
        ('sort(["b", "a"], function(x, y) x < y)', ["a", "b"]),
        ("count(case.notes)", 2),
        ("max([1, 3, 2])", 3),
        ("median(1, 2, 4, 3)", Decimal("2.5")),
        ('string(@"PT90M")', "PT1H30M"),
        ('string([1, "a", null])', '[1, "a", null]'),
        ('number("1 234,5", " ", ",")', Decimal("1234.5")),
        ('matches("A-12", "^[a-z]-\\d{2}$", "i")', True),
        ('replace("2026-03", "(\\d+)-(\\d+)", "$2/$1")', "03/2026"),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('now() - @"2026-03-02T00:00:00Z"', timedelta(hours=1)),
        ("today()", date(2026, 3, 2)),
        ("overlaps([1..5], [5..9])", True),
        ('get value({a: {b: 1}}, ["a", "b"])', 1),
        ("(< 10).end", 10),
    ],
)  # fmt: skip
def test_expression_has_its_value(text: str, expected: object) -> None:
    names = ("处置 单位",)
    found = compile_expression(text, names=names).evaluate({**CASE, "a b": 7}, now=NOW)
    assert found == expected
    assert type(found) is type(expected)


def test_leading_equals_sign_is_stripped_once() -> None:
    assert compile_expression("= 1 + 1").evaluate({}) == 2
    with pytest.raises(FeelSyntaxError):
        compile_expression("== 1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("missing", "there is no 'missing'"),
        ("case.missing", "no entry 'missing'"),
        ('1 < "a"', "number < string"),
        ("1 / 0", "division by zero"),
        ('"a" * 2', "string * number"),
        ('date("2026-02-30")', "there is no date"),
        ("[1, 2][3]", "no element 3"),
        ("substring(1, 1)", "'string' wants string"),
        ('case.source = "a" or "b"', "string is no operand of `or`"),
        ("count(1, 2)", "takes (list)"),
    ],
)
def test_null_leaves_a_warning_that_says_why(text: str, message: str) -> None:
    warnings: list[Warning_] = []
    assert compile_expression(text).evaluate(CASE, warnings=warnings) is None
    assert message in warnings[0].message


def test_warning_names_line_and_column() -> None:
    warnings: list[Warning_] = []
    compile_expression("true and\n  (missing = 1)").evaluate({}, warnings=warnings)
    assert (warnings[0].line, warnings[0].column) == (2, 4)


def test_now_without_an_instant_is_null_with_a_warning() -> None:
    warnings: list[Warning_] = []
    assert compile_expression("now()").evaluate({}, warnings=warnings) is None
    assert "no instant" in warnings[0].message


def test_data_named_like_a_function_does_not_hide_it() -> None:
    assert value_of("count([1, 2]) + count", count=40) == 42


@pytest.mark.parametrize(
    ("tests", "value", "expected"),
    [
        ("-", None, True),
        ('"high", "urgent"', "urgent", True),
        ("not(1, 2)", 3, True),
        ("not(< 10)", 3, False),
        ("[1..5], > 100", 101, True),
        ("? > 3 and ? < 5", 4, True),
        ('contains(?, "水")', "排水", True),
        ("null", None, True),
        ("< 10", None, None),
        ("case.rework_count", 1, True),
        ("true", False, False),
    ],
)
def test_unary_tests_judge_the_question_mark(tests: str, value: object, expected: object) -> None:
    assert compile_unary_tests(tests).evaluate({**CASE, "?": value}) is expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("1 +", 1, 4), ("a = = b", 1, 5), ("1 +\n  * 2", 2, 3), ('"open', 1, 1), ("[1, 2", 1, 6)],
)
def test_syntax_error_names_the_place(text: str, line: int, column: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("${x == 1}", "x = 1"),
        ('#{a.b == "x" && !c}', 'a.b = "x" and not(c)'),
        ("x == 1 and not y", "x = 1 and not(y)"),
        ("not x == 1", "not(x = 1)"),
        ("!(a || b) && c", "not(a or b) and c"),
        ("x is not None", "x != null"),
        ("x = True", "x = true"),
        ("status == 'open'", 'status = "open"'),
        ('${n gt 5 ? "x" : "y"}', 'if n > 5 then "x" else "y"'),
        ("等级 = “高”", '等级 = "高"'),
        ("${empty x}", '(x = null or x = "")'),
        ("${!empty x && y}", 'not(x = null or x = "") and y'),
        ("${a % 2 == 0}", "modulo(a, 2) = 0"),
        ("${a div 2 lt 3}", "a / 2 < 3"),
        ("${items.size() > 3}", "count(items) > 3"),
        ('${items.contains("a")}', 'list contains(items, "a")'),
        ("${'yes'.equals(answer)}", '"yes" = answer'),
        ("${execution.getVariable('var1') == null}", "var1 = null"),
        ("getDataObject('x') == 1", "x = 1"),
        ("/order/amount == 1", "order.amount = 1"),
        ("$amount == 1", "amount = 1"),
        ("return a == 1;", "a = 1"),
        ("${a} == 1", "a = 1"),
        ("${items[0] == 1}", "items[1] = 1"),
        ("a||b&&!c||d", "a or b and not(c) or d"),
        ("${!status.equals('open') && x}", 'status != "open" and x'),
        ("${data['x']['y'] > 3}", "data.x.y > 3"),
        ("${data['first name'] == 'x'}", 'get value(data, "first name") = "x"'),
        ("${a}-${b}", None),
        ("${bean.method(a)}", None),
        ("a +", None),
        ("x; drop", None),
    ],
)
def test_foreign_expression_is_refused_with_feel_proposed(text: str, proposal: str | None) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.proposal == proposal


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("count(x) > 1 and list contains(x, 1)", ()),
        ("len(x) > 1", ("len",)),
        ('"x".equals(a)', ("….equals",)),
        ("execution.getVariable(x)", ("execution.getVariable",)),
        ("{f: function(x) x + 1, y: f(2)}.y", ()),
        ("for f in [1] return f(2)", ()),
    ],
)
def test_functions_that_feel_does_not_have_are_told(text: str, unknown: tuple[str, ...]) -> None:
    assert compile_expression(text).unknown_calls == unknown


def test_external_function_is_refused() -> None:
    with pytest.raises(FeelSyntaxError, match="external"):
        compile_expression('function(x) external {java: {class: "java.lang.Math"}}')


@pytest.mark.parametrize("text", ["x + 1", "x = 1", "x < 2", "string(x)"])
def test_float_in_the_context_is_an_error_not_a_value(text: str) -> None:
    with pytest.raises(FeelValueError):
        compile_expression(text).evaluate({"x": 0.1})


@pytest.mark.parametrize(
    ("text", "certain", "uncertain"),
    [
        ('case.dispatch.unit = "x"', {("case", "dispatch", "unit")}, set()),
        ("a + b.c * count(d)", {("a",), ("b", "c"), ("d",)}, set()),
        ("for p in a.b return p.c", {("a", "b"), ("a", "b", "c")}, set()),
        ("(function(x) x + y)(z)", {("y",), ("z",)}, set()),
        ("{a: 1, b: a + c}", {("c",)}, set()),
        ("us[id = u]", {("us",)}, {("id",), ("u",), ("us", "id"), ("us", "u")}),
        ("case.parties[1].phone", {("case", "parties"), ("case", "parties", "phone")}, set()),
        ("some x in xs satisfies x.y = ?", {("xs",), ("xs", "y")}, set()),
    ],
)  # fmt: skip
def test_variables_are_the_paths_read(
    text: str, certain: set[tuple[str, ...]], uncertain: set[tuple[str, ...]]
) -> None:
    expression = compile_expression(text)
    assert expression.variables == certain | uncertain
    assert expression.uncertain == uncertain


def test_compiling_twice_gives_the_same_object() -> None:
    assert compile_expression("a + 1", names=["x y"]) is compile_expression("a + 1", names=["x y"])


def test_every_feel_error_is_one_of_the_engine() -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression("(")
    assert caught.value.code == "feel-syntax"
    assert caught.value.context["text"] == "("
