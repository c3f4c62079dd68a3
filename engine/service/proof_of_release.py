"""The proof of a release, as deployment asks for it.

What a release's own files prove is worked out once for its id. The roster is another matter: it
changes from day to day, so it is asked each time and never blocks anything.
"""

from collections import OrderedDict
from typing import Any

from engine.domain.city import City
from engine.domain.errors import DefinitionError
from engine.domain.texts import is_blank
from engine.kernel.compile.model import CompiledRelease
from engine.kernel.proof import ProofFinding, ReleaseProof, Roster, prove_release
from engine.service.installation import Installation
from engine.service.proving import of_roster
from engine.store.queries import people as queries

_KEPT = 16


class _Memo:
    """The last proofs, by release id: the same files have the same proof."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, ReleaseProof] = OrderedDict()

    def proof_of(self, model: CompiledRelease) -> ReleaseProof:
        """Worked out at most once while it is kept; two threads may do so at the same time."""
        found = self._known.get(model.id)
        if found is None:
            found = prove_release(model)
            self._known[model.id] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found


_MEMO = _Memo()


def check_proof(
    inst: Installation, model: CompiledRelease, accept_unproven: str | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Findings to tell, and what is published unproven for the reason given.

    DefinitionError with the findings where the proof found a fault in a case's process, or came
    to no verdict and nobody says why it is to be published all the same.
    """
    proof = _MEMO.proof_of(model)
    told = [finding.to_json() for finding in proof.findings]
    if proof.refuted:
        raise DefinitionError("\n".join(map(_line, proof.refuted)), findings=told)
    has_reason = not is_blank(accept_unproven)
    if proof.unknown and not has_reason:
        raise DefinitionError(
            "\n".join(map(_line, proof.unknown))
            + "\nTo publish it unproven, give a reason: it will stand in the journal.",
            findings=told,
        )
    unproven = [{"process": f.process, "why": f.message} for f in proof.unknown]
    if has_reason and not unproven:
        told.append(_needless())
    return told + _staff_findings(inst, model), unproven


def roster_of(inst: Installation) -> Roster:
    """The staff as the installation knows it now."""
    now = inst.now()
    with inst.database.reads() as reader:
        people = queries.list_people(reader, now=now)
        units = queries.list_units(reader, now=now)
        grids = queries.list_duty_grids(reader, now=now)
    city = City(
        people={person.id: list(person.posts) for person in people},
        units={unit.id: unit._asdict() for unit in units},
        duty_grids={grid["id"]: grid for grid in grids},
    )
    return Roster(city)


def _staff_findings(inst: Installation, model: CompiledRelease) -> list[dict[str, Any]]:
    """Warnings about the staff; before anybody has a post there is nothing to say."""
    process = model.main_process
    if process is None or model.definitions[process].profile != "case":
        return []
    roster = roster_of(inst)
    if not any(roster.city.people.values()):
        return []
    return [finding.to_json() for finding in of_roster(model, process, roster)]


def _line(finding: ProofFinding) -> str:
    way = " > ".join(finding.path)
    where = f"{finding.file}:{finding.line}"
    return f"{where}: {finding.severity} {finding.rule}: {finding.message}; way: {way}"


def _needless() -> dict[str, Any]:
    return {
        "element": None,
        "file": None,
        "help": "leave it out",
        "line": None,
        "message": "the release is proven; the reason for publishing it unproven is not needed",
        "path": [],
        "process": None,
        "rule": "proof/reason-not-needed",
        "severity": "info",
    }
