"""The pictures of one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.figures.case_graph import case_graph, merged, pruned
from hipexpert.report.figures.drawing import Drawing, draw
from hipexpert.report.figures.graph import Graph
from hipexpert.report.figures.mermaid import mermaid
from hipexpert.report.figures.proof import Step, proof
from hipexpert.report.figures.timeline import Timeline, timeline
from hipexpert.report.figures.waterfall import Waterfall, waterfall
from hipexpert.report.lexicon import Lexicon

GRAPH: Final = "g"
"""Stands before the ids in the picture of the pruned graph."""

BRIEF: Final = 32
"""The most nodes of a graph that someone else lays out."""

WHOLE: Final = "w"
"""Stands before the ids in the picture of the whole graph."""


@dataclass(frozen=True, kw_only=True)
class FiguresView:
    """The pictures of one report; what takes long is drawn when a template asks for it.

    Attributes:
        graph: What leads to the raised flags and the first conditions.
        whole: Everything that fired.
        timeline: When each rule fired.
        waterfalls: By condition, for those that any rule speaks to.
    """

    graph: Graph
    whole: Graph
    timeline: Timeline
    waterfalls: Mapping[str, Waterfall]

    @cached_property
    def drawing(self) -> Drawing:
        """The pruned graph as shapes."""
        return draw(self.graph, GRAPH)

    @cached_property
    def whole_drawing(self) -> Drawing:
        """The whole graph as shapes."""
        return draw(merged(self.whole), WHOLE)

    @cached_property
    def proof(self) -> tuple[Step, ...]:
        """The pruned graph as an indented list."""
        return proof(self.graph)

    @cached_property
    def brief(self) -> Graph:
        """Less of the graph, for a format that draws it larger."""
        return pruned(self.whole, BRIEF)

    @cached_property
    def mermaid(self) -> str:
        """The weightiest part of the graph as Mermaid text."""
        return mermaid(self.brief)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """For each rule in the pruned graph, its id in the picture."""
        boxes = (rule.box for rule in self.drawing.rules)
        return {box.mark.text: box.id for box in boxes if box.mark and box.id}


def figures_view(assessment: Assessment, lexicon: Lexicon) -> FiguresView:
    """Return the pictures; build them after every part that names rules."""
    whole = case_graph(assessment, lexicon)
    return FiguresView(
        graph=pruned(whole),
        whole=whole,
        timeline=timeline(assessment),
        waterfalls={s.condition: waterfall(s, lexicon) for s in assessment.differential if s.ledger},
    )


def graph_of(assessment: Assessment, knowledge: Knowledge, *, whole: bool = False) -> Graph:
    """Return what leads to the raised flags and first conditions of a case, or all that fired."""
    graph = case_graph(assessment, Lexicon(assessment, knowledge))
    return merged(graph) if whole else pruned(graph)
