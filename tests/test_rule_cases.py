"""Rule cases: a rule's own runners are run, and what is missing or wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.errors import CaseError
from hipexpert.knowledge.loader import load
from hipexpert.rule_cases import read_rule_cases, run_rule_cases

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[1]
KNEE = load(ROOT / "tests" / "knee")


def write(folder: Path, text: str) -> Path:
    (folder / "cases.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_shipped_rule_fires_stays_quiet_and_waits_where_it_must() -> None:
    knowledge = load(ROOT / "rules")
    report = run_rule_cases(read_rule_cases(ROOT / "tests" / "rule_cases", knowledge), knowledge)
    assert [str(problem) for problem in (*report.failures, *report.uncovered)] == []
    assert report.run >= 3 * sum(rule.status != "retired" for rule in knowledge.rules.values())


def test_a_case_that_goes_the_other_way_and_a_rule_without_cases_are_reported(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "- rule: KN-01\n  fires: {worse_with: {stairs: no, sitting: no}}\n"
        "  near_miss: {worse_with: [stairs]}\n  unknown: {locked: unknown}\n",
    )
    report = run_rule_cases(read_rule_cases(folder, KNEE), KNEE)
    assert [(p.code, p.location.line) for p in report.failures] == [("HX801", 2), ("HX801", 3)]
    assert "did not fire on its case 'fires'" in report.failures[0].message
    assert [p.message.split()[0] for p in report.uncovered] == ["KN-02", "KN-03", "KN-04", "KN-05"]
    assert report.run == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rule: KN-01\n", "expected a list"),
        ("- {fires: {locked: yes}}\n", "expected a mapping with rule"),
        ("- {rule: KN-91, fires: {locked: yes}}\n", "did you mean 'KN-01'"),
        ("- {rule: KN-01, fires: [locked]}\n", "expected a mapping from finding to value"),
        ("- {rule: KN-01, fires: {loked: yes}}\n", "did you mean 'locked'"),
        ("- {rule: KN-01, fires: {locked: perhaps}}\n", "neither yes nor no"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CaseError) as caught:
        read_rule_cases(write(tmp_path, text), KNEE)
    assert words in str(caught.value)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="HX101"):
        read_rule_cases(tmp_path / "nowhere", KNEE)
