"""Which questions are worth asking, and in which order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case import Answer, Case
from hipexpert.dialogue import relevance
from hipexpert.dialogue.agenda import open_questions, out_of_place, stakes, waiting_rules
from hipexpert.inference.logic import Logic
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import YES, All, AnyOf, Concluded, Has, NoneOf, When, findings_of

from .sample import (
    FINDINGS,
    FIRST_ORDER,
    KNOWLEDGE,
    RULES,
    by_id,
    case,
    finding,
    flag,
    knowledge,
    rule,
    said,
    supports,
    yes,
)
from .strategies import cases


def asked(base: m.Knowledge, answers: Case) -> list[str]:
    return [f.id for f in open_questions(base, answers)]


def test_an_empty_case_is_asked_about_then_red_flags_then_the_rest() -> None:
    assert tuple(asked(KNOWLEDGE, case())) == FIRST_ORDER


def test_what_nothing_uses_is_never_asked() -> None:
    assert "hobby" not in asked(KNOWLEDGE, case())


def test_a_retired_rule_asks_for_nothing() -> None:
    assert "forgotten" not in asked(KNOWLEDGE, case())


def test_advice_counts_through_its_findings_alone() -> None:
    assert "likes_ice" in asked(KNOWLEDGE, case())
    assert [r.id for r in waiting_rules(KNOWLEDGE, case(), FINDINGS["likes_ice"])] == ["AD-01"]


@pytest.mark.parametrize("value", [True, False, None])
def test_what_was_answered_is_not_asked_again(value: bool | None) -> None:
    assert "fever" not in asked(KNOWLEDGE, case(said("fever", value)))


def test_a_question_is_skipped_once_its_only_if_is_false() -> None:
    assert "periods" not in asked(KNOWLEDGE, case(said("sex", "male")))
    assert "periods" in asked(KNOWLEDGE, case(said("sex", "female")))
    assert "periods" in asked(KNOWLEDGE, case(said("sex", None)))


def test_a_finding_that_only_decides_about_a_question_is_asked_while_that_question_is_open() -> None:
    assert "sex" in asked(KNOWLEDGE, case())
    assert "sex" not in asked(KNOWLEDGE, case(said("periods", False)))
    assert "sex" not in asked(KNOWLEDGE, case(said("no_weight", False)))


def test_decided_rules_wait_for_nothing() -> None:
    # Weight can be borne, so no fracture is raised, whatever the hop test would say.
    assert "exam.hop" not in asked(KNOWLEDGE, case(said("no_weight", False)))
    without = knowledge(rules={k: r for k, r in RULES.items() if not k.startswith("BS-")})
    assert "no_weight" not in asked(without, case()), "a conclusion nothing can draw keeps nothing open"


def test_a_conclusion_that_no_rule_tests_is_worth_asking_for_itself() -> None:
    base = knowledge(rules=by_id(RULES["BS-02"]))
    assert asked(base, case()) == ["exam.hop"]


def test_a_finding_leaves_the_red_flags_when_their_rules_are_decided() -> None:
    base = knowledge(
        rules=by_id(
            rule("RF-01", All((yes("fever"), yes("pain.night"))), _raises("RF-INFECTION")),
            rule("TB-01", yes("pain.night"), supports("bursitis")),
            rule("RF-02", yes("no_weight"), _raises("RF-FRACTURE")),
        )
    )
    assert asked(base, case()) == ["fever", "pain.night", "no_weight"]
    assert asked(base, case(said("fever", False))) == ["no_weight", "pain.night"]


def test_the_most_urgent_use_of_a_finding_counts() -> None:
    base = knowledge(
        rules=by_id(
            rule("RF-01", yes("pain.stairs"), _raises("RF-SOON")),
            rule("RF-02", yes("no_weight"), _raises("RF-FRACTURE")),
            rule("RF-03", AnyOf((yes("fever"), yes("pain.stairs"))), _raises("RF-INFECTION")),
        )
    )
    assert asked(base, case()) == ["fever", "pain.stairs", "no_weight"]


def test_red_flags_count_through_chains_of_conclusions() -> None:
    base = knowledge(
        conclusions=by_id(*(m.Conclusion(id=c, name=c, layer="articles") for c in ("one", "two"))),
        rules=by_id(
            rule("C-1", yes("pain.night"), m.Concludes(conclusion="one")),
            rule("C-2", Concluded("one"), m.Concludes(conclusion="two")),
            rule("RF-1", Concluded("two"), _raises("RF-SOON")),
            rule("S-1", yes("fever"), supports("bursitis")),
        ),
    )
    assert asked(base, case()) == ["pain.night", "fever"]
    assert [r.id for r in waiting_rules(base, case(), FINDINGS["pain.night"])] == ["RF-1", "C-1", "C-2"]


def test_a_gate_comes_before_what_it_opens_even_through_another_gate() -> None:
    base = knowledge(
        findings=by_id(
            finding("deep", section="safety", only_if=yes("middle")),
            finding("middle", section="pain", only_if=yes("gate")),
            finding("gate", section="exam", cost="examine"),
        ),
        rules=by_id(rule("RF-1", yes("deep"), _raises("RF-SOON"))),
    )
    assert asked(base, case()) == ["gate", "middle", "deep"]
    assert asked(base, case(said("gate", False))) == ["deep"], "an unasked middle cannot hide deep"


def test_questions_that_hide_each_other_are_each_asked_once() -> None:
    base = knowledge(
        findings=by_id(
            finding("a", section="pain", only_if=yes("b")), finding("b", section="pain", only_if=yes("a"))
        ),
        rules=by_id(rule("S-1", yes("a"), supports("bursitis"))),
    )
    assert sorted(asked(base, case())) == ["a", "b"]


def test_stakes_name_rules_conditions_flags_and_what_a_question_opens() -> None:
    at_stake = stakes(KNOWLEDGE, case(), FINDINGS["fever"])
    assert [r.id for r in at_stake.rules] == ["RF-01", "RF-03"]
    assert [f.id for f in at_stake.flags] == ["RF-INFECTION", "RF-SOON"]
    assert not at_stake.conditions
    assert not at_stake.advice
    stairs = stakes(KNOWLEDGE, case(), FINDINGS["pain.stairs"])
    assert [c.name for c in stairs.conditions] == ["Bursitis", "Tendinopathy"]
    assert [a.id for a in stakes(KNOWLEDGE, case(), FINDINGS["likes_ice"]).advice] == ["A-ICE"]
    assert [f.id for f in stakes(KNOWLEDGE, case(), FINDINGS["sex"]).opens] == ["periods"]


def test_waiting_rules_set_an_answer_to_the_finding_itself_aside() -> None:
    answered = case(said("pain.stairs", False))
    assert waiting_rules(KNOWLEDGE, answered, FINDINGS["pain.stairs"]) == waiting_rules(
        KNOWLEDGE, case(), FINDINGS["pain.stairs"]
    )


def test_a_rule_that_is_decided_does_not_wait() -> None:
    assert "TB-01" not in [
        r.id for r in waiting_rules(KNOWLEDGE, case(said("pain.site", "groin")), FINDINGS["pain.stairs"])
    ]


def test_answers_out_of_place_are_those_whose_question_would_be_skipped() -> None:
    kept = case(said("sex", "male"), said("periods", True), said("fever", True))
    assert [f.id for f in out_of_place(KNOWLEDGE, kept)] == ["periods"]
    assert out_of_place(KNOWLEDGE, case(said("sex", "male"), said("periods", None))) == ()


@given(cases())
def test_only_open_and_applicable_questions_are_asked_each_once(answers: Case) -> None:
    logic = Logic(KNOWLEDGE, answers)
    questions = open_questions(KNOWLEDGE, answers)
    assert len({f.id for f in questions}) == len(questions)
    gates = {name for f in questions if f.only_if for name in findings_of(f.only_if)}
    for question in questions:
        assert question.id not in answers.answers
        assert question.only_if is None or logic.truth(question.only_if) is not False
        assert waiting_rules(KNOWLEDGE, answers, question) or question.id in gates


@given(cases())
def test_everything_an_undecided_rule_waits_for_is_asked_answered_or_skipped(answers: Case) -> None:
    logic = Logic(KNOWLEDGE, answers)
    questions = set(asked(KNOWLEDGE, answers))
    active = (r for r in RULES.values() if r.status != "retired")
    for entry in (r for r in active if r.phase in {"red_flags", "evidence"}):
        for name in logic.open_findings(entry.when):
            hidden = FINDINGS[name].only_if is not None and logic.truth(FINDINGS[name].only_if) is False
            assert name in questions or name in answers.answers or hidden


@given(cases())
def test_the_order_holds_in_every_case(answers: Case) -> None:
    left = asked(KNOWLEDGE, answers)
    red = {"fever", "no_weight", "periods", "pain.night", "exam.hop"}
    about = {"age", "sex"}
    groups = [0 if n in about else 1 if n in red and _for_a_flag(answers, n) else 2 for n in left]
    assert groups == sorted(groups)
    rest = [FINDINGS[n].cost != "ask" for n, group in zip(left, groups, strict=True) if group == 2]
    assert rest == sorted(rest)


@given(st.randoms(use_true_random=False))
def test_asking_always_comes_to_an_end(source: random.Random) -> None:
    answers = case()
    for _ in range(len(FINDINGS) + 1):
        questions = open_questions(KNOWLEDGE, answers)
        if not questions:
            return
        answers = answers.with_answers(_guess(questions[0], source))
    raise AssertionError("more questions than findings")


def test_a_large_knowledge_base_takes_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock would judge the machine; 25 000 evaluations take well under 50 ms on an ordinary one."""
    steps = 0
    truth = Logic.truth

    def counted(self: Logic, when: When) -> bool | None:
        nonlocal steps
        steps += 1
        return truth(self, when)

    monkeypatch.setattr(Logic, "truth", counted)
    base, source, answers = _large(random.Random(1)), random.Random(2), case()
    for _ in range(12):
        steps = 0
        questions = open_questions(base, answers)
        assert steps < 25_000
        answers = answers.with_answers(*(_guess(question, source) for question in questions[:8]))


