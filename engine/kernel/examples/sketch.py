"""Small diagrams around one fragment: a pair of them shows what a rule refuses and what to write.

Every frame declares the message `paid`, the signal `alarm`, the error `broken` and the escalation
`late`. The fragment is what a reader of the documentation sees.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.kernel.words import BPMN, CL, XSI

FILE = "example.bpmn"
_DECLARED = (
    '<message id="paid" name="paid"/><signal id="alarm" name="alarm"/>'
    '<error id="broken" errorCode="BROKEN"/><escalation id="late" escalationCode="LATE"/>'
)
Frame = Callable[[str], bytes]


def _none() -> Mapping[str, bytes]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Example:
    """A fragment that a rule speaks about, and one that it does not."""

    bad: str
    good: str
    frame: Frame
    #: files of the release beside the diagram
    beside: Mapping[str, bytes] = field(default_factory=_none)

    @property
    def bad_files(self) -> dict[str, bytes]:
        """The release that is refused or remarked upon."""
        return {FILE: self.frame(self.bad), **self.beside}

    @property
    def good_files(self) -> dict[str, bytes]:
        """The release as it should be."""
        return {FILE: self.frame(self.good), **self.beside}


@dataclass(frozen=True, slots=True)
class FileExample:
    """The same for a rule about another file than a diagram; the fragment is the file."""

    bad: str
    good: str
    name: str
    beside: Mapping[str, bytes] = field(default_factory=_none)
    #: where the file should be called otherwise
    good_name: str | None = None

    @property
    def bad_files(self) -> dict[str, bytes]:
        """The release that is refused or remarked upon."""
        return {**self.beside, self.name: self.bad.encode()}

    @property
    def good_files(self) -> dict[str, bytes]:
        """The release as it should be."""
        return {**self.beside, self.good_name or self.name: self.good.encode()}


AnyExample = Example | FileExample


def definitions(inside: str) -> bytes:
    """The fragment is all that stands in the file."""
    return (
        f'<definitions xmlns="{BPMN}" xmlns:cl="{CL}" xmlns:xsi="{XSI}" id="example" '
        f'targetNamespace="urn:example">{_DECLARED}{inside}</definitions>'
    ).encode()


def process(body: str) -> bytes:
    """The fragment is all that stands in an executable process."""
    return definitions(f'<process id="p" isExecutable="true">{body}</process>')


def between(fragment: str) -> bytes:
    """The fragment is an element `x` between the start and the end."""
    return process(f"{_START}{fragment}{_END}{flow('start', 'x')}{flow('x', 'end')}")


def last(fragment: str) -> bytes:
    """The fragment is an element `x` behind the start, and the path ends there."""
    return process(f"{_START}{fragment}{flow('start', 'x')}")


def beside(fragment: str) -> bytes:
    """The fragment stands beside a complete path: start, user task `ask`, end."""
    return process(f"{LINE}{fragment}")


def case(fragment: str) -> bytes:
    """The fragment stands in a case's main process, whose user task `ask` is in a lane."""
    lane = '<lane id="desk" cl:role="dispatcher"><flowNodeRef>ask</flowNodeRef></lane>'
    body = f"<laneSet>{lane}</laneSet>{fragment}"
    return definitions(f'<process id="p" isExecutable="true" cl:profile="case">{body}</process>')


def choice(fragment: str) -> bytes:
    """The fragment follows a choice `g` between the user tasks `a` and `b`."""
    tasks = '<userTask id="a"/><userTask id="b"/>'
    return process(f"{_START}{flow('start', 'g')}{tasks}{fragment}")


def flow(source: str, target: str) -> str:
    """A sequence flow."""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


_START, _END = '<startEvent id="start"/>', '<endEvent id="end"/>'
LINE = f'{_START}<userTask id="ask"/>{_END}{flow("start", "ask")}{flow("ask", "end")}'
