"""A graph in the language of Graphviz, for those who want its layout or another of its formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hipexpert.report.figures.graph import Graph, Node
from hipexpert.report.figures.measure import fit

_SHAPES: Final = {
    "answer": 'shape=box style="rounded"',
    "derived": 'shape=box style="rounded,dashed"',
    "rule": "shape=box",
    "conclusion": "shape=hexagon",
    "condition": "shape=box penwidth=2 peripheries=2",
    "flag": "shape=octagon penwidth=2",
    "caution": "shape=note",
    "advice": "shape=note",
}
"""A shape for each kind, so that no colour is needed."""


def dot(graph: Graph, title: str) -> str:
    """Return a graph as DOT, with a line break at the end."""
    return "\n".join([*_lines(graph, title), "}"]) + "\n"


def _lines(graph: Graph, title: str) -> Iterator[str]:
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, start=1)}
    yield "digraph reasoning {"
    yield f"  graph [rankdir=LR ranksep=1 nodesep=0.15 label={quoted(title)} labelloc=t fontname=Arial];"
    yield "  node [fontname=Arial fontsize=11 margin=0.1];"
    yield "  edge [fontname=Arial fontsize=10 arrowsize=0.6];"
    for node in graph.nodes:
        yield f"  {names[node.id]} [label={quoted(_label(node))} {_SHAPES[node.kind]}];"
    for source, target in graph.edges:
        rule = graph.by_id[source]
        note = f" [label={quoted(rule.note)}{_against(rule)}]" if rule.kind == "rule" and rule.note else ""
        yield f"  {names[source]} -> {names[target]}{note};"


def _label(node: Node) -> str:
    text = f"{node.subject} {node.label}" if node.kind == "rule" else node.text
    lines = fit(text, 190, 11, 6)
    return "\n".join([*lines, node.note] if node.note and node.kind != "rule" else lines)


def _against(rule: Node) -> str:
    return " style=dashed" if rule.state == "opposes" else ""


def quoted(text: str) -> str:
    """Return a text as a DOT string that shows as it is; its line breaks stay."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{safe}"'
