"""The tutorials can be followed literally, and show what really comes of it."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.docs.walkthrough import first_missing, follow, read_steps

PAGES = sorted((Path(__file__).parents[2] / "docs" / "tutorial").glob("*.md"))
SECONDS = 240  # alone a page takes about fifteen; machines that are busy get their time


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="tutorials need bash and curl"
)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tutorial_shows_what_comes_of_it_when_followed_in_an_empty_folder(
    page: Path, tmp_path: Path
) -> None:
    steps = read_steps(page.read_text(encoding="utf-8"))
    outputs = follow(steps, tmp_path, Path(sys.executable).parent, SECONDS)
    assert len(outputs) == len(steps)
    for step, output in zip(steps, outputs, strict=True):
        missing = first_missing(step, output)
        assert missing is None, f"{page.name}:{step.line} does not print {missing!r}:\n{output}"


def test_walkthrough_finds_the_line_that_is_missing_when_the_order_is_another() -> None:
    page = "```bash\ntrue\n```\n\nwords\n\n```text\none …\n  three\n```\n"
    (step,) = read_steps(page)
    assert (step.line, step.commands) == (2, "true\n")
    assert first_missing(step, "zero\none two\n   three\n") is None
    assert first_missing(step, "three\none two\n") == "  three"
