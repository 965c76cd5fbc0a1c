"""One typed line becomes one answer, or one clear problem."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case import Answer
from hipexpert.case_values import answer_text, how_to_number
from hipexpert.dialogue.answers import how_to_answer, parse_line
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.knowledge.model import Finding

from .sample import FINDINGS, finding, said
from .strategies import lines_for

FEVER, SEX, SITE, SINCE = (FINDINGS[name] for name in ("fever", "sex", "pain.site", "pain.since"))
NAKED = finding("count", "number")
PLACES_2, PLACES_3 = (f"expected a number from 1 to {n} or the id of an option" for n in (2, 3))
STRAY = "has a comma or a '?' with no option before it"


def problem(question: Finding, line: str) -> Problem:
    with pytest.raises(CaseError) as caught:
        parse_line(question, line)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize("line", ["y", "Y", " yes ", "YES", "present", "true"])
def test_yes(line: str) -> None:
    assert parse_line(FEVER, line) == said("fever", True)


@pytest.mark.parametrize("line", ["n", "No", "absent", "false"])
def test_no(line: str) -> None:
    assert parse_line(FEVER, line) == said("fever", False)


@pytest.mark.parametrize("line", ["u", "U", "unknown", " Unknown"])
@pytest.mark.parametrize("question", [FEVER, SEX, SITE, SINCE])
def test_unknown(question: Finding, line: str) -> None:
    assert parse_line(question, line) == Answer(finding=question.id)


@pytest.mark.parametrize("line", ["2", "02", "male", "MALE"])
def test_one_choice_settles_the_others(line: str) -> None:
    assert parse_line(SEX, line) == Answer(finding="sex", present=("male",), absent=("female",))


@pytest.mark.parametrize(
    ("line", "present", "absent"),
    [
        ("1", ["lateral"], ["groin", "buttock"]),
        ("3,1", ["lateral", "buttock"], ["groin"]),
        ("1, 1", ["lateral"], ["groin", "buttock"]),
        ("1,3?", ["lateral"], ["groin"]),
        ("lateral, buttock ?", ["lateral"], ["groin"]),
        ("1?,2?,3?", [], []),
        ("2?", [], ["lateral", "buttock"]),
        ("0", [], ["lateral", "groin", "buttock"]),
        ("none", [], ["lateral", "groin", "buttock"]),
    ],
)
def test_several_choices(line: str, present: list[str], absent: list[str]) -> None:
    assert parse_line(SITE, line) == Answer(finding="pain.site", present=tuple(present), absent=tuple(absent))


def test_an_option_called_none_is_an_option() -> None:
    question = finding("q", "choices", options=("none", "some"))
    assert parse_line(question, "none") == Answer(finding="q", present=("none",), absent=("some",))
    assert parse_line(question, "0") == Answer(finding="q", absent=("none", "some"))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("3", 3),
        ("3 weeks", 3),
        ("3weeks", 3),
        ("1 week", 1),
        ("2 Months", 8.69),
        ("7 days", 1),
        ("14 days.", 2),
        (".5", 0.5),
        ("2.", 2),
        ("+4", 4),
        ("-0", 0),
    ],
)
def test_numbers_in_any_accepted_unit(line: str, number: float) -> None:
    assert parse_line(SINCE, line) == said("pain.since", number)


def test_a_unit_of_one_letter_is_not_confused_with_none() -> None:
    question = finding("reach", "number", unit="s", units={"m": 60.0})
    assert [parse_line(question, line).number for line in ("2", "2 s", "2 m")] == [2, 2, 120]


@pytest.mark.parametrize("question", [FEVER, SEX, SITE, SINCE, NAKED])
@pytest.mark.parametrize("line", ["", "  ", "\t"])
def test_nothing_typed_is_no_answer(question: Finding, line: str) -> None:
    assert problem(question, line).code == "HX510"


@pytest.mark.parametrize(
    ("question", "line", "code", "message", "hint"),
    [
        (FEVER, "maybe", "HX510", "'maybe' is neither yes nor no", "y for yes, n for no, u for unknown"),
        (FEVER, "1", "HX510", "'1' is neither yes nor no", "y for yes, n for no, u for unknown"),
        (SEX, "3", "HX513", "'3' is not an option", PLACES_2),
        (SEX, "0", "HX513", "'0' is not an option", PLACES_2),
        (SEX, "femal", "HX513", "'femal' is not an option", "did you mean 'female' or 'male'?"),
        (SEX, "1,2", "HX513", "'1,2' is not an option", PLACES_2),
        (SITE, "1,4", "HX513", "'4' is not an option", PLACES_3),
        (SITE, "1,grion", "HX513", "'grion' is not an option", "did you mean 'groin'?"),
        (SITE, "1,,3", "HX510", f"'1,,3' {STRAY}", "for example 1,3 or 1,3?"),
        (SITE, "?", "HX510", f"'?' {STRAY}", "for example 1,3 or 1,3?"),
        (SITE, "1,1?", "HX510", "lateral is given both with and without '?'", how_to_answer(SITE)),
        (SITE, "0,1", "HX510", "0 means that none applies, so it stands alone", how_to_answer(SITE)),
        (SINCE, "long", "HX510", "'long' is not a number", how_to_number(SINCE)),
        (SINCE, "3,5", "HX510", "'3,5' is not a number", how_to_number(SINCE)),
        (SINCE, "3 yards", "HX512", "unknown unit 'yards'", "expected one of: days, months, weeks"),
        (NAKED, "3 weeks", "HX512", "unknown unit 'weeks'", how_to_number(NAKED)),
        (SINCE, "-1", "HX511", "-1 weeks is out of range", how_to_number(SINCE)),
        (SINCE, "200 months", "HX511", "869 weeks is out of range", how_to_number(SINCE)),
        (NAKED, "9" * 21, "HX510", f"'{'9' * 21}' is not a number", how_to_number(NAKED)),
    ],
)
def test_each_mistake_has_its_code_and_a_hint(
    question: Finding, line: str, code: str, message: str, hint: str
) -> None:
    found = problem(question, line)
    assert (found.code, found.message, found.hint) == (code, message, hint)
    assert found.location == Location()


def test_a_problem_says_where_the_line_stood() -> None:
    with pytest.raises(CaseError, match=r"^answers\.txt:3: HX510 fever: 'maybe' is neither yes nor no"):
        parse_line(FEVER, "maybe", Location("answers.txt", 3))


def test_long_and_strange_text_is_shown_short_and_plain() -> None:
    message = problem(FEVER, "\x1b[31m\N{SNOWMAN}" + "x" * 500).message
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 100


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"minimum": 0, "maximum": 9}, "A number from 0 to 9, or u for unknown"),
        ({"minimum": 1.5}, "A number, at least 1.5, or u for unknown"),
        ({"maximum": 9, "unit": "km"}, "A number, at most 9 km, or u for unknown"),
        ({"unit": "weeks", "units": {"days": 1 / 7}}, "A number of weeks (or say days), or u for unknown"),
        ({}, "A number, or u for unknown"),
    ],
)
def test_how_to_answer_a_number(limits: dict[str, Any], expected: str) -> None:
    assert how_to_answer(finding("n", "number", **limits)) == expected


def test_how_to_answer_several_says_what_is_left_out_counts_as_no() -> None:
    assert how_to_answer(SITE) == "All that apply, by comma; what you leave out counts as no; 0 for none"


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        (FEVER, "y", "yes"),
        (FEVER, "n", "no"),
        (FEVER, "u", "unknown"),
        (SEX, "1", "the female one"),
        (SITE, "1,3", "the lateral one, the buttock one"),
        (SITE, "1,3?", "the lateral one; unknown: the buttock one"),
        (SITE, "3?", "not: the lateral one, the groin one; unknown: the buttock one"),
        (SITE, "0", "none of these"),
        (SINCE, "2 months", "8.69 weeks"),
        (NAKED, "7", "7"),
    ],
)
def test_an_answer_in_words(question: Finding, line: str, expected: str) -> None:
    assert answer_text(question, parse_line(question, line)) == expected


@given(st.data(), st.sampled_from([*FINDINGS.values(), NAKED]))
def test_any_text_is_an_answer_that_fits_or_one_problem(data: st.DataObject, question: Finding) -> None:
    line = data.draw(lines_for(question))
    try:
        answer = parse_line(question, line)
    except CaseError as error:
        (only,) = error.problems
        assert only.code in {"HX510", "HX511", "HX512", "HX513"}
        assert only.hint
        assert only.message.isascii()
        return
    assert answer.finding == question.id
    assert set(answer.present) | set(answer.absent) <= set(question.option_ids)
    assert not set(answer.present) & set(answer.absent)
    assert (answer.number is None) or question.kind == "number"
    if question.kind == "number" and answer.number is not None:
        assert question.minimum is None or answer.number >= question.minimum
        assert question.maximum is None or answer.number <= question.maximum
    assert answer_text(question, answer)
