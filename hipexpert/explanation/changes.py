"""Answers that could be other than they are: how to write one down, and which may change at all."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.case import Answer, Case, State
from hipexpert.case_values import chosen, left_over, parse_answer
from hipexpert.errors import CaseError, UsageError, did_you_mean
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Cost, Finding, Knowledge

ABOUT = "about"
"""The section that says who the runner is."""

HISTORY = ("about", "risk")
"""Sections whose recorded answers no examination can change."""

COSTS: tuple[Cost, ...] = ("ask", "examine", "test")
"""What finding something out takes, least first."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing recorded differently.

    Attributes:
        option: The option of the finding; ``yes`` for a yes/no finding; empty for a number.
        state: What it becomes: ``present`` or ``absent``; ``present`` for a number.
        number: The measurement in the finding's own unit.
        before: What it was: ``present``, ``absent`` or ``unknown``.
    """

    finding: str
    option: str = ""
    state: str = "present"
    number: float | None = None
    before: str = "unknown"


def amended(
    finding: Finding,
    answer: Answer | None,
    present: Iterable[str] = (),
    absent: Iterable[str] = (),
    number: float | None = None,
) -> Answer:
    """Return an answer with some options settled anew and the others left as they were.

    A finding with one answer stays one: a new answer rules the others out, and an answer taken back
    leaves open which other one it is.
    """
    if number is not None:
        return Answer(finding=finding.id, number=number)
    yes, no = tuple(present), frozenset(absent)
    old = answer or Answer(finding=finding.id)
    if finding.kind == "choice" and yes:
        return chosen(finding, yes)
    if finding.kind == "choice" and not no.isdisjoint(old.present):
        return left_over(finding, _settled(finding, (), no))
    kept = [option for option in old.present if option not in no]
    return left_over(finding, _settled(finding, {*kept, *yes}, {*old.absent, *no} - {*yes}))


def _settled(finding: Finding, present: Iterable[str], absent: Iterable[str]) -> Answer:
    yes, no = frozenset(present), frozenset(absent)
    ids = finding.option_ids
    return Answer(
        finding=finding.id,
        present=tuple(o for o in ids if o in yes),
        absent=tuple(o for o in ids if o in no),
    )


def applied(case: Case, changes: Iterable[Change], knowledge: Knowledge) -> Case:
    """Return the case with these changes made, one after the other."""
    for change in changes:
        finding, old = knowledge.findings[change.finding], case.answers.get(change.finding)
        present = (change.option,) if change.option and change.state == "present" else ()
        absent = (change.option,) if change.state == "absent" else ()
        case = case.with_answers(amended(finding, old, present, absent, change.number))
    return case


def may_change(case: Case, finding: Finding, option: str = "") -> bool:
    """Return whether an answer could still come out otherwise.

    Who the runner is never changes. What nobody recorded can still be asked. What is recorded can only
    be examined or tested again; a recorded history, and a recorded risk, stays as it is.
    """
    if finding.section == ABOUT:
        return False
    known = case.known(finding.id) if not option else case.state(finding.id, option) is not State.UNKNOWN
    if known:
        return finding.cost != "ask" and finding.section not in HISTORY
    return not (finding.section in HISTORY and case.known(finding.id))


def parse_change(text: str, case: Case, knowledge: Knowledge) -> Answer:
    """Return the answer that ``finding=value`` stands for.

    The value is one a case file could hold: ``yes``, ``no``, ``unknown``, an option, several by comma,
    ``34``, ``3 weeks``. ``option:yes`` and ``option:no`` (several by comma) settle these options and
    leave the others as the case has them.

    Raises:
        UsageError: There is no such finding or answer.
    """
    name, sign, value = (part.strip() for part in text.partition("="))
    if not sign or not value:
        raise UsageError(f"'{text}' is not of the form finding=value, for example fever=yes")
    finding = knowledge.findings.get(name)
    if finding is None:
        raise UsageError(f"no finding '{name}'; {did_you_mean(name, knowledge.findings)}".rstrip("; "))
    try:
        if ":" in value and finding.kind != "number":
            return _by_option(finding, case.answers.get(name), value)
        parts = [part.strip() for part in value.split(",")] if finding.kind == "choices" else [value]
        many = finding.kind == "choices" and value != State.UNKNOWN
        return parse_answer(finding, parts if many else value)
    except CaseError as error:
        problem = error.problems[0]
        raise UsageError("; ".join(filter(None, (problem.message, problem.hint)))) from error


def _by_option(finding: Finding, old: Answer | None, value: str) -> Answer:
    said = dict(part.strip().partition(":")[::2] for part in value.split(","))
    settled = parse_answer(finding, {option: state.strip() for option, state in said.items()})
    if finding.kind == "choice":
        return settled
    unknown = {o.strip() for o, state in said.items() if state.strip() == State.UNKNOWN}
    new = amended(finding, old, settled.present, settled.absent)
    return _settled(finding, set(new.present) - unknown, set(new.absent) - unknown)


def apply_answers(case: Case, answers: Iterable[Answer]) -> Case:
    """Return the case with these answers; one in which nothing is known was never asked."""
    new = tuple(answers)
    kept = case.with_answers(*new)
    return kept.without(answer.finding for answer in new if not answer.known)
