"""`caseloop scenario`: run the stories beside diagrams, and see what of the diagrams they take."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from api.cli.diagrams import FORMAT, PLACES
from api.cli.failure import REFUSED
from engine.service.coverage import Covered, run_with_coverage
from engine.service.scenarios import ScenarioReport, run_scenarios


@click.command()
@PLACES
@FORMAT
@click.option(
    "--coverage", is_flag=True, help="Tell which elements and flows of the diagrams were taken."
)
@click.option(
    "--coverage-picture",
    "pictures",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw each diagram there as SVG: covered green, uncovered red and dashed.",
)
def scenario(paths: tuple[Path, ...], form: str, pictures: Path | None, *, coverage: bool) -> None:
    """Runs the scenarios beside diagrams, in memory and without waiting.

    Exit codes: 0 all as expected, 1 some differ, 2 wrong usage.

    Example: caseloop scenario ./our-processes --coverage
    """
    reports, covered = _run(paths, coverage=coverage, pictures=pictures is not None)
    if not reports:
        raise click.UsageError("There is no scenario in these places.")
    drawn = {} if pictures is None else _write_pictures(covered, pictures)
    if form == "json":
        click.echo(json.dumps(_object(reports, covered, drawn), ensure_ascii=False, indent=2))
    else:
        _tell(reports)
        if coverage:
            _tell_coverage(covered)
        for found in covered if pictures is not None else ():
            where = drawn.get(found.path)
            click.echo(f"{found.coverage.file}: {where or 'no drawing, so there is no picture'}")
    if not all(report.green for report in reports):
        raise click.exceptions.Exit(REFUSED)


def _run(
    paths: Sequence[Path], *, coverage: bool, pictures: bool
) -> tuple[list[ScenarioReport], list[Covered]]:
    if coverage or pictures:
        return run_with_coverage(paths, pictures=pictures)
    return run_scenarios(paths), []


def _write_pictures(covered: Sequence[Covered], folder: Path) -> dict[Path, Path]:
    """Writes `NAME.svg` for each diagram that has a drawing; a second one of a name is numbered."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[Path, Path] = {}
    for found in covered:
        if found.picture is None:
            continue
        stem, number = found.path.name.partition(".")[0], 1
        target = folder / f"{stem}.svg"
        while target in written.values():
            number += 1
            target = folder / f"{stem}-{number}.svg"
        target.write_bytes(found.picture)
        written[found.path] = target
    return written


def _object(
    reports: Sequence[ScenarioReport], covered: Sequence[Covered], drawn: dict[Path, Path]
) -> dict[str, Any]:
    return {
        "green": all(report.green for report in reports),
        "scenarios": [
            {
                "scenario": report.name,
                "story": report.story,
                "green": report.green,
                "problem": report.problem,
            }
            for report in reports
        ],
        "coverage": [
            found.coverage.to_json()
            | ({"picture": str(drawn[found.path])} if found.path in drawn else {})
            for found in covered
        ],
    }


def _tell(reports: Sequence[ScenarioReport]) -> None:
    for report in reports:
        mark = "ok  " if report.green else "FAIL"
        click.echo(f"{mark} {report.name}: {report.story}")
        if report.problem:
            click.echo(f"     {report.problem}")
    failed = sum(not report.green for report in reports)
    click.echo(f"{len(reports) - failed} of {len(reports)} scenarios as expected.")


def _tell_coverage(covered: Sequence[Covered]) -> None:
    width = max((len(found.coverage.file) for found in covered), default=0)
    width = max(width, len("diagram"))
    click.echo(f"\n{'diagram':<{width}}  {'elements':>15}  {'flows':>15}")
    for found in covered:
        shares = (found.coverage.elements, found.coverage.flows)
        figures = (f"{len(s.covered)}/{len(s.all)} {s.percent:>3} %" for s in shares)
        click.echo(f"{found.coverage.file:<{width}}  " + "  ".join(f"{f:>15}" for f in figures))
        for what, share in zip(("elements", "flows"), shares, strict=True):
            if share.uncovered:
                click.echo(f"  {what} not covered: {', '.join(share.uncovered)}")
