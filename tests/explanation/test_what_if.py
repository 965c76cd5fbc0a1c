from __future__ import annotations

import dataclasses
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Answer, Case
from hipexpert.case_files import read_case
from hipexpert.case_values import parse_answer
from hipexpert.errors import UsageError
from hipexpert.explanation.changes import applied, apply_answers, may_change, parse_change
from hipexpert.explanation.moves import Move, Moves, fits, joined
from hipexpert.explanation.prospects import Prospect, Prospects
from hipexpert.explanation.turning import Turning, turning
from hipexpert.explanation.what_if import what_if
from hipexpert.inference.assess import assess
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.when import Has
from tests.explanation.small import ROOT, hip, knee, runner
from tests.strategies import FINDINGS, answers, cases, knowledges

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@given(knowledge=knowledges(), case=cases(), data=st.data())
def test_what_if_is_a_fresh_assessment(knowledge: Knowledge, case: Case, data: st.DataObject) -> None:
    new = [data.draw(answers(name)) for name in data.draw(st.sets(st.sampled_from(sorted(FINDINGS))))]
    found = what_if(case, new, knowledge)
    changed = apply_answers(case, new)
    assert found.before == assess(case, knowledge)
    assert found.after == assess(changed, knowledge)
    fired = {firing.rule for firing in found.before.firings} - set(found.stops) | set(found.fires)
    assert fired == {firing.rule for firing in found.after.firings}
    still = {s.condition for s in found.after.differential} - {moved.condition for moved in found.moved}
    for name in still:
        assert found.before.standing(name).score == found.after.standing(name).score


def check_turning(case: Case, knowledge: Knowledge, found: Turning) -> None:
    before = assess(case, knowledge)
    assert (found.leader, found.triage) == (before.differential[0].condition, before.triage.level)
    for outcome in found.outcomes:
        assert outcome.turns
        for turn in outcome.turns:
            assert 1 <= len(turn.changes) <= 2
            for change in turn.changes:
                assert may_change(case, knowledge.findings[change.finding], change.option)
            after = assess(applied(case, turn.changes, knowledge), knowledge)
            assert (turn.leader, turn.triage) == (after.differential[0].condition, after.triage.level)
            reached = turn.leader if outcome.kind == "leader" else turn.triage
            assert reached == outcome.becomes != (found.leader if outcome.kind == "leader" else found.triage)


@given(knowledge=knowledges(), case=cases())
def test_what_is_found_is_verified(knowledge: Knowledge, case: Case) -> None:
    check_turning(case, knowledge, turning(case, knowledge, each=None, outcomes=None))


@st.composite
def examined(draw: st.DrawFn) -> Knowledge:
    """Return a knowledge base in which some findings are examined or tested, and some hang on others."""
    knowledge = draw(knowledges())
    findings = {}
    for name, finding in FINDINGS.items():
        cost = draw(st.sampled_from(("ask", "examine", "examine", "test")))
        gate = draw(st.sampled_from((None, None, None, Has("f0", ("yes",)), Has("f1", ("yes",)))))
        kept = None if name in ("f0", "f1") else gate
        findings[name] = dataclasses.replace(finding, cost=cost, only_if=kept)
    return dataclasses.replace(knowledge, findings=findings)


@given(knowledge=examined(), case=cases())
@settings(max_examples=max(100, settings().max_examples))
def test_nothing_as_small_is_missed(knowledge: Knowledge, case: Case) -> None:
    """Every answer and every two answers are tried, and everything they reach is found."""
    moves = Moves(Prospects(knowledge, case)).moves
    found = turning(case, knowledge, each=None, outcomes=None)
    outcomes = {(outcome.kind, outcome.becomes): outcome for outcome in found.outcomes}
    reached: dict[tuple[str, str], list[tuple[Move, ...]]] = {}
    for size in (1, 2):
        for chosen in combinations(moves, size):
            changed = together(case, chosen, knowledge)
            if changed is not None:
                after = Prospects(knowledge, changed).now  # held equal to the engine elsewhere
                if after.places[0].condition != found.leader:
                    reached.setdefault(("leader", after.places[0].condition), []).append(chosen)
                if after.triage != found.triage:
                    reached.setdefault(("triage", after.triage), []).append(chosen)
    assert set(reached) == set(outcomes)
    for outcome, sets in reached.items():
        told = [turn.changes for turn in outcomes[outcome].turns]
        assert outcomes[outcome].others == 0
        singles = [moves_ for moves_ in sets if len(moves_) == 1]
        least = min((moves_[0].cost for moves_ in singles), default=3)
        pairs = [each for each in sets if len(each) == 2 and max(m.cost for m in each) < least]
        assert {tuple(m.change for m in each) for each in (*singles, *pairs)} == set(told)


