"""Shares with Wilson score intervals, and medians."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution, for 95 % intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count out of a total, with its 95 % Wilson interval.

    Attributes:
        hits: How many; a fraction when it is the mean of several counts.
        total: Out of how many; 0 when there is nothing to count.
    """

    hits: float
    total: int

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None when there is nothing to count."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval, 0 to 1; the whole range when there is nothing to count."""
        if not self.total:
            return 0.0, 1.0
        share, n = self.hits / self.total, self.total
        centre = share + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        low = 0.0 if not self.hits else max(0.0, (centre - spread) / scale)  # at the ends it is exact
        high = 1.0 if self.hits == n else min(1.0, (centre + spread) / scale)
        return low, high

    def __str__(self) -> str:
        if not self.total:
            return "0 of 0"
        low, high = self.interval
        share = self.hits / self.total
        return f"{self.hits:g} of {self.total} ({share:.0%}, 95 % interval {low:.0%} to {high:.0%})"


def median(counts: Sequence[float]) -> float:
    """Return the median; 0 of nothing."""
    ordered, middle = sorted(counts), len(counts) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
