"""The texts of the shipped procedures and of a diagram with everything, as people read them.

A text that has become better is written anew with `python -m tests.describe.test_golden_texts`.
"""

from pathlib import Path

import pytest

from engine.kernel.describe import LANGUAGES, Language, as_json, as_markdown, as_text
from engine.kernel.describe.marks import code, markdown
from tests.describe.corpus import Files, shipped
from tests.describe.effects import described
from tests.describe.everything import EVERYTHING

GOLDEN = Path(__file__).with_name("golden")
TOLD = {"shipped": shipped(), "everything": EVERYTHING}


def _text(files: Files, lang: Language) -> str:
    return as_text(described(files, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TOLD)
def test_text_is_as_it_was_read(name: str, lang: Language) -> None:
    golden = (GOLDEN / f"{name}.{lang}.txt").read_text(encoding="utf-8")
    assert _text(TOLD[name], lang) == golden


def test_text_names_what_is_signed() -> None:
    text, told = _text(shipped(), "zh"), as_json(described(shipped()))
    assert told["release"] in text
    assert {found["sha256"] for found in told["signature"]["files"]} >= {
        chapter["sha256"] for chapter in told["chapters"]
    }


def test_markdown_keeps_code_and_says_nothing_by_accident() -> None:
    assert markdown(f"a_b *c* {code('x * y')}") == r"a\_b \*c\* `x * y`"
    assert markdown(code('"`"')) == '`` "`" ``'
    page = as_markdown(described(shipped()))
    assert page.startswith("# 案卷处置\n")
    assert "## 一、办理步骤" in page
    assert "### 第 6 步 立案 `file_case`" in page
    assert "  - 结果为“不予立案”的（图中标“否”）：以终 2“不予立案”结束。" in page


if __name__ == "__main__":
    for kind, found in TOLD.items():
        for language in LANGUAGES:
            (GOLDEN / f"{kind}.{language}.txt").write_text(_text(found, language), "utf-8")
