"""What fired when: a lane for each condition, and one for each other phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hipexpert.inference.assessment import Assessment, Firing, LedgerRow
from hipexpert.report.figures.measure import fit
from hipexpert.report.wording import PHASE_WORDS, one_line, points

WIDTH: Final = 780
LABELS: Final = 232
"""Where the marks may begin."""

SCORES: Final = 52
"""Room at the right for scores and counts."""

LANE: Final = 22
HEAD: Final = 22
LARGEST: Final = 9
"""Half the height of a lane that the weightiest mark may fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One firing.

    Attributes:
        kind: ``conclusion``, ``flag``, ``for``, ``against``, ``silent`` or ``advice``.
        x: In tenths of a pixel.
        size: Height of a mark for or against; 0 for the others.
        text: The number, the rule and what it added.
    """

    kind: str
    x: str
    size: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One row of the timeline: a phase, or a condition within the evidence.

    Attributes:
        end: What the lane came to: a score, or how many rules fired.
        inner: Whether it belongs to the phase above it.
    """

    label: str
    y: int
    marks: tuple[Mark, ...]
    end: str
    inner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The part of the width that a phase takes: ``x`` and ``width`` in tenths of a pixel, as text."""

    x: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All firings, from left to right in the order they came."""

    width: int
    height: int
    left: int
    right: int
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, int], ...]
    fired: int


def timeline(assessment: Assessment) -> Timeline:
    """Return when each rule fired and what it moved."""
    firings = assessment.firings
    clock = _Clock(len(firings))
    lanes = [
        Lane(label=label, y=HEAD + n * LANE, marks=marks, end=end, inner=inner)
        for n, (label, marks, end, inner) in enumerate(_lanes(assessment, clock))
    ]
    return Timeline(
        width=WIDTH,
        height=HEAD + len(lanes) * LANE + 4,
        left=LABELS,
        right=WIDTH - SCORES,
        lanes=tuple(lanes),
        bands=tuple(_bands(firings, clock)),
        ticks=tuple((clock.middle(n), n) for n in _ticks(len(firings))),
        fired=len(firings),
    )


class _Clock:
    """From the number of a firing to a place, in tenths of a pixel."""

    def __init__(self, count: int) -> None:
        self.count = max(count, 1)

    def edge(self, n: int) -> int:
        return LABELS * 10 + (WIDTH - SCORES - LABELS) * 10 * n // self.count

    def middle(self, n: int) -> str:
        return _pixels((self.edge(n - 1) + self.edge(n)) // 2)


def _pixels(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def _lanes(assessment: Assessment, clock: _Clock) -> Iterable[tuple[str, tuple[Mark, ...], str, bool]]:
    ledger = {row.rule: row for s in assessment.differential for row in s.ledger}
    for phase, words in PHASE_WORDS.items():
        fired = [firing for firing in assessment.firings if firing.phase == phase]
        if not fired:
            continue
        span = f"{fired[0].n} to {fired[-1].n}" if len(fired) > 1 else f"{fired[0].n}"
        label = fit(f"{words} ({span})", LABELS - 10, 12, bold=True)[0]
        if phase != "evidence":
            marks = tuple(_mark(firing, None, clock) for firing in fired)
            yield label, marks, str(len(fired)), False
            continue
        yield label, (), str(len(fired)), False
        for standing in sorted(assessment.differential, key=lambda s: s.rank):
            own = [f for f in fired if any(name == standing.condition for _, name in f.produced)]
            if own:
                name = fit(f"{standing.rank}. {one_line(standing.name)}", LABELS - 24, 12)[0]
                marks = tuple(_mark(firing, ledger[firing.rule], clock) for firing in own)
                yield name, marks, points(standing.score), True


def _mark(firing: Firing, row: LedgerRow | None, clock: _Clock) -> Mark:
    kind, said, size = firing.produced[0][0], "", 0
    if row is not None:
        kind = "silent" if row.counted_by else "for" if row.weight > 0 else "against"
        said = f", counted in {row.counted_by}" if row.counted_by else f", {points(row.weight)}"
        size = min(LARGEST, 1 + round(abs(row.weight)))
    text = one_line(f"{firing.n}. {firing.rule}{said}")
    return Mark(kind=kind, x=clock.middle(firing.n), size=size, text=text)


def _bands(firings: tuple[Firing, ...], clock: _Clock) -> Iterable[Band]:
    """Yield every other phase, to be set off from its neighbours."""
    starts = [n for n, f in enumerate(firings) if n == 0 or f.phase != firings[n - 1].phase]
    ends = [*starts[1:], len(firings)] if starts else []
    for start, end in list(zip(starts, ends, strict=True))[::2]:
        width = clock.edge(end) - clock.edge(start)
        yield Band(x=_pixels(clock.edge(start)), width=_pixels(width))


def _ticks(count: int) -> Iterable[int]:
    step = 1 if count <= 12 else 5 if count <= 50 else 10 if count <= 120 else 50
    return (n for n in range(1, count + 1) if n == 1 or n % step == 0)
