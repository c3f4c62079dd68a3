"""Whether a file is JSON or YAML at all, and on which line it stops being that.

Must not know what the file is for.
"""

import json

import yaml

_DEEPEST = 100


def syntax_fault(name: str, data: bytes) -> tuple[int, str] | None:
    """Line (0: none) and what is wrong, or None."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        return data.count(b"\n", 0, exc.start) + 1, f"it is not text in UTF-8 (byte {exc.start})"
    try:
        if name.endswith(".json"):
            json.loads(text)
        else:
            _read_events(text)
    except json.JSONDecodeError as exc:
        return exc.lineno, f"it is not JSON: {exc.msg}"
    except yaml.YAMLError as exc:
        return _line(exc), f"it is not YAML: {_problem(exc)}"
    except ValueError:
        return 0, "a number in it has thousands of digits"
    except RecursionError:
        return 0, "it is nested too deep"
    return None


def _read_events(text: str) -> None:
    """Events only: nothing is built, nothing is executed. Each costs as much as it lies deep."""
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise RecursionError


def _line(exc: yaml.YAMLError) -> int:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    return 0 if mark is None else mark.line + 1


def _problem(exc: yaml.YAMLError) -> str:
    return getattr(exc, "problem", None) or str(exc).splitlines()[0]
