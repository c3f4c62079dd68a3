"""What is told of an error that an end throws: who catches it, or that the case stops there."""

from tests.describe.telling import told
from tests.kernel.drawing import boundary, catch, end, error, event_sub, flows, start, sub, user

STOPS = (
    "It stops here as an incident until somebody decides: raise the error “X”, "
    "which nothing in this procedure catches."
)
ENDS = "It ends here: raise the error “X”."
ENDS_INSIDE = "This way ends here: raise the error “X”."
INNER = sub("inner", start("in"), user("do"), end("bad", error("X")), flows("in > do > bad"))


def test_error_that_nothing_catches_stops_the_case() -> None:
    assert (
        STOPS in told(start(), user("do"), end("bad", error("X")), flows("start > do > bad"))["bad"]
    )
    alone = told(start(), INNER, end(), flows("start > inner > end"))
    assert STOPS in alone["bad"]


def test_error_that_is_caught_ends_its_way() -> None:
    caught = boundary("caught", "inner", error("X"))
    found = told(
        start(), INNER, caught, end(), end("e2"), flows("start > inner > end", "caught > e2")
    )
    assert ENDS_INSIDE in found["bad"]
    beside = event_sub("any", error(), user("mend"), flows("any_start > mend"))
    found = told(start(), user("do"), beside, end("bad", error("X")), flows("start > do > bad"))
    assert ENDS in found["bad"]


def test_error_of_another_code_or_of_the_event_sub_process_itself_is_not_caught() -> None:
    other = boundary("caught", "inner", error("Y"))
    found = told(
        start(), INNER, other, end(), end("e2"), flows("start > inner > end", "caught > e2")
    )
    assert STOPS in found["bad"]
    again = event_sub(
        "any", error(), user("mend"), end("bad", error("X")), flows("any_start > mend > bad")
    )
    found = told(start(), user("do"), again, end(), flows("start > do > end"))
    assert STOPS in found["bad"]


def test_date_is_awaited_in_one_word_of_chinese() -> None:
    date = "<timerEventDefinition><timeDate>2030-01-01T00:00:00Z</timeDate></timerEventDefinition>"
    found = told(start(), catch("wait", date), end(), flows("start > wait > end"), lang="zh")
    assert found["wait"][0] == "等到时间到达 `2030-01-01T00:00:00Z`。"
