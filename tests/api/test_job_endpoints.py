from typing import Any

import pytest

from tests.api.house import House, ok, refused

ACTIONS: dict[str, dict[str, Any]] = {
    "complete": {"data": {"stamp_no": 7}},
    "fail": {"reason": "the stamp is lost"},
    "bpmn-error": {"code": "NO_INK"},
    "extend": {"seconds": 30},
}


def proof(job: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"worker": "stamper", "lock_token": job["lock_token"], **more}


def test_worker_gets_what_the_diagram_hands_over(house: House) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    assert (job["case_id"], job["topic"], job["element"]) == (case_id, "stamp", "stamp")
    assert job["variables"] == {"what": "a hole"}


def test_locked_job_is_given_to_nobody_else(house: House) -> None:
    house.accepted()
    house.locked_job()
    body = {"topics": ["stamp"], "worker": "other", "seconds": 60}
    assert ok(house.operator.post("/jobs/fetch-and-lock", body)) == {"items": []}


def test_complete_writes_the_declared_outputs(house: House) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    ok(house.operator.post(f"/jobs/{job['id']}/complete", proof(job, data={"stamp_no": 7})))
    document = ok(house.lin.get(f"/cases/{case_id}/document"))["document"]
    assert document["stamp_no"] == 7


def test_complete_without_a_required_output_is_refused(house: House) -> None:
    house.accepted()
    job = house.locked_job()
    answer = house.operator.post(f"/jobs/{job['id']}/complete", proof(job))
    refused(answer, 422, "bad-variables")


@pytest.mark.parametrize("action", ACTIONS)
def test_lock_of_another_worker_is_refused(house: House, action: str) -> None:
    house.accepted()
    job = house.locked_job()
    body = {**proof(job, **ACTIONS[action]), "worker": "thief"}
    refused(house.operator.post(f"/jobs/{job['id']}/{action}", body), 409, "lock-lost")


@pytest.mark.parametrize("action", ACTIONS)
def test_lock_token_that_is_old_is_refused(house: House, action: str) -> None:
    house.accepted()
    job = house.locked_job()
    body = {**proof(job, **ACTIONS[action]), "lock_token": job["lock_token"] + 1}
    refused(house.operator.post(f"/jobs/{job['id']}/{action}", body), 409, "lock-lost")


@pytest.mark.parametrize("action", ACTIONS)
def test_job_refuses_strangers_and_other_scopes(house: House, action: str) -> None:
    house.accepted()
    job = house.locked_job()
    body = proof(job, **ACTIONS[action])
    refused(house.nobody.post(f"/jobs/{job['id']}/{action}", body), 401, "not-authenticated")
    reader = house.key("cases:read")
    refused(reader.post(f"/jobs/{job['id']}/{action}", body), 403, "forbidden")


@pytest.mark.parametrize("action", ACTIONS)
def test_job_names_the_field_that_is_missing(house: House, action: str) -> None:
    body = {"worker": "stamper", **ACTIONS[action]}
    problem = refused(house.operator.post(f"/jobs/x/{action}", body), 422, "validation-failed")
    assert problem["errors"][0]["pointer"] == "/lock_token"


def test_bpmn_error_takes_the_boundary_event(house: House) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    ok(house.operator.post(f"/jobs/{job['id']}/bpmn-error", proof(job, code="NO_INK")))
    assert ok(house.lin.get(f"/cases/{case_id}"))["outcome"] == "void"


def test_last_failure_opens_an_incident_that_is_retried(house: House) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    failure = proof(job, reason="the stamp is lost", retries=0)
    ok(house.operator.post(f"/jobs/{job['id']}/fail", failure))
    [incident] = ok(house.operator.get(f"/incidents?case_id={case_id}"))["items"]
    assert (incident["element"], incident["message"]) == ("stamp", "the stamp is lost")
    path = f"/cases/{case_id}/incidents/{incident['number']}"
    ok(house.operator.post(f"{path}/retry", {"reason": "found it"}))
    assert house.locked_job()["case_id"] == case_id


def test_incident_is_resolved_by_hand(house: House) -> None:
    case_id = house.accepted()
    job = house.locked_job()
    failure = proof(job, reason="the stamp is lost", retries=0)
    ok(house.operator.post(f"/jobs/{job['id']}/fail", failure))
    [incident] = ok(house.operator.get(f"/incidents?case_id={case_id}"))["items"]
    path = f"/cases/{case_id}/incidents/{incident['number']}/resolve"
    refused(house.lin.post(path, {"reason": "by hand"}), 403, "forbidden")
    ok(house.operator.post(path, {"reason": "by hand", "data": {"stamp_no": 1}}))
    assert house.waiting(case_id)["element"] == "handle_on_site"


def test_extended_lock_ends_later(house: House) -> None:
    house.accepted()
    job = house.locked_job(seconds=10)
    answer = ok(house.operator.post(f"/jobs/{job['id']}/extend", proof(job, seconds=600)))
    assert answer["lock_expires_at"] > job["lock_expires_at"]


def test_finished_job_is_finished_once(house: House) -> None:
    house.accepted()
    job = house.locked_job()
    path, body = f"/jobs/{job['id']}/complete", proof(job, data={"stamp_no": 7})
    first = house.operator.post(path, body, Idempotency_Key="stamp")
    again = house.operator.post(path, body, Idempotency_Key="stamp")
    assert ok(first) == ok(again)
    assert house.operator.post(path, body).status_code in (404, 409)
