"""`python -m api` writes what is generated from the code: the OpenAPI document, two pages."""

from pathlib import Path

from api.app import create_documented_app
from api.cli import main
from api.openapi import COMMITTED, document_of, text_of
from api.reference import cli_page, errors_page

_PAGES = Path(__file__).parents[1] / "docs" / "reference"

COMMITTED.write_text(text_of(document_of(create_documented_app())), encoding="utf-8")
(_PAGES / "errors.md").write_text(errors_page(), encoding="utf-8")
(_PAGES / "cli.md").write_text(cli_page(main), encoding="utf-8")
