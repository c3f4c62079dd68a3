import pytest

from tests.api.house import House, ok, refused


def test_message_moves_the_case_that_waits(house: House) -> None:
    case_id = house.checked()
    sender = house.key("messages:send", "cases:read")
    answer = sender.post("/messages", {"name": "paid", "case_id": case_id, "data": {"fee": 5}})
    assert ok(answer)["receipt"]["stream"] == f"case:{case_id}"
    case = ok(sender.get(f"/cases/{case_id}"))
    assert (case["status"], case["outcome"]) == ("closed", "closed")


def test_message_writes_no_field_that_its_event_does_not_declare(house: House) -> None:
    case_id = house.checked()
    sender = house.key("messages:send")
    data = {"fee": 5, "responsible_unit": "parks"}
    answer = sender.post("/messages", {"name": "paid", "case_id": case_id, "data": data})
    problem = refused(answer, 422, "bad-variables")
    assert [e["pointer"] for e in problem["errors"]] == ["/data/responsible_unit"]


def test_key_of_a_unit_reaches_its_unit_s_cases_only(house: House) -> None:
    case_id = house.checked()
    body = {"name": "paid", "case_id": case_id}
    stranger = house.key("messages:send", unit="parks", name="parks gateway")
    refused(stranger.post("/messages", body), 404, "case-not-found")
    refused(stranger.post("/messages", {"name": "paid"}), 404, "case-not-found")
    ok(house.key("messages:send", unit="works", name="works gateway").post("/messages", body))


def test_message_that_nobody_waits_for_is_refused(house: House) -> None:
    case_id = house.open_case()
    answer = house.operator.post("/messages", {"name": "paid", "case_id": case_id})
    assert answer.status_code in (404, 409)


def test_message_is_sent_once_under_one_key(house: House) -> None:
    body = {"name": "paid", "case_id": house.checked()}
    first = house.operator.post("/messages", body, Idempotency_Key="pay")
    again = house.operator.post("/messages", body, Idempotency_Key="pay")
    assert ok(first) == ok(again)


def test_message_refuses_strangers_other_scopes_and_bad_input(house: House) -> None:
    refused(house.nobody.post("/messages", {"name": "paid"}), 401, "not-authenticated")
    refused(house.key("cases:read").post("/messages", {"name": "paid"}), 403, "forbidden")
    refused(house.operator.post("/messages", {}), 422, "validation-failed")


def test_signal_for_which_nobody_waits_is_accepted_and_recorded_once(house: House) -> None:
    first = house.operator.post("/signals", {"name": "flood"}, Idempotency_Key="s")
    again = house.operator.post("/signals", {"name": "flood"}, Idempotency_Key="s")
    answer = ok(first)
    assert ok(again) == answer
    assert (answer["cases"], answer["opens"]) == (0, True)
    assert (answer["receipt"]["stream"], answer["receipt"]["seq"]) == ("signals", 1)
    told = ok(house.key("events:read").get("/events?limit=1000"))["events"]
    assert [e["type"] for e in told].count("signal.sent") == 1


def test_signal_refuses_strangers_other_scopes_and_bad_input(house: House) -> None:
    refused(house.nobody.post("/signals", {"name": "flood"}), 401, "not-authenticated")
    refused(house.key("cases:read").post("/signals", {"name": "flood"}), 403, "forbidden")
    refused(house.operator.post("/signals", {}), 422, "validation-failed")
    with_values = {"name": "flood", "data": {"level": 3}}
    refused(house.operator.post("/signals", with_values), 422, "validation-failed")
    sender = house.key("messages:send", unit="parks", name="parks gateway")
    assert ok(sender.post("/signals", {"name": "flood"}))["opens"] is False


def test_feed_gives_every_event_once_in_order(house: House) -> None:
    case_id = house.accepted()
    reader = house.key("events:read")
    events, after = [], 0
    while True:
        page = ok(reader.get(f"/events?after={after}&limit=3"))
        if not page["events"]:
            break
        events += page["events"]
        after = page["next"]
    positions = [event["position"] for event in events]
    assert positions == sorted(positions)
    ids = [(event["stream"], event["seq"], event["n"]) for event in events]
    assert len(set(ids)) == len(ids)
    assert f"case:{case_id}" in {event["stream"] for event in events}
    assert after == ok(reader.get(f"/events?after={after}"))["next"]


