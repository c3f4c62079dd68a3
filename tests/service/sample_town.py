"""The packaged city and release in an installation, put there by the services alone."""

import json
from importlib.resources import files
from typing import Any

from engine.domain.people import Actor
from engine.service import calendars, cases, catalogs, grids, organisation, releases
from engine.service.installation import Installation

COLLECTOR = Actor(via="user", person="lin")
ACCEPTOR = Actor(via="user", person="feng")
CREW = Actor(via="user", person="jiang")


def table(name: str) -> Any:
    """A file of the sample city as the command line sends it: numbers with a point are text."""
    content = files("processes").joinpath("sample_city", name).read_bytes()
    return json.loads(content, parse_float=str)


def organisation_tables() -> dict[str, Any]:
    return {**table("units.json"), **table("duty_grids.json"), **table("people.json")}


def settle(inst: Installation, operator: Actor) -> str:
    """Loads everything that a case needs; the release."""
    organisation.import_organisation(inst, operator, organisation_tables())
    grids.import_grid(inst, operator, table("grid.geojson"))
    catalogs.import_catalog(inst, operator, table("catalog.json"))
    calendars.import_calendar(inst, operator, table("calendar.json"))
    answer = releases.deploy(inst, operator, releases.packaged_files(), note="starting pack")
    return str(answer.data["release"])


def report(inst: Installation, **data: Any) -> str:
    """A case that Lin reports; its id."""
    given = {"source": "collector", "class": "01-01", "description": "井盖有裂纹", **data}
    given.setdefault("grid_cell", "990101001001001")
    return str(cases.open_case(inst, COLLECTOR, data=given).data["case_id"])


def report_nowhere(inst: Installation) -> str:
    """A case from the public whose grid cell a job must find."""
    place = {"x": 1106004000, "y": 352032000, "address": "虹桥街道"}
    data = {"source": "public", "class": "01-01", "description": "井盖裂了", "place": place}
    return str(cases.open_case(inst, ACCEPTOR, data=data).data["case_id"])
