"""The facts of a consultation, as experta sees them. Rules only ever declare; nothing is retracted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hipexpert.case import Case, State, number_text
from hipexpert.inference._experta import Fact
from hipexpert.inference.assessment import Matched
from hipexpert.knowledge.model import Knowledge


class FindingFact(Fact):  # type: ignore[misc]
    """One option of a finding, recorded present or absent: ``finding``, ``option``, ``state``.

    ``state`` "unknown" with an empty option says that nobody recorded the finding; such facts are
    declared only for findings that some rule asks that about.
    """


class MeasureFact(Fact):  # type: ignore[misc]
    """A recorded number: ``finding``, ``value`` in the finding's own unit."""


class ConclusionFact(Fact):  # type: ignore[misc]
    """An intermediate conclusion drawn: ``conclusion``."""


class FlagFact(Fact):  # type: ignore[misc]
    """A red flag after all were judged: ``flag``, ``raised``."""


class EvidenceFact(Fact):  # type: ignore[misc]
    """A rule's weight for or against a condition: ``rule``, ``condition``, ``direction``."""


class RaisedFact(Fact):  # type: ignore[misc]
    """A rule raised a red flag: ``rule``, ``flag``."""


class AdviceFact(Fact):  # type: ignore[misc]
    """A rule brought up advice: ``rule``, ``advice``."""


class StandingFact(Fact):  # type: ignore[misc]
    """Where a condition stands after ranking: ``condition``, ``verdict``, ``rank``."""


class TriageFact(Fact):  # type: ignore[misc]
    """The triage level after all red flags were judged: ``level``."""


def of_case(case: Case, knowledge: Knowledge, asked_unknown: Iterable[str]) -> Iterator[Fact]:
    """Yield the facts of a case in the order of the vocabulary, whatever order they were given in."""
    for finding in knowledge.findings.values():
        answer = case.answers.get(finding.id)
        if answer is None or not answer.known:
            continue
        if answer.number is not None:
            yield MeasureFact(finding=finding.id, value=answer.number)
        for option in finding.option_ids:
            state = answer.state(option)
            if state is not State.UNKNOWN:
                yield FindingFact(finding=finding.id, option=option, state=state.value)
    for name in sorted(asked_unknown):
        if not case.known(name):
            yield FindingFact(finding=name, option="", state=State.UNKNOWN.value)


def matched(fact: Fact) -> Matched | None:
    """Return a matched fact as the trace records it; None for facts that say nothing of the case."""
    if isinstance(fact, FindingFact):
        return Matched(kind="finding", id=fact["finding"], value=fact["option"], state=fact["state"])
    if isinstance(fact, MeasureFact):
        return Matched(kind="finding", id=fact["finding"], value=number_text(fact["value"]))
    if isinstance(fact, ConclusionFact):
        return Matched(kind="conclusion", id=fact["conclusion"])
    if isinstance(fact, FlagFact):
        state = State.PRESENT if fact["raised"] else State.ABSENT
        return Matched(kind="flag", id=fact["flag"], state=state.value)
    if isinstance(fact, StandingFact):
        return Matched(kind="standing", id=fact["condition"], value=fact["verdict"])
    if isinstance(fact, TriageFact):
        return Matched(kind="triage", id="triage", value=fact["level"])
    return None
