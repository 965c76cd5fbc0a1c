"""``hipexpert evaluate`` as scripts rely on it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.test_cli import ROOT, fails, hipexpert

KNEE = ("--rules", "tests/knee")

GOOD = "id: good\nfindings: {front_pain: yes}\nexpected: {accepted: [kneecap_pain], urgent: no}\n"
UNDER = "id: under\nfindings: {front_pain: yes}\nexpected: {accepted: [kneecap_pain], urgent: yes}\n"
SILENT = "id: silent\nfindings: {front_pain: yes}\n"
ODD = "id: odd\nfindings: {front_pain: yes}\nexpected: {accepted: [kneecap_pian], urgent: no}\n"
BROKEN = "findings: {front_pian: yes}\n"
MALFORMED = "id: malformed\nfindings: {front_pain: yes}\nexpected: {accepted: kneecap_pain}\n"


def folder(tmp_path: Path, *cases: str) -> str:
    target = tmp_path / "knees"
    target.mkdir()
    for n, text in enumerate(cases):
        (target / f"{n}.yaml").write_text(text, encoding="utf-8")
    return str(target)


def test_text_to_standard_output_and_nothing_else(tmp_path: Path) -> None:
    done = hipexpert("evaluate", folder(tmp_path, GOOD, UNDER), *KNEE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted condition first" in done.stdout
    assert "Undertriaged: under" in done.stdout
    assert "2 cases of knees" in done.stdout


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "json"])
def test_the_same_folder_gives_the_same_bytes(tmp_path: Path, format_: str) -> None:
    cases = folder(tmp_path, GOOD, UNDER, ODD)
    arguments = ("evaluate", cases, *KNEE, "--format", format_, "--seed", "4")
    assert len({hipexpert(*arguments, PYTHONHASHSEED=seed).stdout for seed in "123"}) == 1


def test_what_cannot_be_used_is_told_and_the_rest_judged(tmp_path: Path) -> None:
    cases = folder(tmp_path, GOOD, BROKEN, SILENT, ODD, MALFORMED)
    done = hipexpert("evaluate", cases, *KNEE, "--format", "json", "--masking", "off")
    assert done.returncode == 3
    assert "1.yaml:1:12: HX503" in done.stderr
    assert "did you mean 'front_pain'" in done.stderr
    assert "4.yaml: HX520 case malformed: expected.accepted must be a list" in done.stderr
    assert "did you mean 'kneecap_pain'" in done.stderr
    found = json.loads(done.stdout)
    assert [each["case"] for each in found["outcomes"]] == ["good", "odd"]
    assert found["left_out"] == {"states_nothing": ["silent"], "cannot_be_used": ["1.yaml", "4.yaml"]}
    assert found["remarks"] == [
        "odd: 'kneecap_pian' is not in the knowledge base; did you mean 'kneecap_pain'?"
    ]
    assert found["masking"] is None


def test_two_cases_of_one_name_are_both_judged(tmp_path: Path) -> None:
    done = hipexpert("evaluate", folder(tmp_path, GOOD, GOOD), *KNEE, "--format", "json")
    assert done.returncode == 0
    assert "good: 0.yaml and 1.yaml both call themselves so" in done.stderr
    assert json.loads(done.stdout)["judged"] == 2


def test_nothing_to_judge(tmp_path: Path) -> None:
    assert "no case states what is expected" in fails(3, "evaluate", folder(tmp_path, SILENT), *KNEE)
    (tmp_path / "empty").mkdir()
    assert "no case states" in fails(3, "evaluate", str(tmp_path / "empty"), *KNEE)
    assert "no folder" in fails(2, "evaluate", "nowhere")


def test_only_broken_files_give_their_problems_and_no_page(tmp_path: Path) -> None:
    assert "did you mean 'front_pain'" in fails(3, "evaluate", folder(tmp_path, BROKEN), *KNEE)


def test_an_undertriaged_case_can_fail_a_build(tmp_path: Path) -> None:
    bad = folder(tmp_path, GOOD, UNDER)
    assert hipexpert("evaluate", bad, *KNEE, "--fail-on-undertriage").returncode == 10
    (Path(bad) / "1.yaml").unlink()
    done = hipexpert("evaluate", bad, *KNEE, "--fail-on-undertriage")
    assert (done.returncode, done.stderr) == (0, "")


def test_masking_is_on_off_or_a_number_of_draws(tmp_path: Path) -> None:
    cases = folder(tmp_path, GOOD)
    for said, draws in (("on", 20), ("3", 3)):
        done = hipexpert("evaluate", cases, *KNEE, "--masking", said, "--format", "json")
        assert json.loads(done.stdout)["masking"]["draws"] == draws
    for wrong in ("0", "-1", "many", "1001"):
        assert "none of on, off and a number" in fails(2, "evaluate", cases, *KNEE, "--masking", wrong)


def test_a_condition_of_another_layer_is_not_covered_but_no_mistake() -> None:
    done = hipexpert(
        "evaluate", "tests/cases/published", "--layer", "evidence", "--masking", "off", "--format", "json"
    )
    assert done.returncode == 0
    assert "is not in the knowledge base" not in done.stderr
    assert json.loads(done.stdout)["knowledge"]["layers"] == ["evidence"]
    assert "no layer 'evidenc'" in fails(2, "evaluate", "tests/cases/published", "--layer", "evidenc")


def test_output_goes_to_a_file_whose_ending_chooses_the_format(tmp_path: Path) -> None:
    target = tmp_path / "figures.html"
    done = hipexpert("evaluate", folder(tmp_path, GOOD), *KNEE, "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.skipif(sys.platform == "win32", reason="pexpect has no pseudo-terminal there")
def test_progress_is_told_on_a_terminal_and_cleared() -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "hipexpert", "evaluate", "tests/cases/published", "--masking", "1", "--output", "/dev/null"],
        cwd=str(ROOT), encoding="utf-8", timeout=120,
    )  # fmt: skip
    child.expect("Hiding answers: 5 of 49 cases")
    child.expect("Wrote /dev/null")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_help_ends_with_two_examples() -> None:
    lines = hipexpert("evaluate", "-h").stdout.rstrip().splitlines()
    assert lines[-3].strip() == "Examples:"
