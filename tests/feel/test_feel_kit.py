"""The public compatibility kit of DMN: figures are printed, floors are kept."""

from pathlib import Path

import pytest

from tests.feel.tck import run_level


@pytest.fixture(scope="session")
def kit(real_data: Path) -> Path:
    return real_data / "dmn-tck"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "floor"), [("compliance-level-2", 1.0), ("compliance-level-3", 0.96)]
)
def test_kit_passes_to_its_floor(kit: Path, level: str, floor: float) -> None:
    report = run_level(kit / level)
    print(f"\nDMN kit {level}: {report}")  # noqa: T201 - the figure is the point
    assert report.total in (116, 2469)
    assert report.share >= floor, report.failures
