"""What the gate says about files, one verdict per file, as `caseloop lint` prints it.

Files that are named together know each other's processes and decisions, as in a release. Unlike a
release they may be versions of one process; then each is judged without its namesakes. A file
whose name says nothing of its kind is judged as a diagram, not passed over.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.kernel.files import is_of_a_release
from engine.kernel.release import Checked, check_release


def lint_files(files: Mapping[str, bytes], *, as_executable: bool = False) -> list[dict[str, Any]]:
    """Verdicts in the order of the files; never raises for what stands in them."""
    alias = {name: _alias(name) for name in files}
    known = as_diagrams(files)
    together = check_release(known, as_executable=as_executable)
    counts = Counter(process for ids in together.executable.values() for process in ids)
    namesakes = {
        file for file, ids in together.executable.items() if any(counts[p] > 1 for p in ids)
    }
    others = {name: data for name, data in known.items() if name not in namesakes}
    verdicts = []
    for name in files:
        file, checked = alias[name], together
        if file in namesakes:
            checked = check_release({**others, file: known[file]}, as_executable=as_executable)
        verdicts.append(_verdict(name, file, checked))
    return verdicts


def as_diagrams(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by names that say their kind: what says nothing is taken for a diagram."""
    return {_alias(name): data for name, data in files.items()}


def _alias(name: str) -> str:
    return name if is_of_a_release(name) else f"{name}.bpmn"


def _verdict(name: str, file: str, checked: Checked) -> dict[str, Any]:
    findings = [finding.to_json() for finding in checked.findings if finding.file == file]
    return {
        "file": name,
        "accepted": all(finding["severity"] != "error" for finding in findings),
        "executable": list(checked.executable.get(file, ())),
        "findings": findings,
    }
