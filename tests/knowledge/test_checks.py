"""The checks find nothing in a sound knowledge base, and loading refuses what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.errors import KnowledgeError, Problem
from hipexpert.knowledge.checks import check
from hipexpert.knowledge.checks.catalogue import severity
from hipexpert.knowledge.coverage import measure
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Exclusion, Knowledge
from hipexpert.upkeep.tried import tried

RULES = Path(__file__).parents[2] / "rules"
KNEE = (Path(__file__).parents[1] / "knee" / "knee.yaml").read_text(encoding="utf-8")
RULE = """
prefix: ZZ
rules:
  - id: ZZ-01
    layer: lessons
    status: draft
    title: {title}
    because: {because}
    opinion: A test.
    {extra}
    when: {when}
    then: {then}
"""


def rule(**changes: str) -> str:
    parts = {
        "title": "A rule that is seeded",
        "because": "It shows what the check finds.",
        "extra": "pitfalls: []",
        "when": "{locked: present}",
        "then": "{supports: kneecap_pain, strength: weak}",
        **changes,
    }
    return RULE.format(**parts)


def problems(tmp_path: Path, extra: str, knee: str = KNEE) -> list[Problem]:
    knee = knee.replace("  priors:", "  demands: {jumping: Jumping}\n  priors:")
    (tmp_path / "knee.yaml").write_text(knee, encoding="utf-8")
    (tmp_path / "zz.yaml").write_text(extra, encoding="utf-8")
    return [defect.problem for defect in check(load(tmp_path)).defects]


STUDIES = """
sources: [{id: s-paper, title: A paper, layer: lessons}]
studies:
  - {id: t-far, test: squat, target: x, condition: kneecap_pain, source: s-paper, lr_positive: 9,
     lr_negative: 0.2}
  - {id: t-near, test: squat, target: pain, condition: kneecap_pain, source: s-paper, lr_positive: 3}
  - {id: t-doubted, test: squat, target: x, condition: kneecap_pain, source: s-paper, doubt: Small}
