"""The meaning of a ``when``, in plain Python with three values.

This is the definition that compiled experta rules are held against, and it answers what the engine
cannot: whether a rule that did not fire is *false* or merely *unknown*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hipexpert.case import Case, State, number_text
from hipexpert.inference.assessment import Matched
from hipexpert.knowledge.model import Knowledge
from hipexpert.knowledge.when import (
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
    Test,
    TriageIs,
    VerdictIs,
    When,
)

_NEW: Any = object()

Truth = bool | None
"""True, False, or None for unknown."""


def negate(value: Truth) -> Truth:
    """Kleene's not: unknown stays unknown."""
    return None if value is None else not value


def at_least(count: int, values: Iterable[Truth]) -> Truth:
    """Return whether at least ``count`` values are true; unknown while open ones could decide."""
    true = open_ = 0
    for value in values:
        true += value is True
        open_ += value is None
    if true >= count:
        return True
    return None if true + open_ >= count else False


class Outcome:
    """What the engine produced so far, for tests that look at it.

    Attributes:
        conclusions: Conclusions drawn.
        flags: Flags raised.
        verdicts: Verdict by condition; empty before ranking.
        ranks: Rank by condition; empty before ranking.
        triage: The triage level; empty before it is settled.
        open_conditions: Conditions whose standing an unknown answer could still lift. Where given, a
            verdict test on one of them that is not met is unknown instead of false.
    """

    def __init__(
        self,
        conclusions: Iterable[str] = (),
        flags: Iterable[str] = (),
        verdicts: Mapping[str, str] | None = None,
        ranks: Mapping[str, int] | None = None,
        triage: str = "",
        open_conditions: Iterable[str] = (),
    ) -> None:
        self.conclusions = frozenset(conclusions)
        self.flags = frozenset(flags)
        self.verdicts = dict(verdicts or {})
        self.ranks = dict(ranks or {})
        self.triage = triage
        self.open_conditions = frozenset(open_conditions)


