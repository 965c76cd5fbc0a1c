"""A whole knowledge base on one sheet: which finding bears on which condition and red flag.

A graph of some hundred rules is a thicket. A table of findings and what they bear on can be read, and
what nobody has written a rule for shows as white space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from hipexpert.knowledge.model import Knowledge, Raises, Rule, Weighs, target
from hipexpert.knowledge.when import Concluded, Has, IsUnknown, Measures, tests
from hipexpert.report.figures.graph import Graph, Node
from hipexpert.report.figures.measure import fit
from hipexpert.report.wording import capital, counted, one_line

CELL: Final = 14
SIDE: Final = 300
"""Room at the left for the names of findings."""

HEAD: Final = 210
"""Room at the top for the names of conditions and red flags, which stand upright."""

BAND: Final = 22
"""Height of a section's name."""

CONCLUSIONS: Final = "Conclusions drawn from them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one finding bears on one condition or red flag.

    Attributes:
        favour: Edge of the full square, larger for more rules; 0 for none.
        against: Edge of the hollow square, larger for more rules; 0 for none.
        raises: Whether rules raise a red flag rather than weigh a condition.
    """

    x: int
    y: int
    favour: int
    against: int
    raises: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """The name of a row, of a column or of a section."""

    x: int
    y: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeMap:
    """The table with its coordinates, in pixels."""

    width: int
    height: int
    left: int
    top: int
    rows: tuple[MapLine, ...]
    columns: tuple[MapLine, ...]
    cells: tuple[Cell, ...]
    split: int
    desc: str


Count = dict[tuple[str, str], list[int]]


def bearings(knowledge: Knowledge) -> Count:
    """Return for each finding (or conclusion) and each target how many rules speak for and against it."""
    found: Count = {}
    for rule in knowledge.rules.values():
        if rule.status == "retired" or not isinstance(rule.then, (Weighs, Raises)):
            continue
        side = 1 if isinstance(rule.then, Weighs) and rule.then.direction == "opposes" else 0
        for name in _rested_on(rule):
            for to in target(rule.then):
                found.setdefault((name, to), [0, 0])[side] += 1
    return found


def _rested_on(rule: Rule) -> tuple[str, ...]:
    named = (
        test.conclusion if isinstance(test, Concluded) else test.finding
        for test in tests(rule.when)
        if isinstance(test, (Concluded, Has, Measures, IsUnknown))
    )
    return tuple(dict.fromkeys(named))


def knowledge_map(knowledge: Knowledge) -> KnowledgeMap:
    """Return the sheet."""
    counts = bearings(knowledge)
    used = {name for name, _ in counts}
    names = _columns(knowledge)
    rows, places = _rows(knowledge, used)
    columns = tuple(
        MapLine(x=SIDE + n * CELL + CELL // 2, y=HEAD - 8, text=fit(text, HEAD - 20, 11)[0], kind=kind)
        for n, (_, text, kind) in enumerate(names)
    )
    across = {name: n for n, (name, _, _) in enumerate(names)}
    height = max(places.values(), default=HEAD) + CELL + 8
    fired = sum(rule.status != "retired" for rule in knowledge.rules.values())
    return KnowledgeMap(
        width=SIDE + len(names) * CELL + 8,
        height=height,
        left=SIDE,
        top=HEAD,
        rows=rows,
        columns=columns,
        cells=tuple(_cells(knowledge, counts, places, across, names)),
        split=SIDE + len(knowledge.conditions) * CELL,
        desc=f"{counted(len(places), 'finding or conclusion', 'findings and conclusions')}, "
        f"{counted(len(knowledge.conditions), 'condition')}, {counted(len(knowledge.flags), 'red flag')}, "
        f"{counted(fired, 'rule')}.",
    )


def _columns(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    conditions = [(c.id, one_line(c.name), "condition") for c in knowledge.conditions.values()]
    flags = [(f.id, one_line(f.name), "flag") for f in knowledge.flags.values()]
    return conditions + flags


def _rows(knowledge: Knowledge, used: set[str]) -> tuple[tuple[MapLine, ...], Mapping[str, int]]:
    sections = knowledge.sections
    findings = sorted(
        (f for f in knowledge.findings.values() if f.id in used), key=lambda f: sections[f.section].order
    )
    groups = [
        (sections[name].title, [(f.id, f.name) for f in same])
        for name, same in groupby(findings, key=lambda f: f.section)
    ]
    drawn = [(c.id, c.name) for c in knowledge.conclusions.values() if c.id in used]
    lines: list[MapLine] = []
    places: dict[str, int] = {}
    y = HEAD
    for title, entries in [*groups, *([(CONCLUSIONS, drawn)] if drawn else [])]:
        y += BAND
        lines.append(
            MapLine(x=4, y=y - 6, text=fit(one_line(title), SIDE - 16, 12, bold=True)[0], kind="part")
        )
        for name, words in entries:
            text = fit(one_line(capital(words)), SIDE - 20, 11)[0]
            lines.append(MapLine(x=SIDE - 8, y=y + 11, text=text, kind="row"))
            places[name] = y
            y += CELL
    return tuple(lines), places


def _cells(
    knowledge: Knowledge,
    counts: Count,
    places: Mapping[str, int],
    across: Mapping[str, int],
    names: list[tuple[str, str, str]],
) -> Iterator[Cell]:
    for (name, to), (favour, against) in sorted(
        counts.items(), key=lambda item: (places[item[0][0]], across[item[0][1]])
    ):
        entry = knowledge.findings.get(name) or knowledge.conclusions[name]
        raises = names[across[to]][2] == "flag"
        said = [counted(favour, "rule") + (" raises it" if raises else " for")] if favour else []
        said += [counted(against, "rule") + " against"] if against else []
        yield Cell(
            x=SIDE + across[to] * CELL + CELL // 2,
            y=places[name] + CELL // 2,
            favour=_edge(favour),
            against=_edge(against) + 2 if against else 0,
            raises=raises,
            text=one_line(f"{capital(entry.name)}, {names[across[to]][1]}: {', '.join(said)}"),
        )


def _edge(count: int) -> int:
    return min(10, 2 + 2 * count) if count else 0


def summary_graph(knowledge: Knowledge) -> Graph:
    """Return the same as a graph, for a program that lays it out: findings, and what they bear on.

    Between the two stands one node for each pair, which says how many rules there are.
    """
    nodes: dict[str, Node] = {}
    edges: list[tuple[str, str]] = []
    for name, text, kind in _columns(knowledge):
        nodes[name] = Node(id=name, kind=kind, subject=name, name=text, label=text)  # type: ignore[arg-type]
    for (name, to), (favour, against) in bearings(knowledge).items():
        finding = knowledge.findings.get(name)
        words = one_line(capital(finding.name if finding else knowledge.conclusions[name].name))
        nodes.setdefault(
            f"of:{name}",
            Node(id=f"of:{name}", kind="derived", subject=name, name=words, label=""),
        )
        said = " and ".join(
            part
            for part in (f"{favour} for" if favour else "", f"{against} against" if against else "")
            if part
        )
        pair = f"rules:{name}:{to}"
        nodes[pair] = Node(id=pair, kind="rule", subject="rules", name=said, label=said)
        edges += [(f"of:{name}", pair), (pair, to)]
    used = {name for edge in edges for name in edge}
    return Graph(nodes=tuple(node for node in nodes.values() if node.id in used), edges=tuple(edges))
