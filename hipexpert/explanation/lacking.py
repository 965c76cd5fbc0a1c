"""What a rule that did not fire still lacks on a case: the nearest of its alternatives, test by test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, product

from hipexpert.case import Answer, Case
from hipexpert.explanation.changes import amended, apply_answers
from hipexpert.frozen import dataclass
from hipexpert.inference.logic import Logic, Outcome
from hipexpert.knowledge.model import Finding, Knowledge, Rule
from hipexpert.knowledge.normal_form import Alternative, Literal, branches
from hipexpert.knowledge.when import (
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    VerdictIs,
    When,
)

MOST_WAYS = 512
"""Alternatives kept for one tree, nearest first."""


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """One test that is not true on the case.

    Attributes:
        kind: ``finding``, ``standing`` (of a condition), ``triage`` or ``flag``.
        id: The finding, condition or flag; ``triage`` for the triage level.
        wanted: For a finding ``present``, ``absent``, ``unknown``, ``within`` or ``outside``; otherwise
            ``true`` or ``false``.
        values: The option wanted, or the verdicts, levels or rank.
        bounds: The numbers wanted by ``within`` and ``outside``.
        state: ``contradicted`` (recorded the other way) or ``unknown`` (nobody recorded it).
    """

    kind: str
    id: str
    wanted: str
    values: tuple[str, ...] = ()
    bounds: Measures | None = None
    state: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class Lack:
    """The nearest way in which a rule could have fired.

    Attributes:
        rule: The rule.
        met: How many tests of this alternative are true already.
        unmet: Those that are not, in the order of the rule.
        settled_by: The answers that make every unmet test of a finding true.
    """

    rule: str
    met: int
    unmet: tuple[Unmet, ...]
    settled_by: tuple[Answer, ...]

    @property
    def contradicted(self) -> int:
        """How many tests are recorded the other way."""
        return sum(test.state == "contradicted" for test in self.unmet)


class Ways:
    """The alternatives of trees on one case, conclusions followed down to what they rest on."""

    def __init__(self, knowledge: Knowledge, case: Case, outcome: Outcome | None = None) -> None:
        self._knowledge = knowledge
        self._case = case
        self._logic = Logic(knowledge, case, outcome)
        self._trees: list[When] = []
        self._cost: dict[Literal, int] = {}
        self._known: dict[str, tuple[Alternative, ...]] = {}

    def nearest(self, rule: Rule) -> Lack | None:
        """Return what a rule lacks least of; None when nothing that could be recorded would fire it."""
        return next(self.lacks(rule), None)

    def lacks(self, rule: Rule) -> Iterator[Lack]:
        """Yield every way in which a rule could fire on this runner, the nearest first."""
        for way in self.of(rule.when):
            answers = self.answers(way)
            if answers is not None and self._applies(answers):
                unmet = tuple(_unmet(literal, self.state(literal)) for literal in self.unmet(way))
                yield Lack(rule=rule.id, met=len(way) - len(unmet), unmet=unmet, settled_by=answers)

    def of(self, when: When) -> tuple[Alternative, ...]:
        """Return the alternatives of a tree without conclusions in them, those that lack least first."""
        found: dict[frozenset[Literal], Alternative] = {}
        for branch in branches(when):
            for way in self._spelt_out(branch):
                found.setdefault(frozenset(way), way)
        return tuple(sorted(found.values(), key=self._lacks)[:MOST_WAYS])

    def state(self, literal: Literal) -> str:
        """Return ``met``, ``contradicted`` or ``unknown``."""
        return ("met", "unknown", "contradicted")[self._price(literal)]

    def unmet(self, way: Alternative) -> tuple[Literal, ...]:
        """Return the tests of an alternative that are not true."""
        return tuple(literal for literal in way if self._price(literal))

    def answers(self, way: Alternative) -> tuple[Answer, ...] | None:
        """Return answers that make an alternative's tests of findings true; None when none do."""
        touched = dict.fromkeys(_finding(literal) for literal in self.unmet(way))
        answers = [self._answer(name, way) for name in touched if name]
        return None if None in answers else tuple(answer for answer in answers if answer is not None)

    def _lacks(self, way: Alternative) -> tuple[int, int, int]:
        prices = [self._price(literal) for literal in way]
        return sum(price > 0 for price in prices), sum(prices), len(way)

    def _price(self, literal: Literal) -> int:
        """Return 0 for a test that is met, 1 for an unknown one, 2 for a contradicted one."""
        if literal not in self._cost:
            tree = literal.test if literal.positive else NoneOf((literal.test,))
            truth = self._logic.truth(tree)
            self._trees.append(tree)  # the logic remembers trees by identity, so they must live on
            self._cost[literal] = 0 if truth else (1 if truth is None else 2)
        return self._cost[literal]

    def _spelt_out(self, branch: Alternative) -> Iterator[Alternative]:
        drawn = [
            literal.test.conclusion
            for literal in branch
            if isinstance(literal.test, Concluded) and literal.positive
        ]
        plain = tuple(literal for literal in branch if not isinstance(literal.test, Concluded))
        for chosen in islice(product(*map(self._drawing, drawn)), MOST_WAYS):
            way = tuple(dict.fromkeys([*plain, *(literal for part in chosen for literal in part)]))
            if not any(Literal(literal.test, not literal.positive) in way for literal in way):
                yield way

    def _drawing(self, conclusion: str) -> tuple[Alternative, ...]:
        if conclusion not in self._known:
            self._known[conclusion] = ()  # the loader refuses circles; this only guards
            rules = self._knowledge.concluding.get(conclusion, ())
            ways = {frozenset(way): way for rule in rules for way in self.of(rule.when)}
            self._known[conclusion] = tuple(sorted(ways.values(), key=self._lacks)[:MOST_WAYS])
        return self._known[conclusion]

    def _answer(self, name: str, way: Alternative) -> Answer | None:
        """Return an answer to one finding that makes all of its tests in an alternative true."""
        finding, old = self._knowledge.findings[name], self._case.answers.get(name)
        own = [literal for literal in way if _finding(literal) == name]
        if any(isinstance(literal.test, IsUnknown) for literal in own):
            alone = all(isinstance(literal.test, IsUnknown) and literal.positive for literal in own)
            return Answer(finding=name) if alone else None
        if finding.kind == "number":
            number = _fitting(finding, own)
            return None if number is None else Answer(finding=name, number=number)
        tests = [(literal.test, literal.positive) for literal in own if isinstance(literal.test, Has)]
        absent = [option for test, wanted in tests if not wanted for option in test.options]
        present = [option for test, wanted in tests if wanted for option in test.options]
        if finding.kind == "choice" and present:
            present = _only_answers(finding, old, tests)[:1]
            if not present:
                return None
        answer = amended(finding, old, present, absent)
        nothing_left = finding.exhaustive and len(answer.absent) == len(finding.options)
        return None if nothing_left else answer

    def _applies(self, answers: Iterable[Answer]) -> bool:
        """Return whether every answer is to a question that would be put to this runner."""
        new = tuple(answers)
        logic = Logic(self._knowledge, apply_answers(self._case, new))
        asked = (self._knowledge.findings[answer.finding].only_if for answer in new if answer.known)
        return all(only_if is None or logic.truth(only_if) is not False for only_if in asked)


