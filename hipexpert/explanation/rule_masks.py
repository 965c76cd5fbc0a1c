"""Rules as sets of bits, so that hundreds of possible answers can be tried in a blink.

Every test of the knowledge base, and its opposite, has a bit; an alternative of a rule is the bits that
must all be set. These are the alternatives the engine itself is compiled from, so a rule is true here
exactly when it would fire there; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, reduce
from operator import or_
from weakref import WeakKeyDictionary

from hipexpert.case import Answer, State
from hipexpert.frozen import dataclass
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Knowledge, Rule, Weighs
from hipexpert.knowledge.normal_form import Literal
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


@dataclass(frozen=True)
class MaskedRule:
    """A rule by its bits.

    Attributes:
        branches: Each alternative; the rule is true when all bits of one are set.
        mask: All bits the rule looks at.
        bit: Its own place among the evidence rules of its condition; 0 for other rules.
        tenths: Tenths of a point it weighs, without a sign; 0 for other rules.
    """

    rule: Rule
    branches: tuple[int, ...]
    mask: int
    bit: int = 0
    tenths: int = 0

    def holds(self, true: int) -> bool:
        """Return whether the rule is true when these bits are set."""
        for branch in self.branches:  # noqa: SIM110 - a plain loop: this is where the time goes
            if branch & true == branch:
                return True
        return False


@dataclass(frozen=True)
class RuleMasks:
    """All rules of a knowledge base but those for advice, which move nothing.

    Attributes:
        literals: The test behind each bit.
        of_finding: The bits that look at each finding.
        concluding: The rules that draw each conclusion; a conclusion comes after those it rests on.
        concluded: The bit of each conclusion that some rule tests.
        effects: Evidence and red-flag rules, in order of phase and id.
        alarms: Rules that raise a red flag from where a condition stands.
        standing: The bits that look at a condition's standing.
        by_bit: For each bit the rules of ``effects`` that look at it, by their place.
        weighing: The evidence rules of each condition; rule n has bit ``1 << n``.
    """

    literals: tuple[Literal, ...]
    of_finding: Mapping[str, int]
    concluding: Mapping[str, tuple[MaskedRule, ...]]
    concluded: Mapping[str, int]
    effects: tuple[MaskedRule, ...]
    alarms: tuple[MaskedRule, ...]
    standing: int
    by_bit: tuple[tuple[int, ...], ...]
    weighing: Mapping[str, tuple[MaskedRule, ...]]

    @cached_property
    def verdict_tests(self) -> Mapping[str, tuple[tuple[int, tuple[str, ...], bool], ...]]:
        """The tests of each condition's verdict: the bit, the words, and whether it must be one of them."""
        found: dict[str, tuple[tuple[int, tuple[str, ...], bool], ...]] = {}
        for n in bits(self.standing):
            literal = self.literals[n]
            if isinstance(literal.test, VerdictIs):
                each = (1 << n, literal.test.verdicts, literal.positive)
                found[literal.test.condition] = (*found.get(literal.test.condition, ()), each)
        return found

    @cached_property
    def rank_tests(self) -> tuple[tuple[int, str, int, bool], ...]:
        """Each test of a rank: its bit, condition and bound, and whether the rank must be within it."""
        tests = ((1 << n, self.literals[n]) for n in bits(self.standing))
        return tuple(
            (bit, literal.test.condition, literal.test.at_most, literal.positive)
            for bit, literal in tests
            if isinstance(literal.test, RankWithin)
        )

    @cached_property
    def alarm_bits(self) -> int:
        """All bits that the alarms look at."""
        return reduce(or_, (rule.mask for rule in self.alarms), 0)

    def findings_in(self, mask: int) -> Iterator[str]:
        """Yield the finding behind each bit that looks at one, the lowest bit first."""
        for number in bits(mask):
            name = getattr(self.literals[number].test, "finding", "")
            if name:
                yield name

    def looks_at(self, rule: MaskedRule) -> int:
        """Return all bits a rule looks at, through conclusions too."""
        mask = rule.mask
        for name in reversed(tuple(self.concluding)):  # what rests on a conclusion comes before it here
            if mask & self.concluded.get(name, 0):
                for other in self.concluding[name]:
                    mask |= other.mask
        return mask

    def true_of(self, finding: str, answer: Answer | None) -> int:
        """Return the bits on one finding that an answer, or none, makes true."""
        given = answer or Answer(finding=finding)
        return sum(1 << n for n in bits(self.of_finding.get(finding, 0)) if _holds(self.literals[n], given))

    @cached_property
    def drawing(self) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
        """Each conclusion: its bit, all bits its rules look at, their alternatives; in order of need."""
        return tuple(
            (
                self.concluded.get(name, 0),
                reduce(or_, (rule.mask for rule in rules), 0),
                tuple(branch for rule in rules for branch in rule.branches),
            )
            for name, rules in self.concluding.items()
        )

    def with_conclusions(self, true: int, changed: int = -1) -> int:
        """Return bits with those of the conclusions that follow from them, and no other conclusion's.

        Args:
            true: The bits that are set.
            changed: Those that differ from bits that had their conclusions; all by default.
        """
        for bit, looks_at, branches in self.drawing:
            if looks_at & changed:
                before = true
                true &= ~bit
                for branch in branches:
                    if branch & true == branch:
                        true |= bit
                        break
                changed |= before ^ true
        return true


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, the lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _holds(literal: Literal, answer: Answer) -> bool:
    test = literal.test
    if isinstance(test, Has):
        return answer.state_of(test) is (State.PRESENT if literal.positive else State.ABSENT)
    if isinstance(test, Measures):
        return answer.number is not None and test.holds(answer.number) is literal.positive
    return answer.known is not literal.positive  # only whether nobody recorded it is left


