"""A key belongs to one request, whatever it was about; what may be repeated asks for none."""

from typing import Any

import pytest

from api.resource import Resource
from tests.api.house import CALENDAR, PASSWORD, START, Caller, House, ok, refused

USER = {"login": "lin", "person": "lin", "password": PASSWORD}


def test_other_password_under_the_same_key_is_another_request(house: House) -> None:
    first = ok(house.operator.post("/users", USER, Idempotency_Key="once"), 201)
    again = house.operator.post("/users", USER, Idempotency_Key="once")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ok(again, 201) == first
    other = {**USER, "password": f"{PASSWORD} 2"}
    answer = house.operator.post("/users", other, Idempotency_Key="once")
    refused(answer, 422, "idempotency-key-reused")
    ok(house.nobody.post("/sessions", {"login": "lin", "password": PASSWORD}), 201)


@pytest.mark.parametrize("field", ["login", "person"])
def test_other_user_under_the_same_key_is_another_request(house: House, field: str) -> None:
    ok(house.operator.post("/users", USER, Idempotency_Key="once"), 201)
    answer = house.operator.post("/users", {**USER, field: "gao"}, Idempotency_Key="once")
    refused(answer, 422, "idempotency-key-reused")


def test_clock_is_moved_without_a_key_as_often_as_wanted(house: House) -> None:
    body = {"now": START.replace("T01", "T02")}
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    client = house.app.test_client()
    for _ in range(2):
        answer = client.put("/api/v1/clock", json=body, headers=headers)
        assert ok(answer)["now"] == body["now"]


def test_lock_is_kept_for_longer_without_a_key(house: House) -> None:
    house.accepted()
    job = house.locked_job()
    lock = {"worker": "stamper", "lock_token": job["lock_token"], "seconds": 90}
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    client = house.app.test_client()
    path = f"/api/v1/jobs/{job['id']}/extend"
    for seconds in (90, 120):
        ok(client.post(path, json={**lock, "seconds": seconds}, headers=headers))


def test_revoking_again_finds_nothing_to_revoke(house: House) -> None:
    made = ok(house.operator.post("/keys", {"name": "k", "scopes": ["cases:read"]}), 201)
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    client = house.app.test_client()
    path = f"/api/v1/keys/{made['id']}"
    assert client.delete(path, headers=headers).status_code == 204
    refused(client.delete(path, headers=headers), 404, "not-found")


