"""The difference of two releases in the words of the description."""

import pytest

from engine.domain.errors import DefinitionError
from engine.service.describing import Change, changes_as_text, compare_in_words
from tests.describe.corpus import shipped
from tests.diff.rewriting import rewrite
from tests.kernel.drawing import diagram, end, flows, process, start, user

_CASE = "case_disposition/case_disposition.bpmn"
_OLD = diagram(process("p", start(), user("ask"), end(), flows("start > ask > end")))
_NEW = diagram(
    process("p", start(), user("ask"), user("then"), end(), flows("start > then > ask > end"))
)


def compare(old: bytes, new: bytes) -> list[Change]:
    return compare_in_words({**shipped(), _CASE: old}, {**shipped(), _CASE: new}, "zh")


def test_a_diagram_written_anew_is_no_difference() -> None:
    data = shipped()[_CASE]
    assert compare(data, rewrite(data, 5)) == []
    assert changes_as_text([], "zh") == "文字无差异。\n"
    assert changes_as_text([], "en") == "No difference in words.\n"


def test_another_point_of_a_clock_is_told_where_it_is_said() -> None:
    data = shipped()[_CASE]
    changes = compare(data, data.replace(b'point="80 %"', b'point="70 %"'))
    found = {change.id: change for change in changes}
    assert {"reminder_at_80", "clock:handling", "assign_crew"} <= set(found)
    (said,) = found["reminder_at_80"].sentences
    assert said.what == "changed"
    assert said.old is not None
    assert said.new == said.old.replace("80 %（", "70 %（")


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('name="值班长" cl:role="duty_officer"', 'name="值班长" cl:role="leader"', "file_case"),
        ('limit="=limit"', 'limit="3 工作日"', "clock:handling"),
        ('outcome = "confirmed"', 'outcome = "refuted"', "verify_before_filing"),
        (
            'cl:outcomes="passed failed unable"',
            'cl:outcomes="passed failed unable later"',
            "check_before_close",
        ),
        (
            'sourceRef="dispatch_decided" targetRef="file_case"',
            'sourceRef="dispatch_decided" targetRef="dispatch"',
            "dispatch",
        ),
        ('cl:unit="=crew"', 'cl:unit="=responsible_unit"', "handle_on_site"),
        ('type="photos" required="@submitted"', 'type="photos"', "handle_on_site"),
        ('<cl:separation from="void_requested" />', "", "approve_void"),
        (
            'name="处置时限 80 %" isInterrupting="false"',
            'name="处置时限 80 %"',
            "reminder_at_80",
        ),
        ('cl:stopsClock="handling@handed_back"', 'cl:stopsClock="handling"', "confirm_handling"),
        ('value="=100"', 'value="=120"', "escalate"),
        ('<bpmn:terminateEventDefinition id="closed_terminates" />', "", "closed"),
    ],
)
def test_what_has_an_effect_is_told_at_its_step(old: str, new: str, at: str) -> None:
    text = shipped()[_CASE].decode()
    assert old in text
    changes = compare(text.encode(), text.replace(old, new).encode())
    assert at in {change.id for change in changes}


def test_a_reason_that_is_no_longer_needed_is_a_sentence_less() -> None:
    data = shipped()[_CASE]
    (change,) = compare(data, data.replace(b' cl:reasonRequired="not_filed"', b"", 1))
    assert (change.what, change.process, change.id) == ("changed", "case_disposition", "file_case")
    (said,) = change.sentences
    assert (said.what, said.old) == ("removed", "结果为“不予立案”的，须说明理由。")
    assert "原：结果为“不予立案”的，须说明理由。" in changes_as_text([change], "zh")


def test_a_further_step_changes_no_other_but_by_where_it_leads() -> None:
    changes = compare_in_words({"a.bpmn": _OLD}, {"b.bpmn": _NEW}, "en")
    told = {change.id: (change.what, len(change.sentences)) for change in changes}
    assert told["then"][0] == "added"
    assert told["start"] == ("changed", 1)
    assert set(told) == {"start", "then"}


def test_refused_side_is_named() -> None:
    with pytest.raises(DefinitionError, match="the new side is refused") as caught:
        compare_in_words({"a.bpmn": _OLD}, {"a.bpmn": b"<x/>"}, "zh")
    assert caught.value.context["findings"]
