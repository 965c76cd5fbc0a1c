"""Answers written down beforehand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case import Answer
from hipexpert.dialogue.answers import parse_line
from hipexpert.dialogue.script import read_answers
from hipexpert.errors import CaseError

from .sample import FINDINGS, KNOWLEDGE, said
from .strategies import lines_for


def problems(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        read_answers(text, KNOWLEDGE, "answers.txt")
    return [f"{p.location}: {p.code} {p.message} ({p.hint})" for p in caught.value.problems]


def test_answers_come_in_any_order_with_comments_and_blank_lines() -> None:
    text = """\ufeff# a runner

fever: no   # measured twice
  age:34
pain.site: groin, lateral?
pain.since: "3 months"
sex: 1\r
exam.hop: unknown
"""
    assert read_answers(text, KNOWLEDGE, "answers.txt") == (
        said("fever", False),
        said("age", 34),
        Answer(finding="pain.site", present=("groin",), absent=("buttock",)),
        said("pain.since", 13.035),
        said("sex", "female"),
        said("exam.hop", None),
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_nothing_is_no_answer(text: str) -> None:
    assert read_answers(text, KNOWLEDGE, "answers.txt") == ()


def test_every_problem_is_reported_at_once_with_its_line() -> None:
    lines = ("fevr: no", "fever: perhaps", "", "age: 200", "pain.since: 3 fortnights", "sex: 3", "what")
    assert problems("\n".join((*lines, "hobby: n", "hobby: y"))) == [
        "answers.txt:1: HX503 unknown finding 'fevr' (did you mean 'fever'?)",
        "answers.txt:2: HX510 fever: 'perhaps' is neither yes nor no (y for yes, n for no, u for unknown)",
        "answers.txt:4: HX511 age: 200 years is out of range (expected a number from 5 to 110 in years)",
        "answers.txt:5: HX512 pain.since: unknown unit 'fortnights' (expected one of: days, months, weeks)",
        "answers.txt:6: HX513 sex: '3' is not an option "
        "(expected a number from 1 to 2 or the id of an option)",
        "answers.txt:7: HX510 'what' is not of the form 'finding.id: value' (for example fever: no)",
        "answers.txt:9: HX504 a second answer to hobby (the first is on line 8; keep one of them)",
    ]


@pytest.mark.parametrize("text", ["fever:", ": no", "fever: # nothing", 'fever: ""'])
def test_half_a_line_is_refused(text: str) -> None:
    assert [p.split()[1] for p in problems(text)] == ["HX510"]


def test_a_list_in_brackets_is_refused_because_a_case_file_means_something_else_by_it() -> None:
    (only,) = problems("pain.site: [groin, lateral]")
    assert only == "answers.txt:1: HX510 a list is written without brackets (for example first, second)"


@given(st.text())
def test_no_text_is_ever_a_traceback(text: str) -> None:
    try:
        read_answers(text, KNOWLEDGE, "answers.txt")
    except CaseError as error:
        assert error.problems


@given(st.data())
def test_a_line_means_what_it_means_at_the_prompt(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(list(FINDINGS.values())))
    line = data.draw(lines_for(question).filter(lambda text: not set(text) & set("#\n\r\"'[")))
    try:
        typed = parse_line(question, line)
    except CaseError:
        with pytest.raises(CaseError):
            read_answers(f"{question.id}: {line}", KNOWLEDGE, "answers.txt")
        return
    assert read_answers(f"{question.id}: {line}", KNOWLEDGE, "answers.txt") == (typed,)
