"""Real requests replayed over HTTP give the city's deadlines and verdicts; no row is lost."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.boston.reading import count_rows, read_requests
from api.cli import main
from engine.domain.errors import InvalidRequestError

OWN = Path(__file__).with_name("requests.csv")


def run(file: Path, folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["import", "boston", str(file), "--data", str(folder)])
    return result.exit_code, result.output


def test_rows_are_requests_or_named_as_unreadable() -> None:
    requests, unreadable = read_requests(OWN.read_bytes())
    assert [r.number for r in requests] == ["9001", "9002", "9003", "9004"]
    assert [(bad.line, "open_dt" in bad.reason) for bad in unreadable] == [(6, True)]
    assert requests[0].opened.isoformat() == "2022-03-01T14:00:00+00:00"


def test_file_without_the_columns_is_refused_by_their_names() -> None:
    with pytest.raises(InvalidRequestError, match="open_dt"):
        read_requests(b"case_enquiry_id,type\n1,x\n")


def test_own_file_is_judged_row_by_row(tmp_path: Path) -> None:
    code, output = run(OWN, tmp_path / "data")
    assert code == 1, "a row cannot be read"
    lines = [line.split() for line in output.splitlines()]
    assert [line[-1] for line in lines[-8:-1]] == ["3/3", "2/2", "1/1", "1", "0", "1", "5"]
    assert "line 6" in output


def test_import_tells_where_the_city_says_otherwise(tmp_path: Path) -> None:
    wrong = OWN.read_text().replace("2022-03-01 16:00:00,ONTIME", "2022-03-01 16:00:00,OVERDUE")
    file = tmp_path / "wrong.csv"
    file.write_text(wrong)
    code, output = run(file, tmp_path / "data")
    assert code == 1
    assert "9001" in output
    assert "1/2" in output


def with_rows(*rows: str | bytes) -> bytes:
    """The head and the first two rows of the file, and some that are strange."""
    first = OWN.read_bytes().splitlines()[:3]
    return b"\n".join([*first, *(r if isinstance(r, bytes) else r.encode() for r in rows)]) + b"\n"


def row(number: int, *, closed: str = "", target: str = "", title: str = "Bin", kind: str) -> str:
    return (
        f"{number},2022-03-01 09:00:00,{target},{closed},ONTIME,Open,,{title},S,R,{kind},Q,D,,,"
        "1 Street,42.3,-71.1,App"
    )


@pytest.mark.parametrize(
    ("strange", "reason"),
    [
        (row(9001, kind="X"), "9001 stands in line 2 already"),
        (row(8001, closed="9999-12-31 00:00:00", kind="X"), "out of reach"),
        (row(8001, closed="0001-01-01 00:00:00", kind="X"), "out of reach"),
        (row(8001, title="Caf\u00e9", kind="X").encode("latin-1"), "case_title is not UTF-8"),
        (row(8001, title="a\0b", kind="X"), "case_title holds U+0000"),
        (row(8001, kind="x" * 200_000), "type is longer"),
    ],
)
def test_strange_row_is_named_and_costs_no_other(strange: str | bytes, reason: str) -> None:
    content = with_rows(strange, "", "")
    requests, unreadable = read_requests(content)
    assert [r.number for r in requests] == ["9001", "9002"]
    assert [bad.line for bad in unreadable] == [4]
    assert reason in unreadable[0].reason
    assert count_rows(content) == 3


def test_rows_that_cannot_be_replayed_are_counted_and_named(tmp_path: Path) -> None:
    file = tmp_path / "strange.csv"
    file.write_bytes(
        with_rows(
            row(8001, title="", kind="Unlimited"),
            row(8002, title="x" * 9_000, kind="Unlimited"),
            row(8003, kind="CE Collection"),
            row(8004, title="y" * 200_000, kind="Unlimited"),
            "",
        )
    )
    code, output = run(file, tmp_path / "data")
    assert code == 1
    assert "Traceback" not in output
    assert "NOT ACCOUNTED FOR" not in output
    counts = [line.split()[-1] for line in output.splitlines() if line.startswith("rows ")]
    assert counts == ["0", "1", "3", "6"], output
    for line in ("line 4:", "line 5:", "line 7:"):
        assert line in output


@pytest.mark.slow
def test_boston_agrees_on_every_row(real_data: Path, tmp_path: Path) -> None:
    code, output = run(real_data / "boston311-100.csv", tmp_path / "data")
    assert code == 0, output
    for score in ("89/89", "77/77", "12/12"):
        assert score in output
