"""What a matcher knows of ground rules before any fact: what each fact meets, what each branch needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hipexpert.inference._experta import AND, OR, Fact, InitialFact, L, P, Rule, prepare_rule
from hipexpert.inference.memo import keep

Predicates: TypeAlias = "tuple[tuple[Any, Callable[[Any], bool]], ...]"
Fields: TypeAlias = "tuple[str, ...]"
Tests: TypeAlias = "Sequence[int]"

_MISSING = object()
_KEPT = 8192


@dataclass(slots=True)
class GroundIndex:
    """What the matcher knows about a rule set; read-only once built, but for what it remembers.

    A branch watches its test with the lowest number, so numbers best grow with how likely a fact meets
    the test. They never change what matches, only how soon a branch that cannot match is left alone.

    Attributes:
        rules: The ground rules; one may be compiled when it is first asked for.
        owners: For each branch the place of its rule.
        branches: For each branch its tests, ascending; it is active when all are met.
        watched: For each branch the test it watches while no fact is known.
        watchers: For each test the branches that watch it while no fact is known.
        others: Rules that are not ground.
    """

    rules: Sequence[Rule]
    owners: list[int] = field(default_factory=list)
    branches: list[Tests] = field(default_factory=list)
    watched: list[int] = field(default_factory=list)
    watchers: list[list[int]] = field(default_factory=list)
    others: list[Rule] = field(default_factory=list)
    _lookup: dict[type, dict[Fields, dict[tuple[Any, ...], list[tuple[int, Predicates]]]]] = field(
        default_factory=dict
    )
    _met_by: dict[object, tuple[int, ...]] = field(default_factory=dict)
    _waiting: list[list[int]] | None = None

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> GroundIndex:
        """Build the index of some rules, whatever they are."""
        patterns: list[Fact] = []
        places: dict[object, int] = {}  # of equal patterns

        def place(pattern: Fact) -> int:
            literals, predicates = _constraints(pattern)
            key = type(pattern), literals, tuple([(name, id(match)) for name, match in predicates])
            if key not in places:
                places[key] = len(patterns)
                patterns.append(pattern)
            return places[key]

        ground: list[Rule] = []
        branches: list[list[Tests]] = []
        others: list[Rule] = []
        for rule in rules:
            written = _branches_as_written(rule)
            if written is None:
                written = _branches_as_written(prepare_rule(rule))
            if written is None or not all(_is_ground(pattern) for branch in written for pattern in branch):
                others.append(rule)
                continue
            ground.append(rule)
            branches.append([sorted(set(map(place, branch))) for branch in written])
        index = cls.of_branches(ground, patterns, branches)
        index.others = others
        return index

    @classmethod
    def of_branches(
        cls, rules: Sequence[Rule], patterns: Sequence[Fact], branches: Iterable[Sequence[Tests]]
    ) -> GroundIndex:
        """Build the index of ground rules whose branches are known.

        Args:
            rules: The rules.
            patterns: Every pattern they have; its place is the number of its test.
            branches: For each rule its branches, for each branch the numbers of its tests, ascending.
        """
        index = cls(rules)
        index._look_up(patterns)
        found, owners = index.branches, index.owners
        for owner, alternatives in enumerate(branches):
            found += alternatives
            owners += [owner] * len(alternatives)
        index.watched = [tests[0] for tests in found]
        index.watchers = [[] for _ in patterns]
        for number, test in enumerate(index.watched):
            index.watchers[test].append(number)
        return index

    def needing(self, test: int) -> list[int]:
        """Return the branches that need a test."""
        if self._waiting is None:  # most consultations never ask
            waiting: list[list[int]] = [[] for _ in self.watchers]
            for number, tests in enumerate(self.branches):
                for each in tests:
                    waiting[each].append(number)
            self._waiting = waiting
        return self._waiting[test]

    def met_by(self, fact: Fact) -> tuple[int, ...]:
        """Return the tests a fact meets; remembered for facts that say where they come from."""
        origin = getattr(fact, "origin", None)
        if origin is None:
            return tuple(self._find(fact))
        found = self._met_by.get(origin)
        if found is None:
            found = keep(self._met_by, origin, tuple(self._find(fact)), _KEPT)
        return found

    def _find(self, fact: Fact) -> Iterator[int]:
        for fields, by_value in self._lookup.get(type(fact), {}).items():
            values = tuple(fact.get(name, _MISSING) for name in fields)
            for test, predicates in by_value.get(values, ()):
                if all(name in fact and matches(fact[name]) for name, matches in predicates):
                    yield test

    def _look_up(self, patterns: Iterable[Fact]) -> None:
        """Prepare looking up the tests a fact meets."""
        for test, pattern in enumerate(patterns):
            literals, predicates = _constraints(pattern)
            fields = tuple([name for name, _ in literals])
            by_value = self._lookup.setdefault(type(pattern), {}).setdefault(fields, {})
            by_value.setdefault(tuple([value for _, value in literals]), []).append((test, predicates))


def _branches_as_written(rule: Sequence[Any]) -> list[list[Fact]] | None:
    if not rule:
        return [[InitialFact()]]
    if len(rule) == 1 and isinstance(rule[0], OR):
        branches = [_conjunction(part) for part in rule[0]]
        return None if None in branches else branches  # type: ignore[return-value]
    one = _conjunction(rule[0] if len(rule) == 1 else AND(*rule))
    return None if one is None else [one]


def _conjunction(element: Any) -> list[Fact] | None:
    if isinstance(element, Fact):
        return [element]
    if isinstance(element, AND) and element and all(isinstance(part, Fact) for part in element):
        return list(element)
    return None


def _is_ground(pattern: Fact) -> bool:
    return pattern.get("__bind__") is None and all(
        _is_plain(name, value) for name, value in pattern.items() if not pattern.is_special(name)
    )


def _is_plain(name: Any, value: Any) -> bool:
    if isinstance(name, str) and "__" in name:
        return False
    if isinstance(value, (L, P)):
        return value.__bind__ is None and (isinstance(value, P) or _hashable(value.value))
    if isinstance(value, tuple) and type(value) is not tuple:
        return False  # one of experta's own elements
    return _hashable(value)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return bool(value == value)  # NaN equals nothing, itself included


def _constraints(pattern: Fact) -> tuple[tuple[tuple[Any, Any], ...], Predicates]:
    literals, predicates = [], []
    for name, value in sorted(pattern.items(), key=lambda item: str(item[0])):
        if pattern.is_special(name):
            continue
        if isinstance(value, P):
            predicates.append((name, value.match))
        else:
            literals.append((name, value.value if isinstance(value, L) else value))
    return tuple(literals), tuple(predicates)
