"""A city's folder of tables, put into an installation through the API; the packaged city too."""

import json
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from api.cli.failure import Refused
from api.cli.packs import pack_files, zipped
from api.cli.session import Session

_CITY = "sample_city"
#: Address by address the tables that are sent to it, in this order; several become one.
_TABLES = {
    "/organisation": ("units.json", "duty_grids.json", "people.json"),
    "/grid": ("grid.geojson",),
    "/catalog": ("catalog.json",),
    "/calendar": ("calendar.json",),
}


def load_sample_city(session: Session) -> None:
    """Calendar, catalog, grid, organisation, then the packaged diagrams as the current release."""
    for _ in load_city(session, files("processes").joinpath(_CITY)):
        pass
    pack = {name: content for name, content in pack_files(files("processes")) if _CITY not in name}
    session.send_file("POST", "/releases", zipped(pack), "application/zip", note="starting pack")


def load_city(session: Session, folder: Traversable) -> Iterator[tuple[str, dict[str, int]]]:
    """Imports the tables that the folder holds; tells names and counts as it goes."""
    for path, names in _TABLES.items():
        present = [name for name in names if folder.joinpath(name).is_file()]
        if not present:
            continue
        data: dict[str, Any] = {}
        for name in present:
            data |= _table(folder, name)
        made = session.write("PUT", path, {"data": data})
        yield ", ".join(present), made.get("counts") or {}


def _table(folder: Traversable, name: str) -> Any:
    try:
        table = json.loads(folder.joinpath(name).read_bytes(), parse_float=str)
    except ValueError as exc:
        raise Refused(f"{name} is not JSON: {exc}") from exc
    if not isinstance(table, dict):
        raise Refused(f"{name} is not a table of this kind: it must be an object.")
    return table
