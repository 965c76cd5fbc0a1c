"""A graph as an indented list: each outcome, the rules behind it, and what those rest on."""

from __future__ import annotations

from dataclasses import dataclass

from hipexpert.report.figures.graph import OUTCOMES, Graph, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a proof, and what bears it out.

    Attributes:
        mark: A rule's id; empty for anything else.
        note: Points, a verdict or an urgency.
        repeated: Whether its own grounds stand further up.
    """

    kind: str
    mark: str
    text: str
    note: str
    anchor: str
    steps: tuple[Step, ...]
    repeated: bool = False


def proof(graph: Graph) -> tuple[Step, ...]:
    """Return every outcome with all that leads to it; what a conclusion rests on is said once."""
    told: set[str] = set()
    return tuple(_step(graph, node, told) for node in graph.of(*OUTCOMES))


def _step(graph: Graph, node: Node, told: set[str]) -> Step:
    repeated = node.id in told and node.kind == "conclusion"
    told.add(node.id)
    causes = () if repeated else graph.causes[node.id]
    return Step(
        kind=node.kind,
        mark=node.subject if node.kind == "rule" else "",
        text=node.text,
        note=node.note,
        anchor=node.anchor,
        steps=tuple(_step(graph, graph.by_id[name], told) for name in causes),
        repeated=repeated,
    )
