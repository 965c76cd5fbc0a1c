"""What a consultation says on a plain terminal, as lines of text. Nothing here prints.

Every line is ASCII and at most :data:`WIDTH` columns wide, reads well aloud and needs no colour.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from hipexpert.case_values import answer_text
from hipexpert.dialogue.agenda import Stakes
from hipexpert.dialogue.answers import how_to_answer
from hipexpert.dialogue.consultation import Consultation
from hipexpert.errors import InvalidInput
from hipexpert.knowledge.model import Finding, Rule

WIDTH = 78
RULES_SHOWN = 12

COMMANDS: tuple[tuple[str, str], ...] = (
    ("?", "why this is asked, and help"),
    ("b", "back: undo the last step"),
    ("u", "unknown: asked, but nobody knows"),
    ("r", "review the answers so far"),
    ("e 3", "change answer 3 of the review (a finding's id works too)"),
    ("w", "save now and go on"),
    ("f", "finish: report on what is answered so far"),
    ("q", "save and quit, without a report"),
    ("h", "this list"),
    ("Enter", "the question once more"),
)

INTRODUCTION = (
    "Red flags are asked first. Type ? for why something is asked, u for unknown, f to finish and "
    "see the report, h for all commands."
)

_COST = {
    "examine": "By examination; u when it was not done.",
    "test": "By a test or an image; u when it was not done.",
}
_ASCII = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
        "\u2264": "<=", "\u2265": ">=", "\u00d7": "x", "\u00b1": "+/-", "\u00b5": "u", "\u03bc": "u",
        "\u00df": "ss", "\u2022": "*", "\u2192": "->", "\u2044": "/",
    }
)  # fmt: skip
_DEGREES = re.compile(r"\s*\u00b0(\w?)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def plain(text: str) -> str:
    """Return text in ASCII without control characters; accents go, what has no ASCII form is ``?``."""
    spelt = _DEGREES.sub(lambda match: f" degrees {match[1]}".rstrip(), text).translate(_ASCII)
    decomposed = unicodedata.normalize("NFKD", spelt)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _CONTROL.sub(" ", bare.translate(_ASCII)).encode("ascii", "replace").decode()


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return text in lines that fit; later lines begin with ``hanging``, by default like the first."""
    return textwrap.wrap(
        plain(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    )


def question_lines(consultation: Consultation) -> list[str]:
    """Return the current question as it is put: where we are, what to heed, what may be typed."""
    finding = consultation.current
    if finding is None:
        return []
    title = consultation.knowledge.sections[finding.section].title
    lines = ["", *wrapped(f"[{_position(consultation)}] {title}")]
    if finding.safety:
        lines += wrapped(f"Take care: {finding.safety}")
    lines += wrapped(finding.question)
    for number, option in enumerate(finding.options, start=1):
        lines += wrapped(f"{number}. {option.label}", "  ", "     ")
    if consultation.editing is not None:
        lines += wrapped(f"Recorded so far: {answer_text(finding, consultation.case.answers[finding.id])}")
    if finding.cost in _COST:
        lines.append(_COST[finding.cost])
    return lines + wrapped(how_to_answer(finding))


def why_lines(consultation: Consultation) -> list[str]:
    """Return why the current question is asked: help, safety, and the rules that wait for it."""
    finding, stakes = consultation.current, consultation.stakes
    if finding is None or stakes is None:
        return []
    lines = ["", *wrapped(f"Why this is asked: {finding.name}")]
    if finding.help:
        lines += wrapped(f"Help: {finding.help}", "  ")
    if finding.safety:
        lines += wrapped(f"Take care: {finding.safety}", "  ")
    if finding.cites:
        lines += wrapped(f"Sources: {', '.join(finding.cites)}", "  ")
    for text in _concerns(stakes):
        lines += wrapped(text, "  ", "    ")
    return lines + _rule_lines(stakes.rules)


def review_lines(consultation: Consultation) -> list[str]:
    """Return the answers so far, numbered as ``e`` counts them."""
    findings = answered(consultation)
    if not findings:
        return ["", "Nothing has been answered yet."]
    lines = ["", "Answers so far:"]
    for number, finding in enumerate(findings, start=1):
        value = answer_text(finding, consultation.case.answers[finding.id])
        lines += wrapped(f"{number}. {finding.name}: {value}", "  ", "     ")
    return [*lines, "To change one, type e and its number."]


def out_of_place_lines(findings: Sequence[Finding]) -> list[str]:
    """Return a note on answers that no longer fit; nothing when all do."""
    if not findings:
        return []
    names = "; ".join(f"{f.name} ({f.id})" for f in findings)
    note = "Note: after this, these earlier answers no longer apply. They still count; to change one, use e"
    return wrapped(f"{note}: {names}.")


def command_lines() -> list[str]:
    """Return the list of commands."""
    lines = ["", "Commands:"]
    for command, meaning in COMMANDS:
        lines += wrapped(f"{command:<5}  {meaning}", "  ", "         ")
    return lines


def problem_lines(error: InvalidInput) -> list[str]:
    """Return what is wrong with a typed line and what to type instead."""
    lines: list[str] = []
    for problem in error.problems:
        lines += wrapped(f"{problem.message[:1].upper()}{problem.message[1:]}.")
        if problem.hint:
            lines += wrapped(f"Hint: {problem.hint}")
    return lines


def answered(consultation: Consultation) -> tuple[Finding, ...]:
    """Return the findings that have an answer, in the order they were given."""
    known = consultation.knowledge.findings
    return tuple(known[name] for name in consultation.case.answers if name in known)


def _position(consultation: Consultation) -> str:
    if consultation.editing is not None:
        return "change"
    progress = consultation.progress
    rest = f"about {progress.left - 1} left" if progress.left > 1 else "the last one"
    return f"{progress.asked + 1}, {rest}"


def _concerns(stakes: Stakes) -> Iterator[str]:
    if stakes.flags:
        flags = (f"{f.name} ({f.urgency.replace('_', ' ')})" for f in stakes.flags)
        yield f"Red flags it concerns: {'; '.join(flags)}"
    if stakes.conditions:
        yield f"Conditions it concerns: {'; '.join(c.name for c in stakes.conditions)}"
    if stakes.advice:
        topics = dict.fromkeys(a.topic for a in stakes.advice)
        yield f"Advice it concerns: {'; '.join(topics)}"
    if stakes.opens:
        yield f"It decides whether to ask about: {'; '.join(f.name for f in stakes.opens)}"


def _rule_lines(rules: Sequence[Rule]) -> list[str]:
    if not rules:
        return ["  No rule waits for this answer at the moment."]
    lines = ["  Rules that wait for it:"]
    for rule in rules[:RULES_SHOWN]:
        basis = ", ".join(rule.cites) or "expert opinion"
        lines += wrapped(f"{rule.id} {rule.title} [{basis}]", "    ", "      ")
    if len(rules) > RULES_SHOWN:
        lines.append(f"    and {len(rules) - RULES_SHOWN} more")
    return lines
