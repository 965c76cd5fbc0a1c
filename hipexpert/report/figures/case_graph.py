"""The inference graph of one case: all of it, and the part worth a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hipexpert.inference.assessment import Assessment, Firing, LedgerRow, Matched, Standing
from hipexpert.report.citations import anchor
from hipexpert.report.figures.graph import OUTCOMES, Graph, Node
from hipexpert.report.lexicon import Lexicon
from hipexpert.report.wording import VERDICT_WORDS, capital, one_line, points, urgency

CONDITIONS_DRAWN: Final = 3
"""How many of the first conditions the pruned graph leads to."""

MOST_NODES: Final = 60
"""The pruned graph leaves out the lightest rules until it has no more nodes."""


_TARGETS: Final = {"supports": "condition", "opposes": "condition", "withholds": "caution"}
"""What kind of node a rule leads to, where that is not what it produced."""

_KEPT: Final = (4, 2, 1)
"""How many rules each flag and condition keeps at first, then at the next tries."""


def case_graph(assessment: Assessment, lexicon: Lexicon) -> Graph:
    """Return everything that fired: answers, rules, and what the rules said."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], None] = {}
    ledger = {row.rule: row for s in assessment.differential for row in s.ledger}
    for firing in assessment.firings:
        rule = _rule(firing, ledger.get(firing.rule), lexicon)
        nodes[rule.id] = rule
        for matched in firing.matched:
            node = _matched(matched, lexicon)
            nodes.setdefault(node.id, node)
            edges[node.id, rule.id] = None
        for kind, name in firing.produced:
            edges[rule.id, _target(kind, name)] = None
    for node in _outcomes(assessment, lexicon):
        nodes[node.id] = node
    joined = tuple(edge for edge in edges if nodes.keys() >= set(edge))
    speaking = {source for source, _ in joined}  # advice that is held back has no node, nor then its rule
    joined = tuple(edge for edge in joined if nodes[edge[1]].kind != "rule" or edge[1] in speaking)
    used = {name for edge in joined for name in edge}
    return Graph(nodes=tuple(node for node in nodes.values() if node.id in used), edges=joined)


def pruned(graph: Graph, limit: int = MOST_NODES) -> Graph:
    """Return what leads to the raised flags and the first conditions that anything speaks to.

    Rules that count in a stronger one are left out, then others until the graph has no more than
    ``limit`` nodes: the lightest of a condition, the later ones of a flag. One rule always stays.
    """
    aims = [*graph.of("flag"), *graph.of("condition")[:CONDITIONS_DRAWN]]
    small = graph.kept(graph.behind(node.id for node in aims))
    shown = merged(small.kept({n.id for n in small.nodes} - _silent(small)))
    for keep in _KEPT:
        while len(shown.nodes) > limit and (rule := _spare(shown, keep)):
            shown = _without(shown, rule)
    missing = len(small.of("rule")) - len(shown.of("rule"))
    return replace(shown, left_out=missing)


def merged(graph: Graph) -> Graph:
    """Return the graph with answers of one finding made one where they lead to the same rules."""
    alike: dict[tuple[str, str, tuple[str, ...]], list[Node]] = {}
    for node in graph.of("answer"):
        alike.setdefault((node.subject, node.state, graph.effects[node.id]), []).append(node)
    gone = {node.id for same in alike.values() for node in same[1:]}
    joined = {
        same[0].id: replace(same[0], label=", ".join(node.label for node in same)) for same in alike.values()
    }
    small = graph.kept({node.id for node in graph.nodes} - gone)
    return replace(small, nodes=tuple(joined.get(node.id, node) for node in small.nodes))


def _silent(graph: Graph) -> set[str]:
    """Return the rules that weigh but add nothing, and answers that only they rested on."""
    rules = {node.id for node in graph.of("rule") if node.state and not node.weight}
    return rules | _idle(graph, rules)


