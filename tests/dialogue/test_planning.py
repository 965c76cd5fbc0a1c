"""What is asked next and when an end is proposed: safe whatever the knowledge says."""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.dialogue.planning import plan
from hipexpert.explanation.next_question import TOP
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import All, AnyOf, VerdictIs
from tests.strategies import FINDINGS, answers, knowledges
from tests.strategies import cases as random_cases

from .sample import FIRST_ORDER, KNOWLEDGE, RULES, by_id, case, knowledge, rule, said, yes


def test_red_flags_come_first_in_order_of_urgency() -> None:
    planned = plan(KNOWLEDGE, case())
    assert tuple(f.id for f in planned.questions[: planned.urgent]) == FIRST_ORDER[:7]


def test_what_an_unknown_answer_has_closed_is_not_asked() -> None:
    before, after = plan(KNOWLEDGE, case()), plan(KNOWLEDGE, case(said("no_weight", None)))
    assert "exam.hop" in {f.id for f in before.questions}
    assert "exam.hop" not in {f.id for f in after.questions}, "its only rule can no longer fire"


def test_a_flag_that_is_raised_asks_for_nothing_more() -> None:
    raised = plan(KNOWLEDGE, case(said("no_weight", True), said("age", 60)))
    assert "periods" not in {f.id for f in raised.questions[: raised.urgent]}


def test_what_an_alarm_waits_for_is_asked_like_any_red_flag() -> None:
    """A red flag that a finding raises, or a condition that comes to stand high, waits for both."""
    stands = VerdictIs("bursitis", ("likely", "possible"))
    alarm = rule("RF-9", AnyOf((yes("fever"), All((stands, yes("pain.night"))))), m.Raises(flag="RF-SOON"))
    base = knowledge(rules=by_id(RULES["TB-01"], alarm))
    planned = plan(base, case())
    assert [f.id for f in planned.questions[: planned.urgent]] == ["fever"], "bursitis cannot stand so high"
    likely = dataclasses.replace(base.scale, likely=-6.0, possible=-7.0)
    planned = plan(dataclasses.replace(base, scale=likely), case())
    assert {f.id for f in planned.questions[: planned.urgent]} == {"fever", "pain.night"}
    raised = plan(base, case(said("fever", True)))
    assert raised.urgent == 0


@settings(max_examples=100)
@given(knowledges(), random_cases(), st.data())
def test_no_end_is_proposed_while_an_answer_could_raise_a_flag(
    base: m.Knowledge, start: Case, data: st.DataObject
) -> None:
    planned = plan(base, start)
    rest = [data.draw(answers(name)) for name in FINDINGS if name not in start.answers]
    then = planned.prospects.after(*rest)
    if planned.enough:
        assert planned.urgent == 0
    if planned.urgent == 0:
        raising = {r.then.flag for r in base.rules_by_phase["alarms"] if isinstance(r.then, m.Raises)}
        assert then.flags - planned.now.flags <= raising, (
            "only where a condition comes to stand can raise one"
        )


@settings(max_examples=200)
@given(knowledges(), random_cases(), st.data())
def test_when_all_is_settled_nothing_left_changes_the_top_or_the_triage(
    base: m.Knowledge, start: Case, data: st.DataObject
) -> None:
    planned = plan(base, start)
    if planned.enough != "settled":
        return
    rest = [data.draw(answers(name)) for name in FINDINGS if name not in start.answers]
    then = planned.prospects.after(*rest)
    assert then.triage == planned.now.triage
    assert then.order[:TOP] == planned.now.order[:TOP]
    assert [p.verdict for p in then.places[:TOP]] == [p.verdict for p in planned.now.places[:TOP]]
