"""How one condition's score adds up, as bars that each begin where the last one ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hipexpert.inference.assessment import LedgerRow, Standing
from hipexpert.knowledge.model import Scale
from hipexpert.report.figures.measure import fit
from hipexpert.report.lexicon import Lexicon
from hipexpert.report.wording import DIRECTION_WORDS, counted, one_line, points

WIDTH: Final = 780
LABELS: Final = 388
"""Where the bars may begin."""

ID: Final = 66
"""Where a rule's title begins."""

POINTS: Final = 56
"""Room at the right for the points."""

ROW: Final = 26
BAR: Final = 14
TOP: Final = 22
"""Above the first row: what the upright lines mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """One row: a bar from where the sum stood to where it stands.

    Attributes:
        kind: ``prior``, ``for``, ``against`` or ``total``.
        mark: The rule's id; empty for the first and the last row.
        label: What the row is called, as far as it fits; ``full`` is all of it.
        y: Top of the row.
        x: Where the bar begins; ``width`` is never 0.
        link: Where the bar of the next row begins: the sum so far.
    """

    kind: str
    mark: str
    label: str
    full: str
    anchor: str
    points: str
    y: int
    x: int
    width: int
    link: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """A score as a chain of bars. All lengths are pixels.

    Attributes:
        silent: How many rules fired but count in a stronger one, and so have no bar.
        zero: Where no points are.
        possible: Where a condition becomes possible.
        likely: Where a condition becomes likely.
    """

    id: str
    name: str
    width: int
    height: int
    rows: tuple[Fall, ...]
    silent: int
    zero: int
    possible: int
    likely: int
    desc: str


def waterfall(standing: Standing, lexicon: Lexicon) -> Waterfall:
    """Return a condition's ledger as bars, the rows for it first.

    The sums are kept in whole tenths of a point, as the ledger keeps them.
    """
    counting = [row for row in standing.ledger if not row.counted_by]
    counting.sort(key=lambda row: row.direction != "supports")
    sums = [_tenths(standing.prior)]
    for row in counting:
        sums.append(sums[-1] + _tenths(row.weight))
    counting_words = counted(len(counting), "rule")
    axis = _Axis(sums, lexicon.knowledge.scale)
    rows = [_fall("prior", "", "Before any finding", "", 0, sums[0], 0, axis)]
    for n, row in enumerate(counting):
        rows.append(_row(row, sums[n], sums[n + 1], n + 1, axis, lexicon))
    rows.append(_fall("total", "", "Score", "", 0, sums[-1], len(rows), axis))
    return Waterfall(
        id=f"waterfall-{standing.rank}",
        name=one_line(standing.name),
        width=WIDTH,
        height=TOP + len(rows) * ROW + 2,
        rows=tuple(rows),
        silent=len(standing.ledger) - len(counting),
        zero=axis.x(0),
        possible=axis.x(_tenths(lexicon.knowledge.scale.possible)),
        likely=axis.x(_tenths(lexicon.knowledge.scale.likely)),
        desc=f"From {rows[0].points} before any finding to {rows[-1].points} by {counting_words}.",
    )


class _Axis:
    """From tenths of a point to pixels."""

    def __init__(self, sums: list[int], scale: Scale) -> None:
        marks = [0, *sums, _tenths(scale.possible), _tenths(scale.likely)]
        self.low, self.high = min(marks), max(marks)

    def x(self, tenths: int) -> int:
        room = WIDTH - POINTS - LABELS
        return LABELS + room * (tenths - self.low) // max(1, self.high - self.low)


def _row(row: LedgerRow, before: int, after: int, n: int, axis: _Axis, lexicon: Lexicon) -> Fall:
    link = lexicon.rule(row.rule)
    words = DIRECTION_WORDS[row.direction]
    return _fall(words, one_line(link.id), one_line(link.name), link.anchor, before, after, n, axis)


def _fall(
    kind: str, mark: str, label: str, anchor: str, before: int, after: int, n: int, axis: _Axis
) -> Fall:
    left, right = sorted((axis.x(before), axis.x(after)))
    room = LABELS - 14 - (ID if mark else 0)
    return Fall(
        kind=kind,
        mark=mark,
        label=fit(label, room, 12)[0],
        full=label,
        anchor=anchor,
        points=points((after if kind in ("prior", "total") else after - before) / 10),
        y=TOP + n * ROW,
        x=left,
        width=max(2, right - left),
        link=axis.x(after),
    )


def _tenths(value: float) -> int:
    return round(value * 10)
