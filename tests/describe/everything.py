"""A diagram that holds every shape and word, for the golden texts and the laws."""

from tests.kernel.drawing import (
    CANCEL,
    TERMINATE,
    at_clock,
    both,
    boundary,
    call,
    catch,
    condition,
    cycle,
    diagram,
    end,
    error,
    escalation,
    event_sub,
    first_of,
    flows,
    for_each,
    message,
    process,
    service,
    shape,
    signal,
    some,
    start,
    sub,
    throw,
    timer,
    transaction,
    undo,
    undone_by,
    user,
    words,
    xor,
)


def _named(text: str, drawn: str) -> str:
    """The shape with a name."""
    return text.replace(' id="', f' name="{drawn}" id="', 1)


_AFTER = '<timerEventDefinition><extensionElements><cl:after amount="2" unit="工作时"/>'
_AFTER += "</extensionElements></timerEventDefinition>"
_TIMES = "<multiInstanceLoopCharacteristics><loopCardinality>rounds</loopCardinality>"
_TIMES += "<completionCondition>enough = true</completionCondition>"
_TIMES += "</multiInstanceLoopCharacteristics>"
_AGAIN = '<standardLoopCharacteristics testBefore="true" loopMaximum="3">'
_AGAIN += "<loopCondition>level &lt; 2</loopCondition></standardLoopCharacteristics>"

_DESK = _named(
    user(
        "desk",
        words(
            '<cl:output name="photos_after" type="photos" required="@good"/>',
            '<cl:output name="unit" type="unit" kind="department" within="=district"/>',
            '<cl:output name="grade" type="choice" choices="low high" required="true"/>',
            '<cl:separation from="check"/>',
            '<cl:separation same="opened"/>',
        ),
        cl_role="acceptor",
        cl_axis="supervision",
        cl_act="accept",
        cl_stage="filing",
        cl_unit="=case.unit",
        cl_form="desk",
        cl_outcomes="good rework bad",
        cl_reasonRequired="rework bad",
        cl_startsClock="handling",
        cl_stopsClock="handling@bad",
    ),
    "窗口受理",
)
_NOTICE = words(
    '<cl:notify to="=[&quot;holders&quot;, &quot;role:leader&quot;, &quot;unit:&quot; + unit]"'
    ' message="请办" level="2" needsReply="true"/>'
)
_MAIN = (
    _named(start("opened", cl_role="collector acceptor", cl_act="report"), "上报"),
    start("called", message("new_case"), cl_key="=number"),
    _DESK,
    _named(xor("judged", default="judged_to_split"), "合格？"),
    both("split"),
    service("locate", words('<cl:in name="place" value="=place"/>', '<cl:output name="cell"/>')),
    _named(shape("sendTask", "tell", _NOTICE), "告知"),
    some("join"),
    shape("scriptTask", "note", words('<cl:assign name="n" value="=1"/>')),
    shape("businessRuleTask", "rate", cl_decision="level", cl_result="local.rate"),
    call(
        "call_side",
        "side",
        words('<cl:in name="who" value="=unit"/>', '<cl:out name="x" value="y"/>'),
    ),
    first_of("race"),
    catch("paid", message("paid"), cl_role="acceptor", cl_reasonRequired="*"),
    catch("slow", timer("P1DT2H")),
    catch("either", signal("a") + timer("PT5M")),
    _named(xor("merged"), "汇总"),
    _named(xor("ordered"), "怎么办？"),
    shape("manualTask", "by_hand"),
    user("check", cl_act="check"),
    throw("told", signal("done")),
    throw("undo_all", undo()),
    some("several", default="several_to_finish"),
    end("finish", TERMINATE, cl_outcome="closed"),
    end("broken", error("X")),
    _named(end("plain"), "了结"),
)
_WORK = (
    sub(
        "work",
        start("inner"),
        user("each", for_each("people", "person")),
        user("times", _TIMES),
        shape("task", "again", _AGAIN),
        flows("inner > each > times > again"),
        undone_by("each", "each_back"),
    ),
    boundary("late", "work", _AFTER, interrupting=False),
    boundary("failed", "work", error("X")),
    boundary("raised", "work", escalation(), interrupting=False),
    transaction("pay", user("book"), end("stop", CANCEL), flows("book > stop")),
    boundary("cancelled", "pay", CANCEL),
)
_ANY_TIME = (
    event_sub("remind", at_clock("handling", "80 %"), interrupting=False),
    event_sub("overdue", at_clock("handling", "+4 工作时"), interrupting=False),
    event_sub(
        "turned",
        condition("level >= 3 and source = null"),
        user("see"),
        flows("turned_start > see"),
        interrupting=False,
    ),
    event_sub("again_and_again", cycle("R3/PT10M"), interrupting=False),
)
_FLOWS = flows(
    "opened > desk > judged > split > locate > join > note > rate > call_side > race",
    "called > desk",
    'judged ? outcome = "rework" > merged',
    'judged ? outcome = "bad" > broken',
    "split > tell > join",
    "race > paid > merged > ordered",
    "race > slow > merged",
    "ordered ? level >= 2 > work",
    "ordered ? level >= 3 > pay",
    'ordered ? source in ("a", "b") > either',
    "work > by_hand > told > several",
    "late > told",
    "failed > undo_all > several",
    "raised > told",
    "cancelled > merged",
    "several ? n = 1 or (n = 2 and not(x)) > plain",
    "several > finish",
    "several ? level = 1.5 > broken",
    "either > check > desk",
)
_CLOCK = words('<cl:clock name="handling" stage="handling" limit="5 工作日"/>')
_SIDE = _named(process("side", user("ask")), "旁支")

EVERYTHING = {
    "all/all.bpmn": diagram(
        process("all", _CLOCK, *_MAIN, *_WORK, *_ANY_TIME, _FLOWS),
        _SIDE,
    ),
    "all/level.dmn": (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        b'namespace="urn:d"><decision id="level" name="level"><literalExpression><text>n + 1</text>'
        b"</literalExpression></decision></definitions>"
    ),
}
