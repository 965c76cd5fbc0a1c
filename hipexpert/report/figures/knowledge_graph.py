"""The rules of a knowledge base as a graph: what could lead to one condition, red flag or conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hipexpert.case import number_text
from hipexpert.errors import UsageError, did_you_mean
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Finding, Knowledge, Rule, Weighs
from hipexpert.knowledge.when import (
    YES,
    All,
    AnyOf,
    AtLeast,
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    TriageIs,
    VerdictIs,
    When,
)
from hipexpert.report.figures.case_graph import merged
from hipexpert.report.figures.graph import Graph, Kind, Node
from hipexpert.report.wording import VERDICT_WORDS, capital, one_line, points, urgency

NAMED: Final[Mapping[str, Kind]] = {"conditions": "condition", "flags": "flag", "conclusions": "conclusion"}
"""What a graph can be drawn of, as a knowledge base and as a graph call it."""


def knowledge_graph(knowledge: Knowledge, name: str) -> Graph:
    """Return every rule that could lead to a condition, red flag or conclusion, and what it rests on.

    Raises:
        UsageError: There is no such entry.
    """
    kind = next((kind for kind in NAMED if name in getattr(knowledge, kind)), "")
    if not kind:
        known = [each for kind in NAMED for each in getattr(knowledge, kind)]
        raise UsageError(f"no condition, red flag or conclusion '{name}'; {did_you_mean(name, known)}")
    builder = _Builder(knowledge)
    builder.add(kind, name)
    return merged(Graph(nodes=tuple(builder.nodes.values()), edges=tuple(builder.edges)))


class _Builder:
    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.nodes: dict[str, Node] = {}
        self.edges: dict[tuple[str, str], None] = {}

    def add(self, kind: str, name: str) -> str:
        """Add a condition, red flag or conclusion with all that leads to it; return its node's id."""
        node = self._entry(kind, name)
        if node.id not in self.nodes:
            self.nodes[node.id] = node
            for rule in self._rules(kind, name):
                self._add_rule(rule, node.id)
        return node.id

    def _rules(self, kind: str, name: str) -> tuple[Rule, ...]:
        by_kind = {
            "conditions": self.knowledge.weighing,
            "flags": self.knowledge.raising,
            "conclusions": self.knowledge.concluding,
        }
        return by_kind[kind].get(name, ())

    def _add_rule(self, rule: Rule, target: str) -> None:
        node = _rule(rule)
        self.nodes.setdefault(node.id, node)
        self.edges[node.id, target] = None
        for cause in self._causes(rule.when):
            self.edges[cause, node.id] = None

    def _causes(self, when: When, negated: bool = False) -> Iterator[str]:
        if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
            for part in when.parts:
                yield from self._causes(part, negated or isinstance(when, NoneOf))
        elif isinstance(when, Concluded):
            yield self.add("conclusions", when.conclusion)
        else:
            for node in self._tests(when, "absent" if negated else "present"):
                self.nodes.setdefault(node.id, node)
                yield node.id

    def _tests(self, test: When, state: str) -> Iterator[Node]:
        known = self.knowledge
        if isinstance(test, Has):
            finding = known.findings[test.finding]
            yield from (
                _answer(finding, option, _option(finding, option, state), state) for option in test.options
            )
        elif isinstance(test, Measures):
            finding = known.findings[test.finding]
            words = bounds(test, finding.unit)
            yield _answer(finding, words, words if state == "present" else f"not {words}", state)
        elif isinstance(test, IsUnknown):
            yield _answer(known.findings[test.finding], "", "not known", "unknown")
        elif isinstance(test, VerdictIs):
            words = " or ".join(VERDICT_WORDS[verdict] for verdict in test.verdicts)
            yield _derived(test.condition, known.conditions[test.condition].name, words, state)
        elif isinstance(test, RankWithin):
            words = f"among the first {test.at_most}"
            yield _derived(test.condition, known.conditions[test.condition].name, words, state)
        elif isinstance(test, FlagRaised):
            yield _derived(test.flag, known.flags[test.flag].name, "red flag raised", state)
        elif isinstance(test, TriageIs):
            words = " or ".join(urgency(level).word for level in test.levels)
            yield _derived("triage", "triage", words, state)

    def _entry(self, kind: str, name: str) -> Node:
        entry = getattr(self.knowledge, kind)[name]
        word = NAMED[kind]
        words = one_line(capital(entry.name))
        note, state = "", ""
        if word == "flag":
            note, state = urgency(entry.urgency).word, entry.urgency
        elif word == "condition":
            note = one_line(f"prior: {entry.prior}")
        return Node(
            id=f"{word}:{name}", kind=word, subject=name, name=words, label=words, note=note, state=state
        )


def bounds(test: Measures, unit: str) -> str:
    """Return in words which numbers a test accepts."""
    low = (
        "" if test.low is None else f"{'more than' if test.low_open else 'at least'} {number_text(test.low)}"
    )
    high = (
        ""
        if test.high is None
        else f"{'less than' if test.high_open else 'at most'} {number_text(test.high)}"
    )
    return f"{' and '.join(part for part in (low, high) if part)} {unit}".strip()


def _rule(rule: Rule) -> Node:
    weighs = rule.then if isinstance(rule.then, Weighs) else None
    weight = tenths(weighs.ratio) if weighs else 0
    signed = -weight if weighs and weighs.direction == "opposes" else weight
    return Node(
        id=f"rule:{rule.id}",
        kind="rule",
        subject=rule.id,
        name=one_line(rule.title),
        label=one_line(rule.title),
        note=points(signed / 10) if weighs else "",
        state=weighs.direction if weighs else "",
        weight=weight,
    )


def _answer(finding: Finding, key: str, label: str, state: str) -> Node:
    return Node(
        id=f"finding:{finding.id}:{key}:{state}",
        kind="answer",
        subject=finding.id,
        name=one_line(capital(finding.name)),
        label=one_line(label),
        state=state,
    )


def _derived(key: str, name: str, label: str, state: str) -> Node:
    said = label if state == "present" else f"not {label}"
    return Node(
        id=f"derived:{key}:{label}:{state}",
        kind="derived",
        subject=key,
        name=one_line(capital(name)),
        label=one_line(said),
        state=state,
    )


def _option(finding: Finding, option: str, state: str) -> str:
    if option == YES and finding.kind == "yes_no":
        return "yes" if state == "present" else "no"
    label = finding.label(option)
    return label if state == "present" else f"not {label}"
