"""A matcher for ground rules: an index from each fact to the tests it meets, and one watched test a branch.

A rule is *ground* when its conditions are patterns without variables, negation or joins. Then a fact
can be looked up instead of being sent through a network. Each branch of a rule watches one test that
nothing meets yet, the unlikeliest first; when that is met it looks for another, and is activated when
there is none. So a fact costs time only where it is the one thing a branch waits for. What the index
knows is built once per rule set and shared; an engine keeps only what is watched and what is met.

Rules that are not ground go to experta's own RETE matcher, inside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from hipexpert.inference._experta import Activation, Fact, KnowledgeEngine, Matcher, ReteMatcher, Rule
from hipexpert.inference.ground_index import GroundIndex
from hipexpert.inference.strategy import Ids, identity

_COMPLETE = -1


class GroundMatcher(Matcher):  # type: ignore[misc]
    """Matches ground rules by watching one unmet test a branch; see the module.

    Attributes:
        visits: Branches looked at since the last reset.
    """

    def __init__(self, engine: KnowledgeEngine) -> None:
        super().__init__(engine)
        index = getattr(engine, "index", None)
        self.index: GroundIndex = index if index is not None else GroundIndex.of(engine.get_rules())
        self._rete = ReteMatcher(_Only(self.index.others)) if self.index.others else None
        self.visits = 0
        self._watched: list[int] = []  # the test each branch watches; _COMPLETE when all are met
        self._moved: dict[int, list[int]] = {}  # branches that came to watch a test since the reset
        self._met: dict[int, list[Fact]] = {}
        self.reset()

    def reset(self) -> None:
        """Forget all facts."""
        self.visits = 0
        self._watched = self.index.watched.copy()
        self._moved = {}
        self._met = {}
        if self._rete is not None:
            self._rete.reset()

    def changes(
        self, adding: Sequence[Fact] | None = None, deleting: Sequence[Fact] | None = None
    ) -> tuple[list[Activation], list[Activation]]:
        """Return the activations that facts added and facts deleted bring and take away."""
        if not deleting and self._rete is None:
            return self._add(adding) if adding else [], []
        added: dict[tuple[str, Ids], Activation] = {}
        removed: dict[tuple[str, Ids], Activation] = {}
        for fact in deleting or ():
            for activation in self._delete(fact):
                key = identity(activation)
                if added.pop(key, None) is None:
                    removed[key] = activation
        for activation in self._add(adding or ()):
            key = identity(activation)
            if removed.pop(key, None) is None:
                added[key] = activation
        if self._rete is not None:
            more, less = self._rete.changes(adding, deleting)
            return [*added.values(), *more], [*removed.values(), *less]
        return list(added.values()), list(removed.values())

    def _add(self, facts: Iterable[Fact]) -> list[Activation]:
        """Return the activations that facts bring, each once.

        All are noted first, so that a branch looks only once for a test that none of them meets.
        """
        met, met_by = self._met, self.index.met_by
        fresh: dict[int, None] = {}
        found: list[Activation] = []
        for fact in facts:
            for test in met_by(fact):
                if test not in met:
                    met[test] = [fact]
                    fresh[test] = None
                    continue
                if test not in fresh:
                    found += self._again(test, fact)
                met[test].append(fact)
        for test in fresh:
            for number in self._look_on(test):
                found += self._activations(number)
        return found if len(found) < 2 else list({identity(a): a for a in found}.values())

    def _again(self, test: int, fact: Fact) -> Iterator[Activation]:
        """Yield what one more fact for a test that was met brings to the branches that were complete."""
        for number in self.index.needing(test):
            if self._watched[number] == _COMPLETE:
                yield from self._activations(number, test, fact)

    def _look_on(self, test: int) -> list[int]:
        """Let the branches that watched a test watch another one; return those that need none."""
        met, watched, moved, branches = self._met, self._watched, self._moved, self.index.branches
        numbers: Iterable[int] = self.index.watchers[test]
        came = moved.pop(test, None)
        if came is not None:
            numbers = (*numbers, *came)
        complete = []
        for number in numbers:
            if watched[number] != test:
                continue  # it has moved on since
            self.visits += 1
            for other in branches[number]:
                if other not in met:
                    watched[number] = other
                    if other in moved:
                        moved[other].append(number)
                    else:
                        moved[other] = [number]
                    break
            else:
                watched[number] = _COMPLETE
                complete.append(number)
        return complete

    def _delete(self, fact: Fact) -> Iterator[Activation]:
        for test in self.index.met_by(fact):
            complete = [n for n in self.index.needing(test) if self._watched[n] == _COMPLETE]
            for number in complete:
                yield from self._activations(number, test, fact)
            left = [other for other in self._met[test] if other["__factid__"] != fact["__factid__"]]
            if left:
                self._met[test] = left
                continue
            del self._met[test]
            self._moved.setdefault(test, []).extend(complete)
            for number in complete:
                self._watched[number] = test

    def _activations(
        self, number: int, test: int | None = None, fact: Fact | None = None
    ) -> Iterator[Activation]:
        """Yield the activations of a complete branch: all, or those in which ``fact`` meets ``test``."""
        met = self._met
        rule = self.index.rules[self.index.owners[number]]
        candidates = [(fact,) if t == test else met[t] for t in self.index.branches[number]]
        for facts in product(*candidates):
            yield Activation(rule, facts)


class _Only:
    """Stands in for an engine towards the RETE matcher: it has these rules and no others."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    def get_rules(self) -> list[Rule]:
        """Return the rules."""
        return self._rules