_masks: WeakKeyDictionary[Knowledge, RuleMasks] = WeakKeyDictionary()


def masks_of(knowledge: Knowledge) -> RuleMasks:
    """Return the rules of a knowledge base as bits, kept for as long as the knowledge base lives."""
    if knowledge not in _masks:
        _masks[knowledge] = _Builder(knowledge).build()
    return _masks[knowledge]


class _Builder:
    """Numbers the tests of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._numbers: dict[Literal, int] = {}

    def build(self) -> RuleMasks:
        phases = self._knowledge.rules_by_phase
        concluding = {name: tuple(map(self._masked, rules)) for name, rules in self._in_order()}
        weighing: dict[str, list[MaskedRule]] = {name: [] for name in self._knowledge.conditions}
        flags = [self._masked(rule) for rule in phases["red_flags"]]
        for rule in phases["evidence"]:
            assert isinstance(rule.then, Weighs)
            own = weighing[rule.then.condition]
            own.append(self._masked(rule, 1 << len(own)))
        alarms = tuple(map(self._masked, phases["alarms"]))
        effects = (*flags, *(rule for own in weighing.values() for rule in own))
        literals = tuple(self._numbers)
        of_finding: dict[str, int] = {}
        for number, literal in enumerate(literals):
            if isinstance(literal.test, (Has, Measures, IsUnknown)):
                name = literal.test.finding
                of_finding[name] = of_finding.get(name, 0) | 1 << number
        return RuleMasks(
            literals=literals,
            of_finding=of_finding,
            concluding=concluding,
            concluded={
                literal.test.conclusion: 1 << number
                for number, literal in enumerate(literals)
                if isinstance(literal.test, Concluded) and literal.positive
            },
            effects=effects,
            alarms=alarms,
            standing=sum(
                1 << number
                for number, literal in enumerate(literals)
                if isinstance(literal.test, (VerdictIs, RankWithin, FlagRaised, TriageIs))
            ),
            by_bit=_by_bit(len(literals), effects),
            weighing={name: tuple(own) for name, own in weighing.items()},
        )

    def _in_order(self) -> Iterator[tuple[str, tuple[Rule, ...]]]:
        """Yield conclusions with their rules, each after those it rests on."""
        concluding, done = self._knowledge.concluding, set[str]()

        def visit(name: str) -> Iterator[str]:
            if name in done or name not in concluding:
                return
            done.add(name)
            for rule in concluding[name]:
                for alternative in rule.branches:
                    for literal in alternative:
                        if isinstance(literal.test, Concluded):
                            yield from visit(literal.test.conclusion)
            yield name

        for first in concluding:
            for name in visit(first):
                yield name, concluding[name]

    def _masked(self, rule: Rule, bit: int = 0) -> MaskedRule:
        alternatives = tuple(self._mask(alternative) for alternative in rule.branches)
        mask = reduce(or_, alternatives, 0)
        weight = tenths(rule.then.ratio) if isinstance(rule.then, Weighs) else 0
        return MaskedRule(rule, alternatives, mask, bit, weight)

    def _mask(self, alternative: Iterable[Literal]) -> int:
        mask = 0
        for literal in alternative:
            mask |= 1 << self._numbers.setdefault(literal, len(self._numbers))
        return mask


def _by_bit(count: int, effects: Iterable[MaskedRule]) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(count)]
    for place, rule in enumerate(effects):
        for number in bits(rule.mask):
            found[number].append(place)
    return tuple(map(tuple, found))
