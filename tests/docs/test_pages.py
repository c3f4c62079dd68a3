"""What the pages point to is there: files, headings and commands."""

import re
from pathlib import Path

import pytest

from api.cli import main
from api.reference import commands

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "processes" / "README.md"]
)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?<![\w./-])caseloop((?: [a-z][a-z-]*)+)")
_TEXTS = re.compile(r"`[^`\n]+`|^```(?:bash|sh)\n.*?^```$", re.MULTILINE | re.DOTALL)


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    lost = [link for link in _LINK.findall(text) if not _leads_somewhere(page, link)]
    assert not lost


def _leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or anchor in map(_anchor, _HEADING.findall(target.read_text("utf-8")))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    known = set(dict(commands(main)))
    text = page.read_text(encoding="utf-8")
    named = [found[1].split() for part in _TEXTS.findall(text) for found in _COMMAND.finditer(part)]
    unknown = [words for words in named if not _is_known(words, known)]
    assert not unknown


def _is_known(words: list[str], known: set[str]) -> bool:
    """Whether the words begin with a command; what follows are its arguments."""
    groups = {name.rpartition(" ")[0] for name in known}
    path = f"caseloop {words[0]}"
    if path not in groups:
        return path in known
    return len(words) == 1 or f"{path} {words[1]}" in known


def test_index_leads_to_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in _LINK.findall(index)}
    pages = (ROOT / "docs").rglob("*.md")
    own = {page for page in pages if page.name != "README.md" and page.parent.name != "adr"}
    assert not {_name(page) for page in own - linked}
