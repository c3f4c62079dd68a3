"""An installation on a SQLite file with a virtual clock, a small procedure and named people.

Gao reports, Lin accepts and checks, Chen handles for the works department, Wang dispatches,
Zhao is a stranger (a crew of another department). Keys of their units act for them, which is
cheaper than passwords; the operator has the local token.
"""

import io
import itertools
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from engine.bootstrap import Installation

START = "2026-03-02T01:00:00.000000Z"
PASSWORD = "correct horse battery"
PERMIT = Path(__file__).with_name("permit")
LOCAL_TOKEN = "the-local-token"
_KEYS = itertools.count(1)

ORGANISATION: dict[str, Any] = {
    "units": [
        {"id": "centre", "name": "Centre", "kind": "centre", "district": "north"},
        {"id": "works", "name": "Works", "kind": "department", "district": "north"},
        {"id": "parks", "name": "Parks", "kind": "department", "district": "north"},
    ],
    "people": [
        {"id": "lin", "name": "Lin", "posts": [
            {"id": "acceptor_1", "role": "acceptor", "axis": "supervision", "unit": "centre"},
        ]},
        {"id": "gao", "name": "Gao", "posts": [
            {"id": "collector_1", "role": "collector", "axis": "supervision", "unit": "centre"},
            {"id": "acceptor_2", "role": "acceptor", "axis": "supervision", "unit": "centre"},
        ]},
        {"id": "wang", "name": "Wang", "posts": [
            {"id": "dispatcher_1", "role": "dispatcher", "axis": "command", "unit": "centre"},
        ]},
        {"id": "chen", "name": "Chen", "posts": [
            {"id": "crew_1", "role": "crew", "axis": "handling", "unit": "works"},
        ]},
        {"id": "zhao", "name": "Zhao", "posts": [
            {"id": "crew_2", "role": "crew", "axis": "handling", "unit": "parks"},
        ]},
    ],
}  # fmt: skip
CATALOG: dict[str, Any] = {
    "id": "permits",
    "classes": [{"code": "01-01", "name": "Hole", "conditions": [{"number": 1, "text": "deep"}]}],
}
CALENDAR: dict[str, Any] = {
    "id": "north",
    "version": 1,
    "zone": "Asia/Shanghai",
    "parts": ["09:00-12:00", "13:30-18:00"],
    "first": "2026-01-01",
    "last": "2026-12-31",
}
MEMBERS = {"centre": ("gao", "lin", "wang"), "works": ("chen",), "parks": ("zhao",)}


@dataclass(slots=True)
class Caller:
    """Somebody who asks the API; every write gets a key of its own unless one is given."""

    client: FlaskClient
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def acting_for(self, person: str) -> "Caller":
        return Caller(self.client, self.token, {**self.headers, "Acting-For": person})

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, json=body if body is not None else {}, headers=headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("PUT", path, json=body, headers=headers)

    def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        given = self._headers(headers or {})
        given.setdefault("Idempotency-Key", f"key-{next(_KEYS)}")
        return self.client.open(f"/api/v1{path}", method=method, headers=given, **options)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        found = {name.replace("_", "-"): value for name, value in more.items()}
        credentials = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**credentials, **self.headers, **found}


