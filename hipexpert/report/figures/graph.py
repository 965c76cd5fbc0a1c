"""A graph of reasoning as plain data: what there is, and what leads to what.

Every edge begins or ends at a rule: answers and conclusions lead to rules, rules to what they say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

Kind = Literal["answer", "derived", "rule", "conclusion", "condition", "flag", "caution", "advice"]

SOURCES: Final = ("answer", "derived")
"""Kinds that nothing in the picture leads to."""

OUTCOMES: Final = ("flag", "condition", "caution", "advice")
"""Kinds that lead nowhere, in the order a picture shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing in a picture of the reasoning.

    Attributes:
        id: Unique in its graph.
        kind: ``derived`` is a result that a later rule rests on, such as a verdict; ``caution`` is a
            demand that keeps advice back.
        subject: What stands behind the node: a finding's, rule's or condition's id.
        name: What the node is about: a finding's name; else the whole label.
        label: An answer's value, a rule's title, a condition's name.
        note: Points, a verdict and points, or an urgency; empty when there is nothing to add.
        state: ``present``, ``absent`` or ``unknown`` for an answer; a verdict's or an urgency's id
            for an outcome; ``supports`` or ``opposes`` for a rule that weighs; else empty.
        anchor: Where a report says more; empty when it does not.
        weight: The size of a rule's points without their sign, in tenths; 0 for anything else.
    """

    id: str
    kind: Kind
    subject: str
    name: str
    label: str
    note: str = ""
    state: str = ""
    anchor: str = ""
    weight: int = 0

    @property
    def text(self) -> str:
        """The node in one line."""
        return f"{self.name}: {self.label}" if self.kind in SOURCES and self.label else self.name


@dataclass(frozen=True, kw_only=True)
class Graph:
    """What leads to what.

    Attributes:
        nodes: In the order a reader meets them.
        edges: ``(from, to)`` ids, each once.
        left_out: How many rules a pruned graph does not show.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    left_out: int = 0

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Every node by its id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def causes(self) -> dict[str, tuple[str, ...]]:
        """What leads to each node."""
        return self._collected(1, 0)

    @cached_property
    def effects(self) -> dict[str, tuple[str, ...]]:
        """What each node leads to."""
        return self._collected(0, 1)

    def of(self, *kinds: str) -> tuple[Node, ...]:
        """Return the nodes of some kinds, in order."""
        return tuple(node for node in self.nodes if node.kind in kinds)

    def kept(self, ids: Collection[str]) -> Graph:
        """Return the graph of some nodes only."""
        wanted = set(ids)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id in wanted),
            edges=tuple(edge for edge in self.edges if wanted.issuperset(edge)),
        )

    def behind(self, ids: Iterable[str]) -> set[str]:
        """Return nodes and everything that leads to them."""
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.causes[name]
        return found

    def _collected(self, key: int, value: int) -> dict[str, tuple[str, ...]]:
        lists: dict[str, list[str]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            lists[edge[key]].append(edge[value])
        return {name: tuple(found) for name, found in lists.items()}
