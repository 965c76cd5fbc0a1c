"""A layered layout: answers at the left, then conclusions, then rules beside what they lead to.

Rules stand in a stack at the left of what they say, so that no line is needed between the two; lines
run from answers and conclusions to rules only. What passes a column on its way to a later one does so
as a single trunk. All coordinates are whole pixels and every tie is broken by the graph's own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hipexpert.report.figures.graph import OUTCOMES, SOURCES, Graph
from hipexpert.report.figures.sizes import Sizes

T = TypeVar("T")

SWEEPS = 6
"""How often the columns are ordered anew; more made no picture of the shipped cases better."""


@dataclass(slots=True)
class Block:
    """Something that takes a place in a column: a card of answers, a stack of rules, or a trunk.

    Attributes:
        key: A finding, a conclusion or outcome, or the node whose trunk passes.
        parts: The nodes in it: answers of a card, rules of a stack; for a trunk the node itself.
        heights: Of each part.
        head: Height above the first part.
        least: Least height of the whole.
    """

    kind: str
    key: str
    parts: list[str]
    heights: dict[str, int]
    head: int = 0
    least: int = 0
    top: int = 0

    @property
    def stack(self) -> int:
        """Height of the parts alone."""
        return sum(self.heights.values())

    @property
    def height(self) -> int:
        """Height of the whole."""
        return max(self.head + self.stack, self.least)

    def start(self, part: str) -> int:
        """Return where a part begins, below the top of the picture."""
        above = self.parts[: self.parts.index(part)]
        slack = 0 if self.kind == "card" else max(0, self.height - self.head - self.stack) // 2
        return self.top + self.head + slack + sum(self.heights[name] for name in above)

    def middle(self, part: str) -> int:
        """Return the height at which a line meets a part."""
        return self.start(part) + self.heights[part] // 2


@dataclass(slots=True)
class Layout:
    """Columns of blocks, and for each line the ports it runs through.

    Attributes:
        columns: From left to right; the last one holds the outcomes.
        home: The column of each block that is not a trunk, by the node that lines leave from or reach.
    """

    columns: list[list[Block]]
    home: dict[str, tuple[int, Block]]
    height: int = 0
    trunks: dict[tuple[str, int], Block] = field(default_factory=dict)

    def column_of(self, node: str) -> int:
        """Return the column a node stands in."""
        return self.home[node][0]


def lay_out(graph: Graph, sizes: Sizes) -> Layout:
    """Return where everything stands.

    Args:
        graph: What to draw.
        sizes: How much room each part needs.
    """
    layout = _columns(graph, sizes)
    wires = wires_of(graph)
    _pack(layout.columns[-1], sizes)
    for _ in range(SWEEPS):
        _order_columns(layout, graph, wires, sizes)
        _order_rules(layout, graph, sizes)
    for _ in range(SWEEPS):
        _untangle(layout, graph, wires, sizes)
    room = max(_length(column, sizes) for column in layout.columns)
    shift = (room - _length(layout.columns[-1], sizes)) // 2
    for block in layout.columns[-1]:
        block.top += shift
    for column in range(len(layout.columns) - 2, -1, -1):
        _place(layout, column, wires, sizes, room)
    top = min((b.top for column in layout.columns for b in column), default=0)
    for block in (b for column in layout.columns for b in column):
        block.top -= top
    layout.height = max((b.top + b.height for column in layout.columns for b in column), default=0)
    return layout


def wires_of(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return for each answer and conclusion the rules it leads to."""
    return {
        node.id: graph.effects[node.id] for node in graph.of(*SOURCES, "conclusion") if graph.effects[node.id]
    }


def levels_of(graph: Graph) -> dict[str, int]:
    """Return how far from the answers each conclusion is, from 1; conclusions may rest on others."""
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            before = {c for rule in graph.causes[name] for c in graph.causes[rule]}
            levels[name] = 0  # a circle cannot be, but must not hang the picture
            levels[name] = 1 + max((level(c) for c in before if c.startswith("conclusion:")), default=0)
        return levels[name]

    for node in graph.of("conclusion"):
        level(node.id)
    return levels


