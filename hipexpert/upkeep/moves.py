"""Which cases a change of the knowledge base moves: their first, their first three, their triage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from hipexpert.case import Answer, Case
from hipexpert.knowledge.entries import LEVELS
from hipexpert.knowledge.model import Knowledge
from hipexpert.upkeep.judging import Judge


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case comes out: the conditions ranked first, best first, and the triage."""

    first_three: tuple[str, ...]
    triage: str


@dataclass(frozen=True, slots=True)
class Move:
    """A case that comes out otherwise."""

    case: str
    old: Standing
    new: Standing

    @property
    def what(self) -> tuple[str, ...]:
        """What moved: ``triage``, ``first``, ``three``."""
        moved = {
            "triage": self.old.triage != self.new.triage,
            "first": self.old.first_three[:1] != self.new.first_three[:1],
            "three": set(self.old.first_three) != set(self.new.first_three),
        }
        return tuple(name for name, is_so in moved.items() if is_so)

    @property
    def fell(self) -> bool:
        """Whether the case is less urgent than it was."""
        return LEVELS.index(self.new.triage) < LEVELS.index(self.old.triage)


def moves(
    cases: Iterable[Case],
    old: Knowledge,
    new: Knowledge,
    progress: Callable[[int], object] | None = None,
) -> Iterator[Move]:
    """Yield every case that moves.

    Args:
        cases: As the new knowledge base reads them.
        old: The knowledge base before; what it does not know of a case is left out.
        new: The knowledge base after.
        progress: Called after each case with how many were judged so far.
    """
    before, after = Judge(old), Judge(new)
    for done, case in enumerate(cases, start=1):
        move = Move(case.id, _standing(_as_read_by(case, old), before), _standing(case, after))
        if move.what:
            yield move
        if progress is not None:
            progress(done)


def _standing(case: Case, judge: Judge) -> Standing:
    judged = judge(case)
    return Standing(judged.ranked[:3], judged.triage)


def _as_read_by(case: Case, knowledge: Knowledge) -> Case:
    known = (_known(answer, knowledge) for answer in case.answers.values())
    return replace(case, answers={answer.finding: answer for answer in known if answer is not None})


def _known(answer: Answer, knowledge: Knowledge) -> Answer | None:
    """Return what another vocabulary can hold of an answer; None when it does not know the finding."""
    finding = knowledge.findings.get(answer.finding)
    if finding is None or ((answer.number is not None) != (finding.kind == "number") and answer.known):
        return None
    options = finding.option_ids
    present = tuple(option for option in answer.present if option in options)
    absent = tuple(option for option in answer.absent if option in options)
    return replace(answer, present=present, absent=absent)
