"""Answers written down beforehand: one ``finding.id: value`` a line, in any order.

A value is what one would type at the prompt, so what is left out of several answers counts as no;
options may be given by number or by id. Blank lines and ``#`` comments are allowed.
"""

from __future__ import annotations

import re

from hipexpert.case import Answer
from hipexpert.case_values import refused, shown
from hipexpert.dialogue.answers import parse_line
from hipexpert.errors import MOST_PROBLEMS, CaseError, Location, Problem, did_you_mean
from hipexpert.knowledge.model import Knowledge

_COMMENT = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r"""(["'])(.*)\1""")


def read_answers(text: str, knowledge: Knowledge, file: str) -> tuple[Answer, ...]:
    """Return the answers of a text, in its order.

    Args:
        text: The whole text.
        knowledge: Whose findings the lines name.
        file: How messages call the text.

    Raises:
        CaseError: With every problem of every line: HX503 an unknown finding, HX504 a second answer
            to one finding, HX510 a line that is not understood, HX511 to HX513 a value that does not fit.
    """
    problems: list[Problem] = []
    answers: dict[str, Answer] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        at = Location(file, number)
        try:
            answer = _answer(line, knowledge, at)
            if answer is None:
                continue
            first = lines.setdefault(answer.finding, number)
            if first != number:
                hint = f"the first is on line {first}; keep one of them"
                raise refused(at, "HX504", f"a second answer to {answer.finding}", hint)
            answers[answer.finding] = answer
        except CaseError as error:
            problems += error.problems
            if len(problems) >= MOST_PROBLEMS:
                break
    if problems:
        raise CaseError(problems)
    return tuple(answers.values())


def _answer(line: str, knowledge: Knowledge, at: Location) -> Answer | None:
    """Return the answer on one line; None when there is nothing on it."""
    content = _COMMENT.sub("", line).strip()
    if not content:
        return None
    name, colon, value = (part.strip() for part in content.partition(":"))
    if not (name and colon):
        message = f"{shown(content)} is not of the form 'finding.id: value'"
        raise refused(at, "HX510", message, "for example fever: no")
    if name not in knowledge.findings:
        raise refused(at, "HX503", f"unknown finding {shown(name)}", did_you_mean(name, knowledge.findings))
    if value.startswith("["):
        raise refused(at, "HX510", "a list is written without brackets", "for example first, second")
    quoted = _QUOTED.fullmatch(value)
    return parse_line(knowledge.findings[name], quoted[2] if quoted else value, at)
