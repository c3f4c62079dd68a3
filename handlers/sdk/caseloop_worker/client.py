"""One method per request."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from caseloop_worker.job import Attachment, Job
from caseloop_worker.transport import Pause, Transport

_NO_DATA: Mapping[str, Any] = {}


class Client:
    """A CaseLoop server, asked with an API key. Safe to share between threads.

    `acting_for` names the person in whose name the key of a unit acts; jobs need none. A request
    that cannot be delivered is sent up to `tries` times.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        acting_for: str | None = None,
        timeout: float = 30,
        tries: int = 5,
        pause: Pause = time.sleep,
    ) -> None:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {key}"}
        if acting_for is not None:
            headers["Acting-For"] = acting_for
        self._transport = Transport(base_url, headers, timeout=timeout, tries=tries, pause=pause)

    def fetch_and_lock(
        self, topics: Sequence[str], *, worker: str, seconds: int = 60, limit: int = 1
    ) -> list[Job]:
        """Takes up to `limit` waiting jobs for `seconds`; none when there is no work."""
        body = {"limit": limit, "seconds": seconds, "topics": list(topics), "worker": worker}
        found = self._transport.post("/jobs/fetch-and-lock", body)
        return [Job.read(item, worker) for item in found["items"]]

    def extend(self, job: Job, seconds: int) -> Job:
        """Keeps the lock for `seconds` more, from now; JobLostError when it is gone."""
        found = self._transport.post(f"{_place(job)}/extend", {**job.lock, "seconds": seconds})
        return job.until(found["lock_expires_at"])

    def complete(self, job: Job, data: Mapping[str, Any] = _NO_DATA) -> Mapping[str, Any]:
        """Gives the declared outputs; the case goes on. The answer has a receipt: keep it."""
        return self._answer(job, "complete", {"data": dict(data)})

    def fail(
        self,
        job: Job,
        reason: str,
        *,
        retries: int | None = None,
        retry_after_seconds: int | None = None,
    ) -> Mapping[str, Any]:
        """Says that it did not work. By default one retry is taken off; at zero: an incident."""
        body: dict[str, Any] = {"reason": reason}
        if retries is not None:
            body["retries"] = retries
        if retry_after_seconds is not None:
            body["retry_after_seconds"] = retry_after_seconds
        return self._answer(job, "fail", body)

    def bpmn_error(
        self,
        job: Job,
        code: str,
        *,
        reason: str | None = None,
        data: Mapping[str, Any] = _NO_DATA,
    ) -> Mapping[str, Any]:
        """Refuses for a reason of the business; the diagram catches the code."""
        body: dict[str, Any] = {"code": code, "data": dict(data)}
        if reason is not None:
            body["reason"] = reason
        return self._answer(job, "bpmn-error", body)

    def attach(
        self, case_id: str, name: str, content: bytes, *, media_type: str = "image/jpeg"
    ) -> Attachment:
        """Puts a file into the case's folder; give its SHA-256 where an output is a photo."""
        path = f"/cases/{quote(case_id, safe='')}/attachments/{quote(name, safe='')}"
        found = self._transport.send("PUT", path, content, media_type)
        return Attachment(found["sha256"], len(content))

    def _answer(self, job: Job, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer under this lock is one intention, however often it has to be sent."""
        key = f"{job.id}.{job.lock_token}.{verb}"
        found: Mapping[str, Any] = self._transport.post(
            f"{_place(job)}/{verb}", {**job.lock, **body}, key=key
        )
        return found


def _place(job: Job) -> str:
    return f"/jobs/{quote(job.id, safe='')}"
