"""A consultation as a value: ask, answer, undo, edit, resume."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hipexpert.case import Answer, Case
from hipexpert.dialogue.agenda import open_questions
from hipexpert.dialogue.consultation import Consultation, Progress
from hipexpert.dialogue.planning import plan
from hipexpert.errors import UsageError

from .sample import FIRST_ORDER, KNOWLEDGE, case, said
from .strategies import answers_to, cases


def begin(start: Case | None = None) -> Consultation:
    return Consultation.begin(KNOWLEDGE, start or case())


def asked(consultation: Consultation) -> str:
    assert consultation.current is not None
    return consultation.current.id


def test_it_asks_one_question_after_the_other_and_counts() -> None:
    first = begin()
    assert asked(first) == "age"
    assert first.progress == Progress(asked=0, left=len(FIRST_ORDER) - 1), "one question is for advice alone"
    second = first.answer(said("age", 30))
    assert asked(second) == "sex"
    assert second.progress == Progress(asked=1, left=len(FIRST_ORDER) - 2)
    assert asked(first) == "age", "the earlier state is untouched"


def test_unknown_is_recorded_and_not_asked_again() -> None:
    state = begin().unknown()
    assert state.case.answers["age"] == Answer(finding="age")
    assert asked(state) == "sex"


def test_an_answer_to_anything_else_is_refused() -> None:
    with pytest.raises(UsageError, match="'fever' was given, but 'age' is being asked"):
        begin().answer(said("fever", True))


def test_back_returns_the_very_states_there_were() -> None:
    states = [begin()]
    for _ in range(4):
        states.append(states[-1].unknown())
    state = states[-1]
    for earlier in reversed(states[:-1]):
        state = state.back()
        assert state is earlier
    assert state.back() is state


def test_it_ends_and_then_takes_no_answer() -> None:
    state = begin()
    while state.current is not None:
        state = state.unknown()
    assert state.enough == "settled"
    assert state.effects == ()
    state = state.go_on()
    while state.current is not None:
        state = state.unknown()
    assert state.queue == ()
    assert state.stakes is None
    with pytest.raises(UsageError, match="nothing is being asked"):
        state.unknown()
    with pytest.raises(UsageError, match="nothing is being asked"):
        state.answer(said("age", 30))


def test_edit_asks_again_and_keeps_the_answer_until_there_is_a_new_one() -> None:
    before = begin().answer(said("age", 30)).answer(said("sex", "female"))
    editing = before.edit("age")
    assert asked(editing) == "age"
    assert editing.case == before.case
    assert editing.back() is before
    after = editing.answer(said("age", 60))
    assert after.case.number("age") == 60
    assert list(after.case.answers) == ["age", "sex"]
    assert asked(after) == asked(before)
    assert after.back() is editing


def test_edit_reopens_a_finished_consultation() -> None:
    state = begin()
    while state.current is not None:
        state = state.unknown()
    assert asked(state.edit("fever")) == "fever"


@pytest.mark.parametrize("name", ["fever", "nonsense", ""])
def test_only_what_was_answered_can_be_edited(name: str) -> None:
    with pytest.raises(UsageError, match="has no answer that could be changed"):
        begin().answer(said("age", 30)).edit(name)


def test_a_saved_case_is_resumed_where_it_stopped() -> None:
    state = begin(case(said("age", 30), said("sex", "male"), said("fever", False)))
    assert asked(state) == "no_weight"
    assert state.progress.asked == 3
    assert state.back() is state
    assert asked(state.edit("sex")) == "sex"


def test_an_answer_that_hides_an_earlier_question_leaves_its_answer_in_sight() -> None:
    state = begin(case(said("sex", "female"), said("periods", True)))
    assert state.out_of_place == ()
    changed = state.edit("sex").answer(said("sex", "male"))
    assert [f.id for f in changed.out_of_place] == ["periods"]
    assert changed.case.known("periods"), "hiding an answer could silence a red flag"


@given(st.data(), cases())
def test_a_resumed_run_goes_on_like_the_first(data: st.DataObject, start: Case) -> None:
    state = begin(start)
    for _ in range(5):
        assert state == begin(state.case)
        if state.current is None:
            return
        state = state.answer(data.draw(answers_to(state.current)))


class Walk(RuleBasedStateMachine):
    """Any mixture of steps leaves exactly the state of a run that took only the steps that count."""

    def __init__(self) -> None:
        super().__init__()
        self.state = begin()
        self.steps: list[tuple[str, Answer | str]] = []

    @precondition(lambda self: self.state.current is not None)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        assert self.state.current is not None
        answer = data.draw(answers_to(self.state.current))
        self.state = self.state.answer(answer)
        self.steps.append(("answer", answer))

    @precondition(lambda self: self.state.current is not None)
    @rule()
    def unknown(self) -> None:
        name = asked(self.state)
        self.state = self.state.unknown()
        self.steps.append(("answer", Answer(finding=name)))

    @precondition(lambda self: self.state.case.answers)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.state.case.answers)))
        self.state = self.state.edit(name)
        self.steps.append(("edit", name))

    @rule()
    def go_on(self) -> None:
        self.state = self.state.go_on()
        self.steps.append(("go on", ""))

    @rule()
    def back(self) -> None:
        self.state = self.state.back()
        self.steps = self.steps[:-1]

    def teardown(self) -> None:
        fresh = begin()
        for kind, what in self.steps:
            if kind == "go on":
                fresh = fresh.go_on()
            elif kind == "edit":
                assert isinstance(what, str)
                fresh = fresh.edit(what)
            else:
                assert isinstance(what, Answer)
                fresh = fresh.answer(what)
        assert fresh == self.state
        assert list(fresh.case.answers) == list(self.state.case.answers)
        assert self.state.queue == plan(KNOWLEDGE, self.state.case).questions
        open_ = {f.id for f in open_questions(KNOWLEDGE, self.state.case)}
        assert {f.id for f in self.state.queue} <= open_
        assert self.state.plan.now == fresh.plan.now
        if self.state.editing is None:
            straight = begin(case(*self.state.case.answers.values()))
            assert (straight.go_on() if self.state.going_on else straight) == self.state


TestWalk = Walk.TestCase
