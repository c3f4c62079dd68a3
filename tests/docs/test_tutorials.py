"""The tutorials can be followed literally, and show what really comes of it."""

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.docs.walkthrough import first_missing, follow, read_steps

PAGES = sorted((Path(__file__).parents[2] / "docs" / "tutorial").glob("*.md"))
SECONDS = 240  # together the pages take about a minute; machines that are busy get their time


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[list[str]]]]:
    """All pages at once, each in a folder of its own: they wait for processes most of the time."""
    tools = Path(sys.executable).parent
    with ThreadPoolExecutor(len(PAGES)) as readers:
        yield {
            page.stem: readers.submit(
                follow, read_steps(page.read_text("utf-8")), tmp_path_factory.mktemp(page.stem),
                tools, SECONDS,
            )
            for page in PAGES
        }  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="tutorials need bash and curl"
)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tutorial_shows_what_comes_of_it_when_followed_in_an_empty_folder(
    page: Path, followed: dict[str, Future[list[str]]]
) -> None:
    steps = read_steps(page.read_text(encoding="utf-8"))
    outputs = followed[page.stem].result()
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
