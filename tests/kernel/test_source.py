"""Hardened reading: encodings, size, depth, DOCTYPE, entities."""

from collections.abc import Callable

import pytest

from engine.kernel.findings import DiagramError, Finding
from engine.kernel.source import read_source
from engine.kernel.source_size import ATTRIBUTES_LIMIT, DEPTH_LIMIT, SIZE_LIMIT
from tests.kernel.drawing import BPMN, diagram, end, flows, process, start, user

PLAIN = diagram(process("p", start(), user("ask"), end(), flows("start > ask > end")))


def refused(data: bytes) -> Finding:
    with pytest.raises(DiagramError) as caught:
        read_source("x.bpmn", data)
    return caught.value.findings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "iso-8859-1"])
def test_names_are_read_in_every_declared_encoding(encoding: str) -> None:
    name = "Fazer relatório" if encoding == "iso-8859-1" else "立案"
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = PLAIN.decode().replace("UTF-8", declared).replace('id="ask"', f'id="ask" name="{name}"')
    source = read_source("x.bpmn", text.encode(encoding))
    assert source.root.find(f".//{{{BPMN}}}userTask[@name='{name}']") is not None
    assert source.remarks == ()


def test_declared_encoding_that_contradicts_the_bytes_is_remarked() -> None:
    text = PLAIN.decode().replace("UTF-8", "ISO-8859-1").replace('id="ask"', 'id="ask" name="é"')
    assert read_source("x.bpmn", text.encode()).remarks[0].rule == "source/encoding"


def test_file_that_is_no_xml_is_refused_with_its_line() -> None:
    finding = refused(b"<a>\n<b>\n</a>")
    assert finding.rule == "source/xml"
    assert finding.line == 3
    assert finding.file == "x.bpmn"


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"not xml", b'<?xml version="1.0"?>'])
def test_rubbish_is_refused_not_raised(data: bytes) -> None:
    assert refused(data).rule == "source/xml"


def test_doctype_and_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert refused(bomb + b"<d>&b;</d>").rule == "source/doctype"
    head, _, rest = PLAIN.partition(b"?>")
    external = b'<!DOCTYPE definitions SYSTEM "file:///etc/passwd">'
    assert refused(head + b"?>" + external + rest).rule == "source/doctype"


def test_bomb_of_entities_is_refused_for_its_doctype() -> None:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><d>&e9;</d>'
    assert refused(bomb.encode()).rule == "source/doctype"


def test_declared_utf_16_over_other_bytes_is_told() -> None:
    assert "UTF-16" in refused(PLAIN.replace(b"UTF-8", b"UTF-16")).message


def test_large_file_is_refused_before_it_is_parsed() -> None:
    assert refused(b"<" * (SIZE_LIMIT + 1)).rule == "source/size"


@pytest.mark.parametrize("times", [1, 3, 30])
def test_deep_file_is_refused(times: int) -> None:
    deep = b"<a>" * DEPTH_LIMIT * times + b"</a>" * DEPTH_LIMIT * times
    data = PLAIN.replace(b"</definitions>", deep + b"</definitions>")
    assert refused(data).rule == "source/size"


@pytest.mark.parametrize("place", [b"<userTask", b"<process", b"<definitions"])
def test_element_of_many_attributes_is_refused_before_they_are_read(place: bytes) -> None:
    many = b"".join(b' a%d=""' % n for n in range(ATTRIBUTES_LIMIT + 1))
    assert "attributes" in refused(PLAIN.replace(place, place + many, 1)).message


def test_other_xml_is_refused() -> None:
    assert refused(b"<html/>").rule == "source/not-bpmn"


@pytest.mark.parametrize(
    "mangle", [lambda d: d[: len(d) // 2], lambda d: d[::-1]], ids=["half", "reversed"]
)
def test_cut_file_is_refused(mangle: Callable[[bytes], bytes]) -> None:
    assert refused(mangle(PLAIN)).rule == "source/xml"
