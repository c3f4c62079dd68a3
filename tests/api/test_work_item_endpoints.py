import pytest

from tests.api.house import House, ok, refused


def test_inbox_holds_what_the_person_may_do(house: House) -> None:
    case_id = house.open_case()
    [item] = ok(house.lin.get("/work-items?mine=true"))["items"]
    assert (item["case_id"], item["element"], item["act"]) == (case_id, "check_report", "accept")
    assert ok(house.chen.get("/work-items?mine=true"))["items"] == []


def test_work_item_tells_outcomes_and_outputs(house: House) -> None:
    item = ok(house.lin.get(f"/work-items/{house.waiting(house.open_case())['id']}"))
    assert item["outcomes"] == ["accepted", "refused"]
    assert item["reason_required"] == ["refused"]
    assert [output["name"] for output in item["outputs"]] == ["note", "floors"]


def test_complete_moves_the_case_on(house: House) -> None:
    case_id = house.open_case()
    item = house.waiting(case_id)["id"]
    body = {"outcome": "accepted", "data": {"note": "looks real", "floors": 2}}
    answer = house.lin.post(f"/work-items/{item}/complete", body)
    assert ok(answer)["receipt"]["seq"] == 2
    assert answer.headers["ETag"] == '"2"'
    document = ok(house.lin.get(f"/cases/{case_id}/document"))["document"]
    assert (document["note"], document["floors"]) == ("looks real", 2)


def test_complete_again_under_the_same_key_answers_the_same(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    path, body = f"/work-items/{item}/complete", {"outcome": "accepted"}
    first = house.lin.post(path, body, Idempotency_Key="done")
    again = house.lin.post(path, body, Idempotency_Key="done")
    assert ok(first) == ok(again)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_complete_again_under_another_key_finds_no_work_item(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    path, body = f"/work-items/{item}/complete", {"outcome": "accepted"}
    ok(house.lin.post(path, body))
    refused(house.lin.post(path, body), 404, "work-item-not-found")


def test_unknown_outcome_lists_those_there_are(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    answer = house.lin.post(f"/work-items/{item}/complete", {"outcome": "maybe"})
    assert refused(answer, 422, "unknown-outcome")["outcomes"] == ["accepted", "refused"]


def test_outcome_that_needs_a_reason_is_refused_without(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    answer = house.lin.post(f"/work-items/{item}/complete", {"outcome": "refused"})
    refused(answer, 422, "reason-required")


def test_undeclared_output_is_refused(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    body = {"outcome": "accepted", "data": {"stamp_no": 9}}
    refused(house.lin.post(f"/work-items/{item}/complete", body), 422, "bad-variables")


@pytest.mark.parametrize("action", ["claim", "complete"])
def test_work_item_of_another_post_is_refused(house: House, action: str) -> None:
    item = house.waiting(house.open_case())["id"]
    body = {"outcome": "accepted"} if action == "complete" else None
    answer = house.chen.post(f"/work-items/{item}/{action}", body)
    refused(answer, 403, "not-your-work-item")


@pytest.mark.parametrize("action", ["claim", "release", "complete"])
def test_work_item_refuses_strangers(house: House, action: str) -> None:
    item = house.waiting(house.open_case())["id"]
    refused(house.nobody.post(f"/work-items/{item}/{action}"), 401, "not-authenticated")


@pytest.mark.parametrize("action", ["claim", "release", "complete"])
@pytest.mark.parametrize("item", ["nonsense", "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001.1.1"])
def test_unknown_work_item_is_not_found(house: House, action: str, item: str) -> None:
    body = {"outcome": "accepted"} if action == "complete" else None
    answer = house.lin.post(f"/work-items/{item}/{action}", body)
    assert answer.status_code == 404


def test_claimed_work_item_is_its_holder_s(house: House) -> None:
    case_id = house.open_case()
    item = house.waiting(case_id)["id"]
    ok(house.lin.post(f"/work-items/{item}/claim"))
    assert house.waiting(case_id)["holder"] == "lin"
    ok(house.lin.post(f"/work-items/{item}/release"))
    assert house.waiting(case_id)["holder"] is None


@pytest.mark.parametrize("action", ["claim", "complete"])
def test_stale_version_is_refused_and_changes_nothing(house: House, action: str) -> None:
    case_id = house.open_case()
    item = house.waiting(case_id)["id"]
    ok(house.lin.post(f"/work-items/{item}/claim"))
    body = {"outcome": "accepted"} if action == "complete" else None
    answer = house.lin.post(f"/work-items/{item}/{action}", body, If_Match='"1"')
    refused(answer, 412, "stale-version")
    assert ok(house.lin.get(f"/cases/{case_id}"))["seq"] == 2


def test_present_version_is_accepted(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    body = {"outcome": "accepted"}
    ok(house.lin.post(f"/work-items/{item}/complete", body, If_Match='"1"'))


def test_version_that_is_none_is_refused(house: House) -> None:
    item = house.waiting(house.open_case())["id"]
    answer = house.lin.post(f"/work-items/{item}/claim", If_Match="one")
    refused(answer, 400, "malformed-request")


def test_who_reported_may_not_check_and_is_told_why(house: House) -> None:
    """监管分离: Gao could check as an acceptor, but he reported this very case."""
    item = house.waiting(house.handled())["id"]
    for action, body in (("claim", {}), ("complete", {"outcome": "passed"})):
        answer = house.gao.post(f"/work-items/{item}/{action}", body)
        problem = refused(answer, 403, "separation")
        assert problem["rule"] == "separation/reported-this-case"
        assert problem["earlier_act"]["act"] == "report"


def test_list_refuses_strangers_and_unknown_filters(house: House) -> None:
    refused(house.nobody.get("/work-items"), 401, "not-authenticated")
    refused(house.lin.get("/work-items?colour=red"), 422, "validation-failed")


def test_key_of_a_unit_acts_for_its_people(house: House) -> None:
    case_id = house.stamped()
    works = house.key("work:do", "cases:read", unit="works")
    photo = house.photo(case_id)
    body = {"outcome": "submitted", "data": {"photos_after": [photo]}}
    item = house.waiting(case_id)["id"]
    ok(works.acting_for("chen").post(f"/work-items/{item}/complete", body))
    last = ok(house.lin.get(f"/cases/{case_id}/journal"))["items"][-1]["entry"]
    assert last["actor"]["person"] == "chen"
    assert last["actor"]["via"].startswith("key:")


@pytest.mark.parametrize("person", ["zhao", "lin", "nobody_we_know"])
def test_key_of_a_unit_acts_for_nobody_else(house: House, person: str) -> None:
    works = house.key("work:do", unit="works")
    answer = works.acting_for(person).get("/work-items")
    assert answer.status_code == 403
