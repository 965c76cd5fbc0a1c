"""One case with answers hidden, judged quickly; wherever a red flag seems silenced, by the engine itself.

Rank and triage come from :mod:`hipexpert.explanation.prospects`, which says what a fresh assessment
would; tests hold the two together. A flag that is raised no more must be "not excluded": a rule that
raises it must be open. Only the engine may say that none is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hipexpert.case import Answer, Case
from hipexpert.evaluation.expected import Expected
from hipexpert.explanation.prospects import Prospects
from hipexpert.inference.assess import assess
from hipexpert.inference.plan import Plan
from hipexpert.inference.reading import Reading
from hipexpert.knowledge.model import Knowledge


@dataclass(frozen=True, slots=True)
class Seen:
    """What comes out while some answers are hidden.

    Attributes:
        rank: The best rank of an accepted condition; None when there is none.
        flags: Red flags raised.
    """

    rank: int | None
    triage: str
    flags: frozenset[str]


class Hiding:
    """One case whose answers can be hidden."""

    def __init__(self, case: Case, expected: Expected, knowledge: Knowledge, plan: Plan) -> None:
        self._case, self._knowledge, self._plan = case, knowledge, plan
        self._accepted = frozenset(expected.accepted or ())
        self._prospects = Prospects(knowledge, case)
        self._seen: dict[frozenset[str], Seen] = {}

    @property
    def judged(self) -> int:
        """How many different sets of hidden answers were judged."""
        return sum(bool(hidden) for hidden in self._seen)

    def seen(self, hidden: frozenset[str]) -> Seen:
        """Return what comes out while these findings are unknown."""
        found = self._seen.get(hidden)
        if found is None:
            unknown = (Answer(finding=name) for name in sorted(hidden))
            now = self._prospects.after(*unknown)
            ranks = (n for n, name in enumerate(now.order, start=1) if name in self._accepted)
            found = self._seen[hidden] = Seen(next(ranks, None), now.triage, now.flags)
        return found

    def silenced(self, flags: Iterable[str], hidden: frozenset[str]) -> tuple[str, ...]:
        """Return those of some red flags that are neither raised nor "not excluded" now."""
        gone = [flag for flag in flags if flag not in self.seen(hidden).flags]
        if not gone:
            return ()
        masked = self._case.without(hidden)
        reading = Reading(self._plan, masked)
        gone = [flag for flag in gone if not self._open(flag, reading)]
        return silenced_flags(masked, gone, self._knowledge) if gone else ()

    def _open(self, flag: str, reading: Reading) -> bool:
        """Return whether answers nobody gave could raise it, whatever the conditions stand at."""
        rules = self._knowledge.raising.get(flag, ())
        return any(reading.is_open(rule) for rule in rules if rule.phase == "red_flags")


def silenced_flags(masked: Case, flags: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Return those of some red flags that the engine neither raises nor leaves open on a case."""
    triage = assess(masked, knowledge).triage
    standing = {status.flag for status in (*triage.flags, *triage.not_excluded)}
    return tuple(flag for flag in flags if flag not in standing)
