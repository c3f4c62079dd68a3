"""`python -m engine.kernel.reference` writes the pages that are made from the gate's data."""

from pathlib import Path

from engine.kernel.reference.bpmn_page import bpmn_page
from engine.kernel.reference.rules_page import rules_page

PAGES = Path(__file__).parents[3] / "docs" / "reference"


def main() -> None:
    """Writes all of them."""
    (PAGES / "bpmn.md").write_text(bpmn_page(), encoding="utf-8")
    (PAGES / "rules.md").write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