def _columns(graph: Graph, sizes: Sizes) -> Layout:
    levels = levels_of(graph)
    last = 1 + max(levels.values(), default=0)
    columns: list[list[Block]] = [[] for _ in range(last + 1)]
    home: dict[str, tuple[int, Block]] = {}
    for block in _cards(graph, sizes):
        columns[0].append(block)
        home.update(dict.fromkeys(block.parts, (0, block)))
    for node in graph.of("conclusion", *OUTCOMES):
        at = levels.get(node.id, last)
        rules = [rule for rule in graph.causes[node.id] if rule not in home]
        if not rules and node.kind == "conclusion" and not graph.effects[node.id]:
            continue
        block = Block(
            kind="stack",
            key=node.id,
            parts=rules,
            heights={rule: sizes.rule(rule, node.id) for rule in rules},
            least=sizes.outcome(node.id),
        )
        columns[at].append(block)
        home.update(dict.fromkeys(rules, (at, block)))
        home[node.id] = (at, block)
    layout = Layout(columns=columns, home=home)
    _add_trunks(layout, graph, sizes)
    order = {kind: n for n, kind in enumerate(OUTCOMES)}
    columns[-1].sort(key=lambda block: order[graph.by_id[block.key].kind])
    return layout


def _cards(graph: Graph, sizes: Sizes) -> list[Block]:
    cards: dict[tuple[str, str], list[str]] = {}
    for node in graph.of(*SOURCES):
        cards.setdefault((node.kind, node.name), []).append(node.id)
    return [
        Block(
            kind="card",
            key=parts[0],
            parts=parts,
            heights={part: sizes.answer(part) for part in parts},
            head=sizes.card_head(parts[0]),
        )
        for parts in cards.values()
    ]


def _add_trunks(layout: Layout, graph: Graph, sizes: Sizes) -> None:
    for name, rules in wires_of(graph).items():
        start = layout.column_of(name)
        end = max(layout.column_of(rule) for rule in rules)
        for column in range(start + 1, end):
            trunk = Block(kind="trunk", key=name, parts=[name], heights={name: sizes.trunk})
            layout.trunks[name, column] = trunk
            layout.columns[column].append(trunk)


def _heads(layout: Layout, name: str, column: int, wires: Mapping[str, Sequence[str]]) -> list[int]:
    """Return the heights that lines from a node in a column lead to in the next one."""
    heights = [
        layout.home[rule][1].middle(rule)
        for rule in wires.get(name, ())
        if layout.column_of(rule) == column + 1
    ]
    trunk = layout.trunks.get((name, column + 1))
    return heights + ([trunk.middle(name)] if trunk else [])


def _leads_to(block: Block) -> list[str]:
    return [block.key] if block.kind == "stack" else block.parts


def _wish(layout: Layout, block: Block, column: int, wires: Mapping[str, Sequence[str]]) -> int | None:
    """Return the middle height of everything a block leads to; None when it leads nowhere."""
    heights = [h for name in _leads_to(block) for h in _heads(layout, name, column, wires)]
    return sum(heights) // len(heights) if heights else None


def _order_columns(layout: Layout, graph: Graph, wires: Mapping[str, Sequence[str]], sizes: Sizes) -> None:
    """Order every column but the last by where its lines lead, from right to left."""
    for column in range(len(layout.columns) - 2, -1, -1):
        blocks = layout.columns[column]
        for block in blocks:
            if block.kind == "card":
                block.parts.sort(key=lambda name: _mean(_heads(layout, name, column, wires)))
            elif block.kind == "stack":
                _sort_rules(layout, graph, block)
        wishes = {id(block): _wish(layout, block, column, wires) for block in blocks}
        blocks.sort(key=lambda block: _or_last(wishes[id(block)]))
        _pack(blocks, sizes)


