"""Texts that no database keeps, and numbers that no row can have: refused, never a fault."""

import base64
import io
import zipfile

import pytest

from tests.api.house import PERMIT, House, ok, refused


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', '["a\\u0000"]'])
def test_cursor_with_a_text_that_nobody_keeps_is_refused(house: House, text: str) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    answer = house.operator.get(f"/people?cursor={cursor}")
    refused(answer, 422, "validation-failed")


@pytest.mark.parametrize(
    "path",
    ["/cases?stage=%00", "/work-items?act=%00", "/people?role=%00", "/notifications?digest=%00"],
)
def test_query_with_a_nul_is_refused(house: House, path: str) -> None:
    problem = refused(house.operator.get(path), 422, "validation-failed")
    assert problem["errors"][0]["parameter"] == path.partition("?")[2].partition("=")[0]


@pytest.mark.parametrize("path", ["/releases/%00", "/releases/%00/files/x", "/cases/%00"])
def test_path_with_a_nul_leads_nowhere(house: House, path: str) -> None:
    assert house.operator.get(path).status_code == 404


def test_items_of_a_case_that_cannot_be_are_none(house: House) -> None:
    assert ok(house.operator.get("/work-items?case_id=0&act=0"))["items"] == []


def test_journal_is_read_from_no_further_than_an_entry_can_be(house: House) -> None:
    path = f"/cases/{house.open_case()}/journal?after_seq="
    assert ok(house.operator.get(f"{path}{2**31 - 1}"))["items"] == []
    refused(house.operator.get(f"{path}{2**31}"), 422, "validation-failed")


def test_person_beyond_ascii_is_acted_for_percent_encoded(house: House) -> None:
    post = {"id": "z", "role": "acceptor", "axis": "supervision", "unit": "centre", "name": "张三"}
    ok(house.operator.post("/people/%E5%BC%A0%E4%B8%89/posts", post), 201)
    gateway = house.key("cases:open", "cases:read", "work:do", unit="centre")
    assert ok(gateway.acting_for("%E5%BC%A0%E4%B8%89").get("/cases"))["items"] == []
    for wrong in ("%ff", "%00", ""):
        refused(gateway.acting_for(wrong).get("/cases"), 400, "malformed-request")


def test_archive_with_damaged_bytes_is_refused(house: House) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.bpmn", b"<definitions/>" * 50)
    data = bytearray(buffer.getvalue())
    begin = data.index(b"p.bpmn") + len(b"p.bpmn")
    data[begin : begin + 5] = b"\xff" * 5
    headers = {"Content-Type": "application/zip"}
    answer = house.operator.send("POST", "/releases", data=bytes(data), headers=headers)
    refused(answer, 400, "malformed-request")


@pytest.mark.parametrize("path", ["case.schema.json", "forms/ask.json", "policies/rework.json"])
def test_number_of_thousands_of_digits_is_a_finding(house: House, path: str) -> None:
    content = {"p.bpmn": (PERMIT / "permit.bpmn").read_bytes(), path: b"9" * 6000}
    files = {name: base64.b64encode(data).decode() for name, data in content.items()}
    problem = refused(house.operator.post("/releases", {"files": files}), 422, "definition-refused")
    assert {finding["file"] for finding in problem["findings"]} == {path}
