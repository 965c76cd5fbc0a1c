"""How often the system is right on cases whose answer is known, and whether it is safe on the urgent ones.

A case states ``expected`` in its file::

    expected:
      accepted: [trochanteric_bursitis, gluteal_tendinopathy]   # any of these counts as right
      urgent: false                                             # must be seen within days at most
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from hipexpert.case import Case
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.frozen import dataclass
from hipexpert.inference.assess import assess
from hipexpert.knowledge.model import LEVELS, Knowledge

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution, for 95 % intervals."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came out for one case.

    Attributes:
        rank: The best rank of an accepted condition; None when the knowledge base has none of them.
        listed: How many conditions are likely or possible.
    """

    case: str
    accepted: tuple[str, ...]
    urgent: bool | None
    rank: int | None
    verdict: str
    first: str
    triage: str
    listed: int

    @property
    def undertriaged(self) -> bool:
        """An urgent case that triage leaves below ``within_days``."""
        return self.urgent is True and LEVELS.index(self.triage) < LEVELS.index("within_days")

    @property
    def overtriaged(self) -> bool:
        """A case that is not urgent at ``same_day`` or above."""
        return self.urgent is False and LEVELS.index(self.triage) >= LEVELS.index("same_day")


@dataclass(frozen=True, kw_only=True)
class Share:
    """A count out of a total, with its 95 % Wilson interval."""

    hits: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval, 0 to 1; the whole range when there is nothing to count."""
        if not self.total:
            return 0.0, 1.0
        share, n = self.hits / self.total, self.total
        centre = share + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)

    def __str__(self) -> str:
        if not self.total:
            return "0 of 0"
        low, high = self.interval
        share = self.hits / self.total
        return f"{self.hits} of {self.total} ({share:.0%}, 95 % interval {low:.0%} to {high:.0%})"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The figures over a set of cases."""

    outcomes: tuple[Outcome, ...]

    def within(self, rank: int) -> Share:
        """Return how many cases have an accepted condition at this rank or better."""
        judged = [o for o in self.outcomes if o.accepted]
        return Share(hits=sum(o.rank is not None and o.rank <= rank for o in judged), total=len(judged))

    @property
    def undertriage(self) -> Share:
        """Urgent cases that were left below ``within_days``."""
        urgent = [o for o in self.outcomes if o.urgent is True]
        return Share(hits=sum(o.undertriaged for o in urgent), total=len(urgent))

    @property
    def overtriage(self) -> Share:
        """Cases that are not urgent but came out at ``same_day`` or above."""
        calm = [o for o in self.outcomes if o.urgent is False]
        return Share(hits=sum(o.overtriaged for o in calm), total=len(calm))

    @property
    def median_listed(self) -> float:
        """The median number of conditions that are likely or possible."""
        counts = sorted(o.listed for o in self.outcomes)
        middle = len(counts) // 2
        return counts[middle] if len(counts) % 2 else (counts[middle - 1] + counts[middle]) / 2


def evaluate(cases: Iterable[Case], knowledge: Knowledge) -> Evaluation:
    """Judge every case that states what is expected.

    Raises:
        CaseError: None of the cases does, or an expectation is malformed.
    """
    outcomes = tuple(_outcome(case, knowledge) for case in cases if "expected" in case.meta)
    if not outcomes:
        message = "no case states what is expected"
        raise CaseError(
            [Problem(Location(), "HX520", message, "add  expected: {accepted: [...], urgent: ...}")]
        )
    return Evaluation(outcomes=outcomes)


def _outcome(case: Case, knowledge: Knowledge) -> Outcome:
    accepted, urgent = _expected(case.id, case.meta["expected"])
    assessment = assess(case, knowledge)
    standings = [s for s in assessment.differential if s.condition in accepted]
    best = min(standings, key=lambda s: s.rank, default=None)
    return Outcome(
        case=case.id,
        accepted=accepted,
        urgent=urgent,
        rank=best.rank if best else None,
        verdict=best.verdict if best else "not in the knowledge base",
        first=assessment.differential[0].condition if assessment.differential else "",
        triage=assessment.triage.level,
        listed=sum(s.verdict in ("likely", "possible") for s in assessment.differential),
    )


def _expected(case: str, raw: Any) -> tuple[tuple[str, ...], bool | None]:
    if not isinstance(raw, Mapping):
        raise _malformed(case, "expected must be a mapping")
    accepted, urgent = raw.get("accepted", raw.get("first", [])), raw.get("urgent")
    if not isinstance(accepted, list) or not all(isinstance(name, str) for name in accepted):
        raise _malformed(case, "expected.accepted must be a list of conditions")
    if urgent in ("yes", "no"):
        urgent = urgent == "yes"
    if urgent is not None and not isinstance(urgent, bool):
        raise _malformed(case, "expected.urgent must be true or false")
    return tuple(accepted), urgent


def _malformed(case: str, message: str) -> CaseError:
    return CaseError([Problem(Location(), "HX520", f"case {case}: {message}", "see the guide on evaluation")])
