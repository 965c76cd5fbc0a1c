"""What a branch of a ``when`` says of a runner: whether it can be so at all, and what follows from it.

This is where one rule is held against another. All is judged from what the vocabulary allows (one answer to a
choice, a number within its bounds, one verdict for a condition), never from how likely it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hipexpert.knowledge.entries import LEVELS, VERDICTS
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.normal_form import Alternative, Literal, branches
from hipexpert.knowledge.when import (
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    RankWithin,
    Test,
    TriageIs,
    VerdictIs,
    When,
)

_MOST_STEPS = 2000
"""How many ways of drawing conclusions are tried before a branch counts as possible."""


class Situation:
    """Everything some tests say together.

    Attributes:
        possible: Whether a case can be like that.
        subjects: What the tests are about; a situation says nothing about anything else.
    """

    def __init__(self, knowledge: Knowledge, literals: Iterable[Literal] = ()) -> None:
        self.knowledge = knowledge
        self.possible = True
        self.subjects: set[str] = set()
        self._literals: set[Literal] = set()
        self._options: dict[tuple[str, str], bool] = {}
        self._measures: dict[str, list[tuple[Measures, bool]]] = {}
        self._unknown: set[str] = set()
        self._known: set[str] = set()
        self._domains: dict[str, frozenset[object]] = {}
        for literal in literals:
            self.add(literal)

    def copy(self) -> Situation:
        """Return a situation that can grow on its own."""
        other = Situation(self.knowledge)
        other.possible, other.subjects = self.possible, set(self.subjects)
        other._literals, other._options = set(self._literals), dict(self._options)
        other._measures = {name: list(tests) for name, tests in self._measures.items()}
        other._unknown, other._known = set(self._unknown), set(self._known)
        other._domains = dict(self._domains)
        return other

    def add(self, literal: Literal) -> None:
        """Take one more statement to be true."""
        test, positive = literal.test, literal.positive
        self._literals.add(literal)
        self.subjects.add(subject(test))
        if isinstance(test, Has):
            self._know(test.finding)
            together = positive and bool(test.others)
            for option in test.others if together else test.options:
                self._settle(test.finding, option, positive and not together)
        elif isinstance(test, Measures):
            self._know(test.finding)
            self._measures.setdefault(test.finding, []).append((test, positive))
            self.possible &= any(True for _ in self._values(test.finding, test))
        elif isinstance(test, IsUnknown):
            if positive:
                self._unknown.add(test.finding)
                self.possible &= test.finding not in self._known
            else:
                self._know(test.finding)
        elif not isinstance(test, Concluded):
            self._narrow(test, positive)

    def entails(self, literal: Literal) -> bool:
        """Return whether a statement is true wherever this situation is."""
        if literal in self._literals:
            return True
        test, positive = literal.test, literal.positive
        if isinstance(test, (Has, Measures, IsUnknown)) and test.finding not in self.subjects:
            return False
        if isinstance(test, Has):
            states = [self._options.get((test.finding, option)) for option in test.options]
            if not positive:
                return all(state is False for state in states)
            others = [self._options.get((test.finding, option)) for option in test.others]
            return True in states or (bool(others) and all(state is False for state in others))
        if isinstance(test, Measures):
            known = test.finding in self._measures
            return known and all(test.holds(value) is positive for value in self._values(test.finding, test))
        if isinstance(test, IsUnknown):
            return test.finding in (self._unknown if positive else self._known)
        if isinstance(test, Concluded):
            return self._draws(test.conclusion)
        key, allowed = self._allowed(test, positive)
        return self._domains.get(key, self._whole(key)) <= allowed

    def entails_all(self, alternative: Alternative) -> bool:
        """Return whether every statement of a branch follows."""
        return all(map(self.entails, alternative))

    def number(self, finding: str) -> float:
        """Return a number the situation allows for a finding that it says something about."""
        tests = self._measures[finding]
        return self._values(finding, tests[0][0])[-1]

    def conclusions(self) -> list[str]:
        """Return the conclusions that are taken to be drawn, in order of name."""
        return sorted(t.conclusion for t in (x.test for x in self._literals) if isinstance(t, Concluded))

    def _know(self, finding: str) -> None:
        self._known.add(finding)
        self.possible &= finding not in self._unknown

    def _settle(self, finding: str, option: str, state: bool) -> None:
        key = (finding, option)
        self.possible &= self._options.get(key, state) is state
        self._options[key] = state
        if self.knowledge.findings[finding].exhaustive:
            ids = self.knowledge.findings[finding].option_ids
            self.possible &= any(self._options.get((finding, o)) is not False for o in ids)
        if state and self.knowledge.findings[finding].kind == "choice":
            for other in self.knowledge.findings[finding].option_ids:
                if other != option:
                    self.possible &= self._options.get((finding, other)) is not True
                    self._options[finding, other] = False

    def _values(self, finding: str, extra: Measures) -> list[float]:
        """Return numbers that stand for every stretch between bounds and are not excluded."""
        entry = self.knowledge.findings[finding]
        tests = self._measures.get(finding, [])
        bounds = [b for test in (*(t for t, _ in tests), extra) for b in (test.low, test.high)]
        marks = sorted({float(b) for b in (*bounds, entry.minimum, entry.maximum) if b is not None})
        points = [*marks, *((low + high) / 2 for low, high in pairwise(marks))]
        low = entry.minimum if entry.minimum is not None else marks[0]
        high = entry.maximum if entry.maximum is not None else marks[-1]
        inside = [point for point in points if low <= point <= high]
        return [p for p in inside if all(test.holds(p) is positive for test, positive in tests)]

    def _draws(self, conclusion: str) -> bool:
        rules = self.knowledge.concluding.get(conclusion, ())
        return any(self.entails_all(branch) for rule in rules for branch in branches(rule.when))

    def _narrow(self, test: Test, positive: bool) -> None:
        key, allowed = self._allowed(test, positive)
        left = self._domains[key] = self._domains.get(key, self._whole(key)) & allowed
        self.possible &= bool(left)
        if isinstance(test, FlagRaised) and positive:
            urgency = LEVELS.index(self.knowledge.flags[test.flag].urgency)
            self._narrow(TriageIs(LEVELS[urgency:]), True)

    def _allowed(self, test: Test, positive: bool) -> tuple[str, frozenset[object]]:
        key = subject(test)
        whole = self._whole(key)
        if isinstance(test, VerdictIs):
            named: frozenset[object] = frozenset(test.verdicts)
        elif isinstance(test, TriageIs):
            named = frozenset(test.levels)
        elif isinstance(test, RankWithin):
            named = frozenset(range(1, test.at_most + 1))
        else:
            named = frozenset([True])
        return key, named & whole if positive else whole - named

    def _whole(self, key: str) -> frozenset[object]:
        kind = key.partition(":")[0]
        if kind == "verdict":
            return frozenset(VERDICTS)
        if kind == "triage":
            return frozenset(LEVELS)
        return frozenset(range(1, len(self.knowledge.conditions) + 1)) if kind == "rank" else _BOTH


_BOTH: frozenset[object] = frozenset((True, False))


def subject(test: Test) -> str:
    """Return what a test is about: a finding's id, or a word and an id such as ``verdict:sprain``."""
    if isinstance(test, (Has, Measures, IsUnknown)):
        return test.finding
    if isinstance(test, Concluded):
        return f"conclusion:{test.conclusion}"
    if isinstance(test, FlagRaised):
        return f"flag:{test.flag}"
    if isinstance(test, TriageIs):
        return "triage:"
    return f"{'verdict' if isinstance(test, VerdictIs) else 'rank'}:{test.condition}"


def can_be(knowledge: Knowledge, alternative: Iterable[Literal]) -> bool:
    """Return whether a branch can be true, with some rule for every conclusion it tests."""
    steps = _MOST_STEPS

    def search(situation: Situation, drawn: frozenset[str]) -> bool:
        nonlocal steps
        steps -= 1
        if not situation.possible:
            return False
        waiting = [name for name in situation.conclusions() if name not in drawn]
        if not waiting or steps < 0:
            return True
        rules = knowledge.concluding.get(waiting[0], ())
        grown = []
        for branch in (branch for rule in rules for branch in branches(rule.when)):
            grown.append(next_ := situation.copy())
            for literal in branch:
                next_.add(literal)
        # a conclusion nobody draws is reported as such, not again in every rule that tests it
        return not grown or any(search(next_, drawn | {waiting[0]}) for next_ in grown)

    return search(Situation(knowledge, alternative), frozenset())


def implies(knowledge: Knowledge, narrow: When, wide: When) -> bool:
    """Return whether ``wide`` is true wherever ``narrow`` is. False may also mean that it cannot be shown."""
    return all(
        any(situation.entails_all(other) for other in branches(wide))
        for situation in (Situation(knowledge, branch) for branch in branches(narrow))
        if situation.possible
    )