def test_write_that_must_not_happen_twice_wants_a_key(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    answer = house.app.test_client().post("/api/v1/users", json=USER, headers=headers)
    refused(answer, 400, "idempotency-key-required")


def test_optional_key_that_is_too_long_is_none_that_is_required(house: House) -> None:
    answer = house.operator.post("/jobs/fetch-and-lock", FETCH, Idempotency_Key="k" * 201)
    problem = refused(answer, 400, "malformed-request")
    assert problem["errors"][0]["header"] == "Idempotency-Key"
    answer = house.operator.post("/users", USER, Idempotency_Key="k" * 201)
    refused(answer, 400, "idempotency-key-required")


def test_condition_without_a_key_is_no_kind_of_write() -> None:
    with pytest.raises(KeyError):
        Resource("wishes", "").writes("/wishes", None, key="optional", conditional=True)


def twice(caller: Caller, method: str, path: str, body: Any = None) -> tuple[Any, Any]:
    """One request sent twice under one key; both answers."""
    headers = {"Idempotency-Key": "twice"}
    first = caller.send(method, path, json=body or {}, headers=headers)
    again = caller.send(method, path, json=body or {}, headers=headers)
    assert "Idempotency-Replayed" not in first.headers, first.get_data(as_text=True)
    assert again.headers["Idempotency-Replayed"] == "true", again.get_data(as_text=True)
    assert first.status_code == again.status_code
    return first.get_json(silent=True), again.get_json(silent=True)


FETCH = {"topics": ["stamp"], "worker": "stamper", "seconds": 60, "limit": 5}


def test_jobs_fetched_again_under_a_key_are_the_same_under_the_same_locks(house: House) -> None:
    house.accepted()
    first, again = twice(house.operator, "POST", "/jobs/fetch-and-lock", FETCH)
    assert len(first["items"]) == 1
    assert again == first
    other = house.operator.post("/jobs/fetch-and-lock", FETCH, Idempotency_Key="other")
    assert ok(other)["items"] == []
    changed = {**FETCH, "limit": 1}
    answer = house.operator.post("/jobs/fetch-and-lock", changed, Idempotency_Key="twice")
    refused(answer, 422, "idempotency-key-reused")


def test_job_that_was_answered_is_not_told_again(house: House) -> None:
    house.accepted()
    [job] = ok(house.operator.post("/jobs/fetch-and-lock", FETCH, Idempotency_Key="k"))["items"]
    lock = {"worker": "stamper", "lock_token": job["lock_token"], "reason": "no ink"}
    ok(house.operator.post(f"/jobs/{job['id']}/fail", {**lock, "retry_after_seconds": 0}))
    ok(house.operator.post("/jobs/fetch-and-lock", {**FETCH, "worker": "another"}))
    again = house.operator.post("/jobs/fetch-and-lock", FETCH, Idempotency_Key="k")
    assert ok(again)["items"] == []


def test_lock_is_prolonged_once_under_a_key(house: House) -> None:
    house.accepted()
    job = house.locked_job()
    lock = {"worker": "stamper", "lock_token": job["lock_token"], "seconds": 90}
    first, again = twice(house.operator, "POST", f"/jobs/{job['id']}/extend", lock)
    assert again == first


def test_other_pause_under_the_same_key_is_another_failure(house: House) -> None:
    house.accepted()
    job = house.locked_job()
    body = {"worker": "stamper", "lock_token": job["lock_token"], "reason": "no ink"}
    path = f"/jobs/{job['id']}/fail"
    ok(house.operator.post(path, {**body, "retry_after_seconds": 5}, Idempotency_Key="once"))
    answer = house.operator.post(path, {**body, "retry_after_seconds": 6}, Idempotency_Key="once")
    refused(answer, 422, "idempotency-key-reused")


def test_key_is_made_once_and_named_again_without_its_secret(house: House) -> None:
    wish = {"name": "k", "scopes": ["cases:read"]}
    first, again = twice(house.operator, "POST", "/keys", wish)
    assert again == {"id": first["id"], "secret": None}
    assert [k["id"] for k in ok(house.operator.get("/keys"))["items"]].count(first["id"]) == 1
    answer = house.operator.post("/keys", {**wish, "name": "other"}, Idempotency_Key="twice")
    refused(answer, 422, "idempotency-key-reused")


def test_end_of_a_key_or_a_login_is_told_again_under_a_key(house: House) -> None:
    made = ok(house.operator.post("/keys", {"name": "k", "scopes": ["cases:read"]}), 201)
    twice(house.operator, "DELETE", f"/keys/{made['id']}")
    ok(house.operator.post("/users", USER), 201)
    path, headers = "/users/lin", {"Idempotency-Key": "thrice"}
    for _ in range(2):
        assert house.operator.send("DELETE", path, headers=headers).status_code == 204


def test_clock_and_calendar_answer_again_under_a_key(house: House) -> None:
    first, again = twice(house.operator, "PUT", "/clock", {"now": START.replace("T01", "T02")})
    assert again == first
    refused(
        house.operator.put("/clock", {"now": START.replace("T01", "T03")}, Idempotency_Key="twice"),
        422,
        "idempotency-key-reused",
    )
    order = {"calendar": "north@2", "limit": 5}
    ok(house.operator.put("/calendar", {"data": {**CALENDAR, "version": 2}}))
    first = ok(house.operator.post("/calendar/apply", order, Idempotency_Key="order"))
    again = house.operator.post("/calendar/apply", order, Idempotency_Key="order")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ok(again) == first


@pytest.mark.parametrize("act", ["complete", "fail", "bpmn-error"])
def test_answer_to_a_job_of_a_case_that_went_on_does_nothing(house: House, act: str) -> None:
    house.accepted()
    job = house.locked_job()
    lock = {"worker": "stamper", "lock_token": job["lock_token"]}
    more = {"complete": {}, "fail": {"reason": "no"}, "bpmn-error": {"code": "x"}}[act]
    path = f"/jobs/{job['id']}/{act}"
    answer = house.operator.post(path, {**lock, **more}, **{"If-Match": '"1"'})
    refused(answer, 412, "stale-version")


def test_other_writes_on_a_case_that_went_on_do_nothing(house: House) -> None:
    case_id = house.accepted()
    seen = {"If-Match": '"1"'}
    file = {**seen, "Content-Type": "image/png"}
    path = f"/cases/{case_id}/attachments/a.png"
    refused(house.gao.send("PUT", path, data=b"x", headers=file), 412, "stale-version")
    erase = house.operator.post(f"/cases/{case_id}/erasures", {"reason": "asked"}, **seen)
    refused(erase, 412, "stale-version")


def _version(house: House, case_id: str) -> Any:
    return house.operator.get(f"/cases/{case_id}").headers["ETag"]


@pytest.mark.parametrize("act", ["claim", "complete", "release"])
def test_work_on_a_case_that_went_on_is_not_done(house: House, act: str) -> None:
    case_id = house.handled()
    item = house.waiting(case_id)["id"]
    if act == "release":
        ok(house.lin.post(f"/work-items/{item}/claim"))
    before = _version(house, case_id)
    body = {"outcome": "passed"} if act == "complete" else {}
    path = f"/work-items/{item}/{act}"
    refused(house.lin.post(path, body, **{"If-Match": '"1"'}), 412, "stale-version")
    assert _version(house, case_id) == before
    ok(house.lin.post(path, body, **{"If-Match": before}))


def test_message_to_a_case_that_went_on_is_not_delivered(house: House) -> None:
    case_id = house.checked()
    before = _version(house, case_id)
    body = {"name": "paid", "case_id": case_id, "data": {"fee": 5}}
    refused(house.operator.post("/messages", body, **{"If-Match": '"1"'}), 412, "stale-version")
    assert _version(house, case_id) == before
    ok(house.operator.post("/messages", body, **{"If-Match": before}))


@pytest.mark.parametrize("act", ["retry", "resolve"])
def test_incident_of_a_case_that_went_on_stays_open(house: House, act: str) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    failure = {"worker": "stamper", "lock_token": job["lock_token"], "reason": "no", "retries": 0}
    ok(house.operator.post(f"/jobs/{job['id']}/fail", failure))
    [incident] = ok(house.operator.get(f"/incidents?case_id={case_id}"))["items"]
    path = f"/cases/{case_id}/incidents/{incident['number']}/{act}"
    body: dict[str, Any] = {"reason": "by hand"}
    if act == "resolve":
        body["data"] = {"stamp_no": 1}
    before = _version(house, case_id)
    refused(house.operator.post(path, body, **{"If-Match": '"1"'}), 412, "stale-version")
    assert _version(house, case_id) == before
    ok(house.operator.post(path, body, **{"If-Match": before}))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/health?x=1", None),
        ("GET", "/clock?x=1", None),
        ("POST", "/notifications/x/read", {"x": 1}),
        ("POST", "/work-items/x/claim", {"x": 1}),
        ("POST", "/work-items/x/release", {"x": 1}),
        ("POST", "/keys?x=1", {"name": "k", "scopes": ["cases:read"]}),
    ],
)
def test_field_that_an_operation_does_not_know_is_refused(
    house: House, method: str, path: str, body: Any
) -> None:
    options = {} if body is None else {"json": body}
    refused(house.operator.send(method, path, **options), 422, "validation-failed")


def test_key_gives_no_more_than_it_has(house: House) -> None:
    keeper = house.key("admin:keys", "cases:read")
    ok(keeper.post("/keys", {"name": "k", "scopes": ["cases:read"]}), 201)
    answer = keeper.post("/keys", {"name": "k", "scopes": ["cases:read", "admin:clock"]})
    assert refused(answer, 403, "forbidden")["rule"] == "keys/own-scopes"
    of_works = house.key("admin:keys", "cases:read", unit="works")
    for unit in (None, "parks"):
        answer = of_works.post("/keys", {"name": "k", "scopes": ["cases:read"], "unit": unit})
        assert refused(answer, 403, "forbidden")["rule"] == "keys/own-unit"
    ok(of_works.post("/keys", {"name": "k", "scopes": ["cases:read"], "unit": "works"}), 201)


@pytest.mark.parametrize("path", ["/cases//replay", "//cases", "/cases//"])
def test_doubled_slash_is_nowhere_and_no_redirect(house: House, path: str) -> None:
    refused(house.operator.get(path), 404, "no-such-address")
