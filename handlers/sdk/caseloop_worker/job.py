"""Values that the server gives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Job:
    """A job that is this worker's until `lock_expires_at`.

    `id` stays the same over every attempt: use it as the key of whatever you do outside.
    """

    id: str
    topic: str
    case_id: str
    element: str
    variables: Mapping[str, Any]
    worker: str
    lock_token: int
    lock_expires_at: datetime
    attempts: int
    retries: int

    @classmethod
    def read(cls, item: Mapping[str, Any], worker: str) -> "Job":
        """A job of the answer to fetch-and-lock."""
        return cls(
            id=item["id"],
            topic=item["topic"],
            case_id=item["case_id"],
            element=item["element"],
            variables=item["variables"],
            worker=worker,
            lock_token=item["lock_token"],
            lock_expires_at=instant(item["lock_expires_at"]),
            attempts=item["attempts"],
            retries=item["retries"],
        )

    def until(self, text: str) -> "Job":
        """The same job with a later end of its lock."""
        return replace(self, lock_expires_at=instant(text))

    @property
    def lock(self) -> dict[str, Any]:
        """What proves the lock."""
        return {"lock_token": self.lock_token, "worker": self.worker}


@dataclass(frozen=True)
class Attachment:
    """A file in a case's folder; outputs that are photos name its SHA-256."""

    sha256: str
    size: int


def instant(text: str) -> datetime:
    """An instant of the server, which ends in `Z`."""
    return datetime.fromisoformat(text)
