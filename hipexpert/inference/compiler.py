"""Turns rules of the knowledge base into real experta rules over real experta facts.

Every pattern is positive: what is recorded, recorded absent, measured, or noted as not recorded.
experta's NOT never appears, because it would succeed on what is merely unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, overload

from hipexpert.frozen import dataclass
from hipexpert.inference import facts
from hipexpert.inference._experta import AND, OR, Fact, P, Rule
from hipexpert.inference.ground_index import GroundIndex
from hipexpert.inference.plan import Plan
from hipexpert.inference.stock import Stock
from hipexpert.knowledge.model import LEVELS, VERDICTS, Knowledge
from hipexpert.knowledge.model import Rule as RuleEntry
from hipexpert.knowledge.normal_form import Literal
from hipexpert.knowledge.numbering import number_literals
from hipexpert.knowledge.when import (
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    RankWithin,
    TriageIs,
    VerdictIs,
)


class Firing(Protocol):
    """What a compiled rule calls when it fires."""

    def fired(self, rule: RuleEntry) -> None:
        """Record the firing and declare what the rule says."""


class Rules(Sequence[Rule]):
    """The rules of a knowledge base as experta rules, each compiled when it is first asked for."""

    def __init__(self, entries: Sequence[RuleEntry]) -> None:
        self._entries = entries
        self._compiled: list[Rule | None] = [None] * len(entries)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> Rule: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Rule]: ...
    def __getitem__(self, place: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(place, slice):
            return [self[n] for n in range(len(self))[place]]
        rule = self._compiled[place]
        if rule is None:
            rule = self._compiled[place] = compile_rule(self._entries[place])
        return rule


@dataclass(frozen=True)
class Compiled:
    """All rules of a knowledge base, compiled.

    Attributes:
        entries: The rules as the knowledge base has them, in order of phase and id.
        rules: The same as experta rules.
        index: What the ground matcher knows about them.
        stock: The facts a consultation may need.
        plan: The same rules in three-valued logic.
    """

    entries: tuple[RuleEntry, ...]
    rules: Sequence[Rule]
    index: GroundIndex
    stock: Stock
    plan: Plan


LATE = ("cautions", "advice")
"""Phases whose rules wait until triage is settled."""


def compile_rules(knowledge: Knowledge) -> Compiled:
    """Compile every active rule."""
    entries = tuple(rule for phase in knowledge.rules_by_phase.values() for rule in phase)
    rules, plan = Rules(entries), Plan(knowledge)
    stock = Stock(knowledge, plan.asked_unknown, plan.asked_together)
    return Compiled(entries, rules, _index(entries, rules), stock, plan)


def _index(entries: Sequence[RuleEntry], rules: Sequence[Rule]) -> GroundIndex:
    """Return the index of all rules, without compiling them."""
    patterns, branches = _known_numbers(entries) or _new_numbers(entries)
    return GroundIndex.of_branches(rules, patterns, branches)


Numbers: TypeAlias = "tuple[list[Fact], list[list[list[int]]]]"
"""Patterns, and for each rule its branches by the places of their patterns."""


def _known_numbers(entries: Sequence[RuleEntry]) -> Numbers | None:
    """Return the numbers that came with the knowledge base; None when it has none for all rules together."""
    first = entries[0].numbered if entries else None
    if first is None or any(e.numbered is None or e.numbered.literals is not first.literals for e in entries):
        return None
    branches = [entry.numbered.branches if entry.numbered else [] for entry in entries]
    return _with_ranked(entries, first.literals, branches)


def _new_numbers(entries: Sequence[RuleEntry]) -> Numbers:
    literals, branches = number_literals([entry.branches for entry in entries])
    return _with_ranked(entries, literals, branches)


def _with_ranked(
    entries: Sequence[RuleEntry], literals: Sequence[Literal], branches: Sequence[list[list[int]]]
) -> Numbers:
    """Return the patterns of literals, and branches in which late rules wait for the ranking too."""
    last = len(literals)
    pairs = zip(entries, branches, strict=True)
    waiting = [[[*b, last] for b in own] if entry.phase in LATE else own for entry, own in pairs]
    return [*map(_pattern, literals), _RANKED], waiting


def compile_rule(entry: RuleEntry) -> Rule:
    """Compile one rule; it fires once per true branch, and the strategy lets only the first through."""
    last = (_RANKED,) if entry.phase in LATE else ()
    alternatives = [AND(*map(_pattern, branch), *last) for branch in entry.branches]
    condition = alternatives[0] if len(alternatives) == 1 else OR(*alternatives)

    def fire(engine: Firing) -> None:
        engine.fired(entry)

    fire.__name__ = entry.id
    return Rule(condition)(fire)


@lru_cache(maxsize=4096)
def _pattern(literal: Literal) -> Fact:
    """Return the pattern of a test; equal tests share one, so that matchers test them once."""
    return _PATTERNS[type(literal.test)](literal.test, literal.positive)


def _has(test: Has, positive: bool) -> Fact:
    state = "present" if positive else "absent"
    if test.others:
        return facts.OneOfFact(finding=test.finding, options="|".join(test.options), state=state)
    return facts.FindingFact(finding=test.finding, option=test.options[0], state=state)


def _measures(test: Measures, positive: bool) -> Fact:
    def fits(value: object) -> bool:
        return test.holds(value) is positive

    return facts.MeasureFact(finding=test.finding, value=P(fits))


def _is_unknown(test: IsUnknown, positive: bool) -> Fact:
    return facts.FindingFact(finding=test.finding, option="", state="unknown")


def _concluded(test: Concluded, positive: bool) -> Fact:
    return facts.ConclusionFact(conclusion=test.conclusion)


def _flag(test: FlagRaised, positive: bool) -> Fact:
    return facts.FlagFact(flag=test.flag, raised=positive)


def _verdict(test: VerdictIs, positive: bool) -> Fact:
    fits = P(_one_of(test.verdicts, VERDICTS, positive))
    return facts.StandingFact(condition=test.condition, verdict=fits)


def _rank(test: RankWithin, positive: bool) -> Fact:
    def fits(value: object) -> bool:
        return isinstance(value, int) and (value <= test.at_most) is positive

    return facts.StandingFact(condition=test.condition, rank=P(fits))


def _triage(test: TriageIs, positive: bool) -> Fact:
    return facts.TriageFact(level=P(_one_of(test.levels, LEVELS, positive)))


def _one_of(chosen: tuple[str, ...], all_: tuple[str, ...], positive: bool) -> Callable[[object], bool]:
    wanted = frozenset(chosen) if positive else frozenset(all_) - frozenset(chosen)
    return lambda value: value in wanted


_RANKED = facts.TriageFact()  # advice waits until everything is ranked

_PATTERNS: dict[type, Callable[[Any, bool], Fact]] = {
    Has: _has,
    Measures: _measures,
    IsUnknown: _is_unknown,
    Concluded: _concluded,
    FlagRaised: _flag,
    VerdictIs: _verdict,
    RankWithin: _rank,
    TriageIs: _triage,
}
