import pytest

from tests.api.house import House, ok, refused

OPEN = {"data": {"description": "a hole in the road", "source": "public"}}


def test_open_case_answers_number_receipt_and_place(house: House) -> None:
    answer = house.lin.post("/cases", OPEN)
    body = ok(answer, 201)
    assert body["receipt"]["stream"] == f"case:{body['case_id']}"
    assert body["receipt"]["seq"] == 1
    assert answer.headers["Location"] == f"/api/v1/cases/{body['case_id']}"
    assert answer.headers["ETag"] == '"1"'


def test_open_case_again_under_the_same_key_is_the_same_case(house: House) -> None:
    first = house.lin.post("/cases", OPEN, Idempotency_Key="once")
    again = house.lin.post("/cases", OPEN, Idempotency_Key="once")
    assert ok(again, 201) == ok(first, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_open_case_is_refused_when_the_key_had_another_body(house: House) -> None:
    ok(house.lin.post("/cases", OPEN, Idempotency_Key="once"), 201)
    other = {"data": {"description": "another hole"}}
    answer = house.lin.post("/cases", other, Idempotency_Key="once")
    refused(answer, 422, "idempotency-key-reused")


def test_open_case_is_refused_without_a_key_of_its_own(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    answer = house.app.test_client().post("/api/v1/cases", json=OPEN, headers=headers)
    refused(answer, 400, "idempotency-key-required")


def test_open_case_refuses_a_stranger(house: House) -> None:
    refused(house.nobody.post("/cases", OPEN), 401, "not-authenticated")


def test_open_case_refuses_a_key_without_the_scope(house: House) -> None:
    reader = house.key("cases:read")
    assert refused(reader.post("/cases", OPEN), 403, "forbidden")["scope"] == "cases:open"


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "validation-failed", "/data"),
        ({"data": [], "x": 1}, "validation-failed", "/data"),
        ({**OPEN, "surprise": 1}, "validation-failed", "/surprise"),
        ({"data": {"description": "x", "fee": 1.5}}, "unencodable-value", "/data/fee"),
        ({"data": {"description": "x", "fee": "much"}}, "bad-variables", "/fee"),
        ({"data": {"description": "x", "colour": "red"}}, "bad-variables", "/colour"),
        ({"data": {"source": "public"}}, "bad-variables", "/description"),
    ],
)
def test_open_case_names_the_place_of_bad_input(
    house: House, body: dict[str, object], code: str, pointer: str
) -> None:
    problem = refused(house.lin.post("/cases", body), 422, code)
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_get_case_shows_document_and_version(house: House) -> None:
    case_id = house.open_case(floors=3)
    answer = house.lin.get(f"/cases/{case_id}")
    body = ok(answer)
    assert (body["case_id"], body["status"], body["seq"]) == (case_id, "open", 1)
    assert body["document"]["floors"] == 3
    assert answer.headers["ETag"] == '"1"'


def test_get_case_says_not_modified_when_the_caller_has_it(house: House) -> None:
    case_id = house.open_case()
    answer = house.lin.get(f"/cases/{case_id}", If_None_Match='"1"')
    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("path", ["", "/document", "/journal", "/clocks"])
def test_unknown_case_is_not_found(house: House, path: str) -> None:
    missing = "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"
    refused(house.lin.get(f"/cases/{missing}{path}"), 404, "case-not-found")


@pytest.mark.parametrize("path", ["", "/document", "/journal", "/clocks"])
def test_case_is_hidden_from_strangers(house: House, path: str) -> None:
    case_id = house.open_case()
    refused(house.nobody.get(f"/cases/{case_id}{path}"), 401, "not-authenticated")


def test_document_is_the_case_s(house: House) -> None:
    case_id = house.open_case(floors=3)
    assert ok(house.lin.get(f"/cases/{case_id}/document"))["document"]["floors"] == 3


def test_list_pages_without_gap_or_double(house: House) -> None:
    opened = [house.open_case() for _ in range(5)]
    found, path = [], "/cases?limit=2"
    while path:
        answer = house.lin.get(path)
        found += [case["case_id"] for case in ok(answer)["items"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</api/v1")
    assert sorted(found) == sorted(opened)
    assert len(found) == 5


def test_list_filters_by_status(house: House) -> None:
    kept, ended = house.open_case(), house.open_case()
    item = house.waiting(ended)["id"]
    body = {"outcome": "refused", "reason": "no hole"}
    ok(house.lin.post(f"/work-items/{item}/complete", body))
    items = ok(house.lin.get("/cases?status=open"))["items"]
    assert [case["case_id"] for case in items] == [kept]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=many", "limit"),
        ("cursor=mine", "cursor"),
        ("status=lost", "status"),
        ("colour=red", "colour"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_list_names_the_parameter_that_is_wrong(house: House, query: str, parameter: str) -> None:
    problem = refused(house.lin.get(f"/cases?{query}"), 422, "validation-failed")
    assert problem["errors"][0]["parameter"] == parameter


def test_journal_tells_who_did_what(house: House) -> None:
    case_id = house.accepted()
    entries = ok(house.lin.get(f"/cases/{case_id}/journal"))["items"]
    assert [entry["seq"] for entry in entries] == [1, 2]
    assert [e["entry"]["command"]["kind"] for e in entries] == ["open_case", "complete_work_item"]
    assert [e["entry"]["actor"]["person"] for e in entries] == ["gao", "lin"]
    assert entries[1]["entry"]["prev"] == entries[0]["hash"]


def test_journal_reads_on_after_an_entry(house: House) -> None:
    case_id = house.accepted()
    first = ok(house.lin.get(f"/cases/{case_id}/journal?limit=1"))
    after = first["next_after_seq"]
    rest = ok(house.lin.get(f"/cases/{case_id}/journal?after_seq={after}"))
    assert [entry["seq"] for entry in first["items"] + rest["items"]] == [1, 2]
    assert rest["next_after_seq"] is None


def test_personal_values_stand_in_no_entry(house: House) -> None:
    case_id = house.open_case(reporter={"name": "Old Wu", "phone": "555-0100"})
    text = house.lin.get(f"/cases/{case_id}/journal").get_data(as_text=True)
    assert "Old Wu" not in text
    assert "555-0100" not in text
