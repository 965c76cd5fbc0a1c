"""A graph as shapes with coordinates, ready for a template to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hipexpert.report.citations import anchor
from hipexpert.report.figures.graph import Graph, Node
from hipexpert.report.figures.layout import Block, Layout, lay_out, wires_of
from hipexpert.report.figures.measure import ELLIPSIS
from hipexpert.report.figures.sizes import LINE, PAD, SMALL, TEXT, Sizes

MARGIN = 2
"""Around the whole, so that no border is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text; ``y`` is its base line."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something drawn with a border: a card of answers, a rule, a conclusion, an outcome.

    Attributes:
        id: Its place in the page.
        kind: As of a node; ``brief`` for a rule of which only the id stands.
        state: As of a node.
        anchor: Where the report says more; empty when it does not.
        wire: The number its lines share; empty when lines only arrive.
        text: All of it on one line, for a reader who does not see the picture.
        title: What it is called, on lines.
        mark: A rule's id.
        note: A rule's points, a verdict or an urgency, on lines.
        cut: Whether the picture shows less than all of the text.
    """

    id: str
    kind: str
    state: str
    anchor: str
    wire: str
    text: str
    x: int
    y: int
    width: int
    height: int
    title: tuple[Line, ...]
    mark: Line | None = None
    note: tuple[Line, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer in its card: its lines and the small square its wires leave from."""

    state: str
    wire: str
    lines: tuple[Line, ...]
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A finding with its answers."""

    box: Box
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A line; ``wire`` is the number that all lines from one place share."""

    wire: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBox:
    """A rule with the lines that lead to it."""

    box: Box
    wires: tuple[Wire, ...]
    joined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A graph as shapes. All lengths are pixels.

    Attributes:
        id: Stands before every id in the picture.
        numbers: Every wire number, to light up what leads from one place.
    """

    id: str
    width: int
    height: int
    cards: tuple[Card, ...]
    rules: tuple[RuleBox, ...]
    results: tuple[Box, ...]
    trunks: tuple[Wire, ...]
    numbers: tuple[str, ...]


def draw(graph: Graph, prefix: str) -> Drawing:
    """Return a graph as shapes.

    Args:
        graph: What to draw.
        prefix: Stands before every id, so that two pictures can share a page.
    """
    parted = untangled(graph)
    sizes = Sizes(graph=parted)
    return _Draughtsman(parted, sizes, lay_out(parted, sizes), prefix).drawing()


def untangled(graph: Graph) -> Graph:
    """Return the graph with a rule that says several things drawn once for each of them."""
    nodes, edges = list(graph.nodes), list(graph.edges)
    for rule in graph.of("rule"):
        for n, target in enumerate(graph.effects[rule.id][1:], start=2):
            twin = f"{rule.id}#{n}"
            nodes.append(replace(rule, id=twin))
            edges[edges.index((rule.id, target))] = (twin, target)
            edges += [(cause, twin) for cause in graph.causes[rule.id]]
    return replace(graph, nodes=tuple(nodes), edges=tuple(edges))


class _Draughtsman:
    def __init__(self, graph: Graph, sizes: Sizes, layout: Layout, prefix: str) -> None:
        self.graph, self.sizes, self.layout, self.prefix = graph, sizes, layout, prefix
        self.wires = wires_of(graph)
        self.numbers: Mapping[str, str] = {name: f"{prefix}{n}" for n, name in enumerate(self.wires, 1)}
        self.left, self.right = self._edges()

    def drawing(self) -> Drawing:
        columns = self.layout.columns
        blocks = [(n, block) for n, column in enumerate(columns) for block in column]
        stacks = [(n, b) for n, b in blocks if b.kind == "stack"]
        return Drawing(
            id=self.prefix,
            width=self.right[-1] + MARGIN,
            height=self.layout.height + 2 * MARGIN,
            cards=tuple(self._card(block) for _, block in blocks if block.kind == "card"),
            rules=tuple(self._rule(rule, n, block) for n, block in stacks for rule in block.parts),
            results=tuple(self._result(n, block) for n, block in stacks),
            trunks=tuple(self._trunk(name) for name in self.wires if self._passes(name)),
            numbers=tuple(self.numbers.values()),
        )

    def _edges(self) -> tuple[list[int], list[int]]:
        """Return where each column begins and ends."""
        sizes, last = self.sizes, len(self.layout.columns) - 1
        left, right, x = [], [], MARGIN
        for column in range(last + 1):
            width = sizes.card
            if column == last:
                width = sizes.rules + 6 + sizes.result
            elif column:
                width = sizes.brief + 6 + sizes.conclusion
            left.append(x)
            right.append(x + width)
            x += width + sizes.channel(last + 1)
        return left, right

    def _card(self, block: Block) -> Card:
        node, x, y = self._node(block.key), self.left[0], block.top + MARGIN
        title = self.sizes.card_title(block.key)
        rows = tuple(self._row(name, block) for name in block.parts)
        said = "; ".join(self._answer_text(name) for name in block.parts)
        box = Box(
            id=self._id(node.kind if node.kind == "derived" else "finding", node.subject),
            kind=node.kind,
            state="",
            anchor=node.anchor,
            wire=" ".join(self.numbers[name] for name in block.parts if name in self.numbers),
            text=f"{node.name}: {said}",
            x=x,
            y=y,
            width=self.sizes.card,
            height=block.height,
            title=_lines(title, x + PAD, y + SMALL + 4),
            cut=_cut(title) or any(_cut(self.sizes.answer_lines(name)) for name in block.parts),
        )
        return Card(box=box, rows=rows)

    def _row(self, name: str, block: Block) -> AnswerRow:
        top = block.start(name) + MARGIN
        lines = self.sizes.answer_lines(name)
        return AnswerRow(
            state=self._node(name).state,
            wire=self.numbers.get(name, ""),
            lines=_lines(lines, self.left[0] + PAD + 14, top + TEXT),
            y=block.middle(name) + MARGIN,
        )

    def _answer_text(self, name: str) -> str:
        node = self._node(name)
        return node.label or "yes"

    def _rule(self, name: str, column: int, block: Block) -> RuleBox:
        node, sizes = self._node(name), self.sizes
        brief = self._node(block.key).kind == "conclusion"
        x, y = self.left[column], block.start(name) + MARGIN
        width, height = (sizes.brief if brief else sizes.rules), block.heights[name] - 4
        middle = y + height // 2
        title = () if brief else sizes.rule_lines(name)
        start = middle - (len(title) * LINE) // 2 + TEXT - 1
        notes = () if brief or not node.note else (node.note,)
        box = Box(
            id=self._id("rule", node.subject) if "#" not in name else "",
            kind="brief" if brief else "rule",
            state=node.state,
            anchor=node.anchor,
            wire="",
            text=f"{node.subject} {node.label}" + (f", {node.note}" if node.note else ""),
            x=x,
            y=y,
            width=width,
            height=height,
            title=_lines(title, x + PAD + sizes.id_width(name), start),
            mark=Line(x=x + PAD, y=middle + 4, text=node.subject),
            note=_lines(notes, x + width - PAD, middle + 4),
            cut=brief or _cut(title),
        )
        wires = tuple(
            Wire(wire=self.numbers[cause], path=self._last(cause, column, middle))
            for cause in self.graph.causes[name]
        )
        return RuleBox(box=box, wires=wires, joined=middle)

    def _result(self, column: int, block: Block) -> Box:
        node, sizes = self._node(block.key), self.sizes
        conclusion = node.kind == "conclusion"
        width = sizes.conclusion if conclusion else sizes.result
        x, y = self.right[column] - width, block.top + MARGIN
        title, notes = sizes.outcome_lines(block.key), sizes.note_lines(block.key)
        shape = 22 if node.kind == "flag" else 0
        tall = (len(title) + len(notes)) * LINE + shape
        start = y + (block.height - tall) // 2 + shape + TEXT - 1
        height = block.height - 4 if block.parts and block.stack >= block.least else block.height
        return Box(
            id=self._id(node.kind, node.subject),
            kind=node.kind,
            state=node.state,
            anchor=node.anchor,
            wire=self.numbers.get(block.key, ""),
            text=f"{node.label}{': ' if node.note else ''}{node.note}",
            x=x,
            y=y,
            width=width,
            height=height,
            title=_lines(title, x + PAD, start),
            note=_lines(notes, x + PAD, start + len(title) * LINE),
            cut=_cut(title),
        )

    def _trunk(self, name: str) -> Wire:
        """Return the line from a place through every column it only passes."""
        column = self._column(name)
        x, y = self.right[column], self._port(name)
        path = f"M{x} {y}"
        while (name, column + 1) in self.layout.trunks:
            column += 1
            there = self.layout.trunks[name, column].middle(name) + MARGIN
            path += f"{_bend(x, y, self.left[column], there)}H{self.right[column]}"
            x, y = self.right[column], there
        return Wire(wire=self.numbers[name], path=path)

    def _passes(self, name: str) -> bool:
        return (name, self._column(name) + 1) in self.layout.trunks

    def _last(self, name: str, column: int, y: int) -> str:
        """Return the last piece of a line, from the column before to a rule."""
        trunk = self.layout.trunks.get((name, column - 1))
        here = trunk.middle(name) + MARGIN if trunk else self._port(name)
        x = self.right[column - 1]
        return f"M{x} {here}{_bend(x, here, self.left[column], y)}"

    def _port(self, name: str) -> int:
        block = self.layout.home[name][1]
        if block.kind == "stack":
            return block.top + block.height // 2 + MARGIN
        return block.middle(name) + MARGIN

    def _column(self, name: str) -> int:
        return self.layout.column_of(name)

    def _node(self, name: str) -> Node:
        return self.graph.by_id[name]

    def _id(self, kind: str, name: str) -> str:
        return f"{self.prefix}-{anchor(kind, name)}"


def _lines(texts: tuple[str, ...], x: int, y: int) -> tuple[Line, ...]:
    return tuple(Line(x=x, y=y + n * LINE, text=text) for n, text in enumerate(texts))


def _cut(texts: tuple[str, ...]) -> bool:
    return texts[-1:] != () and texts[-1].endswith(ELLIPSIS)


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a curve that leaves and arrives level."""
    if y == to_y:
        return f"H{to_x}"
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"
