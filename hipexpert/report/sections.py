"""A page of sections with sentences, a table and plots; rendered by templates of the same shape."""

from __future__ import annotations

from dataclasses import dataclass

from hipexpert.report.plots import Bars, Lines, Matrix
from hipexpert.report.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section.

    Attributes:
        leads: Sentences before the table.
        plots: Shown in HTML; the table says the same in every format.
        items: Lines after the table; ``notes`` the small print below them.
        folded: The table is closed at first in HTML.
    """

    id: str
    title: str
    leads: tuple[str, ...] = ()
    table: Table | None = None
    plots: tuple[Bars | Lines | Matrix, ...] = ()
    items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: what it is about, the answer in a few sentences, and the sections that bear it out."""

    title: str
    kicker: str
    answer: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str
