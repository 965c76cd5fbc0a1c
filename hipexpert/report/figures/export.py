"""A graph as a file of its own: a picture, text for another program to draw, or an indented list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hipexpert.knowledge.model import Knowledge
from hipexpert.report.figures.dot import dot
from hipexpert.report.figures.drawing import draw
from hipexpert.report.figures.graph import Graph
from hipexpert.report.figures.knowledge_map import knowledge_map
from hipexpert.report.figures.mermaid import mermaid
from hipexpert.report.figures.proof import Step, proof
from hipexpert.report.filters import fill
from hipexpert.report.render import environment_for
from hipexpert.report.wording import one_line

FORMATS: Final = ("svg", "dot", "mermaid", "text")
TEMPLATE: Final = "figures/picture.svg.j2"
MAP: Final = "figures/map.svg.j2"


def export(graph: Graph, format: str, title: str, desc: str = "") -> str:
    """Return a graph in one of :data:`FORMATS`, with a line break at the end.

    Args:
        graph: What to show.
        format: ``svg`` is laid out here and the same on any machine.
        title: What it shows.
        desc: More about it, for a reader who does not see it.
    """
    if format == "svg":
        template = environment_for("svg", None).get_template(TEMPLATE)
        return template.render(drawing=draw(graph, "g"), title=title, desc=desc or title)
    if format == "dot":
        return dot(graph, title)
    if format == "mermaid":
        return mermaid(graph) + "\n"
    return "\n".join([fill(title), "=" * min(79, len(title)), *_lines(proof(graph), 0)]) + "\n"


def export_map(knowledge: Knowledge, title: str) -> str:
    """Return a whole knowledge base on one sheet, as SVG."""
    template = environment_for("svg", None).get_template(MAP)
    return template.render(map=knowledge_map(knowledge), title=one_line(title))


def _lines(steps: Iterable[Step], indent: int) -> Iterator[str]:
    for step in steps:
        mark = f"{step.mark} " if step.mark else ""
        note = f" ({step.note})" if step.note else ""
        again = " (as above)" if step.repeated else ""
        yield fill(f"{mark}{step.text}{note}{again}", indent + 2, " " * indent + "- ")
        yield from _lines(step.steps, indent + 2)
