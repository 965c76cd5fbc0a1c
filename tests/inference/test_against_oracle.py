"""Compiled experta rules against an independent reading of the same rules, on random knowledge."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.inference.logic import Logic, Outcome
from hipexpert.inference.plan import Plan
from hipexpert.inference.reading import Reading
from hipexpert.knowledge import model as m
from hipexpert.knowledge.normal_form import branches
from tests import oracle, strategies

MANY = settings(max_examples=max(100, settings.default.max_examples))
"""At least a hundred random knowledge bases by day, a thousand at night."""


def late_of(assessment: Assessment) -> dict[str, Any]:
    return {
        "verdicts": {s.condition: s.verdict for s in assessment.differential},
        "ranks": {s.condition: s.rank for s in assessment.differential},
        "triage": assessment.triage.level,
        "flags": {f.flag for f in assessment.triage.flags},
    }


@MANY
@given(strategies.knowledges(), strategies.cases())
def test_exactly_the_true_rules_fire_each_once(knowledge: m.Knowledge, case: Case) -> None:
    assessment = assess(case, knowledge)
    fired = [firing.rule for firing in assessment.firings]
    assert len(fired) == len(set(fired))
    assert set(fired) == oracle.expected_rules(knowledge, case, late_of(assessment))


@given(strategies.knowledges(), strategies.cases())
def test_the_logic_agrees_with_the_oracle_where_no_conclusion_is_involved(
    knowledge: m.Knowledge, case: Case
) -> None:
    logic = Logic(knowledge, case)
    for rule in knowledge.rules.values():
        if rule.phase not in ("alarms", "advice") and not m.conclusions_of(rule.when):
            assert logic.truth(rule.when) is oracle.value(rule.when, case, set())


@MANY
@given(strategies.knowledges(), strategies.cases())
def test_the_prepared_reading_is_the_plain_logic(knowledge: m.Knowledge, case: Case) -> None:
    late = late_of(assess(case, knowledge))
    outcome = Outcome(
        flags=late["flags"], verdicts=late["verdicts"], ranks=late["ranks"], triage=late["triage"]
    )
    early = Reading(Plan(knowledge), case)
    known = (early, Logic(knowledge, case)), (early.given(outcome), Logic(knowledge, case, outcome))
    for reading, logic in known:
        for rule in knowledge.rules.values():
            truth = logic.truth(rule.when)
            assert reading.truth(rule) is truth
            assert reading.is_open(rule) is (truth is None)
            assert reading.open_findings(rule) == logic.open_findings(rule.when)
            if truth is True:
                assert reading.witness(rule) == logic.witness(rule.when)


@MANY
@given(strategies.knowledges(), st.lists(strategies.cases(), min_size=2, max_size=5))
def test_what_is_remembered_of_other_cases_changes_nothing(knowledge: m.Knowledge, cases: list[Case]) -> None:
    shared = Plan(knowledge)
    for case in (*cases, *reversed(cases)):
        reading, logic = Reading(shared, case), Logic(knowledge, case)
        for rule in knowledge.rules.values():
            assert reading.truth(rule) is logic.truth(rule.when)
            assert reading.open_findings(rule) == logic.open_findings(rule.when)


@given(strategies.knowledges(), strategies.cases())
def test_phases_come_in_order(knowledge: m.Knowledge, case: Case) -> None:
    phases = [m.PHASES.index(firing.phase) for firing in assess(case, knowledge).firings]
    assert phases == sorted(phases)


@given(strategies.knowledges(), strategies.cases(), st.randoms())
def test_order_of_rules_and_findings_never_matters(
    knowledge: m.Knowledge, case: Case, random: object
) -> None:
    rules, answers = list(knowledge.rules.items()), list(case.answers.items())
    random.shuffle(rules)  # type: ignore[attr-defined]
    random.shuffle(answers)  # type: ignore[attr-defined]
    shuffled = strategies.knowledge_of(dict(rules))
    left, right = assess(case, knowledge), assess(Case(id=case.id, answers=dict(answers)), shuffled)
    assert left == right


@given(strategies.knowledges(), strategies.cases())
def test_ledgers_sum_exactly_and_ranks_follow_scores(knowledge: m.Knowledge, case: Case) -> None:
    differential = assess(case, knowledge).differential
    assert [s.rank for s in differential] == list(range(1, len(differential) + 1))
    scores = [s.score for s in differential]
    assert scores == sorted(scores, reverse=True)
    for standing in differential:
        whole = round(standing.prior * 10) + sum(round(row.weight * 10) for row in standing.ledger)
        assert whole == round(standing.score * 10)
        for row in standing.ledger:
            assert (row.weight == 0) == bool(row.counted_by)
        groups = [(row.group, row.direction) for row in standing.ledger if row.group and not row.counted_by]
        assert len(groups) == len(set(groups)), "a group counts once"


@given(strategies.knowledges(), strategies.cases(), st.data())
def test_hiding_an_answer_never_silences_a_red_flag(
    knowledge: m.Knowledge, case: Case, data: st.DataObject
) -> None:
    asks_unknown = any("IsUnknown" in repr(r.when) for r in knowledge.rules.values())
    hidden = data.draw(st.lists(st.sampled_from(sorted(strategies.FINDINGS)), unique=True))
    before, after = assess(case, knowledge).triage, assess(case.without(hidden), knowledge).triage
    still = {f.flag for f in (*after.flags, *after.not_excluded)}
    if not asks_unknown:  # a rule that asks for ignorance may come and go with it
        assert {f.flag for f in before.flags} <= still
        assert {f.flag for f in before.not_excluded} <= still


@given(strategies.knowledges(), strategies.cases(), st.data())
def test_setting_the_open_findings_can_settle_every_missing_rule(
    knowledge: m.Knowledge, case: Case, data: st.DataObject
) -> None:
    for standing in assess(case, knowledge).differential:
        for missing in standing.missing:
            assert missing.findings, f"{missing.rule} is open, so something must be open about it"


@given(strategies.whens("evidence", ()), strategies.cases())
def test_branches_mean_what_the_tree_means(when: object, case: Case) -> None:
    def holds(literal: object) -> bool:
        found = oracle.value(literal.test, case, set())  # type: ignore[attr-defined]
        return found is literal.positive  # type: ignore[attr-defined]

    flat = any(all(holds(literal) for literal in branch) for branch in branches(when))  # type: ignore[arg-type]
    assert flat is (oracle.value(when, case, set()) is True)
