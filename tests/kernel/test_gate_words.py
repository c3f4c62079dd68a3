"""The gate on our own words: one that says nothing, or is misspelt, is refused where it stands."""

import pytest

from tests.kernel.drawing import (
    TERMINATE,
    end,
    error,
    flows,
    shape,
    start,
    timer,
    user,
    words,
)
from tests.kernel.judging import BadDrawing, after, assert_refused, with_task

CARRIED = words('<cl:in name="total" value="=n"/>')
BAD: dict[str, BadDrawing] = {
    "clock that is not there": (with_task(user("x", cl_startsClock="nothing")), "word/value", "x"),
    "reason for no outcome": (
        with_task(user("x", cl_outcomes="yes", cl_reasonRequired="no")),
        "word/value",
        "x",
    ),
    "unknown output type": (
        with_task(user("x", words('<cl:output name="a" type="colour"/>'))),
        "word/value",
        "x",
    ),
    "unit within of another type": (
        with_task(user("x", words('<cl:output name="a" type="text" within="b"/>'))),
        "word/value",
        "x",
    ),
    "one at a time where nothing begins": (
        (start("begin", cl_single="true"), user("x"), flows("begin > x")),
        "word/value",
        "begin",
    ),
    "reason of a timer": (
        after(shape("intermediateCatchEvent", "x", timer("PT1H"), cl_reasonRequired="*")),
        "word/value",
        "x",
    ),
    "values that an end without anything thrown would carry": (
        (start(), user("a"), end("x", CARRIED + TERMINATE), flows("start > a > x")),
        "word/unknown",
        "x",
    ),
    "values that an error would carry": (
        (start(), user("a"), end("x", CARRIED + error("E")), flows("start > a > x")),
        "word/unknown",
        "x",
    ),
    "act that is worked out": (
        with_task(user("x", cl_act="=if a then 1 else 2")),
        "word/value",
        "x",
    ),
    "separation from nobody": (
        with_task(user("x", words("<cl:separation/>"))),
        "word/value",
        "x",
    ),
    "separation from what is not there": (
        with_task(user("x", words('<cl:separation from="void_reqested"/>'))),
        "word/value",
        "x",
    ),
    "misspelt word": (with_task(user("x", cl_outcoms="yes")), "word/unknown", "x"),
    "misspelt child": (with_task(user("x", words('<cl:outputs name="a"/>'))), "word/unknown", "x"),
    "misspelt attribute": (
        with_task(user("x", words('<cl:output name="a" needed="true"/>'))),
        "word/unknown",
        "x",
    ),
    "word without its attribute": (
        with_task(user("x", words('<cl:output type="text"/>'))),
        "word/missing",
        "x",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_word_that_says_nothing_is_refused_where_it_stands(name: str) -> None:
    assert_refused(BAD[name])