def _idle(graph: Graph, without: set[str]) -> set[str]:
    """Return what leads nowhere any more once some rules are gone."""
    gone = set(without)
    left = [node.id for node in graph.nodes if node.kind not in OUTCOMES]
    found = gone
    while found:
        left = [name for name in left if name not in gone]
        found = {name for name in left if gone.issuperset(graph.effects[name])}
        gone |= found
    return gone


def _spare(graph: Graph, keep: int) -> str:
    """Return the rule to leave out next, when a flag or condition has more than so many; else nothing."""
    for flag in reversed(graph.of("flag")):
        if len(graph.causes[flag.id]) > keep:
            return graph.causes[flag.id][-1]
    crowded = [node for node in graph.of("condition") if len(graph.causes[node.id]) > keep]
    rules = [graph.by_id[rule] for node in reversed(crowded) for rule in graph.causes[node.id]]
    return min(rules, key=lambda rule: rule.weight).id if rules else ""


def _without(graph: Graph, rule: str) -> Graph:
    return merged(graph.kept({node.id for node in graph.nodes} - _idle(graph, {rule})))


def _rule(firing: Firing, row: LedgerRow | None, lexicon: Lexicon) -> Node:
    link = lexicon.rule(firing.rule)
    note = ""
    if row is not None:
        note = f"counted in {row.counted_by}" if row.counted_by else points(row.weight)
    return Node(
        id=f"rule:{firing.rule}",
        kind="rule",
        subject=firing.rule,
        name=one_line(link.name),
        label=one_line(link.name),
        note=one_line(note),
        state=row.direction if row else "",
        anchor=link.anchor,
        weight=round(abs(row.weight) * 10) if row else 0,
    )


def _matched(matched: Matched, lexicon: Lexicon) -> Node:
    if matched.kind == "conclusion":
        return _conclusion(matched.id, lexicon)
    match = lexicon.match(matched)
    return Node(
        id=f"{matched.kind}:{matched.id}:{matched.value}:{matched.state}",
        kind="answer" if matched.kind == "finding" else "derived",
        subject=matched.id,
        name=one_line(capital(match.name)),
        label=one_line(match.value),
        state=matched.state,
        anchor=match.anchor,
    )


def _conclusion(name: str, lexicon: Lexicon) -> Node:
    link = lexicon.conclusion(name)
    words = one_line(capital(link.name))
    return Node(
        id=f"conclusion:{name}", kind="conclusion", subject=name, name=words, label=words, anchor=link.anchor
    )


def _target(kind: str, name: str) -> str:
    return f"{_TARGETS.get(kind, kind)}:{name}"


def _outcomes(assessment: Assessment, lexicon: Lexicon) -> Iterable[Node]:
    """Yield what rules can lead to: raised flags, conditions by rank, conclusions, advice."""
    for status in sorted(assessment.triage.flags, key=lambda s: -urgency(s.urgency).severity):
        word = urgency(status.urgency).word
        yield _outcome("flag", status.flag, lexicon.flag(status.flag).name, word, status.urgency)
    for standing in sorted(assessment.differential, key=lambda s: s.rank):
        yield _condition(standing)
    for name in assessment.conclusions:
        yield _conclusion(name, lexicon)
    for name in dict.fromkeys(n for f in assessment.firings for kind, n in f.produced if kind == "withholds"):
        yield _outcome("caution", name, capital(lexicon.demand(name).name), "advice held back", "")
    for item in assessment.advice:
        yield _outcome("advice", item.advice, f"{item.topic}", "", item.step)


def _condition(standing: Standing) -> Node:
    note = f"{VERDICT_WORDS[standing.verdict]}, {points(standing.score)} points"
    words = f"{standing.rank}. {standing.name}"
    return _outcome("condition", standing.condition, words, note, standing.verdict)


def _outcome(kind: str, name: str, words: str, note: str, state: str) -> Node:
    words = one_line(words)
    return Node(
        id=f"{kind}:{name}",
        kind=kind,  # type: ignore[arg-type]
        subject=name,
        name=words,
        label=words,
        note=note,
        state=state,
        anchor="" if kind == "caution" else anchor(kind, name),
    )
