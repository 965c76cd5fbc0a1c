"""A short page as an outline, and the outline as text, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hipexpert.frozen import dataclass
from hipexpert.report.filters import WIDTH, fill, md
from hipexpert.report.render import environment_for
from hipexpert.report.tables import Table, md_table, text_table
from hipexpert.report.wording import tidy

TEMPLATE = "explanation.html.j2"

COLUMNS = " | "
"""Parts a mark that stands in two columns."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line, and what stands below it.

    Attributes:
        mark: What stands before it in a column of its own: points, a sign, an id.
        note: Said below it, in small print.
        folded: What stands below it matters less: closed in HTML, left out of a text.
    """

    text: str
    mark: str = ""
    note: str = ""
    items: tuple[Item, ...] = ()
    folded: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading with a table, or with lines.

    Attributes:
        more: Further lines that matter less: folded in HTML, only counted in a text.
    """

    title: str
    lead: str = ""
    table: Table | None = None
    items: tuple[Item, ...] = ()
    more: tuple[Item, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A page: what it is about, the answer in a sentence or two, and the parts that bear it out."""

    title: str
    kicker: str
    answer: tuple[str, ...]
    parts: tuple[Part, ...]
    foot: str


def render_outline(outline: Outline, format: str) -> str:
    """Return an outline as ``text``, ``markdown`` or ``html``."""
    clean = tidy(outline)
    if format == "html":
        return environment_for("html", None).get_template(TEMPLATE).render(page=clean)
    lines = _markdown(clean) if format == "markdown" else _text(clean)
    return "\n".join(lines) + "\n"


def _text(page: Outline) -> Iterator[str]:
    yield fill(page.title)
    yield "=" * min(WIDTH, len(page.title))
    yield fill(page.kicker)
    yield ""
    yield from map(fill, page.answer)
    for part in page.parts:
        yield ""
        yield f"{part.title} ".ljust(WIDTH, "-") if len(part.title) < WIDTH - 2 else fill(part.title)
        if part.lead:
            yield fill(part.lead)
        if part.table:
            yield text_table(part.table)
        yield from _text_items(part.items, 1)
        if part.more:
            yield f"  and {len(part.more)} more (with --format html, markdown or json)"
    yield ""
    yield fill(page.foot)


def _text_items(items: Iterable[Item], indent: int) -> Iterator[str]:
    several = tuple(items)
    marks = _aligned([item.mark or "-" for item in several])
    for item, mark in zip(several, marks, strict=True):
        lead = f"{' ' * indent}{mark} "
        yield fill(item.text, len(lead), lead)
        if item.note:
            yield fill(item.note, len(lead))
        if not item.folded:
            yield from _text_items(item.items, len(lead))


def _aligned(marks: Sequence[str]) -> list[str]:
    """Return marks as wide as the widest; those in two columns column by column."""
    rows = [mark.split(COLUMNS) for mark in marks]
    widths = [max(len(row[n]) for row in rows if len(row) > n) for n in range(max(map(len, rows), default=0))]
    lines = [COLUMNS.join(cell.rjust(widths[n]) for n, cell in enumerate(row)) for row in rows]
    return [line.rjust(max(map(len, lines))) for line in lines]


def _markdown(page: Outline) -> Iterator[str]:
    yield f"# {md(page.title)}"
    yield ""
    yield md(page.kicker)
    for sentence in page.answer:
        yield ""
        yield f"**{md(sentence)}**"
    for part in page.parts:
        yield ""
        yield f"## {md(part.title)}"
        yield ""
        if part.lead:
            yield md(part.lead)
            yield ""
        if part.table:
            yield md_table(part.table)
        yield from _markdown_items((*part.items, *part.more), 0)
    yield ""
    yield md(page.foot)


def _markdown_items(items: Iterable[Item], indent: int) -> Iterator[str]:
    for item in items:
        mark = f"**{md(item.mark)}** " if item.mark else ""
        note = f" — *{md(item.note)}*" if item.note else ""
        yield f"{' ' * indent}- {mark}{md(item.text)}{note}"
        yield from _markdown_items(item.items, indent + 2)


def first_few(title: str, items: Iterable[Item], few: int, lead: str = "") -> Part:
    """Return a part that shows a few lines and keeps the others back."""
    several = tuple(items)
    return Part(title=title, lead=lead, items=several[:few], more=several[few:])
