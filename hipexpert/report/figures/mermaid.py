"""A graph as Mermaid text, which the usual forges draw inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hipexpert.report.figures.graph import Graph, Node

_PLAIN = re.compile(r"[\w ,.:+()/−–’-]")

_SHAPES: Final = {
    "answer": ("([", "])"),
    "derived": ("([", "])"),
    "rule": ("[", "]"),
    "conclusion": ("{{", "}}"),
    "condition": ("[[", "]]"),
    "flag": (">", "]"),
    "caution": ("(", ")"),
    "advice": ("(", ")"),
}
"""A shape for each kind, so that no colour is needed."""


def mermaid(graph: Graph) -> str:
    """Return a graph as a Mermaid flowchart, without a line break at the end.

    Every character of a text that could mean something to Mermaid, Markdown or HTML is written as its
    number.
    """
    return "\n".join(_lines(graph))


def _lines(graph: Graph) -> Iterator[str]:
    """Yield one line a rule; what a line names first, it also describes."""
    numbers = {node.id: f"n{number}" for number, node in enumerate(graph.nodes, start=1)}
    told: set[str] = set()

    def named(names: Iterable[str]) -> str:
        return " & ".join(_told(graph.by_id[name], numbers[name], told) for name in names)

    yield "flowchart LR"
    for node in graph.of("rule"):
        causes = named(graph.causes[node.id])
        rule = named([node.id])
        yield f"  {causes}{' --> ' if causes else ''}{rule} {_arrow(node)} {named(graph.effects[node.id])}"
    for node in graph.nodes:
        if node.id not in told:
            yield f"  {named([node.id])}"


def _told(node: Node, number: str, told: set[str]) -> str:
    if node.id in told:
        return number
    told.add(node.id)
    left, right = _SHAPES[node.kind]
    return f'{number}{left}"{quoted(_label(node))}"{right}'


def _label(node: Node) -> str:
    if node.kind == "rule":
        return f"{node.subject}: {node.label}"
    if node.kind == "flag":
        return f"Red flag: {node.label} ({node.note})"
    return f"{node.text} ({node.note})" if node.note else node.text


def _arrow(node: Node) -> str:
    if node.kind != "rule" or not node.note:
        return "-->"
    return f'{"-.->" if node.state == "opposes" else "-->"}|"{quoted(node.note)}"|'


def quoted(text: str) -> str:
    """Return a text that a Mermaid label shows as it is."""
    return "".join(char if _PLAIN.fullmatch(char) else f"#{ord(char)};" for char in text)
