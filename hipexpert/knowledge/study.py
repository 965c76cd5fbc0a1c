"""Published accuracy of a test: the figures a rule may take its likelihood ratio from."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import Literal

from hipexpert.errors import Location

TestResult = Literal["positive", "negative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 95 % confidence interval as printed.

    Attributes:
        of: The figure it belongs to: ``sensitivity``, ``specificity``, ``lr_positive`` or ``lr_negative``.
    """

    of: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """How well one test told a condition from others, in one study or pooled.

    Figures that were not printed, and cannot be computed from those that were, are None.

    Attributes:
        test: The test or sign, in words; studies of the same test share it.
        target: What was looked for, as the source words it.
        condition: The condition of this knowledge base that the target stands for; empty when none does.
        sensitivity: A proportion from 0 to 1.
        specificity: A proportion from 0 to 1.
        lr_positive: Likelihood ratio of a positive result.
        lr_negative: Likelihood ratio of a negative result.
        derived: Which figures were computed here from sensitivity and specificity; all others are as printed.
        population: Who was studied.
        reference: The reference standard.
        n: How many were studied; None when not stated.
        doubt: Why no rule may rest on it; empty when one may.
    """

    id: str
    test: str
    target: str
    source: str
    condition: str = ""
    sensitivity: float | None = None
    specificity: float | None = None
    lr_positive: float | None = None
    lr_negative: float | None = None
    intervals: tuple[Interval, ...] = ()
    derived: tuple[str, ...] = ()
    population: str = ""
    reference: str = ""
    n: int | None = None
    note: str = ""
    doubt: str = ""
    at: Location = field(default_factory=Location, compare=False)

    def ratio(self, result: str) -> float | None:
        """Return the likelihood ratio of a ``positive`` or ``negative`` result; None when there is none.

        Pooled ratios need not follow from pooled sensitivity and specificity; of the printed ratio and
        the one that follows, the nearer to 1 is taken.
        """
        printed = self.lr_positive if result == "positive" else self.lr_negative
        ratios = [ratio for ratio in (printed, self.computed(result)) if ratio]
        return min(ratios, key=lambda ratio: abs(log(ratio)), default=None)

    def computed(self, result: str) -> float | None:
        """Return the ratio that follows from sensitivity and specificity; None when it is not finite."""
        if self.sensitivity is None or self.specificity is None:
            return None
        share, chance = (self.sensitivity, 1 - self.specificity)
        if result == "negative":
            share, chance = 1 - share, 1 - chance
        return share / chance if chance and share else None

    def interval(self, of: str) -> Interval | None:
        """Return the printed interval of a figure; None when none was printed."""
        return next((entry for entry in self.intervals if entry.of == of), None)
