"""Decision models: reading, hit policies, requirement graphs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.feel import (
    DecisionModel,
    DecisionModelError,
    DecisionNotFoundError,
    HitPolicyError,
    read_decision_model,
)

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(body: str, **options: bool) -> DecisionModel:
    head = f'<definitions xmlns="{NAMESPACE}" namespace="urn:test" name="t" id="t">'
    text = f"{head}{body}</definitions>"
    return read_decision_model(text.encode(), name="test", **options)


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def cells(tag: str, texts: list[str]) -> str:
    return "".join(f"<{tag}><text>{text}</text></{tag}>" for text in texts)


def table(policy: str, rules: list[tuple[list[str], list[str]]], outputs: str = "") -> str:
    columns = outputs or '<output id="o" name="level"/>'
    rows = "".join(
        f"<rule>{cells('inputEntry', ins)}{cells('outputEntry', outs)}</rule>"
        for ins, outs in rules
    )
    inputs = "".join(
        f'<input id="i{n}"><inputExpression><text>{name}</text></inputExpression></input>'
        for n, name in enumerate(("severity", "days"))
    )
    return (
        f'<decision id="level" name="level"><decisionTable id="levels" {policy}>'
        f"{inputs}{columns}{rows}</decisionTable></decision>"
    )


RULES = [
    (['"high"', "-"], ["3"]),
    (["-", "&gt; 5"], ["2"]),
    (['not("high")', "[0..5]"], ["1"]),
]


def decide(policy: str, severity: str, days: int, **options: Any) -> Any:
    context = {"severity": severity, "days": days}
    return model(table(policy, RULES, **options)).decide("level", context)


@pytest.mark.parametrize(
    ("policy", "severity", "days", "value", "matched", "letter"),
    [
        ("", "low", 3, 1, (3,), "U"),
        ('hitPolicy="FIRST"', "high", 9, 3, (1,), "F"),
        ('hitPolicy="RULE ORDER"', "high", 9, [3, 2], (1, 2), "R"),
        ('hitPolicy="COLLECT"', "high", 9, [3, 2], (1, 2), "C"),
        ('hitPolicy="COLLECT" aggregation="SUM"', "high", 9, 5, (1, 2), "C+"),
        ('hitPolicy="COLLECT" aggregation="MIN"', "high", 9, 2, (1, 2), "C<"),
        ('hitPolicy="COLLECT" aggregation="MAX"', "high", 9, 3, (1, 2), "C>"),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "high", 9, 2, (1, 2), "C#"),
    ],
)
def test_table_decides_by_its_hit_policy(
    policy: str, severity: str, days: int, value: object, matched: tuple[int, ...], letter: str
) -> None:
    result = decide(policy, severity, days)
    assert (result.value, result.matched, result.hit_policy) == (value, matched, letter)
    assert result.inputs == {"severity": severity, "days": days}


PRIORITIES = '<output id="o"><outputValues><text>2, 3, 1</text></outputValues></output>'


def test_priority_follows_the_order_of_output_values() -> None:
    result = decide('hitPolicy="PRIORITY"', "high", 9, outputs=PRIORITIES)
    assert (result.value, result.matched) == (2, (2,))


def test_output_order_sorts_all_hits() -> None:
    result = decide('hitPolicy="OUTPUT ORDER"', "high", 9, outputs=PRIORITIES)
    assert (result.value, result.matched) == ([2, 3], (2, 1))


@pytest.mark.parametrize("policy", ["", 'hitPolicy="ANY"'])
def test_broken_hit_policy_is_an_error_that_names_the_rules(policy: str) -> None:
    with pytest.raises(HitPolicyError, match="rules 1, 2") as caught:
        decide(policy, "high", 9)
    assert caught.value.rules == (1, 2)
    assert caught.value.context["rules"] == [1, 2]


def test_no_rule_gives_the_default_or_null_with_a_warning() -> None:
    default = '<output id="o"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>'
    assert decide("", "low", -1, outputs=default).value == 0
    result = decide("", "low", -1)
    assert (result.value, result.matched) == (None, ())
    assert "no rule matches" in result.warnings[0].message


GRAPH = f"""
<inputData id="in" name="Open Days"><variable name="Open Days" typeRef="number"/></inputData>
<businessKnowledgeModel id="twice" name="twice"><encapsulatedLogic>
  <formalParameter name="n" typeRef="number"/>
  {literal("n * 2")}
