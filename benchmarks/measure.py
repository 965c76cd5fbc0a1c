"""Timing by turns: every contestant runs once a round, so that a busy moment hits all of them alike."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

Action = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One measurement: the seconds of every round by contestant, and a remark."""

    what: str
    times: Mapping[str, Sequence[float]]
    note: str = ""

    @property
    def seconds(self) -> Mapping[str, float]:
        """The median of each contestant."""
        return medians(self.times)

    def ratios(self, other: str, own: str = "hipexpert") -> list[float]:
        """Return our time divided by another's in each round, the least first; none where one is missing."""
        if own not in self.times or other not in self.times:
            return []
        return sorted(x / y for x, y in zip(self.times[own], self.times[other], strict=True))


def in_turns(contestants: Mapping[str, Callable[[], Action]], rounds: int) -> dict[str, list[float]]:
    """Return the times of each contestant's action in seconds, round by round.

    Args:
        contestants: For each name what prepares an action; preparing is not timed.
        rounds: How often each one runs.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, prepare in contestants.items():
            gc.collect()
            action = prepare()
            start = perf_counter()
            action()
            times[name].append(perf_counter() - start)
            del action  # what it held is gone before the next one is prepared, not just before it is timed
    return times


def medians(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median time of each contestant."""
    return {name: statistics.median(found) for name, found in times.items()}
