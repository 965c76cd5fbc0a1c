"""The rules of one knowledge base, prepared for three-valued evaluation on many cases.

:mod:`hipexpert.inference.logic` defines what a ``when`` means by walking its tree. Here every distinct
test has a number, a case is a list of their values, and a tree is a function of that list. A test holds
the two readings equal. Values are 1 for true, 0 for unknown and -1 for false, so that "all" is the least,
"any" the greatest and "none" the greatest with its sign turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from hipexpert.case import Answer, State
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import FlagStatus, Matched, Missing
from hipexpert.inference.facts import recorded
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Knowledge, Rule, Weighs, conclusions_of
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    AtLeast,
    Branch,
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    Test,
    TriageIs,
    VerdictIs,
    When,
)

TRUE, UNKNOWN, FALSE = 1, 0, -1

Values: TypeAlias = "list[int]"
Value: TypeAlias = "Callable[[Values], int]"
Late: TypeAlias = "FlagRaised | VerdictIs | RankWithin | TriageIs"
LATE = (FlagRaised, VerdictIs, RankWithin, TriageIs)


@dataclass(frozen=True, eq=False)
class Leaf:
    """One test and the place of its value."""

    test: Test
    number: int
    value: Value


@dataclass(frozen=True, eq=False)
class Joint:
    """A tree of tests.

    Attributes:
        turned: Its parts count by being false (``none``).
        every: When it is true, each part counts (``all``, ``none``).
        waits: The parts' numbers and findings, when all are tests of findings; otherwise empty.
    """

    parts: tuple[Node, ...]
    turned: bool
    every: bool
    waits: tuple[tuple[int, str], ...]
    value: Value


Node: TypeAlias = "Leaf | Joint"


@dataclass(frozen=True)
class Judgement:
    """What a rule says of a case.

    Attributes:
        value: True, false or unknown, as the plan writes it.
        findings: What nobody recorded and could still change it, in order of appearance.
        missing: The same as an assessment says it, for a rule that weighs and is open; otherwise None.
    """

    value: int
    findings: tuple[str, ...]
    missing: Missing | None


@dataclass(frozen=True, eq=False)
class Kept:
    """What readings remember of one rule.

    Attributes:
        told: Picks the values of the tests it rests on out of those of all.
        judged: What it says, by these.
    """

    told: Callable[[Values], object]
    judged: dict[object, Judgement]


@dataclass(frozen=True, eq=False)
class Effect:
    """What one answer changes.

    Attributes:
        values: Tests by number, with their new values.
        rules: The rules these can bear on, through conclusions too.
    """

    values: tuple[tuple[int, int], ...]
    rules: frozenset[str]


class Plan:
    """What any reading of any case needs to know of the rules, worked out once.

    Attributes:
        start: The values of all tests while nothing at all is recorded.
        asked_unknown: Findings of which some rule asks whether nobody recorded them.
        late: Tests on where things stand, with their numbers.
        conclusions: Conclusion tests in the order they can be worked out, each with its rules' trees.
        nodes: The tree of each active rule, by the rule's id.
        effect: What a known answer changes; remembered for answers seen lately.
        late_rules: Rules that test where things stand.
        weighing: The rules for or against each condition, the weightiest first.
        lifting: The same, in order of id.
        at_rest: What each rule says while nothing is recorded that bears on it; filled by readings.
        flags_at_rest: What is said of a red flag in the same way; filled by triage.
        fixed: What each rule rests on whenever it is true; None where that varies. Filled by readings.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._judges: dict[str, list[tuple[int, Callable[[Answer], int]]]] = {}
        self.late: list[tuple[int, Late]] = []
        self.start: Values = []
        self._leaves: dict[Test, Leaf] = {}
        self._concluding = knowledge.concluding
        self._direct: list[set[str]] = []  # for each test the rules it stands in
        active = [rule for rules in knowledge.rules_by_phase.values() for rule in rules]
        self.nodes: dict[str, Node] = {rule.id: self._node(rule.when, rule.id) for rule in active}
        self.conclusions = tuple(
            (leaf.number, tuple(self.nodes[rule.id] for rule in self._concluding.get(name, ())))
            for name in self._in_order()
            if (leaf := self._leaves.get(Concluded(name))) is not None
        )
        self.conclude(self.start)
        self.asked_unknown = frozenset(t.finding for t in self._leaves if isinstance(t, IsUnknown))
        self._bearing = self._all_bearing()
        self.effect = lru_cache(maxsize=4096)(self._effect)
        self.late_rules = frozenset[str]().union(*(self._direct[number] for number, _ in self.late))
        self.weighing: Mapping[str, tuple[Rule, ...]] = {
            name: tuple(sorted(rules, key=_weightiest)) for name, rules in knowledge.weighing.items()
        }
        self.lifting = knowledge.weighing
        self.at_rest: dict[str, Judgement] = {}
        self._kept: dict[str, Kept] = {}
        self.fixed: dict[str, tuple[Matched, ...] | None] = {}
        self.flags_at_rest: dict[str, FlagStatus] = {}

    def conclude(self, values: Values) -> None:
        """Work out the values of all conclusions from the values of findings."""
        for number, nodes in self.conclusions:
            values[number] = max([node.value(values) for node in nodes], default=FALSE)

    def kept(self, rule: str) -> Kept:
        """Return what readings remember of a rule that rests on findings and conclusions alone."""
        found = self._kept.get(rule)
        if found is None:
            numbers: dict[int, None] = {}
            self._tests_below(self.nodes[rule], numbers)
            found = self._kept[rule] = Kept(itemgetter(*numbers), {})
        return found

    def _tests_below(self, node: Node, numbers: dict[int, None]) -> None:
        """Add the numbers of all tests a tree rests on, through conclusions too."""
        if isinstance(node, Joint):
            for part in node.parts:
                self._tests_below(part, numbers)
        elif node.number not in numbers:
            numbers[node.number] = None
            if isinstance(node.test, Concluded):
                for below in self.concluding(node.test.conclusion):
                    self._tests_below(below, numbers)

    def concluding(self, name: str) -> Iterator[Node]:
        """Yield the trees of the rules that draw a conclusion."""
        return (self.nodes[rule.id] for rule in self._concluding.get(name, ()))

    def _node(self, when: When, rule: str) -> Node:
        if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
            parts = tuple([self._node(part, rule) for part in when.parts])
            every = isinstance(when, (All, NoneOf))
            return Joint(parts, isinstance(when, NoneOf), every, _waits(parts), _value(when, parts))
        leaf = self._leaves.get(when)
        if leaf is None:
            number = len(self.start)
            leaf = self._leaves[when] = Leaf(when, number, itemgetter(number))
            self.start.append(TRUE if isinstance(when, IsUnknown) else UNKNOWN)
            self._direct.append(set())
            if isinstance(when, LATE):
                self.late.append((number, when))
            elif not isinstance(when, Concluded):
                self._judges.setdefault(when.finding, []).append((number, _judge(when)))
        self._direct[leaf.number].add(rule)
        return leaf

    def _in_order(self) -> Iterator[str]:
        """Yield all conclusions that are tested, each after those it rests on."""
        seen: set[str] = set()

        def visit(name: str) -> Iterator[str]:
            if name not in seen:
                seen.add(name)
                for rule in self._concluding.get(name, ()):
                    for below in conclusions_of(rule.when):
                        yield from visit(below)
                yield name

        for test in list(self._leaves):
            if isinstance(test, Concluded):
                yield from visit(test.conclusion)

    def _effect(self, answer: Answer) -> Effect:
        judged = [(number, judge(answer)) for number, judge in self._judges.get(answer.finding, ())]
        changed = tuple([(number, value) for number, value in judged if value != self.start[number]])
        return Effect(changed, frozenset().union(*(self._bearing[number] for number, _ in changed)))

    def _all_bearing(self) -> list[frozenset[str]]:
        """Return for each test the rules it can bear on, through conclusions too."""
        bearing = [frozenset(rules) for rules in self._direct]
        for name in reversed(list(self._in_order())):  # what a conclusion bears on is known before its rules'
            leaf = self._leaves.get(Concluded(name))
            if leaf is not None:
                drawing = {rule.id for rule in self._concluding.get(name, ())}
                beyond = bearing[leaf.number]
                bearing = [rules if rules.isdisjoint(drawing) else rules | beyond for rules in bearing]
        return bearing