</encapsulatedLogic></businessKnowledgeModel>
<decision id="base" name="Base Points"><variable name="Base Points"/>
  <informationRequirement><requiredInput href="#in"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#twice"/></knowledgeRequirement>
  {literal("twice(Open Days) + 1")}</decision>
<decision id="verdict" name="verdict"><variable name="verdict"/>
  <informationRequirement><requiredDecision href="#base"/></informationRequirement>
  <context>
    <contextEntry><variable name="points"/>{literal("Base Points")}</contextEntry>
    <contextEntry><variable name="late"/>{literal("points &gt; 10")}</contextEntry>
  </context></decision>
"""


def test_required_decisions_are_taken_first() -> None:
    found = model(GRAPH)
    assert found.decisions["verdict"].inputs == ("Open Days",)
    assert found.decisions["verdict"].requires == ("base",)
    result = found.decide("verdict", {"Open Days": 5})
    assert result.value == {"points": 11, "late": True}
    assert result.inputs == {"Base Points": 11}


def test_input_of_another_type_becomes_null_with_a_warning() -> None:
    result = model(GRAPH).decide("base", {"Open Days": "five"})
    assert result.value is None
    assert "should be number" in result.warnings[0].message


def test_now_comes_from_the_caller() -> None:
    found = model(f'<decision id="d" name="d">{literal("now()")}</decision>')
    instant = datetime(2026, 3, 2, tzinfo=UTC)
    assert found.decide("d", {}, now=instant).value == instant


def test_unknown_decision_is_an_error_that_lists_those_there_are() -> None:
    with pytest.raises(DecisionNotFoundError, match="verdict"):
        model(GRAPH).decide("nothing", {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (table('hitPolicy="BEST"', RULES), "no hit policy 'BEST'"),
        (table("", [(["-"], ["1"])]), r"the rule has 1 \+ 1 cells"),
        (table("", [(["== 1", "-"], ["1"])]), "inputEntry level, line 1|inputEntry levels, line 1"),
        (GRAPH.replace("#base", "#nothing"), "requiredDecision verdict, line 1[0-9]: '#nothing'"),
        (
            GRAPH.replace('href="#in"', 'href="#verdict"').replace(
                "requiredInput", "requiredDecision"
            ),
            "need each other: .* → ",
        ),
        (GRAPH.replace("n * 2", "n == 2"), "did you mean `n = 2`"),
        (GRAPH.replace('typeRef="number"', 'typeRef="nmber"'), "no type 'nmber'"),
        ('<import name="x" namespace="urn:x" importType="y"/>', "imports"),
    ],
)
def test_broken_model_is_refused_with_element_and_line(body: str, message: str) -> None:
    with pytest.raises(DecisionModelError, match=message) as caught:
        model(body)
    assert caught.value.line
    assert caught.value.element


@pytest.mark.parametrize(
    "xml",
    [
        b"<definitions",
        b"<definitions xmlns='urn:other'/>",
        b"<!DOCTYPE definitions [<!ENTITY a 'b'>]><definitions xmlns='"
        + NAMESPACE.encode()
        + b"'>&a;</definitions>",
        b"<definitions>" + b" " * 5_000_001,
    ],
)
def test_dangerous_or_foreign_xml_is_refused(xml: bytes) -> None:
    with pytest.raises(DecisionModelError):
        read_decision_model(xml, name="test")


def test_lenient_reading_fails_only_the_decision_in_question() -> None:
    broken = f'<decision id="bad" name="bad">{literal("1 +")}</decision>'
    found = model(GRAPH + broken, strict=False)
    assert found.decide("base", {"Open Days": 1}).value == 3
    with pytest.raises(DecisionModelError, match="ends too early"):
        found.decide("bad", {})
