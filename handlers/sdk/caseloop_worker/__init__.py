"""Client for handler systems: fetch and lock, extend, complete, fail, BPMN error, attachments.

The standard library only, nothing of the server's. `Client` is one method per request, `Worker`
the loop around it.
"""

from caseloop_worker.client import Client
from caseloop_worker.errors import (
    CaseLoopError,
    JobLostError,
    RefusalError,
    RejectedError,
    UnavailableError,
)
from caseloop_worker.job import Attachment, Job
from caseloop_worker.worker import Worker

__all__ = [
    "Attachment",
    "CaseLoopError",
    "Client",
    "Job",
    "JobLostError",
    "RefusalError",
    "RejectedError",
    "UnavailableError",
    "Worker",
]
