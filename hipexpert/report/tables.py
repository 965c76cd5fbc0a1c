"""Tables as text on a terminal and as Markdown."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from hipexpert.report.filters import WIDTH, md

GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; every row has as many cells as the head.

    Attributes:
        right: Columns whose cells stand to the right, from 0.
        caption: What it shows, for a page read aloud.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    caption: str = ""


def text_table(table: Table, width: int = WIDTH) -> str:
    """Return a table on lines of at most ``width`` columns; long cells go on below themselves."""
    cells = [table.head, *table.rows]
    widths = _widths([[row[n] for row in cells] for n in range(len(table.head))], width)
    lines = [*_row(table.head, widths, table.right), GAP.join("-" * n for n in widths)]
    for row in table.rows:
        lines.extend(_row(row, widths, table.right))
    return "\n".join(lines)


def md_table(table: Table) -> str:
    """Return a table as Markdown."""
    rule = ["---:" if n in table.right else "---" for n in range(len(table.head))]
    rows = [[md(cell) for cell in table.head], rule, *([md(cell) for cell in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _widths(columns: list[list[str]], width: int) -> list[int]:
    """Return widths that fit: the widest column gives way first; words are cut only when all else fails."""
    widths = [max(map(len, column)) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    while sum(widths) + len(GAP) * (len(widths) - 1) > width:
        loose = [n for n in range(len(widths)) if widths[n] > words[n]]
        widest = max(loose or range(len(widths)), key=lambda n: widths[n])
        widths[widest] -= 1
    return widths


def _row(cells: tuple[str, ...], widths: list[int], right: tuple[int, ...]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    lines = []
    for n in range(max(map(len, wrapped))):
        parts = [part[n] if n < len(part) else "" for part in wrapped]
        said = [
            part.rjust(width) if column in right else part.ljust(width)
            for column, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        lines.append(GAP.join(said).rstrip())
    return lines
