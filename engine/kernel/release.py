"""A release: its files read, judged by the gate, and compiled into one immutable model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.domain.evidence import canonical, digest
from engine.kernel.beside import Beside, read_beside
from engine.kernel.compile.definition import read_definition
from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.compile.reading import Reading
from engine.kernel.elsewhere import bring_here
from engine.kernel.executable import executable, remarks_on_processes
from engine.kernel.files import is_diagram
from engine.kernel.findings import DiagramError, Finding, Severity
from engine.kernel.message_flows import name_messages
from engine.kernel.normalise import normalise
from engine.kernel.rules import Subject, check_subject
from engine.kernel.rules.registry import define
from engine.kernel.run.program import build_programs
from engine.kernel.source import Source, read_source
from engine.kernel.words import Node
from engine.kernel.xsd import check_schema, make_plain

_TWICE = define(
    "file/process-twice",
    "error",
    "A process id stands once in a release.",
    "同一流程 id 在发布包中只能出现一次。",
)


@dataclass(slots=True)
class Checked:
    """What the gate found out about a set of files."""

    findings: list[Finding] = field(default_factory=list)
    definitions: dict[str, Definition] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)
    #: executable process ids by file
    executable: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Everything can be executed as BPMN says."""
        return not any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def publishable(self) -> bool:
        """Accepted, and no process that declares itself a case breaks a house rule."""
        return self.accepted and not any(f.rule.startswith("house/") for f in self.findings)


def check_release(files: Mapping[str, bytes], *, as_executable: bool = False) -> Checked:
    """Reads and judges all files together; never raises for what stands in them."""
    checked = Checked(beside=read_beside(files))
    checked.findings.extend(checked.beside.findings)
    sources = _read_sources(files, checked)
    processes = {s.name: executable(s, as_executable=as_executable) for s in sources}
    known = {(p.get("id") or "").strip(): p for found in processes.values() for p in found}
    # what is called may stand in a file behind, and must be in its one shape when it is asked for
    prepared = [s for s in sources if _prepare(s, processes[s.name], checked)]
    for source in prepared:
        _judge(source, processes[source.name], known, checked)
    return checked


def check_files(files: Mapping[str, bytes], *, as_executable: bool = False) -> list[Finding]:
    """What `lint` prints about these files, together as one release."""
    return check_release(files, as_executable=as_executable).findings


def compile_release(files: Mapping[str, bytes]) -> CompiledRelease:
    """The release's model; DiagramError with all findings when the gate refuses a file."""
    checked = check_release(files)
    if not checked.accepted:
        raise DiagramError(checked.findings)
    return compile_checked(checked, files)


def compile_checked(checked: Checked, files: Mapping[str, bytes]) -> CompiledRelease:
    """The model of files that the gate has accepted already."""
    definitions, beside = MappingProxyType(checked.definitions), checked.beside
    return CompiledRelease(
        id=manifest_id(files),
        definitions=definitions,
        decisions=MappingProxyType(beside.decisions),
        schema=beside.schema,
        policies=beside.policies,
        forms=MappingProxyType(beside.forms),
        programs=MappingProxyType(build_programs(definitions)),
    )


def manifest_id(files: Mapping[str, bytes]) -> str:
    """The release's name: the SHA-256 of its manifest."""
    return digest(manifest_of(files))


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The manifest's canonical bytes: path and SHA-256 of each file, by path."""
    return canonical([[path, digest(files[path])] for path in sorted(files)])


def _read_sources(files: Mapping[str, bytes], checked: Checked) -> list[Source]:
    sources = []
    for name, data in sorted(files.items()):
        if not is_diagram(name):
            continue
        try:
            source = read_source(name, data)
        except DiagramError as exc:
            checked.findings.extend(exc.findings)
            continue
        checked.findings.extend(source.remarks)
        sources.append(source)
    return sources


def _prepare(source: Source, processes: tuple[Node, ...], checked: Checked) -> bool:
    """Brings a file into the one shape it is judged in; whether there is anything to judge."""
    checked.findings += [_placed(f, source.name) for f in check_schema(source.root, processes)]
    make_plain(source.root)
    checked.executable[source.name] = tuple(p.get("id") or "" for p in processes)
    remarks = remarks_on_processes(source, processes)
    checked.findings += [_placed(f, source.name) for f in remarks]
    if not processes:
        return False
    refused = bring_here(source.root, processes)
    if refused is not None:
        checked.findings.append(_placed(refused, source.name))
        return False
    name_messages(source.root, processes)
    normalise(*processes)
    return True


def _judge(
    source: Source,
    processes: tuple[Node, ...],
    known: Mapping[str, Node],
    checked: Checked,
) -> None:
    beside = checked.beside
    decisions = frozenset(beside.decisions)
    subject = Subject(source.name, source.root, processes, known, decisions, beside.personal)
    reading = Reading(subject, list(check_subject(subject)))
    for process in processes:
        definition = read_definition(process, source.version, reading)
        if definition.process_id in checked.definitions:
            other = checked.definitions[definition.process_id].file
            reading.findings.append(_TWICE.at(process, f"{other} has it too", "rename one"))
        checked.definitions[definition.process_id] = definition
    checked.findings.extend(_placed(f, source.name) for f in reading.findings)


def _placed(finding: Finding, file: str) -> Finding:
    return Finding(
        finding.rule,
        finding.severity,
        finding.element,
        finding.line,
        finding.message,
        finding.help,
        file,
    )
