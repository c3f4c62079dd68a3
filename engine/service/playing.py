"""Playing any diagram in memory: gate, compile, one story, and what came of it."""

from collections.abc import Mapping

from engine.kernel.player import (
    Played,
    Scenario,
    empty_script,
    play,
    read_script,
    refused,
)
from engine.kernel.release import check_release, compile_checked
from engine.service.linting import as_diagrams
from engine.service.stage import set_stage

__all__ = ["Played", "Scenario", "empty_script", "play_files", "read_script"]

_AS_EXECUTABLE = (
    "no process of these files says isExecutable: they are documentation, played as if it did"
)


def play_files(files: Mapping[str, bytes], script: Scenario, *, auto: bool = False) -> Played:
    """Plays the story on these files, which know each other's processes and decisions.

    Files in which no process is executable are played as if all were: whoever plays them wants to
    see them move.
    """
    files = as_diagrams(files)
    checked = check_release(files)
    remarks: tuple[str, ...] = ()
    if checked.accepted and not checked.definitions:
        checked, remarks = check_release(files, as_executable=True), (_AS_EXECUTABLE,)
    findings = [finding.to_json() for finding in checked.findings]
    if not checked.accepted or not checked.definitions:
        return refused(findings, remarks)
    stage = set_stage(compile_checked(checked, files), files, script.calendar)
    played = play(stage.world, stage.city(), script, findings, auto=auto)
    return Played(played.told, played.process, played.problem, remarks + played.remarks)
