"""The installation that the API's tests ask: furnished once, copied for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bootstrap import open_installation
from engine.settings import Settings
from tests.api.house import START, Furnished, House, furnish, open_house


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Furnished]:
    """A closed installation with people, keys and the small procedure."""
    folder = tmp_path_factory.mktemp("furnished")
    with open_installation(Settings.read(data=str(folder), virtual_clock=START)) as installation:
        return folder, furnish(installation)


@pytest.fixture
def house(furnished: tuple[Path, Furnished], tmp_path: Path) -> Iterator[House]:
    folder, known = furnished
    shutil.copytree(folder, tmp_path / "data")
    settings = Settings.read(data=str(tmp_path / "data"))
    with open_installation(settings, upgrade=False) as installation:
        yield open_house(installation, known)