def test_feed_refuses_strangers_other_scopes_and_bad_positions(house: House) -> None:
    refused(house.nobody.get("/events"), 401, "not-authenticated")
    refused(house.key("cases:read").get("/events"), 403, "forbidden")
    refused(house.operator.get("/events?after=-1"), 422, "validation-failed")


def test_attachment_is_named_by_its_content(house: House) -> None:
    case_id = house.stamped()
    sha256 = house.photo(case_id, b"a picture")
    answer = house.lin.get(f"/cases/{case_id}/attachments/{sha256}")
    assert (answer.data, answer.mimetype) == (b"a picture", "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    last = ok(house.lin.get(f"/cases/{case_id}/journal"))["items"][-1]["entry"]
    assert last["command"]["args"]["sha256"] == sha256


def test_photo_is_demanded_where_the_output_is_one(house: House) -> None:
    case_id = house.stamped()
    item = house.waiting(case_id)["id"]
    for photos in ([], ["0" * 64]):
        body = {"outcome": "submitted", "data": {"photos_after": photos}}
        answer = house.chen.post(f"/work-items/{item}/complete", body)
        refused(answer, 422, "bad-variables")


def test_text_is_no_photo_until_it_is_attached_as_a_picture(house: House) -> None:
    case_id = house.stamped()
    path = f"/cases/{case_id}/attachments/x.txt"
    text = {"Content-Type": "text/plain; charset=utf-8"}
    sha256 = ok(house.chen.send("PUT", path, data=b"a picture", headers=text), 201)["sha256"]
    body = {"outcome": "submitted", "data": {"photos_after": [sha256]}}
    item = house.waiting(case_id)["id"]
    answer = house.chen.post(f"/work-items/{item}/complete", body)
    refused(answer, 422, "bad-variables")
    assert "is text/plain, not a picture" in answer.get_json()["detail"]
    assert house.photo(case_id, b"a picture") == sha256
    ok(house.chen.post(f"/work-items/{item}/complete", body))


@pytest.mark.parametrize(
    "media_type", ["image", "image/", "/jpeg", "image/jp eg", "image/jpeg/x", f"image/{'x' * 95}"]
)
def test_media_type_that_is_none_is_refused(house: House, media_type: str) -> None:
    path = f"/cases/{house.stamped()}/attachments/x.jpg"
    answer = house.chen.send("PUT", path, data=b"x", headers={"Content-Type": media_type})
    refused(answer, 415, "unsupported-media-type")


def test_attachment_of_another_case_is_not_found(house: House) -> None:
    sha256 = house.photo(house.stamped())
    other = house.open_case()
    assert house.lin.get(f"/cases/{other}/attachments/{sha256}").status_code == 404


def test_attachment_refuses_strangers_and_empty_bodies(house: House) -> None:
    case_id = house.stamped()
    path = f"/cases/{case_id}/attachments/x.jpg"
    refused(house.nobody.send("PUT", path, data=b"x"), 401, "not-authenticated")
    refused(house.chen.send("PUT", path, data=b""), 422, "validation-failed")


def test_attachment_that_is_too_large_is_refused(house: House) -> None:
    path = f"/cases/{house.stamped()}/attachments/x.jpg"
    answer = house.chen.send("PUT", path, data=b"x" * (25 * 1024 * 1024 + 1))
    refused(answer, 413, "too-large")


def test_notifications_are_the_caller_s_own(house: House) -> None:
    assert ok(house.lin.get("/notifications"))["items"] == []
    refused(house.nobody.get("/notifications"), 401, "not-authenticated")
    refused(house.lin.get("/notifications?limit=0"), 422, "validation-failed")


def test_unknown_notification_is_not_found(house: House) -> None:
    answer = house.lin.post("/notifications/nonsense/read")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/notifications/x/read", "/messages", "/incidents"])
def test_wrong_method_says_which_there_are(house: House, path: str) -> None:
    answer = house.lin.send("DELETE", path)
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"]