def candidates(finding: Finding, bounds: Iterable[Measures]) -> tuple[float, ...]:
    """Return numbers that fall on every side of the bounds, within what may be recorded."""
    edges = sorted({float(edge) for test in bounds for edge in (test.low, test.high) if edge is not None})
    step = 1.0 if all(edge.is_integer() for edge in edges) else 0.1
    between = [(left + right) / 2 for left, right in pairwise(edges)]
    values = {round(edge + move, 4) for edge in edges for move in (-step, 0.0, step)} | set(between)
    low, high = finding.minimum, finding.maximum
    fits = [v for v in sorted(values) if (low is None or v >= low) and (high is None or v <= high)]
    ends = [end for end in (low, high) if end is not None]
    return tuple(dict.fromkeys([*fits, *ends]))


def _only_answers(finding: Finding, old: Answer | None, tests: Iterable[tuple[Has, bool]]) -> list[str]:
    """Return the single answers that meet every test, first those that are not recorded as excluded."""
    told = list(tests)
    fits = [o for o in finding.option_ids if all((o in test.options) is wanted for test, wanted in told)]
    return sorted(fits, key=lambda option: old is not None and option in old.absent)


def _fitting(finding: Finding, own: Iterable[Literal]) -> float | None:
    tests = [(literal.test, literal.positive) for literal in own]
    bounds = [test for test, _ in tests if isinstance(test, Measures)]
    for value in candidates(finding, bounds):
        if all(isinstance(test, Measures) and test.holds(value) is wanted for test, wanted in tests):
            return value
    return None


def _finding(literal: Literal) -> str:
    test = literal.test
    return test.finding if isinstance(test, (Has, Measures, IsUnknown)) else ""


def _unmet(literal: Literal, state: str) -> Unmet:
    test, wanted = literal.test, literal.positive
    if isinstance(test, Has):
        word = "present" if wanted else "absent"
        return Unmet(kind="finding", id=test.finding, wanted=word, values=test.options, state=state)
    if isinstance(test, Measures):
        word = "within" if wanted else "outside"
        return Unmet(kind="finding", id=test.finding, wanted=word, bounds=test, state=state)
    if isinstance(test, IsUnknown):
        return Unmet(kind="finding", id=test.finding, wanted="unknown", state=state)
    word = "true" if wanted else "false"
    if isinstance(test, FlagRaised):
        return Unmet(kind="flag", id=test.flag, wanted=word, state=state)
    if isinstance(test, VerdictIs):
        return Unmet(kind="standing", id=test.condition, wanted=word, values=test.verdicts, state=state)
    if isinstance(test, RankWithin):
        return Unmet(
            kind="standing", id=test.condition, wanted=word, values=(str(test.at_most),), state=state
        )
    assert not isinstance(test, Concluded)
    return Unmet(kind="triage", id="triage", wanted=word, values=test.levels, state=state)
