"""Timing by turns: every contestant runs once a round, so that a busy moment hits all of them alike."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

Action = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One measurement: medians in seconds by contestant, and a remark."""

    what: str
    seconds: Mapping[str, float]
    note: str = ""

    def ratio(self, other: str, own: str = "hipexpert") -> float | None:
        """Return our time divided by another's."""
        if own not in self.seconds or other not in self.seconds:
            return None
        return self.seconds[own] / self.seconds[other]


def in_turns(contestants: Mapping[str, Callable[[], Action]], rounds: int) -> dict[str, float]:
    """Return the median time of each contestant's action.

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
    return {name: statistics.median(found) for name, found in times.items()}
