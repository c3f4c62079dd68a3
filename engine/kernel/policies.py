"""The release's policies: YAML or JSON read into frozen values, every word of them understood.

`rework` and `separation` are all there are. A word that nobody would obey is a finding with file
and line: a misspelt policy must not be a policy that is switched off.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

import yaml

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.separation import FurtherPair
from engine.kernel.compile.model import Policies
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define

_POLICY = define(
    "file/policy",
    "error",
    "A policy is YAML or JSON that says what the house understands, once.",
    "策略须为可读的 YAML 或 JSON，只含系统认识的内容，且不重复。",
)
#: What every policy may say about itself.
_ABOUT = frozenset({"description", "id", "title"})
_BOOLEAN = "tag:yaml.org,2002:bool"
_TEXT = "tag:yaml.org,2002:str"


class _Loader(Protocol):
    def get_single_node(self) -> yaml.Node | None: ...
    def construct_object(self, node: yaml.Node) -> Any: ...


@dataclass(slots=True)
class _File:
    """One policy's file, its nodes and what was found about them."""

    path: str
    loader: _Loader
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, node: yaml.Node | None, message: str, way_out: str) -> None:
        line = 0 if node is None else node.start_mark.line + 1
        self.findings.append(_POLICY.finding(None, line, message, way_out, file=self.path))

    def members(
        self, node: yaml.Node | None, what: str, known: frozenset[str]
    ) -> dict[str, yaml.Node] | None:
        """The members of an object; those that are unknown or stand twice are findings."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, f"{what} is no object", "write an object")
            return None
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.refuse(key, f"{name!r} stands twice in {what}", "keep one")
            elif name not in known:
                self.refuse(
                    key,
                    f"nobody understands {name!r} in {what}",
                    f"write one of: {', '.join(sorted(known))}",
                )
            else:
                found[name] = value
        return found

    def text(self, node: yaml.Node, what: str) -> str | None:
        if isinstance(node, yaml.ScalarNode) and node.tag == _TEXT:
            return str(node.value)
        self.refuse(node, f"{what} is no text", "write a text")
        return None


def read_policies(files: Mapping[str, bytes]) -> tuple[Policies, list[Finding]]:
    """The policies among these files, by their names, and what is wrong in them."""
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    paths: dict[str, str] = {}
    for path, content in sorted(files.items()):
        name = PurePosixPath(path).stem
        if name in paths:
            message = f"there is a policy {name!r} in {paths[name]} already"
            findings.append(_POLICY.finding(None, 0, message, "keep one of them", file=path))
            continue
        paths[name] = path
        found = _read(name, path, content, values)
        findings += found
    return Policies(**values), findings


def _read(name: str, path: str, content: bytes, values: dict[str, Any]) -> list[Finding]:
    reader = _READERS.get(name)
    if reader is None:
        message = f"there is no policy {name!r}"
        way_out = f"name the file after one of: {', '.join(sorted(_READERS))}"
        return [_POLICY.finding(None, 0, message, way_out, file=path)]
    try:
        file = _File(path, _loader(path, content))
        root = file.loader.get_single_node()
        known, read = reader
        members = file.members(root, f"the policy {name!r}", _ABOUT | known)
        if members is not None:
            _check_about(file, name, members)
            values |= read(file, members)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = 0 if mark is None else mark.line + 1
        why = getattr(exc, "problem", None) or str(exc)
        return [_POLICY.finding(None, line, f"it cannot be read: {why}", "correct it", file=path)]
    except RecursionError:
        return [_POLICY.finding(None, 0, "it is nested too deeply", "flatten it", file=path)]
    return file.findings


def _loader(path: str, content: bytes) -> _Loader:
    """JSON is YAML, but for the tabs that may indent it."""
    loader: _Loader = yaml.SafeLoader(
        content.replace(b"\t", b" ") if path.endswith(".json") else content
    )
    return loader


def _check_about(file: _File, name: str, members: Mapping[str, yaml.Node]) -> None:
    for word in sorted(_ABOUT & members.keys()):
        text = file.text(members[word], repr(word))
        if word == "id" and text not in (None, name):
            file.refuse(
                members[word], f"its id is {text!r}, its file's name {name!r}", "write the same"
            )


def _rework(file: _File, members: Mapping[str, yaml.Node]) -> dict[str, Any]:
    node = members.get("rework_keeps_deadline")
    if node is None:
        return {}
    if not isinstance(node, yaml.ScalarNode) or node.tag != _BOOLEAN:
        file.refuse(node, "rework_keeps_deadline is no truth value", "write true or false")
        return {}
    return {"rework_keeps_deadline": bool(file.loader.construct_object(node))}


def _separation(file: _File, members: Mapping[str, yaml.Node]) -> dict[str, Any]:
    node = members.get("pairs")
    if node is None:
        way_out = "write pairs: [], or remove the file"
        file.refuse(None, "the policy 'separation' has no pairs", way_out)
        return {}
    if not isinstance(node, yaml.SequenceNode):
        file.refuse(node, "pairs is no list", "write a list of pairs")
        return {}
    found: dict[frozenset[str], FurtherPair] = {}
    for item, pair in _pairs(file, node):
        acts = frozenset({pair.first, pair.second})
        if acts in found:
            file.refuse(item, f"{pair.first} and {pair.second} stand twice", "keep one pair")
        found.setdefault(acts, pair)
    return {"pairs": tuple(found.values())}


def _pairs(file: _File, node: yaml.SequenceNode) -> Iterator[tuple[yaml.Node, FurtherPair]]:
    for item in node.value:
        members = file.members(item, "a pair", frozenset({"first", "second"}))
        if members is None:
            continue
        acts = [_act(file, item, members, which) for which in ("first", "second")]
        if None not in acts:
            yield item, FurtherPair(*(str(act) for act in acts))


def _act(file: _File, pair: yaml.Node, members: Mapping[str, yaml.Node], which: str) -> str | None:
    if which not in members:
        file.refuse(pair, f"a pair has no {which!r}", f"write {which}: and an act")
        return None
    act = file.text(members[which], repr(which))
    if act is not None and act not in AXIS_OF_ACT:
        way_out = f"write one of: {', '.join(sorted(AXIS_OF_ACT))}"
        file.refuse(members[which], f"there is no act {act!r}", way_out)
        return None
    return act


_Reader = Callable[[_File, Mapping[str, yaml.Node]], dict[str, Any]]
#: The policies there are: what each may say, and how it is read.
_READERS: dict[str, tuple[frozenset[str], _Reader]] = {
    "rework": (frozenset({"rework_keeps_deadline"}), _rework),
    "separation": (frozenset({"pairs"}), _separation),
}
