"""Puts the packaged sample city and the starting pack into an installation, through the API."""

import json
from importlib.resources import files
from typing import Any

from api.cli.packs import pack_files, zipped
from api.cli.session import Session

_CITY = "sample_city"


def load_sample_city(session: Session) -> None:
    """Calendar, catalog, grid, organisation, then the packaged diagrams as the current release."""
    organisation: dict[str, Any] = {
        **_table("units.json"),
        **_table("duty_grids.json"),
        **_table("people.json"),
    }
    session.write("PUT", "/organisation", {"data": organisation})
    session.write("PUT", "/grid", {"data": _table("grid.geojson")})
    session.write("PUT", "/catalog", {"data": _table("catalog.json")})
    session.write("PUT", "/calendar", {"data": _table("calendar.json")})
    pack = {name: content for name, content in pack_files(files("processes")) if _CITY not in name}
    session.send_file("POST", "/releases", zipped(pack), "application/zip", note="starting pack")


def _table(name: str) -> Any:
    content = files("processes").joinpath(_CITY, name).read_bytes()
    return json.loads(content, parse_float=str)
