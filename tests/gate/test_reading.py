"""Any bytes: read in their encoding, within bounds, or refused with a way out."""

import pytest

from engine.kernel.findings import DiagramError, Finding
from engine.kernel.recoding import recoded
from engine.kernel.release import check_release
from engine.kernel.source import read_source
from engine.kernel.source_size import NAME_LIMIT, NODES_LIMIT, STEPS_LIMIT
from engine.kernel.words import BPMN, INTERNAL
from tests.kernel.drawing import diagram, end, flows, process, start, user

PLAIN = diagram(process("p", start(), user("ask"), end(), flows("start > ask > end")))


def refused(data: bytes) -> Finding:
    with pytest.raises(DiagramError) as caught:
        read_source("x.bpmn", data)
    return caught.value.findings[0]


def encoded(encoding: str, declared: str, name: str) -> bytes:
    text = PLAIN.decode().replace("UTF-8", declared).replace('id="ask"', f'id="ask" name="{name}"')
    return text.encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "declared", "name"),
    [
        ("utf-16-le", "UTF-16LE", "立案"),
        ("utf-16-be", "UTF-16BE", "立案"),
        ("utf-32", "UTF-32", "立案"),
        ("windows-1252", "windows-1252", "5 €"),
        ("iso-8859-15", "ISO-8859-15", "5 €"),
        ("big5", "Big5", "立案"),
        ("shift_jis", "Shift_JIS", "日本"),
        ("koi8-r", "KOI8-R", "дело"),
        ("cp037", "IBM037", "café"),
        ("cp500", "ebcdic-cp-ch", "cafe"),
        ("mac_roman", "x-mac-roman", "café"),
    ],
)
def test_names_are_read_in_the_declared_encoding(encoding: str, declared: str, name: str) -> None:
    source = read_source("x.bpmn", encoded(encoding, declared, name))
    assert source.root.find(f".//{{{BPMN}}}userTask[@name='{name}']") is not None


@pytest.mark.parametrize("declared", ["martian", "idna", "hex", "unicode_escape", "punycode"])
def test_encoding_that_is_no_table_is_not_tried(declared: str) -> None:
    data = encoded("utf-8", declared, "x")
    assert recoded(data) is None
    finding = refused(data)
    assert finding.rule == "source/xml"
    assert "UTF-8" in finding.help


def test_bytes_that_contradict_the_declaration_are_refused_with_the_way_out() -> None:
    finding = refused(encoded("gb18030", "UTF-8", "立案"))
    assert "encoding" in finding.help
    assert "\n" not in finding.message


@pytest.mark.parametrize(
    ("data", "way_out"),
    [(b"  \n", "save the diagram again"), (b"\n" + PLAIN, "remove what stands before <?xml")],
)
def test_way_out_fits_the_fault(data: bytes, way_out: str) -> None:
    assert refused(data).help == way_out


def test_long_names_and_values_are_refused() -> None:
    long_id = PLAIN.replace(b'"ask"', b'"' + b"a" * (NAME_LIMIT + 1) + b'"')
    assert refused(long_id).rule == "source/size"
    long_value = PLAIN.replace(b'id="ask"', b'id="ask" name="' + b"a" * 70_000 + b'"')
    assert refused(long_value).rule == "source/size"


@pytest.mark.slow
def test_too_many_elements_are_refused() -> None:
    steps = PLAIN.replace(b"</process>", b"<task/>" * (STEPS_LIMIT + 1) + b"</process>")
    assert refused(steps).rule == "source/size"
    nodes = b'<v xmlns="urn:v">' + b"<b/>" * NODES_LIMIT + b"</v></definitions>"
    assert refused(PLAIN.replace(b"</definitions>", nodes)).rule == "source/size"


def test_marks_of_the_gate_itself_are_refused() -> None:
    forged = f'<intermediateCatchEvent xmlns:i="{INTERNAL}" i:link="true" id="x"/></process>'
    assert refused(PLAIN.replace(b"</process>", forged.encode())).rule == "source/reserved"


@pytest.mark.slow
def test_deep_chain_is_judged() -> None:
    count = 10_000
    tasks = "".join(f'<task id="t{n}"/>' for n in range(count))
    ways = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1)
    )
    data = diagram(process("p", start(), tasks, ways, flows("start > t0")))
    assert check_release({"p.bpmn": data}).accepted