"""


def test_a_sound_knowledge_base_has_no_problem(tmp_path: Path) -> None:
    (tmp_path / "knee.yaml").write_text(KNEE, encoding="utf-8")
    assert check(load(tmp_path)).defects == ()


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load(RULES)


def test_the_shipped_knowledge_base_is_clean_and_carries_every_claim(shipped: Knowledge) -> None:
    checked = check(shipped, tried(shipped, RULES.parent / "tests"))
    assert [str(defect.problem) for defect in checked.defects] == []
    assert all(len(meant.reason) > 20 for _, meant in checked.excluded)
    coverage = measure(shipped)
    assert coverage.complete
    assert coverage.missing == ()


def test_a_layer_alone_has_no_error(shipped: Knowledge) -> None:
    """What the other layer decides may look unbalanced without it, but nothing may be wrong."""
    for layer in shipped.layers:
        found = check(shipped.restricted([layer]), whole=False).defects
        assert {d.code for d in found if severity(d.code) == "error"} <= {"HX732"}, layer


def test_an_exclusion_takes_out_one_defect_of_one_entry(tmp_path: Path) -> None:
    (tmp_path / "knee.yaml").write_text(KNEE, encoding="utf-8")
    doubled = rule(then="{raises: KF-LOCKED}", when="{front_pain: present}")
    doubled += doubled.partition("rules:\n")[2].replace("ZZ-01", "ZZ-02")
    (tmp_path / "zz.yaml").write_text(doubled, encoding="utf-8")
    knowledge = load(tmp_path)
    assert [(d.code, d.about, d.other) for d in check(knowledge).defects] == [("HX711", "ZZ-02", "ZZ-01")]
    meant = Exclusion(code="HX711", entries=("ZZ-02",), reason="It is meant.")
    checked = check(knowledge, exclusions=[meant])
    assert checked.defects == ()
    assert ("HX711", "ZZ-02", meant) in [(d.code, d.about, e) for d, e in checked.excluded]
    other = Exclusion(code="HX711", entries=("ZZ-01",), reason="The wrong one.")
    assert [d.code for d in check(knowledge, exclusions=[other]).defects] == ["HX758", "HX711"]
    assert [d.code for d in check(knowledge, exclusions=[other], whole=False).defects] == ["HX711"]


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("{supports: kneecap_pain}", "HX206"),
        ("{supports: kneecap_pain, strength: weak, ratio: 2.0}", "HX206"),
        ("{supports: kneecap_pain, ratio: 2.0}", "HX201"),
        ("{supports: kneecap_pain, ratio: 2.0, source: s-none}", "HX307"),
        ("{supports: kneecap_pain, ratio: 0.5, source: s-paper}", "HX205"),
        ("{opposes: kneecap_pain, ratio: 1.5, source: s-paper}", "HX205"),
        ("{raises: KF-LOCKED, strength: weak}", "HX206"),
        ("{withholds: [jumping], group: x}", "HX206"),
        ("{withholds: [running]}", "HX314"),
        ("{supports: kneecap_pain, study: t-far}", "HX206"),
        ("{supports: kneecap_pain, result: positive}", "HX206"),
        ("{supports: kneecap_pain, study: t-far, result: positive, strength: weak}", "HX206"),
        ("{supports: kneecap_pain, study: t-far, result: negative}", "HX205"),
        ("{opposes: kneecap_pain, study: t-far, result: positive}", "HX205"),
        ("{opposes: kneecap_pain, study: t-near, result: negative}", "HX410"),
        ("{supports: kneecap_pain, study: t-doubted, result: positive}", "HX410"),
        ("{supports: kneecap_pain, study: t-none, result: positive}", "HX313"),
        ("{}", "HX206"),
    ],
)
def test_a_then_that_does_not_fit_is_refused(tmp_path: Path, then: str, code: str) -> None:
    extra = STUDIES + rule(then=then)
    with pytest.raises(KnowledgeError) as caught:
        problems(tmp_path, extra)
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("present", "HX203"),
        ("{front_pain: present, locked: present}", "HX206"),
        ("{all: []}", "HX203"),
        ("{at_least: {n: 1}}", "HX206"),
        ("{at_least: {n: one, of: [{locked: present}]}}", "HX203"),
        ("{worse_with: {stairs: absent}}", "HX401"),
        ("{worse_with: []}", "HX203"),
        ("{worse_with: {absent: running}}", "HX302"),
        ("{swollen_hours: {at_least: many}}", "HX203"),
        ("{swollen_hours: {at_least: 2, above: 3}}", "HX206"),
        ("{swollen_hours: {above: 2000}}", "HX401"),
        ("{none: [{locked: unknown}]}", "HX402"),
        ("{rank: {kneecap_pain: 1}}", "HX403"),
        ("{triage: routine}", "HX403"),
        ("{flag: KF-LOCKED}", "HX403"),
    ],
)
def test_a_when_that_does_not_fit_is_refused(tmp_path: Path, when: str, code: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        problems(tmp_path, rule(when=when))
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{verdict: {kneecap_pain: perhaps}}", "HX204"),
        ("{verdict: {kneecap_pian: likely}}", "HX303"),
        ("{verdict: likely}", "HX206"),
        ("{rank: {kneecap_pain: first}}", "HX203"),
        ("{triage: someday}", "HX204"),
        ("{flag: KF-NONE}", "HX305"),
    ],
)
def test_what_advice_may_ask_is_checked_too(tmp_path: Path, when: str, code: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        problems(tmp_path, rule(when=when, then="{advises: [KN-A1]}"))
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize("verdict", ["possible", "[unlikely, likely]", "not_settled"])
def test_a_red_flag_may_only_follow_from_likely_or_possible(tmp_path: Path, verdict: str) -> None:
    extra = rule(when=f"{{verdict: {{kneecap_pain: {verdict}}}}}", then="{raises: KF-LOCKED}")
    with pytest.raises(KnowledgeError) as caught:
        problems(tmp_path, extra)
    assert [p.code for p in caught.value.problems] == ["HX402"]


def test_layers_can_be_left_out(tmp_path: Path) -> None:
    layered = KNEE.replace(
        "layers: [{id: lessons, name: Lessons}]", "layers: [{id: lessons, name: L}, {id: more, name: M}]"
    )
    extra = (
        "condition: {id: extra_pain, name: Extra, layer: more, prior: common, "
        "summary: Only in the second layer.}\n"
        + rule(then="{supports: extra_pain, strength: weak}")
        + "  - {id: ZZ-02, layer: more, status: draft, title: More, because: Second layer., "
        "opinion: A test., "
        "when: {locked: present}, then: {opposes: extra_pain, strength: weak}}\n"
    )
    (tmp_path / "knee.yaml").write_text(layered, encoding="utf-8")
    (tmp_path / "zz.yaml").write_text(extra, encoding="utf-8")
    whole = load(tmp_path)
    assert whole.restricted(["lessons", "more"]) is whole
    lessons = whole.restricted(["lessons"])
    assert set(lessons.rules) == {*(f"KN-0{n}" for n in range(1, 6)), "ZZ-01"}
    assert "extra_pain" in lessons.conditions, "a rule that is left is about it"
    more = whole.restricted(["more"])
    assert (set(more.rules), set(more.conditions), set(more.flags)) == ({"ZZ-02"}, {"extra_pain"}, set())
    assert lessons.findings == whole.findings
