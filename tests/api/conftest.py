"""The installation that the API's tests ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bootstrap import open_installation
from engine.settings import Settings
from tests.api.house import START, House, furnish


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings.read(data=str(tmp_path), virtual_clock=START)
    with open_installation(settings) as installation:
        yield furnish(installation)
