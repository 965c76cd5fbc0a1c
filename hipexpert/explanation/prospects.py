"""What an answer would do, and what all answers together still could, without running the engine anew.

Only what an answer touches is judged again: the rules that look at it, directly or through
conclusions, then the conditions those rules weigh, then the ranking. The result is what a fresh
assessment of the changed case would say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from weakref import WeakKeyDictionary

from hipexpert.case import Answer, Case
from hipexpert.explanation.rule_masks import MaskedRule, RuleMasks, bits, masks_of
from hipexpert.frozen import dataclass
from hipexpert.inference.weighing import Score, ledger, tenths, verdict
from hipexpert.knowledge.model import LEVELS, Knowledge, Raises, Weighs
from hipexpert.knowledge.when import RankWithin, VerdictIs


@dataclass(frozen=True)
class Place:
    """Where one condition stands, as far as its own ledger decides it.

    Attributes:
        key: Sorts places as the ranking does, best first.
    """

    condition: str
    tenths: int
    verdict: str
    key: tuple[int, bool, str]


@dataclass(frozen=True)
class Prospect:
    """How things stand after an answer, or now.

    Attributes:
        places: Best first.
        fires: Evidence and red-flag rules that fire and did not before, in order of phase and id.
        stops: Those that fired before and no longer do.
        alarms: Rules that raise a flag from where a condition stands, as they are true then.
        flags: Red flags raised.
        triage: The triage level.
    """

    places: tuple[Place, ...]
    fires: tuple[str, ...]
    stops: tuple[str, ...]
    alarms: tuple[str, ...]
    flags: frozenset[str]
    triage: str

    @property
    def order(self) -> tuple[str, ...]:
        """The conditions, best first."""
        return tuple(place.condition for place in self.places)

    def place(self, condition: str) -> Place:
        """Return where one condition stands."""
        return next(place for place in self.places if place.condition == condition)


@dataclass(frozen=True)
class Range:
    """The lowest and highest score, in tenths, that a condition could still come to.

    Attributes:
        verdicts: The verdict words it could still have.
    """

    low: int
    high: int
    verdicts: frozenset[str]


@dataclass(frozen=True)
class Reach:
    """What any answers to some open questions, all taken together, could still bring.

    The bounds are sound and generous: they take every rule alone, also rules that cannot all fire.

    Attributes:
        waiting: Evidence and red-flag rules that could still begin to fire, each with the sets of
            findings that would have to be answered for one of its alternatives; those that look at where
            a condition stands too, as far as it could come to stand there.
        ranges: For each condition how far it could move.
        shaky: Red-flag rules that fire and could stop, because they ask what nobody recorded.
        findings: The questions that something still waits for.
    """

    waiting: tuple[tuple[MaskedRule, frozenset[frozenset[str]]], ...]
    ranges: Mapping[str, Range]
    shaky: tuple[MaskedRule, ...]
    findings: frozenset[str]


_places: WeakKeyDictionary[Knowledge, dict[tuple[str, int], Place]] = WeakKeyDictionary()


class Prospects:
    """One case, and what could come of it."""

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        self.knowledge = knowledge
        self.case = case
        self.masks: RuleMasks = masks_of(knowledge)
        self._cache = _places.setdefault(knowledge, {})
        self._bits: dict[Answer, int] = {}
        known = (self.masks.true_of(name, case.answers.get(name)) for name in self.masks.of_finding)
        self.true = self.masks.with_conclusions(reduce(or_, known, 0))
        self._fired = [rule.holds(self.true) for rule in self.masks.effects]
        self._evidence = dict.fromkeys(knowledge.conditions, 0)
        raised = set()
        for rule, fired in zip(self.masks.effects, self._fired, strict=True):
            then = rule.rule.then
            if fired and isinstance(then, Weighs):
                self._evidence[then.condition] |= rule.bit
            elif fired and isinstance(then, Raises):
                raised.add(then.flag)
        self._flags = {flag: self._raisers(flag) for flag in raised}
        places = (self._place(name, mask) for name, mask in self._evidence.items())
        self.now = self._prospect(tuple(sorted(places, key=_key)), self.true, set(raised), (), ())

    def after(self, *answers: Answer) -> Prospect:
        """Return how things would stand with these answers, to findings that differ."""
        masks, true = self.masks, self.true
        for answer in answers:
            true &= ~masks.of_finding.get(answer.finding, 0)
            true |= self.bits_of(answer)
        if true == self.true:
            return self.now
        if (true ^ self.true) & masks.concluding_bits:
            true = masks.with_conclusions(true)
        touched = {place for number in bits(true ^ self.true) for place in masks.by_bit[number]}
        evidence: dict[str, int] = {}
        fires: list[str] = []
        stops: list[str] = []
        flags = dict(self._flags)
        for place in sorted(touched):
            rule = masks.effects[place]
            fired = rule.holds(true)
            if fired is self._fired[place]:
                continue
            (fires if fired else stops).append(rule.rule.id)
            then = rule.rule.then
            if isinstance(then, Weighs):
                mask = evidence.get(then.condition, self._evidence[then.condition])
                evidence[then.condition] = mask ^ rule.bit
            elif isinstance(then, Raises):
                flags[then.flag] = flags.get(then.flag, 0) + (1 if fired else -1)
        places = self.now.places
        if evidence:
            moved = [self._place(name, mask) for name, mask in evidence.items()]
            kept = [place for place in places if place.condition not in evidence]
            places = tuple(sorted(kept + moved, key=_key))
        raised = {flag for flag, count in flags.items() if count > 0}
        return self._prospect(places, true, raised, tuple(fires), tuple(stops))

    def bits_of(self, answer: Answer) -> int:
        """Return the bits that an answer makes true."""
        true = self._bits.get(answer)
        if true is None:
            true = self._bits[answer] = self.masks.true_of(answer.finding, answer)
        return true

    def reach(self, open_: Iterable[str]) -> Reach:
        """Return what answers to these findings could still bring, every other one staying as it is."""
        masks, names = self.masks, frozenset(open_)
        movable = reduce(or_, (masks.of_finding.get(name, 0) for name in names), 0)
        possible = self._possible(self.true | movable)
        certain = masks.with_conclusions(self.true & ~movable)
        ranges = {name: self._range(name, possible, certain) for name in masks.weighing}
        maybe, surely = self._standing_within(ranges)
        conclusions: dict[int, frozenset[frozenset[str]]] = {}
        for name, rules in masks.concluding.items():
            alternatives = (b for rule in rules for b in rule.branches)
            needs = self._needs(alternatives, possible, conclusions)
            conclusions[masks.concluded.get(name, 0)] = needs
        waiting, shaky = [], []
        wanted: set[str] = set()
        alarmed = self._with_standing(self.true, self.now.places) if masks.alarms else self.true
        fired = [*self._fired, *(rule.holds(alarmed) for rule in masks.alarms)]
        for rule, fires in zip((*masks.effects, *masks.alarms), fired, strict=True):
            if not fires:
                needs = self._needs(rule.branches, possible | maybe, conclusions)
                if needs:
                    waiting.append((rule, needs))
                    wanted.update(*needs)
            elif not rule.holds(certain | surely):
                wanted.update(masks.findings_in(masks.looks_at(rule) & movable))
                if isinstance(rule.rule.then, Raises):
                    shaky.append(rule)
        return Reach(tuple(waiting), ranges, tuple(shaky), names.intersection(wanted))

    def _standing_within(self, ranges: Mapping[str, Range]) -> tuple[int, int]:
        """Return the tests on where conditions stand that could come true, and those that stay true."""
        maybe = surely = 0
        for number in bits(self.masks.standing):
            literal = self.masks.literals[number]
            test = literal.test
            if isinstance(test, VerdictIs):
                met = {
                    (word in test.verdicts) is literal.positive for word in ranges[test.condition].verdicts
                }
                maybe |= (True in met) << number
                surely |= (False not in met) << number
            else:
                maybe |= 1 << number
        return maybe, surely

    def _needs(
        self,
        alternatives: Iterable[int],
        possible: int,
        conclusions: Mapping[int, frozenset[frozenset[str]]],
    ) -> frozenset[frozenset[str]]:
        """Return the smallest sets of findings whose answers could make one alternative true."""
        found: set[frozenset[str]] = set()
        for alternative in alternatives:
            if alternative & possible != alternative:
                continue
            unmet = alternative & ~self.true
            sets = {frozenset(self.masks.findings_in(unmet))}
            for bit, needs in conclusions.items():
                if unmet & bit:
                    sets = {left | right for left in sets for right in needs}
            found |= sets
        return frozenset(s for s in found if not any(other < s for other in found))

    def _possible(self, true: int) -> int:
        """Return bits with every conclusion that could be drawn from them, or is drawn now."""
        for name, rules in self.masks.concluding.items():
            if any(rule.holds(true) for rule in rules):
                true |= self.masks.concluded.get(name, 0)
        return true

    def _range(self, condition: str, possible: int, certain: int) -> Range:
        most: dict[tuple[str, str], int] = {}
        least: dict[tuple[str, str], int] = {}
        for rule in self.masks.weighing[condition]:
            then = rule.rule.then
            assert isinstance(then, Weighs)
            group = (then.direction, then.group or rule.rule.id)
            if rule.holds(possible):
                most[group] = max(most.get(group, 0), rule.tenths)
            if rule.holds(certain):
                least[group] = max(least.get(group, 0), rule.tenths)
        prior = self._prior(condition)
        high = prior + _sum(most, "supports") - _sum(least, "opposes")
        low = prior + _sum(least, "supports") - _sum(most, "opposes")
        return Range(low, high, self._verdicts(condition, low, high, bool(most)))

    def _verdicts(self, condition: str, low: int, high: int, speaks: bool) -> frozenset[str]:
        """Return every verdict word for a score from ``low`` to ``high``."""
        scale = self.knowledge.scale
        found = {self.now.place(condition).verdict}
        if low == high:
            return frozenset(found)
        if high / 10 >= scale.likely:
            found.add("likely")
        if high / 10 >= scale.possible and low / 10 < scale.likely:
            found.add("possible")
        if low / 10 < scale.possible:
            if low - self._prior(condition) <= round(10 * scale.against):
                found.add("argued_against")
            found.add("not_settled")
            if speaks and not self.knowledge.conditions[condition].must_not_miss:
                found.add("unlikely")
        return frozenset(found)

    def _prior(self, condition: str) -> int:
        return tenths(self.knowledge.scale.priors[self.knowledge.prior(condition)])

    def _raisers(self, flag: str) -> int:
        pairs = zip(self.masks.effects, self._fired, strict=True)
        return sum(
            fired and isinstance(r.rule.then, Raises) and r.rule.then.flag == flag for r, fired in pairs
        )

    def _place(self, condition: str, fired: int) -> Place:
        """Return where a condition stands when these of its rules fire, weighed as the engine's are."""
        place = self._cache.get((condition, fired))
        if place is None:
            entry = self.knowledge.conditions[condition]
            rules = (rule.rule for rule in self.masks.weighing[condition] if rule.bit & fired)
            rows = ledger((rule, rule.then) for rule in rules if isinstance(rule.then, Weighs))
            score = Score(entry, self._prior(condition), rows)
            points = score.tenths
            key = (-points, not entry.must_not_miss, condition)
            place = Place(condition, points, verdict(score, self.knowledge.scale), key)
            self._cache[condition, fired] = place
        return place

    def _prospect(
        self,
        places: tuple[Place, ...],
        true: int,
        raised: set[str],
        fires: tuple[str, ...],
        stops: tuple[str, ...],
    ) -> Prospect:
        if self.masks.alarms:
            true = self._with_standing(true, places)
        alarms = [rule.rule for rule in self.masks.alarms if rule.holds(true)]
        raised.update(rule.then.flag for rule in alarms if isinstance(rule.then, Raises))
        levels = [LEVELS.index(self.knowledge.flags[flag].urgency) for flag in raised]
        return Prospect(
            places=places,
            fires=fires,
            stops=stops,
            alarms=tuple(rule.id for rule in alarms),
            flags=frozenset(raised),
            triage=LEVELS[max(levels, default=0)],
        )

    def _with_standing(self, true: int, places: tuple[Place, ...]) -> int:
        ranks = {place.condition: (n, place.verdict) for n, place in enumerate(places, start=1)}
        for number in bits(self.masks.standing):
            literal = self.masks.literals[number]
            test = literal.test
            if isinstance(test, VerdictIs):
                met = ranks[test.condition][1] in test.verdicts
            elif isinstance(test, RankWithin):
                met = ranks[test.condition][0] <= test.at_most
            else:
                continue
            if met is literal.positive:
                true |= 1 << number
        return true


def _key(place: Place) -> tuple[int, bool, str]:
    return place.key


def _sum(groups: Mapping[tuple[str, str], int], direction: str) -> int:
    return sum(weight for (way, _), weight in groups.items() if way == direction)