def together(case: Case, moves: tuple[Move, ...], knowledge: Knowledge) -> Case | None:
    if len(moves) == 1:
        return case.with_answers(moves[0].answer) if moves[0].applies else None
    answers = joined(moves[0], moves[1], case, knowledge) if fits(*moves) else ()
    return case.with_answers(*answers) if answers else None


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_examples_are_searched_with_few_trials(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of some hundred thousand pairs, only the thousands that are not ruled out are tried."""
    case, trials, after = read_case(path, hip()), [0], Prospects.after

    def counted(self: Prospects, *answers: Answer) -> Prospect:
        trials[0] += 1
        return after(self, *answers)

    monkeypatch.setattr(Prospects, "after", counted)
    found = turning(case, hip())
    assert found.tried < trials[0] < 5_000
    check_turning(case, hip(), found)
    assert {outcome.kind for outcome in found.outcomes} == {"leader", "triage"}


def test_a_pair_is_told_only_where_no_single_answer_is_as_cheap() -> None:
    case = read_case(EXAMPLES[1], hip())
    for outcome in turning(case, hip(), each=None).outcomes:
        singles = [t.changes for t in outcome.turns if len(t.changes) == 1]
        asked = [c for c in singles if hip().findings[c[0].finding].cost == "ask"]
        assert not asked or len(singles) == len(outcome.turns)


def test_who_the_runner_is_and_a_recorded_history_never_change() -> None:
    findings = hip().findings
    case = Case(
        id="x", answers={n: parse_answer(findings[n], "yes") for n in ("risk.low_bone_density", "fever")}
    )
    assert not may_change(case, findings["age"])
    assert not may_change(case, findings["sex"], "male")
    assert not may_change(case, findings["risk.low_bone_density"], "yes")
    assert not may_change(case, findings["fever"], "yes"), "asked and answered"
    assert may_change(case, findings["risk.vitamin_d_low"], "yes"), "nobody asked"
    seen = case.with_answers(parse_answer(findings["exam.fadir"], "yes"))
    assert may_change(seen, findings["exam.fadir"], "yes"), "can be examined again"


def test_one_answer_moves_the_knee() -> None:
    found = what_if(runner(front_pain="yes"), [Answer(finding="worse_with", present=("stairs",))], knee())
    assert found.fires[:2] == ("KN-01", "KN-02")
    (moved,) = found.moved
    assert (moved.score_before, moved.score_after) == (-10.0, -3.0)
    assert (moved.verdict_before, moved.verdict_after) == ("not_settled", "possible")


def test_an_answer_taken_back_was_never_asked() -> None:
    found = what_if(runner(front_pain="no"), [Answer(finding="front_pain")], knee())
    assert found.after.case.answers == {}
    assert found.stops == ("KN-05",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("front_pain=yes", Answer(finding="front_pain", present=("yes",))),
        ("front_pain = unknown", Answer(finding="front_pain")),
        ("worse_with=stairs", Answer(finding="worse_with", present=("stairs",))),
        ("worse_with=stairs, sitting", Answer(finding="worse_with", present=("stairs", "sitting"))),
        ("worse_with=unknown", Answer(finding="worse_with")),
        ("worse_with=stairs:no", Answer(finding="worse_with", present=("twisting",), absent=("stairs",))),
        ("worse_with=twisting:unknown", Answer(finding="worse_with")),
        ("swollen_hours=90 minutes", Answer(finding="swollen_hours", number=1.5)),
    ],
)
def test_a_change_is_written_as_in_a_case_file(text: str, expected: Answer) -> None:
    assert parse_change(text, runner(worse_with=["twisting"]), knee()) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("front_pian=yes", "did you mean 'front_pain'"),
        ("worse_with=stars", "did you mean 'stairs'"),
        ("worse_with=stars:no", "did you mean 'stairs'"),
        ("front_pain=maybe", "neither yes nor no"),
        ("front_pain", "finding=value"),
        ("swollen_hours=3 moons", "unknown unit"),
    ],
)
def test_a_change_that_cannot_be_read_says_so(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_change(text, runner(), knee())
