import base64
import io
import zipfile

import pytest

from tests.api.house import PERMIT, START, House, ok, refused, zipped

FILES = {f"permit/{path.name}": path.read_bytes() for path in PERMIT.iterdir()}
ENCODED = {path: base64.b64encode(content).decode() for path, content in FILES.items()}


def test_three_forms_of_the_same_files_are_the_same_release(house: House) -> None:
    as_json = ok(house.operator.post("/releases", {"files": ENCODED, "note": "again"}), 201)
    parts = [(io.BytesIO(content), path) for path, content in FILES.items()]
    as_parts = ok(house.operator.send("POST", "/releases", data={"files": parts}), 201)
    assert as_json["release"] == as_parts["release"] == house.release


def test_release_is_shown_with_its_files(house: House) -> None:
    for name in (house.release, "current"):
        shown = ok(house.lin.get(f"/releases/{name}"))
        assert shown["release"] == house.release
        assert [file["path"] for file in shown["files"]] == sorted(FILES)
    assert [found["release"] for found in ok(house.lin.get("/releases"))["items"]] == [
        house.release
    ]


def test_file_of_a_release_comes_back_as_it_was_deployed(house: House) -> None:
    answer = house.lin.get("/releases/current/files/permit/permit.bpmn")
    assert answer.data == FILES["permit/permit.bpmn"]
    assert house.lin.get("/releases/current/files/nothing").status_code == 404


def test_unknown_release_is_not_found(house: House) -> None:
    refused(house.lin.get(f"/releases/{'0' * 64}"), 404, "release-not-found")


def test_diagram_that_cannot_run_is_refused_with_findings(house: House) -> None:
    broken = FILES["permit/permit.bpmn"].replace(b'targetRef="stamp"', b'targetRef="nowhere"')
    files = {**ENCODED, "permit/permit.bpmn": base64.b64encode(broken).decode()}
    problem = refused(house.operator.post("/releases", {"files": files}), 422, "definition-refused")
    assert problem["findings"]


@pytest.mark.parametrize(
    "path", ["../up.bpmn", "/root.bpmn", "a//b.bpmn", "a\\b.bpmn", "", ".", "a/../b"]
)
def test_path_outside_the_release_is_refused(house: House, path: str) -> None:
    answer = house.operator.post("/releases", {"files": {path: "AAAA"}})
    refused(answer, 422, "validation-failed")


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (b"not a zip", "application/zip", 400),
        (b"x", "text/plain", 415),
        (b"{}", "application/json", 422),
        (b'{"files": {"a.bpmn": "?"}}', "application/json", 422),
        (b'{"files": {}}', "application/json", 422),
    ],
)
def test_deployment_that_cannot_be_read_is_refused(
    house: House, data: bytes, media_type: str, status: int
) -> None:
    answer = house.operator.send(
        "POST", "/releases", data=data, headers={"Content-Type": media_type}
    )
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_archive_that_unpacks_to_too_much_is_refused_unread(house: House) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.bpmn", b"0" * (33 * 1024 * 1024))
    headers = {"Content-Type": "application/zip"}
    answer = house.operator.send("POST", "/releases", data=buffer.getvalue(), headers=headers)
    refused(answer, 413, "too-large")


def test_deploying_is_the_administrator_s(house: House) -> None:
    headers = {"Content-Type": "application/zip"}
    for caller, status in ((house.lin, 403), (house.nobody, 401)):
        answer = caller.send("POST", "/releases", data=zipped(PERMIT), headers=headers)
        assert answer.status_code == status


def test_clock_is_read_and_moved_forward_only(house: House) -> None:
    clock = ok(house.lin.get("/clock"))
    assert (clock["now"], clock["virtual"]) == (START, True)
    later = "2026-03-02T02:00:00.000000Z"
    assert ok(house.operator.put("/clock", {"now": "2026-03-02T10:00:00+08:00"}))["now"] == later
    refused(house.operator.put("/clock", {"now": START}), 409, "wrong-state")
    refused(house.lin.put("/clock", {"now": later}), 403, "forbidden")
    refused(house.operator.put("/clock", {"now": "2026-03-02T10:00:00"}), 422, "validation-failed")


def test_health_needs_no_key(house: House) -> None:
    assert ok(house.nobody.get("/health"))["status"] == "ok"


def test_metrics_are_prometheus_text_for_those_who_may(house: House) -> None:
    house.open_case()
    answer = house.key("events:read").get("/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert "caseloop_" in answer.get_data(as_text=True)
    refused(house.nobody.get("/metrics"), 401, "not-authenticated")


def test_address_that_is_none_is_a_problem_too(house: House) -> None:
    refused(house.nobody.get("/nothing"), 404, "no-such-address")


def test_server_gives_its_own_description(house: House) -> None:
    assert ok(house.nobody.get("/openapi.json"))["openapi"].startswith("3.1")