def _untangle(layout: Layout, graph: Graph, wires: Mapping[str, Sequence[str]], sizes: Sizes) -> None:
    """Swap neighbours while that makes lines cross less often, column by column from right to left."""
    for column in range(len(layout.columns) - 1, -1, -1):
        blocks = layout.columns[column]
        for block in blocks:
            if block.kind == "stack":
                swap_neighbours(block.parts, [([], _tails(layout, graph, r, column)) for r in block.parts])
        if column < len(layout.columns) - 1:
            ends = [
                (
                    [h for name in _leads_to(block) for h in _heads(layout, name, column, wires)],
                    [h for part in block.parts for h in _tails(layout, graph, part, column)],
                )
                for block in blocks
            ]
            swap_neighbours(blocks, ends)
        _pack(blocks, sizes)


def swap_neighbours(items: list[T], ends: list[tuple[list[int], list[int]]]) -> None:
    """Order items in place so that their lines cross less often.

    Args:
        items: From top to bottom.
        ends: For each item, where its lines end on the right and on the left.
    """
    moved = True
    while moved:
        moved = False
        for n in range(len(items) - 1):
            upper, lower = ends[n], ends[n + 1]
            now = sum(_crossings(a, b) for a, b in zip(upper, lower, strict=True))
            then = sum(_crossings(a, b) for a, b in zip(lower, upper, strict=True))
            if then < now:
                items[n : n + 2] = items[n + 1], items[n]
                ends[n : n + 2] = lower, upper
                moved = True


def _crossings(upper: Sequence[int], lower: Sequence[int]) -> int:
    return sum(a > b for a in upper for b in lower)


def _tails(layout: Layout, graph: Graph, name: str, column: int) -> list[int]:
    """Return the heights that lines to a rule or a trunk come from in the column before."""
    if (name, column) in layout.trunks:
        return [_origin(layout, name, column)]
    if graph.by_id[name].kind != "rule":
        return []
    return [_origin(layout, cause, column) for cause in graph.causes[name]]


def _order_rules(layout: Layout, graph: Graph, sizes: Sizes) -> None:
    for column in layout.columns[1:]:
        for block in column:
            if block.kind == "stack":
                _sort_rules(layout, graph, block)
        _pack(column, sizes)


def _sort_rules(layout: Layout, graph: Graph, block: Block) -> None:
    """Order the rules of a stack by where their lines come from; those against stand below."""

    def key(rule: str) -> tuple[bool, int]:
        origins = [_origin(layout, name, layout.column_of(rule)) for name in graph.causes[rule]]
        return graph.by_id[rule].state == "opposes", _mean(origins)

    block.parts.sort(key=key)


def _origin(layout: Layout, name: str, column: int) -> int:
    trunk = layout.trunks.get((name, column - 1))
    if trunk is not None:
        return trunk.middle(name)
    block = layout.home[name][1]
    return block.top + block.height // 2 if block.kind == "stack" else block.middle(name)


def _pack(blocks: Iterable[Block], sizes: Sizes) -> None:
    top = 0
    for block in blocks:
        block.top = top
        top += block.height + sizes.gap(block.kind)


def _length(blocks: Sequence[Block], sizes: Sizes) -> int:
    """Return how tall a column is when it is packed."""
    return sum(block.height + sizes.gap(block.kind) for block in blocks)


def _place(layout: Layout, column: int, wires: Mapping[str, Sequence[str]], sizes: Sizes, room: int) -> None:
    """Move the blocks of a column towards where they lead, keeping their order and their gaps."""
    blocks = layout.columns[column]
    wishes = []
    for block in blocks:
        wish = _wish(layout, block, column, wires)
        wishes.append(block.top if wish is None else wish - block.height // 2)
    floor = 0
    for block, wish in zip(blocks, wishes, strict=True):
        block.top = max(wish, floor)
        floor = block.top + block.height + sizes.gap(block.kind)
    ceiling = room
    for block in reversed(blocks):
        block.top = min(block.top, ceiling - block.height)
        ceiling = block.top - _gap_above(blocks, block, sizes)


def _gap_above(blocks: Sequence[Block], block: Block, sizes: Sizes) -> int:
    at = next(n for n, each in enumerate(blocks) if each is block)
    return sizes.gap(blocks[at - 1].kind) if at else 0


def _mean(heights: Sequence[int]) -> int:
    return sum(heights) // len(heights) if heights else 0


def _or_last(wish: int | None) -> int:
    return 1 << 30 if wish is None else wish
