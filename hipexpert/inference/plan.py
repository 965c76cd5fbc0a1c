"""The rules of one knowledge base, prepared for three-valued evaluation on many cases.

:mod:`hipexpert.inference.logic` defines what a ``when`` means by walking its tree. Here every distinct
test has a number, a case is a list of their values, and a tree is a function of that list. A test holds
the two readings equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeGuard

from hipexpert.case import Answer, State
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import FlagStatus, Matched, Missing
from hipexpert.inference.facts import recorded
from hipexpert.inference.trees import (
    FALSE,
    LATE,
    TRUE,
    UNKNOWN,
    Joint,
    Late,
    Leaf,
    Node,
    Values,
    judge_of,
    value_of,
)
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Knowledge, RedFlag, Rule, Weighs, conclusions_of
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    AtLeast,
    Concluded,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    Test,
    When,
)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a rule says of a case. The same one for all cases that tell the rule the same.

    Attributes:
        value: True, false or unknown, as the plan writes it.
        open: What nobody recorded and could still change it, one bit a finding.
        missing: The same as an assessment says it, for a rule that weighs and is open; otherwise None.
    """

    value: int
    open: int
    missing: Missing | None


@dataclass(frozen=True, eq=False)
class Kept:
    """What readings remember of one rule.

    Attributes:
        told: Picks the values of the tests it rests on out of those of all.
        judged: What it says, by these.
        worded: Findings whose very answer matters to what it rests on, and not only the values.
        witnessed: What it rests on when true, by the values and these answers.
    """

    told: Callable[[Values], object]
    judged: dict[object, Judgement]
    worded: tuple[str, ...]
    witnessed: dict[object, tuple[Matched, ...]]


@dataclass(frozen=True, eq=False)
class Effect:
    """What one answer changes.

    Attributes:
        values: Tests by number, with their new values.
        rules: The rules these can bear on, through conclusions too.
    """

    values: tuple[tuple[int, int], ...]
    rules: frozenset[str]


@dataclass(frozen=True, eq=False)
class Watched:
    """A red flag and the rules that raise it.

    Attributes:
        late: Whether one of them tests where things stand.
    """

    flag: RedFlag
    rules: tuple[Rule, ...]
    late: bool


class Plan:
    """What any reading of any case needs to know of the rules, worked out once.

    Attributes:
        start: The values of all tests while nothing at all is recorded.
        asked_unknown: Findings of which some rule asks whether nobody recorded them.
        asked_together: Tests for several options of findings that always have one answer.
        late: Tests on where things stand, with their numbers.
        conclusions: Conclusion tests in the order they can be worked out, each with its rules' trees.
        nodes: The tree of each active rule, by the rule's id.
        effect: What a known answer changes; remembered for answers seen lately.
        late_rules: Rules that test where things stand.
        weighing: The rules for or against each condition, the weightiest first, by id.
        evidence: All of these.
        at_rest: What each rule says while nothing is recorded that bears on it; filled by readings.
        flags: The red flags that some rule raises, the most urgent first.
        statuses: What is said of a red flag, by what its rules say; filled by triage.
        fixed: What each rule rests on whenever it is true; None where that varies. Filled by readings.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._names = tuple(knowledge.findings)
        self._bits = {name: 1 << place for place, name in enumerate(self._names)}
        self.named = lru_cache(maxsize=16384)(self._named)
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
        self.asked_together = tuple(t for t in self._leaves if isinstance(t, Has) and t.others)
        self._bearing = self._all_bearing()
        self.effect = lru_cache(maxsize=4096)(self._effect)
        self.late_rules = frozenset[str]().union(*(self._direct[number] for number, _ in self.late))
        self.weighing: Mapping[str, tuple[str, ...]] = {
            name: tuple([rule.id for rule in sorted(rules, key=_weightiest)])
            for name, rules in knowledge.weighing.items()
        }
        self.evidence = {rule.id: rule for rules in knowledge.weighing.values() for rule in rules}
        self.at_rest: dict[str, Judgement] = {}
        self.kept = lru_cache(maxsize=None)(self._kept)
        self.fixed: dict[str, tuple[Matched, ...] | None] = {}
        flags = [(flag, knowledge.raising.get(flag.id, ())) for flag in knowledge.flags_by_urgency]
        self.flags = tuple([Watched(flag, rules, self._is_late(rules)) for flag, rules in flags if rules])
        self.statuses: dict[object, FlagStatus] = {}

    def conclude(self, values: Values) -> None:
        """Work out the values of all conclusions from the values of findings."""
        for number, nodes in self.conclusions:
            values[number] = max([node.value(values) for node in nodes], default=FALSE)

    def _is_late(self, rules: Iterable[Rule]) -> bool:
        return any(rule.id in self.late_rules for rule in rules)

    def _kept(self, rule: str) -> Kept:
        """Return what readings remember of a rule that rests on findings and conclusions alone."""
        numbers: dict[int, Test] = {}
        self._tests_below(self.nodes[rule], numbers)
        worded = [t.finding for t in numbers.values() if _is_worded(t)]
        return Kept(itemgetter(*numbers), {}, tuple(dict.fromkeys(worded)), {})

    def _named(self, open_: int) -> tuple[str, ...]:
        """Return findings by their bits, in the order of the vocabulary."""
        names = []
        while open_:
            least = open_ & -open_
            names.append(self._names[least.bit_length() - 1])
            open_ ^= least
        return tuple(names)

    def bit(self, finding: str) -> int:
        """Return the bit of a finding."""
        return self._bits[finding]

    def _tests_below(self, node: Node, numbers: dict[int, Test]) -> None:
        """Add all tests a tree rests on by their numbers, through conclusions too."""
        if isinstance(node, Joint):
            for part in node.parts:
                self._tests_below(part, numbers)
        elif node.number not in numbers:
            numbers[node.number] = node.test
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
            return Joint(parts, isinstance(when, NoneOf), every, self._waits(parts), value_of(when, parts))
        leaf = self._leaves.get(when)
        if leaf is None:
            number = len(self.start)
            leaf = self._leaves[when] = Leaf(when, number, itemgetter(number))
            self.start.append(TRUE if isinstance(when, IsUnknown) else UNKNOWN)
            self._direct.append(set())
            if isinstance(when, LATE):
                self.late.append((number, when))
            elif not isinstance(when, Concluded):
                self._judges.setdefault(when.finding, []).append((number, judge_of(when)))
        self._direct[leaf.number].add(rule)
        return leaf

    def _waits(self, parts: Sequence[Node]) -> tuple[tuple[int, int], ...]:
        found = [
            (part.number, self._bits[part.test.finding])
            for part in parts
            if isinstance(part, Leaf) and isinstance(part.test, (Has, Measures, IsUnknown))
        ]
        return tuple(found) if len(found) == len(parts) else ()

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


def _is_worded(test: Test) -> TypeGuard[Has | Measures]:
    return isinstance(test, Measures) or (isinstance(test, Has) and len(test.options) > 1)


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
