"""A whole release in words: its processes, the decisions they use, and what is signed."""

from collections.abc import Mapping

from engine.domain.evidence import digest
from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.describe.chapter import teller_of, write_chapter
from engine.kernel.describe.decisions import decision_chapters
from engine.kernel.describe.fields import Fields, form_titles, titles_of
from engine.kernel.describe.model import Description, Signed
from engine.kernel.describe.wording import Language, Wording


def describe_release(
    model: CompiledRelease,
    files: Mapping[str, bytes],
    lang: Language,
    *,
    process: str | None = None,
    is_release: bool = True,
    as_executable: bool = False,
) -> Description:
    """The processes of a release in words, or one of them with the decisions it uses.

    `is_release` says that the files are all of a release, so that its name can be signed;
    `as_executable` that no process of them is meant to run.
    """
    wording = Wording(lang)
    known = model.definitions
    titles, forms = titles_of(model.schema, lang), form_titles(model.forms)
    told = [d for d in _in_order(known) if process in (None, d.process_id)]
    chapters = [
        write_chapter(teller_of(d, wording, known, titles, forms, model.policies)) for d in told
    ]
    decisions = {e.decision for d in told for e in d.elements.values() if e.decision is not None}
    chapters += decision_chapters(files, decisions, wording, Fields(titles))
    return Description(
        lang=lang,
        release=model.id if is_release else None,
        chapters=tuple(chapters),
        files=tuple(_signed(files)),
        remarks=(wording.say("remark.not_executable"),) if as_executable else (),
    )


def _in_order(known: Mapping[str, Definition]) -> list[Definition]:
    """A case's procedure first, then what nobody calls, then the rest."""
    called = {name for definition in known.values() for name in definition.called}
    return sorted(
        known.values(),
        key=lambda d: (d.profile != "case", d.process_id in called, d.process_id),
    )


def _signed(files: Mapping[str, bytes]) -> list[Signed]:
    return [Signed(path, digest(files[path])) for path in sorted(files)]
