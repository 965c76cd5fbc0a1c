"""What a consultation says on a plain terminal, as lines of text. Nothing here prints.

Every line is ASCII and at most :data:`WIDTH` columns wide, reads well aloud and needs no colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hipexpert.case_values import answer_text
from hipexpert.dialogue.agenda import Stakes
from hipexpert.dialogue.answers import how_to_answer
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.standing import effect_lines
from hipexpert.dialogue.text import wrapped
from hipexpert.errors import InvalidInput
from hipexpert.knowledge.model import Finding, Rule

RULES_SHOWN = 12
LEFT_SHOWN = 8

COMMANDS: tuple[tuple[str, str], ...] = (
    ("?", "why this is asked, and help"),
    ("b", "back: undo the last step"),
    ("u", "unknown: asked, but nobody knows"),
    ("d", "the differential as it stands now"),
    ("r", "review the answers so far"),
    ("e 3", "change answer 3 of the review (a finding's id works too)"),
    ("w", "save now and go on"),
    ("g", "go on asking when an end is proposed"),
    ("f", "finish: report on what is answered so far"),
    ("q", "save and quit, without a report"),
    ("h", "this list"),
    ("Enter", "the question once more"),
)

INTRODUCTION = (
    "Red flags are asked first. Type ? for why something is asked, u for unknown, f to finish and "
    "see the report, h for all commands."
)

COST_NOTES = {
    "examine": "By examination; u when it was not done.",
    "test": "By a test or an image; u when it was not done.",
}


def question_lines(consultation: Consultation) -> list[str]:
    """Return the current question as it is put: where we are, what to heed, what may be typed."""
    finding = consultation.current
    if finding is None:
        return []
    title = consultation.knowledge.sections[finding.section].title
    lines = ["", *wrapped(f"[{position(consultation)}] {title}")]
    if finding.safety:
        lines += wrapped(f"Take care: {finding.safety}")
    lines += wrapped(finding.question)
    for number, option in enumerate(finding.options, start=1):
        lines += wrapped(f"{number}. {option.label}", "  ", "     ")
    if consultation.editing is not None:
        lines += wrapped(f"Recorded so far: {answer_text(finding, consultation.case.answers[finding.id])}")
    if finding.cost in COST_NOTES:
        lines.append(COST_NOTES[finding.cost])
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
    lines += _rule_lines(stakes.rules)
    if not stakes.rules:
        return lines
    return lines + effect_lines(consultation.knowledge, finding, consultation.effects, consultation.plan.now)


def enough_lines(consultation: Consultation) -> list[str]:
    """Return why an end is proposed, what was left unasked, and how to go on."""
    lines = left_lines(consultation)
    if not consultation.queue:
        return lines
    how = "g goes on with them; f or Enter reports now; d, r, e and b work as before."
    return [*lines, *wrapped(how)]


def left_lines(consultation: Consultation) -> list[str]:
    """Return why an end is proposed and what was left unasked."""
    if consultation.enough == "settled":
        why = "Enough is known: no answer that is left can change the first three or the triage."
    else:
        why = (
            "Enough is known: no single answer that is left would change the first condition or the triage. "
            "Several together still could."
        )
    names = [finding.name for finding in consultation.queue]
    if not names:
        return ["", "Nothing is left to ask."]
    more = f"; and {len(names) - LEFT_SHOWN} more" if len(names) > LEFT_SHOWN else ""
    left = f"Not asked ({len(names)}): {'; '.join(names[:LEFT_SHOWN])}{more}."
    return ["", *wrapped(why), *wrapped(left)]


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


def position(consultation: Consultation) -> str:
    """Return which question this is and about how many are left; ``change`` for a change of answer."""
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
