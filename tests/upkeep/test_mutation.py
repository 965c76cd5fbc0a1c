"""Mistakes in rules are made on purpose, and the cases notice."""

from __future__ import annotations

from pathlib import Path

from hipexpert.case_files import read_case
from hipexpert.rule_cases import read_rule_cases
from hipexpert.upkeep.mutants import mutants
from hipexpert.upkeep.mutation import Suite, all_mutants
from hipexpert.upkeep.suggestions import suggestions, text
from tests.upkeep.shipped import hip, hip_rule_cases, hip_runners, knee

CASES = """
- rule: KN-01
  fires: {worse_with: [stairs]}
  near_miss: {worse_with: {stairs: no, sitting: no, twisting: yes}}
  unknown: {locked: yes}
- rule: KN-02
  fires: {front_pain: yes, worse_with: [stairs]}
  near_miss: {front_pain: no, worse_with: [stairs]}
  unknown: {worse_with: [stairs]}
"""


def suite(tmp_path: Path, runner: str = "") -> Suite:
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    runners = []
    if runner:
        (tmp_path / "runner.yaml").write_text(runner, encoding="utf-8")
        runners = [read_case(tmp_path / "runner.yaml", knee())]
        (tmp_path / "runner.yaml").unlink()
    return Suite(knee(), read_rule_cases(tmp_path, knee()), runners)


def test_the_mutants_of_a_rule_are_every_simple_mistake() -> None:
    rule = knee().rules["KN-03"]
    assert [(m.how, m.what) for m in mutants(rule)] == [
        ("drop rule", ""),
        ("drop", "locked: yes"),
        ("turn", "locked: yes"),
        ("assume", "locked: yes"),
        ("drop", "swollen_hours: below 2"),
        ("turn", "swollen_hours: below 2"),
        ("assume", "swollen_hours: below 2"),
    ]
    assert [m.how for m in mutants(knee().rules["KN-02"])].count("turn direction") == 1
    assert "turn" not in {m.how for m in mutants(knee().rules["KN-02"]) if "conclu" in m.what}


def test_a_case_that_goes_the_other_way_catches_a_mutant(tmp_path: Path) -> None:
    found = suite(tmp_path).run(list(mutants(knee().rules["KN-01"])))
    assert found.survivors == () and found.by_rule_cases == found.tried == 4
    left = suite(tmp_path).run(list(mutants(knee().rules["KN-02"]))).survivors
    assert [str(m) for m in left] == [
        "KN-02: turn direction",
        "KN-02: drop concluded (conclusion: bent_knee_pain)",
    ]


def test_a_whole_runner_catches_what_rule_cases_cannot(tmp_path: Path) -> None:
    runner = "findings: {front_pain: yes, worse_with: [stairs]}\nexpected: {likely: []}\n"
    turned = [m for m in mutants(knee().rules["KN-05"]) if m.how == "drop"]
    assert suite(tmp_path, runner).run(turned).survivors, "weak: the verdict stays"
    runner = "findings: {locked: yes}\nexpected: {triage: same_day}\n"
    dropped = [m for m in mutants(knee().rules["KN-03"]) if m.how in ("drop rule", "turn")]
    found = suite(tmp_path, runner).run(dropped)
    assert (found.by_runners, [str(m) for m in found.survivors]) == (
        2,
        ["KN-03: turn swollen_hours: below 2"],
    )


def test_suggested_cases_catch_what_they_were_suggested_for(tmp_path: Path) -> None:
    before = suite(tmp_path).run(all_mutants(knee())).survivors
    written = text(suggestions(before, knee()))
    (tmp_path / "more.yaml").write_text(written, encoding="utf-8")
    after = Suite(knee(), read_rule_cases(tmp_path, knee()), ()).run(all_mutants(knee())).survivors
    assert before and len(after) < len(before)
    assert {m.how for m in after if m.original.phase != "advice"} == {"turn direction"}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    every = all_mutants(hip())
    assert len(every) > 8 * len(hip().rules) / 2
    one, two = (all_mutants(hip(), sample=50, seed=7) for _ in range(2))
    assert [str(m) for m in one] == [str(m) for m in two]
    assert {str(m) for m in one} <= {str(m) for m in every}


def test_enough_of_a_sample_of_the_shipped_rules_mutants_is_caught() -> None:
    """The share over all of them is measured nightly (make mutate-rules); see docs/reliability.md."""
    held = Suite(hip(), hip_rule_cases(), hip_runners())
    found = held.run(all_mutants(hip(), sample=600, seed=1))
    assert found.share >= FLOOR, [str(m) for m in found.survivors][:20]


FLOOR = 0.9
"""The sample of a suite whose whole is measured in docs/reliability.md, less twice its standard error."""
