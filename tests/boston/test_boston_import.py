"""Real requests replayed over HTTP give the city's deadlines and verdicts; no row is lost."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.boston.reading import read_requests
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
    assert code == 0, output
    lines = [line.split() for line in output.splitlines()]
    assert [line[-1] for line in lines[-7:-1]] == ["3/3", "2/2", "1/1", "1", "1", "5"]
    assert "line 6" in output


def test_import_tells_where_the_city_says_otherwise(tmp_path: Path) -> None:
    wrong = OWN.read_text().replace("2022-03-01 16:00:00,ONTIME", "2022-03-01 16:00:00,OVERDUE")
    file = tmp_path / "wrong.csv"
    file.write_text(wrong)
    code, output = run(file, tmp_path / "data")
    assert code == 1
    assert "9001" in output
    assert "1/2" in output


@pytest.mark.slow
def test_boston_agrees_on_every_row(real_data: Path, tmp_path: Path) -> None:
    code, output = run(real_data / "boston311-100.csv", tmp_path / "data")
    assert code == 0, output
    for score in ("89/89", "77/77", "12/12"):
        assert score in output
