"""The lists of the menu face: what is pointed at, ticked, looked for, and the answer that comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case import Answer
from hipexpert.dialogue.answers import parse_line
from hipexpert.dialogue.choosing import NONE, UNKNOWN, Choosing, Entry
from hipexpert.knowledge.model import Finding

from .sample import FINDINGS, said
from .strategies import answers_to

SITE = FINDINGS["pain.site"]
LISTED = [f for f in FINDINGS.values() if f.kind != "number"]


def begun(finding: Finding, recorded: Answer | None = None) -> Choosing:
    choosing = Choosing.among_answers(finding, recorded)
    assert choosing is not None
    return choosing


def test_what_each_kind_of_question_offers() -> None:
    assert [e.label for e in begun(FINDINGS["fever"]).entries] == ["Yes", "No", "Not known"]
    assert [e.value for e in begun(FINDINGS["sex"]).entries] == ["female", "male", UNKNOWN]
    assert [e.value for e in begun(SITE).entries] == ["lateral", "groin", "buttock", NONE, UNKNOWN]
    assert Choosing.among_answers(FINDINGS["age"]) is None, "a number is typed"


@pytest.mark.parametrize(("value", "expected"), [("yes", True), ("no", False), (UNKNOWN, None)])
def test_yes_no_and_not_known(value: str, expected: bool | None) -> None:
    finding = FINDINGS["fever"]
    assert begun(finding).pointing(value).answer(finding) == said("fever", expected)


def test_a_tick_goes_from_yes_to_unknown_to_left_out() -> None:
    once = begun(SITE).ticked()
    assert once.answer(SITE) == parse_line(SITE, "1")
    twice = once.ticked()
    assert twice.answer(SITE) == parse_line(SITE, "1?")
    assert twice.ticked() == begun(SITE)


def test_nothing_ticked_is_no_answer_and_left_out_counts_as_no() -> None:
    assert begun(SITE).answer(SITE) is None
    two = begun(SITE).ticked().pointing("buttock").ticked().ticked()
    assert two.answer(SITE) == parse_line(SITE, "1,3?")
    assert begun(SITE).pointing(NONE).answer(SITE) == parse_line(SITE, "0")
    assert begun(SITE).pointing(UNKNOWN).answer(SITE) == parse_line(SITE, "u")


@pytest.mark.parametrize("value", [NONE, UNKNOWN])
def test_ticks_and_none_of_these_contradict_each_other(value: str) -> None:
    assert begun(SITE).ticked().pointing(value).answer(SITE) is None
    assert begun(SITE).pointing(value).ticked() == begun(SITE).pointing(value), "cannot be ticked"


def test_one_of_several_is_not_ticked() -> None:
    assert begun(FINDINGS["sex"]).ticked() == begun(FINDINGS["sex"])


def test_moving_goes_around_by_steps_and_not_by_pages() -> None:
    start = begun(SITE)
    assert start.moved(-1).at == UNKNOWN
    assert start.moved(-1).moved(1) == start
    assert start.moved(-8, around=False) == start
    assert start.moved(100, around=False).at == UNKNOWN


def test_looking_for_words() -> None:
    found = begun(SITE).looking("ONE groin")
    assert [e.value for e in found.shown] == ["groin"]
    assert found.at == "groin"
    assert found.moved(1).at == "groin"
    nothing = found.looking("knee")
    assert (nothing.shown, nothing.at, nothing.place) == ((), "", -1)
    assert nothing.moved(1) == nothing
    assert nothing.ticked() == nothing
    assert nothing.answer(SITE) is None
    again = nothing.looking("", seeking=False)
    assert again.at == "lateral"
    assert not again.seeking


def test_what_was_pointed_at_stays_so_while_it_is_shown() -> None:
    assert begun(SITE).pointing("buttock").looking("the").at == "buttock"


def test_ticks_outlive_a_search() -> None:
    searched = begun(SITE).ticked().looking("buttock").ticked().looking("", seeking=False)
    assert searched.answer(SITE) == parse_line(SITE, "1,3")


def test_words_are_found_without_their_accents() -> None:
    listed = Choosing.of(
        [Entry("a", "Legg\N{EN DASH}Calv\N{LATIN SMALL LETTER E WITH ACUTE}"), Entry("b", "b")]
    )
    assert [e.value for e in listed.looking("calve").shown] == ["a"]
    assert Choosing.of(()).at == ""


@given(st.data())
def test_a_list_shows_an_answer_so_that_it_comes_out_again(data: st.DataObject) -> None:
    finding = data.draw(st.sampled_from(LISTED))
    recorded = data.draw(answers_to(finding))
    known = recorded.known and (finding.kind != "choice" or recorded.present)
    expected = recorded if known else Answer(finding=finding.id)
    if finding.kind == "choice" and known:
        others = [o for o in finding.option_ids if o not in recorded.present]
        expected = Answer(finding=finding.id, present=recorded.present, absent=tuple(others))
    assert begun(finding, recorded).answer(finding) == expected