def _weightiest(rule: Rule) -> tuple[float, str]:
    assert isinstance(rule.then, Weighs)
    return -tenths(rule.then.ratio), rule.id


def _waits(parts: Sequence[Node]) -> tuple[tuple[int, str], ...]:
    found = [
        (part.number, part.test.finding)
        for part in parts
        if isinstance(part, Leaf) and isinstance(part.test, (Has, Measures, IsUnknown))
    ]
    return tuple(found) if len(found) == len(parts) else ()


def fixed(node: Node, wanted: int) -> tuple[Matched, ...] | None:
    """Return what a node that is true (or false, as wanted) always rests on; None when it varies."""
    if isinstance(node, Joint):
        if not node.every or wanted == FALSE:
            return None
        parts = [fixed(part, FALSE if node.turned else TRUE) for part in node.parts]
        if any(part is None for part in parts):
            return None
        return tuple(dict.fromkeys(match for part in parts for match in part or ()))
    test = node.test
    if isinstance(test, Has) and len(test.options) == 1:
        state = State.PRESENT if wanted == TRUE else State.ABSENT
        return (recorded("finding", test.finding, test.options[0], state.value),)
    if isinstance(test, Concluded) and wanted == TRUE:
        return (recorded("conclusion", test.conclusion),)
    return None


def _value(when: Branch, parts: Sequence[Node]) -> Value:
    """Return a tree as a function of the values of all tests."""
    each = _each(parts)
    if isinstance(when, All):
        return lambda values: min(each(values), default=TRUE)
    if isinstance(when, AnyOf):
        return lambda values: max(each(values), default=FALSE)
    if isinstance(when, NoneOf):
        return lambda values: -max(each(values), default=FALSE)
    count = when.count
    if not 0 < count <= len(parts):
        fixed = FALSE if count > 0 else TRUE
        return lambda values: fixed
    return lambda values: sorted(each(values))[-count]


def _each(parts: Sequence[Node]) -> Callable[[Values], Sequence[int]]:
    numbers = [part.number for part in parts if isinstance(part, Leaf)]
    if len(numbers) == len(parts) > 1:
        return itemgetter(*numbers)
    inner = [part.value for part in parts]
    return lambda values: [value(values) for value in inner]


def _judge(test: Has | Measures | IsUnknown) -> Callable[[Answer], int]:
    """Return the value that a known answer gives a test."""
    if isinstance(test, IsUnknown):
        return lambda answer: FALSE
    if isinstance(test, Measures):
        return lambda answer: _measured(test, answer)
    options = test.options
    if len(options) == 1:
        only = options[0]
        return lambda answer: TRUE if only in answer.present else FALSE if only in answer.absent else UNKNOWN
    return lambda answer: _any_option(options, answer)


def _measured(test: Measures, answer: Answer) -> int:
    if answer.number is None:
        return UNKNOWN
    return TRUE if test.holds(answer.number) else FALSE


def _any_option(options: Sequence[str], answer: Answer) -> int:
    if any(option in answer.present for option in options):
        return TRUE
    return FALSE if all(option in answer.absent for option in options) else UNKNOWN
