"""A virtual clock that runs goes on after a restart from where it was, never from before."""

from datetime import timedelta
from pathlib import Path

from engine.bootstrap import open_installation
from engine.domain.people import Actor
from engine.runtime.ticker import Ticker
from engine.service import organisation
from engine.service.installation import Installation
from engine.settings import Settings
from tests.databases import START

OPERATOR = Actor(via="cli")


def settings(folder: Path) -> Settings:
    return Settings.read(data=str(folder), virtual_clock=START.isoformat(), speed=1_000_000)


def ahead(inst: Installation, than: timedelta) -> None:
    """Waits until the clock, which runs twelve days a second, is that far from its start."""
    while inst.now() - START < than:
        pass


def test_running_clock_goes_on_from_where_the_ticker_wrote_it_down(tmp_path: Path) -> None:
    with open_installation(settings(tmp_path)) as inst:
        ahead(inst, timedelta(days=1))
        before = inst.now()
        Ticker(inst, "n").tick()
    with open_installation(settings(tmp_path)) as inst:
        assert inst.now() >= before


def test_running_clock_never_goes_behind_what_was_recorded(tmp_path: Path) -> None:
    """Also when the process died before anything was written down."""
    with open_installation(settings(tmp_path)) as inst:
        ahead(inst, timedelta(days=1))
        answer = organisation.import_organisation(
            inst, OPERATOR, {"units": [{"id": "works", "name": "Works"}]}
        )
    assert answer.receipt is not None
    with open_installation(settings(tmp_path)) as inst:
        assert inst.now() >= answer.receipt.at > START
