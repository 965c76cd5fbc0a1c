from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.errors import UsageError
from hipexpert.explanation.changes import apply_answers
from hipexpert.explanation.lacking import Unmet
from hipexpert.explanation.why_not import why_not
from hipexpert.inference.assess import assess
from hipexpert.inference.consultation import consult
from hipexpert.inference.logic import Logic
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.when import Has, Measures
from hipexpert.knowledge.when import tests as every_test
from tests.case_paths import NIGHTLY
from tests.explanation.small import hip, knee, runner, shipped
from tests.strategies import cases, knowledges

pytestmark = pytest.mark.heavy


def fires(case: Case, rule: str, knowledge: Knowledge) -> bool:
    return rule in {fired.id for fired in consult(case, knowledge).fired}


@given(knowledge=knowledges(), case=cases())
def test_setting_the_tests_makes_the_rule_fire(knowledge: Knowledge, case: Case) -> None:
    assessment = assess(case, knowledge)
    for condition in knowledge.conditions:
        found = why_not(assessment, knowledge, condition)
        for nearest in found.nearest:
            assert nearest.lack.unmet
            changed = apply_answers(case, nearest.lack.settled_by)
            assert fires(changed, nearest.rule, knowledge), nearest
            after = assess(changed, knowledge).standing(condition)
            assert round(after.score - found.score, 1) == nearest.moves
            assert not nearest.enough or after.score >= knowledge.scale.possible


@cache
def alone(condition: str) -> Knowledge:
    """Return the shipped knowledge with the rules of one condition, and those they rest on, alone."""
    knowledge = hip()
    rules = [*(r for rules in knowledge.concluding.values() for r in rules), *knowledge.weighing[condition]]
    return replace(
        knowledge,
        rules={rule.id: rule for rule in rules},
        conditions={condition: knowledge.conditions[condition]},
        flags={},
        advice={},
    )


@pytest.mark.parametrize("number", range(len(shipped())), ids=lambda n: shipped()[n].stem)
def test_setting_the_tests_makes_the_rule_fire_for_every_shipped_case_and_condition(number: int) -> None:
    """Every rule that is named for any condition fires when the engine runs again on what it lacked.

    The engine is asked for the rules of that condition alone, which is quick and the same, since evidence
    rests on findings and conclusions only; every sixteenth time, and always by night, for all rules.
    """
    path, knowledge = shipped()[number], hip()
    case = read_case(path, knowledge)
    assessment = assess(case, knowledge)
    proved, unmet = 0, dict[Unmet, None]()
    for standing in assessment.differential:
        for nearest in why_not(assessment, knowledge, standing.condition).nearest:
            changed = apply_answers(case, nearest.lack.settled_by)
            assert fires(changed, nearest.rule, alone(standing.condition)), nearest
            if NIGHTLY or (proved + number) % 16 == 0:
                assert fires(changed, nearest.rule, knowledge), nearest
            proved += 1
            unmet.update(dict.fromkeys(nearest.lack.unmet))
    check_marks(case, knowledge, unmet)
    assert proved > 100


def check_marks(case: Case, knowledge: Knowledge, unmet: Iterable[Unmet]) -> None:
    for test in unmet:
        if test.bounds is not None:
            truth = Logic(knowledge, case).truth(test.bounds)
            truth = truth if test.wanted == "within" or truth is None else not truth
        elif test.wanted == "unknown":
            truth = not case.known(test.id)
        else:
            truth = Logic(knowledge, case).truth(Has(test.id, test.values))
            truth = truth if test.wanted == "present" or truth is None else not truth
        assert truth is (False if test.state == "contradicted" else None)


def test_contradicted_is_told_from_unknown() -> None:
    found = why_not(assess(runner(front_pain="no"), knee()), knee(), "kneecap_pain")
    (nearest,) = found.nearest
    assert [(test.id, test.state) for test in nearest.lack.unmet] == [
        ("front_pain", "contradicted"),
        ("worse_with", "unknown"),
    ]
    assert [row.rule for row in found.against] == ["KN-05"]
    assert (found.next_verdict, found.lacks) == ("possible", 7.5)


def test_points_are_what_the_rule_would_add_now() -> None:
    case = runner(front_pain="yes")
    found = why_not(assess(case, knee()), knee(), "kneecap_pain")
    (nearest,) = found.nearest
    after = assess(apply_answers(case, nearest.lack.settled_by), knee()).standing("kneecap_pain")
    assert round(after.score - found.score, 1) == nearest.gain == 7.0
    assert nearest.enough


def test_what_stands_as_high_as_can_be_lacks_nothing() -> None:
    likely = assess(read_case(shipped()[0], hip()), hip())
    found = why_not(likely, hip(), likely.differential[0].condition)
    assert (found.next_verdict, found.lacks, found.behind) == ("", 0.0, 0.0)


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean"):
        why_not(assess(runner(front_pain="yes"), knee()), knee(), "kneecap")


def test_every_rule_is_near_or_out_of_reach() -> None:
    knowledge = hip()
    assessment = assess(read_case(shipped()[1], knowledge), knowledge)
    for standing in assessment.differential:
        found = why_not(assessment, knowledge, standing.condition)
        fired = {row.rule for row in standing.ledger}
        supporting = {
            rule.id
            for rule in knowledge.weighing.get(standing.condition, ())
            if getattr(rule.then, "direction", "") == "supports"
        }
        assert {n.rule for n in found.nearest} | set(found.out_of_reach) == supporting - fired
        for name in found.out_of_reach:
            assert any(isinstance(t, (Has, Measures)) for t in every_test(knowledge.rules[name].when))
