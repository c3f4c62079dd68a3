"""Which processes of a diagram run, and what is said of those that do not."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.source import Source
from engine.kernel.words import Node, children, is_true, line_of

_DOCUMENTATION = define(
    "file/documentation-only",
    "info",
    "A file without executable process is documentation.",
    "没有可执行流程的文件仅作文档。",
)
_NOT_EXECUTED = define(
    "file/not-executed",
    "info",
    "A process beside an executable one that is not executable itself is documentation.",
    "与可执行流程同文件的不可执行流程仅作文档。",
)


def executable(source: Source, *, as_executable: bool) -> tuple[Node, ...]:
    """The processes that run; all of them when they are to be taken `as_executable`."""
    processes = children(source.root, "process")
    return tuple(p for p in processes if as_executable or is_true(p, "isExecutable"))


def remarks_on_processes(source: Source, running: tuple[Node, ...]) -> Iterator[Finding]:
    """What keeps a process from running, so that nobody takes it for one that runs."""
    for process in children(source.root, "process"):
        if running and process not in running:
            yield _NOT_EXECUTED.at(
                process, "it is documentation only", 'write isExecutable="true", if it is to run'
            )
    if not running:
        yield _DOCUMENTATION.finding(
            None,
            line_of(source.root),
            "no process is executable: the file is documentation only",
            'write isExecutable="true" on the process that is to run',
        )
