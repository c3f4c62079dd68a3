"""Whatever dies while a timer opens a case: its round opens one, and the next node goes on."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.clock import to_wire
from engine.service import releases
from engine.service.timers import advance_clock
from engine.store.failpoints import POINTS
from tests.audit.town import OPERATOR
from tests.databases import START
from tests.installations import opened
from tests.runtime.starting import HOUR, dues, hourly

ROOT = Path(__file__).parents[2]
#: Fires what is due an hour later, in a process of its own that may die of it.
FIRE = """
import sys
from datetime import timedelta
from pathlib import Path
from engine.service.timers import fire_due
from tests.databases import START
from tests.installations import opened
with opened(sys.argv[1], Path(sys.argv[2]), at=START + timedelta(hours=1)) as inst:
    fire_due(inst, node="n")
"""


@pytest.mark.parametrize("point", POINTS)
def test_round_opens_one_case_whenever_its_node_dies(
    city_url: str, tmp_path: Path, point: str
) -> None:
    with opened(city_url, tmp_path) as inst:
        releases.deploy(inst, OPERATOR, {"d.bpmn": hourly()})
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    died = subprocess.run(
        [sys.executable, "-c", FIRE, city_url, str(tmp_path)],
        env={**os.environ, **armed},
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    with opened(city_url, tmp_path, at=START + HOUR) as inst:
        inst.lease_clock.forward(minutes=1)  # type: ignore[attr-defined]  # the test's own clock
        advance_clock(inst, OPERATOR, START + HOUR + timedelta(minutes=1))
        assert dues(inst) == [to_wire(START + HOUR)]


def test_virtual_clock_stands_at_each_instant_at_which_a_case_is_opened(
    city_url: str, tmp_path: Path
) -> None:
    with opened(city_url, tmp_path) as inst:
        releases.deploy(inst, OPERATOR, {"d.bpmn": hourly()})
        moved = advance_clock(inst, OPERATOR, START + 3 * HOUR)
        assert moved["fired"] == 3
        assert dues(inst) == [to_wire(START + n * HOUR) for n in (1, 2, 3)]
