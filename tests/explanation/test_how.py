from __future__ import annotations

import pytest
from hypothesis import given

from hipexpert.case import Case, State
from hipexpert.case_files import read_case
from hipexpert.errors import UsageError
from hipexpert.explanation.how import How, Step, how, leaves
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge
from tests.explanation.small import hip, knee, runner, some
from tests.strategies import cases, knowledges


def rests_on_the_record(step: Step, assessment: Assessment, knowledge: Knowledge) -> bool:
    """A leaf is an answer as recorded, something nobody recorded, or an outcome that rests on nothing."""
    case = assessment.case
    if step.kind == "finding":
        if knowledge.findings[step.id].kind == "number" and step.state != "unknown":
            return case.number(step.id) == float(step.value)
        if not step.value:
            return step.state == "unknown" and not case.known(step.id)
        return case.state(step.id, step.value) is State(step.state)
    raised = {status.flag for status in assessment.triage.flags}
    if step.kind == "flag":
        return step.state == "absent" and step.id not in raised
    if step.kind == "triage":
        return not raised
    return step.kind == "condition" and not assessment.standing(step.id).ledger


def check(found: How, assessment: Assessment, knowledge: Knowledge) -> None:
    fired = {firing.rule for firing in assessment.firings}
    seen = [found.root]
    for step in seen:
        seen.extend(step.parts)
        assert step.kind != "rule" or step.id in fired
    for leaf in leaves(found.root):
        assert rests_on_the_record(leaf, assessment, knowledge), leaf


def check_all(case: Case, knowledge: Knowledge) -> None:
    assessment = assess(case, knowledge)
    for standing in assessment.differential:
        found = how(assessment, knowledge, standing.condition)
        weights = [step.weight for step in found.root.parts]
        assert found.prior is not None
        assert round(found.prior + sum(w for w in weights if w is not None), 1) == found.score
        check(found, assessment, knowledge)
    for name in [*knowledge.flags, *knowledge.conclusions, *(item.advice for item in assessment.advice)]:
        found = how(assessment, knowledge, name)
        produced = {id_ for firing in assessment.firings for _, id_ in firing.produced}
        assert found.reached is (name in produced)
        if found.reached:
            check(found, assessment, knowledge)


@given(knowledge=knowledges(), case=cases())
def test_every_tree_ends_in_what_is_recorded(knowledge: Knowledge, case: Case) -> None:
    check_all(case, knowledge)


@pytest.mark.parametrize("path", some(6), ids=lambda p: p.stem)
def test_every_tree_of_the_shipped_cases_ends_in_what_is_recorded(path: object) -> None:
    check_all(read_case(str(path), hip()), hip())


def test_a_condition_through_a_conclusion_down_to_the_answers() -> None:
    case = runner(front_pain="yes", worse_with=["stairs"])
    found = how(assess(case, knee()), knee(), "kneecap_pain")
    (rule,) = found.root.parts
    assert (rule.id, rule.weight) == ("KN-02", 7.0)
    answer, conclusion = rule.parts
    assert (answer.id, answer.value) == ("front_pain", "yes")
    assert (conclusion.kind, conclusion.parts[0].id) == ("conclusion", "KN-01")
    assert [leaf.value for leaf in leaves(found.root)] == ["yes", "stairs"]


def test_what_is_followed_once_is_not_followed_again() -> None:
    case = runner(front_pain="yes", worse_with=["stairs"])
    found = how(assess(case, knee()), knee(), "KN-A1")
    (rule,) = found.root.parts
    assert rule.parts[0].kind == "condition"
    assert not rule.parts[0].again


def test_a_flag_that_was_not_raised_says_what_it_lacks() -> None:
    found = how(assess(runner(front_pain="yes"), knee()), knee(), "KF-LOCKED")
    assert not found.reached
    assert [test.id for test in found.lacking[0].unmet] == ["locked"]


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'kneecap_pain'"):
        how(assess(runner(front_pain="yes"), knee()), knee(), "kneecap_pian")
