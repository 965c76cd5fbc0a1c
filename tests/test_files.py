"""Files: found where they should be, and never half written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hipexpert import resources
from hipexpert.case_files import read_case
from hipexpert.case_values import parse_answer, to_document
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.knowledge.loader import load
from hipexpert.text_files import MAX_BYTES, read_text_file, write_text_file

KNEE = load(Path(__file__).parent / "knee")


def test_the_environment_and_the_option_name_other_rules(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert resources.rules_dir().name == "rules"
    monkeypatch.setenv(resources.RULES_VARIABLE, str(tmp_path))
    assert resources.rules_dir() == tmp_path
    assert resources.rules_dir("mine") == Path("mine")
    assert resources.user_templates_dir() is None
    monkeypatch.setenv(resources.TEMPLATES_VARIABLE, str(tmp_path))
    assert resources.user_templates_dir() == tmp_path


def test_the_shipped_rules_are_found_from_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert (resources.rules_dir() / "knowledge.yaml").is_file()
    assert (resources.shipped_templates_dir() / "report.html.j2").is_file()


def test_an_old_file_survives_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "case.yaml"
    assert write_text_file(target, "old\n") is None

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    problem = write_text_file(target, "new\n")
    assert problem is not None
    assert "No space left on device" in problem.message
    assert target.read_text(encoding="utf-8") == "old\n"
    assert list(tmp_path.iterdir()) == [target], "no half-written file stays behind"


def test_a_device_is_written_to_and_never_replaced() -> None:
    assert write_text_file(Path(os.devnull), "x") is None
    assert not Path(os.devnull).is_file()


def test_what_cannot_be_read_or_written_is_a_problem(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(b"x" * (MAX_BYTES + 1))
    for path, code in (
        (big, "HX107"),
        (tmp_path, "HX101"),
        (tmp_path / "none", "HX101"),
        (Path("a\0b"), "HX101"),
    ):
        found = read_text_file(path)
        assert isinstance(found, Problem)
        assert found.code == code
    problem = write_text_file(tmp_path / "no" / "folder", "x")
    assert problem is not None
    assert problem.code == "HX505"


@pytest.mark.parametrize(
    ("finding", "raw"),
    [
        ("front_pain", "yes"),
        ("front_pain", "no"),
        ("front_pain", "unknown"),
        ("worse_with", {"stairs": "yes", "sitting": "no"}),
        ("worse_with", {"twisting": "no"}),
        ("swollen_hours", 3),
        ("swollen_hours", 0.5),
    ],
)
def test_a_value_written_reads_back(finding: str, raw: object) -> None:
    entry = KNEE.findings[finding]
    answer = parse_answer(entry, raw)
    assert to_document(entry, answer) == raw
    assert parse_answer(entry, to_document(entry, answer)) == answer


@pytest.mark.parametrize(
    ("finding", "raw", "code"),
    [
        ("front_pain", ["yes"], "HX510"),
        ("front_pain", 1, "HX510"),
        ("worse_with", 7, "HX513"),
        ("worse_with", {"stairs": "maybe"}, "HX510"),
        ("swollen_hours", True, "HX510"),
        ("swollen_hours", "soon", "HX510"),
        ("swollen_hours", "1,5 hours", "HX510"),
        ("swollen_hours", 10**400, "HX510"),
        ("swollen_hours", -1, "HX511"),
        ("swollen_hours", "3 fortnights", "HX512"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(finding: str, raw: object, code: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_answer(KNEE.findings[finding], raw)
    assert [p.code for p in caught.value.problems] == [code]


def test_a_finding_that_stands_twice_is_pointed_at_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("id: x\nabout: {age: 34}\nfindings:\n  age: 35\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(path, load(Path(__file__).parents[1] / "rules"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.line, problem.location.column) == ("HX504", 4, 3)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (["x"], "a list is not a number"),
        ({"x": 1}, "a mapping is not a number"),
        (True, "'True' is not a number"),
        ("x" * 40, f"'{'x' * 40}' is not a number"),
        ("x" * 41, f"'{'x' * 37}...' is not a number"),
    ],
)
def test_what_is_no_number_is_said_shortly(raw: object, said: str) -> None:
    number = next(finding for finding in KNEE.findings.values() if finding.kind == "number")
    with pytest.raises(CaseError) as caught:
        parse_answer(number, raw, Location())
    assert said in str(caught.value)


@pytest.mark.parametrize("raw", ["\u0663", "\u0663 days", "3\u00b2"])
def test_digits_of_other_scripts_are_no_numbers(raw: str) -> None:
    number = next(finding for finding in KNEE.findings.values() if finding.kind == "number")
    with pytest.raises(CaseError):
        parse_answer(number, raw, Location())


def test_a_unit_on_the_next_line_is_an_unknown_unit_and_not_an_odd_number() -> None:
    number = next(finding for finding in KNEE.findings.values() if finding.kind == "number")
    with pytest.raises(CaseError) as caught:
        parse_answer(number, "3 days\nor so", Location())
    assert "unknown unit" in str(caught.value)
