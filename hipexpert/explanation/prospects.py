"""What an answer would do, and what all answers together still could, without running the engine anew.

Only what an answer touches is judged again: the rules that look at it, directly or through
conclusions, then the conditions those rules weigh, then the ranking. The result is what a fresh
assessment of the changed case would say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from operator import attrgetter, or_
from weakref import WeakKeyDictionary

from hipexpert.case import Answer, Case
from hipexpert.explanation.prospect import Place, Prospect, Range, Reach
from hipexpert.explanation.rule_masks import RuleMasks, bits, masks_of
from hipexpert.inference.weighing import Score, ledger, prior_tenths, rank_key, verdict
from hipexpert.knowledge.model import LEVELS, Knowledge, Raises, Rule, Weighs
from hipexpert.knowledge.when import VerdictIs

_places: WeakKeyDictionary[Knowledge, dict[tuple[str, int], Place]] = WeakKeyDictionary()


class Prospects:
    """One case, and what could come of it."""

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        self.knowledge = knowledge
        self.case = case
        self.masks: RuleMasks = masks_of(knowledge)
        self._cache = _places.setdefault(knowledge, {})
        self._bits: dict[Answer, int] = {}
        self._alarms_by: dict[int, tuple[Rule, ...]] = {}
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
        ordered = tuple(sorted(places, key=_key))
        self._standing = self._stands(0, ordered, ordered)
        self.now = self._prospect(ordered, self.true | self._standing, set(raised), (), ())

    def after(self, *answers: Answer) -> Prospect:
        """Return how things would stand with these answers, to findings that differ."""
        masks, true = self.masks, self.true
        for answer in answers:
            true &= ~masks.of_finding.get(answer.finding, 0)
            true |= self.bits_of(answer)
        if true == self.true:
            return self.now
        true = masks.with_conclusions(true, true ^ self.true)
        evidence: dict[str, int] = {}
        fires: list[str] = []
        stops: list[str] = []
        flags = dict(self._flags)
        for place in sorted(self._turned(true)):
            rule, fired = masks.effects[place], not self._fired[place]
            (fires if fired else stops).append(rule.rule.id)
            then = rule.rule.then
            if isinstance(then, Weighs):
                mask = evidence.get(then.condition, self._evidence[then.condition])
                evidence[then.condition] = mask ^ rule.bit
            elif isinstance(then, Raises):
                flags[then.flag] = flags.get(then.flag, 0) + (1 if fired else -1)
        places = self.now.places
        moved = [self._place(name, mask) for name, mask in evidence.items()]
        if moved:
            kept = [place for place in places if place.condition not in evidence]
            places = tuple(sorted(kept + moved, key=_key))
        raised = {flag for flag, count in flags.items() if count > 0}
        standing = self._stands(self._standing, moved, places) if moved else self._standing
        return self._prospect(places, true | standing, raised, tuple(fires), tuple(stops))

    def _turned(self, true: int) -> set[int]:
        """Return the places of the rules that fire with other bits and do not now, or the other way round."""
        masks, fired = self.masks, self._fired
        turned = {
            place
            for number in bits(true & ~self.true)
            for place, branch in self._lacking.get(number, ())
            if branch & true == branch
        }
        for number in bits(self.true & ~true):
            turned.update(p for p in masks.by_bit[number] if fired[p] and not masks.effects[p].holds(true))
        return turned

    @cached_property
    def _lacking(self) -> dict[int, list[tuple[int, int]]]:
        """Alternatives of rules that do not fire, with the place of the rule, by the first bit they lack."""
        found: dict[int, list[tuple[int, int]]] = {}
        lacking = ~self.true
        for place, rule in enumerate(self.masks.effects):
            if not self._fired[place]:
                for branch in rule.branches:
                    unmet = branch & lacking
                    found.setdefault((unmet & -unmet).bit_length() - 1, []).append((place, branch))
        return found

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
        alarmed = self.true | self._standing
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
        return prior_tenths(self.knowledge, condition)

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
            place = Place(condition, points, verdict(score, self.knowledge.scale), rank_key(score))
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
        alarms = self._alarms(true)
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

    def _alarms(self, true: int) -> tuple[Rule, ...]:
        """Return the rules that raise a flag from where a condition stands; most answers change none."""
        found = self._alarms_by.get(true & self.masks.alarm_bits)
        if found is None:
            found = tuple(rule.rule for rule in self.masks.alarms if rule.holds(true))
            self._alarms_by[true & self.masks.alarm_bits] = found
        return found

    def _stands(self, standing: int, moved: Iterable[Place], places: tuple[Place, ...]) -> int:
        """Return the tests on where conditions stand that are met, once some have moved.

        Args:
            standing: The tests met before.
            moved: Where the conditions stand that moved.
            places: Where all stand now, best first.
        """
        tests = self.masks.verdict_tests
        for place in moved:
            for bit, words, positive in tests.get(place.condition, ()):
                standing = standing | bit if (place.verdict in words) is positive else standing & ~bit
        if self.masks.rank_tests:
            ranks = {place.condition: n for n, place in enumerate(places, start=1)}
            for bit, condition, most, positive in self.masks.rank_tests:
                met = (ranks[condition] <= most) is positive
                standing = standing | bit if met else standing & ~bit
        return standing


_key = attrgetter("key")


def _sum(groups: Mapping[tuple[str, str], int], direction: str) -> int:
    return sum(weight for (way, _), weight in groups.items() if way == direction)


__all__ = ["Place", "Prospect", "Prospects", "Range", "Reach"]
