"""The order of conditions, and what facts and literals are worth to those who sort them."""

from __future__ import annotations

from itertools import permutations

from hipexpert.inference import facts
from hipexpert.inference.facts import matched, recorded
from hipexpert.inference.weighing import Score, ranking
from hipexpert.knowledge.model import Condition
from hipexpert.knowledge.normal_form import Literal
from hipexpert.knowledge.numbering import number_literals
from hipexpert.knowledge.when import FlagRaised, Has, TriageIs, VerdictIs


def score(name: str, tenths: int, *, danger: bool = False) -> Score:
    """Return a score that is all prior: what the findings said is what is missing from zero."""
    entry = Condition(
        id=name, name=name, layer="articles", prior="common", summary=name, must_not_miss=danger
    )
    return Score(entry, tenths, ())


def test_the_best_comes_first_and_at_the_same_score_what_must_not_be_missed() -> None:
    scores = (score("b", 20), score("c", 10, danger=True), score("a", 10))
    for given in permutations(scores):
        assert [s.condition.id for s in ranking(given)] == ["b", "c", "a"]


class Told(Score):
    """A score of ten tenths, of which the prior is not all."""

    @property
    def tenths(self) -> int:  # type: ignore[override]
        return 10


def test_at_the_same_score_findings_come_before_how_common_it_is() -> None:
    common, rare = (Told(score(name, 0).condition, prior, ()) for name, prior in (("a", 8), ("b", 2)))
    for given in permutations((common, rare)):
        assert [s.condition.id for s in ranking(given)] == ["b", "a"]


def test_every_fact_that_says_something_of_the_case_is_told() -> None:
    assert matched(facts.FindingFact(finding="fever", option="yes", state="absent")) == recorded(
        "finding", "fever", "yes", "absent"
    )
    assert matched(facts.MeasureFact(finding="age", value=50.0)) == recorded("finding", "age", "50")
    assert matched(facts.ConclusionFact(conclusion="overload")) == recorded("conclusion", "overload")
    assert matched(facts.FlagFact(flag="RF-X", raised=False)) == recorded("flag", "RF-X", "", "absent")
    standing = facts.StandingFact(condition="labral_tear", verdict="likely", rank=1)
    assert matched(standing) == recorded("standing", "labral_tear", "likely")
    assert matched(facts.TriageFact(level="routine")) == recorded("triage", "triage", "routine")
    assert matched(facts.EvidenceFact(rule="X-1", condition="x", direction="supports")) is None


def test_the_unlikeliest_literal_has_the_lowest_number() -> None:
    up, down = (Literal(FlagRaised(flag="RF-X"), positive) for positive in (True, False))
    present = Literal(Has(finding="fever", options=("yes",)))
    often = Literal(Has(finding="sore", options=("yes",)))
    likely, not_likely = (
        Literal(VerdictIs(condition="x", verdicts=("likely",)), positive) for positive in (True, False)
    )
    routine = Literal(TriageIs(levels=("routine",)))
    rules = [[(routine, often, up), (down, present, present)], [(often, likely), (often, not_likely)]]
    literals, branches = number_literals(rules)
    assert literals[:5] == [up, likely, present, often, not_likely]
    assert set(literals[5:]) == {routine, down}
    for alternatives, numbered in zip(rules, branches, strict=True):
        for alternative, numbers in zip(alternatives, numbered, strict=True):
            assert numbers == sorted(set(numbers))
            assert {literals[n] for n in numbers} == set(alternative)
