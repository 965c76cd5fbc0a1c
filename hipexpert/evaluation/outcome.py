"""What came out for one case, beside what must come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.evaluation.expected import URGENT_FROM, Expected
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import LEVELS

LISTED = ("likely", "possible")
"""Verdicts that put a condition on the list a reader is shown first."""

OVERTRIAGED_FROM = "same_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out for one case.

    Attributes:
        rank: The best rank of an accepted condition; None when the knowledge base has none of them.
        rank_also: The same, with the conditions that are acceptable too.
        verdict: The verdict of the accepted condition that ranks best; empty when there is none.
        first: The condition that came first; empty when there is none at all.
        listed: How many conditions are likely or possible.
        not_excluded: How many red flags unknown answers leave open.
    """

    case: str
    expected: Expected
    rank: int | None
    rank_also: int | None
    verdict: str
    first: str
    first_verdict: str
    listed: int
    triage: str
    flags: tuple[str, ...]
    not_excluded: int

    @property
    def accepted(self) -> tuple[str, ...] | None:
        """The conditions that count as right; None when the case does not say."""
        return self.expected.accepted

    @property
    def urgent(self) -> bool | None:
        """Whether it must be seen within days; None when the case does not say."""
        return self.expected.urgent

    @property
    def covered(self) -> bool:
        """Whether an accepted condition is in the knowledge base at all."""
        return self.rank is not None

    @property
    def on_list(self) -> bool:
        """Whether an accepted condition is likely or possible."""
        return self.verdict in LISTED

    @property
    def undertriaged(self) -> bool:
        """An urgent case that triage leaves below ``within_days``."""
        return undertriaged(self.urgent, self.triage)

    @property
    def overtriaged(self) -> bool:
        """A case that is not urgent at ``same_day`` or above."""
        return overtriaged(self.urgent, self.triage)


def outcome(case: Case, expected: Expected, assessment: Assessment) -> Outcome:
    """Return what came out for a case."""
    places = {standing.condition: standing for standing in assessment.differential}
    best = _best(expected.accepted or (), assessment)
    first = assessment.differential[0] if assessment.differential else None
    return Outcome(
        case=case.id,
        expected=expected,
        rank=places[best].rank if best else None,
        rank_also=places[also].rank if (also := _best(expected.named, assessment)) else None,
        verdict=places[best].verdict if best else "",
        first=first.condition if first else "",
        first_verdict=first.verdict if first else "",
        listed=sum(standing.verdict in LISTED for standing in assessment.differential),
        triage=assessment.triage.level,
        flags=tuple(status.flag for status in assessment.triage.flags),
        not_excluded=len(assessment.triage.not_excluded),
    )


def undertriaged(urgent: bool | None, level: str) -> bool:
    """Return whether a triage level is too low: an urgent case below ``within_days``."""
    return urgent is True and _below(level, URGENT_FROM)


def overtriaged(urgent: bool | None, level: str) -> bool:
    """Return whether a triage level is too high: a case that is not urgent at ``same_day`` or above."""
    return urgent is False and not _below(level, OVERTRIAGED_FROM)


def _best(names: Iterable[str], assessment: Assessment) -> str:
    wanted = frozenset(names)
    return next((s.condition for s in assessment.differential if s.condition in wanted), "")


def _below(level: str, bar: str) -> bool:
    return LEVELS.index(level) < LEVELS.index(bar)