class Logic:
    """Evaluates rules of one knowledge base on one case.

    Conclusions are worked out from their own rules, so a conclusion that can no longer be drawn is
    false and one that still could be is unknown.
    """

    def __init__(self, knowledge: Knowledge, case: Case, outcome: Outcome | None = None) -> None:
        self._case = case
        self._ranked = outcome is not None
        self._outcome = outcome or Outcome()
        self._places = {name: place for place, name in enumerate(knowledge.findings)}
        self._concluding = knowledge.concluding
        self._weighing = knowledge.weighing
        self._conclusions: dict[str, Truth] = {}
        self._truths: dict[int, Truth] = {}  # by identity: trees live as long as their knowledge base

    def truth(self, when: When) -> Truth:
        """Return whether a tree is true, false or (None) unknown."""
        known: Truth = self._truths.get(id(when), _NEW)
        if known is _NEW:
            known = self._truths[id(when)] = self._truth(when)
        return known

    def _truth(self, when: When) -> Truth:
        if isinstance(when, All):
            return at_least(len(when.parts), map(self.truth, when.parts))
        if isinstance(when, AnyOf):
            return at_least(1, map(self.truth, when.parts))
        if isinstance(when, NoneOf):
            return negate(at_least(1, map(self.truth, when.parts)))
        if isinstance(when, AtLeast):
            return at_least(when.count, map(self.truth, when.parts))
        return _TESTS[type(when)](self, when)

    def conclusion(self, name: str) -> Truth:
        """Return whether a conclusion is drawn, can no longer be drawn, or (None) is open."""
        if name not in self._conclusions:
            self._conclusions[name] = False  # the loader refuses circles; this only guards
            rules = self._concluding.get(name, ())
            self._conclusions[name] = at_least(1, [self.truth(rule.when) for rule in rules])
        return self._conclusions[name]

    def open_findings(self, when: When) -> tuple[str, ...]:
        """Return findings nobody recorded that could still change a tree, in vocabulary order."""
        return tuple(sorted(set(self._open(when)), key=self._places.__getitem__))

    def witness(self, when: When) -> tuple[Matched, ...]:
        """Return every recorded thing a true tree rests on, each once, in order of appearance."""
        return tuple(dict.fromkeys(self._witness(when, True)))

    def _open(self, when: When) -> Iterator[str]:
        if self.truth(when) is not None:
            return
        if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
            for part in when.parts:
                yield from self._open(part)
        elif isinstance(when, (Has, Measures)):
            yield when.finding
        elif isinstance(when, Concluded):
            for rule in self._concluding.get(when.conclusion, ()):
                yield from self._open(rule.when)
        elif isinstance(when, VerdictIs):
            for rule in self._weighing.get(when.condition, ()):
                yield from self._open(rule.when)

    def _witness(self, when: When, wanted: bool) -> Iterator[Matched]:
        if self.truth(when) is not wanted:
            return
        if isinstance(when, NoneOf):
            for part in when.parts:
                yield from self._witness(part, not wanted)
        elif isinstance(when, (All, AnyOf, AtLeast)):
            for part in when.parts:
                yield from self._witness(part, wanted)
        else:
            yield from self._matched(when, wanted)

    def _matched(self, test: Test, wanted: bool) -> Iterator[Matched]:
        if isinstance(test, Has):
            for option, state in self._case.answers[test.finding].grounds(test):
                yield Matched(kind="finding", id=test.finding, value=option, state=state.value)
        elif isinstance(test, Measures):
            value = number_text(self._case.number(test.finding) or 0)
            yield Matched(kind="finding", id=test.finding, value=value)
        elif isinstance(test, IsUnknown):
            yield Matched(kind="finding", id=test.finding, state="unknown")
        elif isinstance(test, Concluded):
            yield Matched(kind="conclusion", id=test.conclusion)
        elif isinstance(test, FlagRaised):
            state = State.PRESENT if wanted else State.ABSENT
            yield Matched(kind="flag", id=test.flag, state=state.value)
        elif isinstance(test, (VerdictIs, RankWithin)):
            verdict = self._outcome.verdicts[test.condition]
            yield Matched(kind="standing", id=test.condition, value=verdict)
        else:
            yield Matched(kind="triage", id="triage", value=self._outcome.triage)

    def _has(self, test: Has) -> Truth:
        answer = self._case.answers.get(test.finding)
        return None if answer is None else _TRUTH[answer.state_of(test)]

    def _measures(self, test: Measures) -> Truth:
        number = self._case.number(test.finding)
        return None if number is None else test.holds(number)

    def _is_unknown(self, test: IsUnknown) -> Truth:
        return not self._case.known(test.finding)

    def _concluded(self, test: Concluded) -> Truth:
        return self.conclusion(test.conclusion)

    def _flag(self, test: FlagRaised) -> Truth:
        return test.flag in self._outcome.flags if self._ranked else None

    def _verdict(self, test: VerdictIs) -> Truth:
        if self._outcome.verdicts.get(test.condition) in test.verdicts:
            return True
        return None if not self._ranked or test.condition in self._outcome.open_conditions else False

    def _rank(self, test: RankWithin) -> Truth:
        return self._outcome.ranks[test.condition] <= test.at_most if self._ranked else None

    def _triage(self, test: TriageIs) -> Truth:
        return self._outcome.triage in test.levels if self._ranked else None


_TRUTH: Mapping[State, Truth] = {State.PRESENT: True, State.ABSENT: False, State.UNKNOWN: None}

_TESTS: Mapping[type, Callable[..., Truth]] = {
    Has: Logic._has,
    Measures: Logic._measures,
    IsUnknown: Logic._is_unknown,
    Concluded: Logic._concluded,
    FlagRaised: Logic._flag,
    VerdictIs: Logic._verdict,
    RankWithin: Logic._rank,
    TriageIs: Logic._triage,
}