def test_rules_are_indexed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    base = knowledge()
    first = relevance.index_of(base)
    monkeypatch.setattr(relevance, "_build", None)
    open_questions(base, case())
    waiting_rules(base, case(), FINDINGS["fever"])
    assert relevance.index_of(base) is first


def _raises(name: str) -> m.Raises:
    return m.Raises(flag=name)


def _for_a_flag(answers: Case, name: str) -> bool:
    if name == "sex":
        return True
    return bool(stakes(KNOWLEDGE, answers, FINDINGS[name]).flags)


def _guess(question: m.Finding, source: random.Random) -> Answer:
    if question.kind == "number":
        return said(question.id, source.choice([None, 20, 60]))
    option = (source.choice(question.option_ids),)
    if source.random() < 0.5:
        return Answer(finding=question.id, present=option)
    return Answer(finding=question.id, absent=option)


def _large(source: random.Random) -> m.Knowledge:
    """Return 170 findings and 400 rules as nested as real ones, some resting on conclusions."""
    names = [f"f.n{n}" for n in range(170)]

    def test(conclusions: list[str]) -> When:
        if conclusions and source.random() < 0.15:
            return Concluded(source.choice(conclusions))
        return Has(source.choice(names), (YES,))

    def tree(conclusions: list[str]) -> When:
        parts = [test(conclusions) for _ in range(source.randint(1, 4))]
        parts.append(AnyOf(tuple(test(conclusions) for _ in range(3))))
        parts.append(NoneOf(tuple(Has(source.choice(names), (YES,)) for _ in range(2))))
        return All(tuple(parts))

    rules, drawn = [], [f"c{n}" for n in range(20)]
    for n in range(400):
        if n < 60:
            then: m.Then = m.Concludes(conclusion=drawn[n // 3])
            rules.append(rule(f"R-{n:03}", tree(drawn[: n // 3]), then))
        else:
            then = m.Raises(flag=f"F-{n % 20}") if n < 120 else supports("bursitis")
            rules.append(rule(f"R-{n:03}", tree(drawn), then))
    return knowledge(
        findings=by_id(*(finding(name) for name in names)),
        conclusions=by_id(*(m.Conclusion(id=c, name=c, layer="articles") for c in drawn)),
        flags=by_id(*(flag(f"F-{n}", source.choice(m.LEVELS), f"flag {n}") for n in range(20))),
        rules=by_id(*rules),
    )
