"""notify 通知: hands a message to a sink outside. The sink of the first release is the log.

in: `to`, `message`, and what else the diagram gives. No outputs. References to personal values
stay references, so the log holds none of them.
"""

import json
import logging
from collections.abc import Mapping

from engine.domain.evidence import Json
from engine.domain.handlers import HandlerContext

_log = logging.getLogger("caseloop.notify")


def notify(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
    """Writes one line; `job` lets a reader of the log drop a repetition."""
    record = {"case": context.case_id, "job": context.job_id, **variables}
    _log.info("%s", json.dumps(record, ensure_ascii=False, sort_keys=True))
    return {}
