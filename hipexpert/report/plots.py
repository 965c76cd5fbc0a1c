"""Where the marks of a plot stand. Templates draw them; nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MARKS = ("circle", "square", "triangle", "diamond")
_LINE, _TITLE = 24.0, 30.0
_LABELS, _BAR, _WIDTH = 215.0, 360.0, 720.0
_LEFT, _TOP, _ACROSS, _DOWN, _NAMES = 48.0, 14.0, 440.0, 230.0, 200.0
_CELL, _ROW_LABELS, _COLUMN_LABELS = 25.0, 300.0, 190.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the grid with its number."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """One row of bars; a row with a title only has no bar.

    Attributes:
        ours: Drawn filled, with its interval; published figures are drawn hollow.
        low: Where its interval begins; ``high`` where it ends. None for none.
    """

    y: float
    label: str
    title: bool = False
    ours: bool = False
    length: float = 0.0
    low: float | None = None
    high: float | None = None
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Shares as bars, in rows."""

    kind: str = "bars"
    width: float
    height: float
    left: float
    title: str
    desc: str
    ticks: tuple[Tick, ...]
    rows: tuple[BarRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What :func:`bars` draws a row from; a row without a share is a title."""

    label: str
    value: str = ""
    share: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its marks, its band as the corners of a polygon, and its name at the right end."""

    name: str
    mark: str
    dash: str
    marks: tuple[tuple[float, float], ...]
    path: str
    band: str
    label_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Shares as lines over the percent of answers that are hidden."""

    kind: str = "lines"
    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    title: str
    desc: str
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    lines: tuple[Line, ...]
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A count in a matrix; ``hit`` cells are outlined and bold."""

    x: float
    y: float
    count: int
    hit: bool
    shade: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Counts by what was right and what came first."""

    kind: str = "matrix"
    width: float
    height: float
    cell: float
    left: float
    top: float
    right: float
    bottom: float
    title: str
    desc: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    cells: tuple[Cell, ...]


def bars(rows: Sequence[Given], title: str, desc: str) -> Bars:
    """Return shares as bars, one below the other."""
    placed, y = [], 24.0
    for given in rows:
        if given.share is None:
            y += _TITLE
            placed.append(BarRow(y=y - 8, label=given.label, title=True))
            continue
        y += _LINE
        low, high = given.interval or (None, None)
        placed.append(
            BarRow(
                y=y - _LINE / 2,
                label=given.label,
                ours=given.interval is not None,
                length=_round(_BAR * given.share),
                low=None if low is None else _round(_LABELS + _BAR * low),
                high=None if high is None else _round(_LABELS + _BAR * high),
                value=given.value,
            )
        )
    ticks = tuple(Tick(at=_round(_LABELS + _BAR * n / 100), label=f"{n}%") for n in range(0, 101, 25))
    return Bars(
        width=_WIDTH, height=y + 8, left=_LABELS, title=title, desc=desc, ticks=ticks, rows=tuple(placed)
    )


Series = tuple[str, Sequence[tuple[int, float, float, float]]]
"""A name with points: percent hidden, share, and its interval."""


def lines(series: Sequence[Series], title: str, desc: str, below: str) -> Lines:
    """Return shares as lines, each with its own mark, dash and name."""
    bottom, right = _TOP + _DOWN, _LEFT + _ACROSS
    most = max((x for _, points in series for x, *_ in points), default=0) or 1

    def place(x: float, y: float) -> tuple[float, float]:
        return _round(_LEFT + _ACROSS * x / most), _round(bottom - _DOWN * y)

    ends = _apart([place(0, points[-1][1])[1] for _, points in series])
    drawn = []
    for n, (name, points) in enumerate(series):
        marks = tuple(place(x, y) for x, y, _, _ in points)
        edge = [place(x, low) for x, _, low, _ in points] + [place(x, high) for x, _, _, high in points[::-1]]
        drawn.append(
            Line(
                name=name,
                mark=MARKS[n % len(MARKS)],
                dash=("", "6 4", "2 3", "8 3 2 3")[n % 4],
                marks=marks,
                path=" ".join(f"{x},{y}" for x, y in marks),
                band=" ".join(f"{x},{y}" for x, y in edge),
                label_y=ends[n],
            )
        )
    return Lines(
        width=right + _NAMES,
        height=bottom + 46,
        left=_LEFT,
        top=_TOP,
        right=right,
        bottom=bottom,
        title=title,
        desc=desc,
        across=tuple(Tick(at=place(x, 0)[0], label=f"{x}%") for x in range(0, most + 1, 10)),
        down=tuple(Tick(at=place(0, y / 100)[1], label=f"{y}%") for y in range(0, 101, 25)),
        lines=tuple(drawn),
        below=below,
    )


def matrix(
    rows: Sequence[tuple[str, Sequence[tuple[str, int, bool]]]],
    columns: Sequence[tuple[str, str]],
    title: str,
    desc: str,
) -> Matrix:
    """Return counts in cells.

    Args:
        rows: Labels with cells: the id of a column, the count, and whether it is a hit.
        columns: Ids with labels.
        title: Read aloud, with ``desc``.
        desc: What it shows.
    """
    place = {name: _ROW_LABELS + _CELL * n for n, (name, _) in enumerate(columns)}
    most = max((count for _, cells in rows for _, count, _ in cells), default=1)
    found = [
        Cell(x=place[name], y=_COLUMN_LABELS + _CELL * n, count=count, hit=hit, shade=_round(count / most, 2))
        for n, (_, cells) in enumerate(rows)
        for name, count, hit in cells
    ]
    right, bottom = _ROW_LABELS + _CELL * len(columns), _COLUMN_LABELS + _CELL * len(rows)
    return Matrix(
        width=right + 110,
        height=bottom + 4,
        cell=_CELL,
        left=_ROW_LABELS,
        top=_COLUMN_LABELS,
        right=right,
        bottom=bottom,
        title=title,
        desc=desc,
        rows=tuple(
            Tick(at=_COLUMN_LABELS + _CELL * (n + 0.5), label=_short(label))
            for n, (label, _) in enumerate(rows)
        ),
        columns=tuple(
            Tick(at=_ROW_LABELS + _CELL * (n + 0.5), label=_short(label, 34))
            for n, (_, label) in enumerate(columns)
        ),
        cells=tuple(found),
    )


def _apart(heights: Sequence[float], least: float = 17.0) -> list[float]:
    """Return heights moved down until no two labels overlap."""
    placed: dict[int, float] = {}
    last = float("-inf")
    for n in sorted(range(len(heights)), key=lambda n: (heights[n], n)):
        last = placed[n] = max(heights[n], last + least)
    return [_round(placed[n]) for n in range(len(heights))]


def _short(label: str, most: int = 44) -> str:
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def _round(value: float, digits: int = 1) -> float:
    return round(value, digits) + 0.0
