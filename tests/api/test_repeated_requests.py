"""A key belongs to one request, whatever it was about; what may be repeated asks for none."""

import pytest

from tests.api.house import PASSWORD, START, House, ok, refused

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
