"""Whatever dies while a signal is thrown or delivered: every receiver hears it once."""

import os
import signal as signals_of_the_system
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.clock import to_wire
from engine.service import cases, releases, signals
from engine.service.signal_delivery import deliver_signals
from engine.service.timers import advance_clock
from engine.store.failpoints import POINTS
from engine.store.signals import count_deliveries
from tests.audit.town import OPERATOR, Town
from tests.databases import SettableClock
from tests.installations import opened
from tests.runtime.starting import cases_of
from tests.runtime.test_signals_to_cases import BEGINS, WAITS, heard

ROOT = Path(__file__).parents[2]
#: Delivers what is on its way, in a process of its own that may die of it.
DELIVER = """
import sys
from pathlib import Path
from engine.service.signal_delivery import deliver_signals
from tests.installations import opened
with opened(sys.argv[1], Path(sys.argv[2])) as inst:
    for _ in range(50):
        inst.ids.new()
    deliver_signals(inst)
"""


@pytest.mark.parametrize("point", POINTS)
def test_signal_is_heard_once_whenever_its_node_dies(
    city_url: str, tmp_path: Path, point: str
) -> None:
    with opened(city_url, tmp_path) as inst:
        releases.deploy(inst, OPERATOR, {"w.bpmn": WAITS, "b.bpmn": BEGINS})
        waiting = [
            str(cases.open_case(inst, OPERATOR, data={}, process="waits").data["case_id"])
            for _ in range(2)
        ]
        signals.send(inst, OPERATOR, name="flood")
    armed = {"CASELOOP_TEST_HARNESS": "1", "CASELOOP_FAILPOINT": f"{point}:1"}
    died = subprocess.run(
        [sys.executable, "-c", DELIVER, city_url, str(tmp_path)],
        env={**os.environ, **armed},
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signals_of_the_system.SIGKILL
    with opened(city_url, tmp_path) as inst:
        for _ in range(100):
            inst.ids.new()
        inst.lease_clock.forward(minutes=1)  # type: ignore[attr-defined]  # the test's own clock
        while deliver_signals(inst):
            pass
        town = Town(inst, SettableClock())
        assert [len(heard(town, case_id)) for case_id in waiting] == [1, 1]
        assert len(cases_of(inst, "begins")) == 1
        assert count_deliveries(inst.database) == 0


def test_virtual_clock_moves_on_when_every_signal_was_heard(city_url: str, tmp_path: Path) -> None:
    """What was thrown before is heard before, however many there are."""
    with opened(city_url, tmp_path) as inst:
        releases.deploy(inst, OPERATOR, {"w.bpmn": WAITS, "b.bpmn": BEGINS})
        for _ in range(12):
            cases.open_case(inst, OPERATOR, data={}, process="waits")
        signals.send(inst, OPERATOR, name="flood")
        before = inst.now()
        advance_clock(inst, OPERATOR, before + timedelta(days=1))
        assert count_deliveries(inst.database) == 0
        assert [entry["at"] for entry in cases_of(inst, "begins")] == [to_wire(before)]