@dataclass(slots=True)
class House:
    """A running installation and who asks it."""

    app: Flask
    installation: Installation
    operator: Caller
    nobody: Caller
    gao: Caller
    lin: Caller
    wang: Caller
    chen: Caller
    zhao: Caller
    release: str

    def key(self, *scopes: str, unit: str | None = None, name: str = "gateway") -> Caller:
        body = {"name": name, "scopes": list(scopes), "unit": unit}
        made = ok(self.operator.post("/keys", body), 201)
        return Caller(self.app.test_client(), made["secret"])

    def sign_in(self, person: str) -> Caller:
        """A session of a person, who gets a login first."""
        body = {"login": person, "password": PASSWORD, "person": person}
        ok(self.operator.post("/users", body), 201)
        session = ok(self.nobody.post("/sessions", {"login": person, "password": PASSWORD}), 201)
        return Caller(self.app.test_client(), session["token"])

    def open_case(self, **data: Any) -> str:
        body = {"data": {"description": "a hole", "responsible_unit": "works", **data}}
        return str(ok(self.gao.post("/cases", body), 201)["case_id"])

    def waiting(self, case_id: str) -> dict[str, Any]:
        """The only open work item of a case."""
        [item] = ok(self.operator.get(f"/work-items?case_id={case_id}"))["items"]
        return dict(item)

    def accepted(self) -> str:
        """A case whose stamp job waits."""
        case_id = self.open_case()
        item = self.waiting(case_id)["id"]
        ok(self.lin.post(f"/work-items/{item}/complete", {"outcome": "accepted"}))
        return case_id

    def locked_job(self, worker: str = "stamper", seconds: int = 60) -> dict[str, Any]:
        body = {"topics": ["stamp"], "worker": worker, "seconds": seconds}
        [job] = ok(self.operator.post("/jobs/fetch-and-lock", body))["items"]
        return dict(job)

    def stamped(self) -> str:
        """A case that waits for Chen on site."""
        case_id = self.accepted()
        job = self.locked_job()
        done = {"worker": "stamper", "lock_token": job["lock_token"], "data": {"stamp_no": 7}}
        ok(self.operator.post(f"/jobs/{job['id']}/complete", done))
        return case_id

    def photo(self, case_id: str, content: bytes = b"a picture") -> str:
        """The SHA-256 of a photograph in the case's folder."""
        answer = self.chen.send(
            "PUT",
            f"/cases/{case_id}/attachments/after.jpg",
            data=content,
            headers={"Content-Type": "image/jpeg"},
        )
        return str(ok(answer, 201)["sha256"])

    def handled(self) -> str:
        """A case that waits for the check of what Chen did."""
        case_id = self.stamped()
        body = {"outcome": "submitted", "data": {"photos_after": [self.photo(case_id)]}}
        item = self.waiting(case_id)["id"]
        ok(self.chen.post(f"/work-items/{item}/complete", body))
        return case_id

    def checked(self) -> str:
        """A case that waits for the message that it is paid."""
        case_id = self.handled()
        item = self.waiting(case_id)["id"]
        ok(self.lin.post(f"/work-items/{item}/complete", {"outcome": "passed"}))
        return case_id


def ok(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have worked."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    return dict(answer.get_json())


def refused(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer that must have been refused."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    body = dict(answer.get_json())
    assert (answer.status_code, body["code"]) == (status, code), body
    return body


def zipped(folder: Path) -> bytes:
    """A folder as an archive; its name leads every path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Furnished:
    """What is known of a furnished installation: its release, and a key per unit."""

    release: str
    keys: dict[str, str]


def furnish(installation: Installation) -> Furnished:
    """People, a catalog, a calendar, the small procedure, keys of the units."""
    app = create_app(installation, local_token=LOCAL_TOKEN)
    operator = Caller(app.test_client(), LOCAL_TOKEN)
    ok(operator.put("/organisation", {"data": ORGANISATION}))
    ok(operator.put("/catalog", {"data": CATALOG}))
    ok(operator.put("/calendar", {"data": CALENDAR}))
    headers = {"Content-Type": "application/zip"}
    made = ok(operator.send("POST", "/releases", data=zipped(PERMIT), headers=headers), 201)
    keys = {}
    for unit in MEMBERS:
        body = {"name": unit, "unit": unit, "scopes": ["cases:open", "cases:read", "work:do"]}
        keys[unit] = ok(operator.post("/keys", body), 201)["secret"]
    return Furnished(made["release"], keys)


def open_house(installation: Installation, known: Furnished) -> House:
    """The callers of a furnished installation."""
    app = create_app(installation, local_token=LOCAL_TOKEN)
    people = {
        person: Caller(app.test_client(), known.keys[unit]).acting_for(person)
        for unit, members in MEMBERS.items()
        for person in members
    }
    return House(
        app=app,
        installation=installation,
        operator=Caller(app.test_client(), LOCAL_TOKEN),
        nobody=Caller(app.test_client()),
        release=known.release,
        **people,
    )
