"""The answers that could still come out otherwise on a case, and what each of them moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, count, product

from hipexpert.case import Answer, Case
from hipexpert.explanation.changes import COSTS, Change, amended, may_change
from hipexpert.explanation.lacking import candidates
from hipexpert.explanation.prospects import Prospect, Prospects
from hipexpert.explanation.rule_masks import MaskedRule, bits
from hipexpert.frozen import dataclass
from hipexpert.inference.logic import Logic
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import LEVELS, Finding, Knowledge, Raises, Rule, Weighs, conditions_of
from hipexpert.knowledge.when import Measures

FLAG = ""
"""Stands among the shifts for a flag that decides the triage."""

Shifts = Mapping[tuple[str, int], int]
"""Points in tenths by condition and direction, 1 for up and -1 for down; never less than what moves."""


@dataclass(frozen=True)
class Move:
    """One answer that could be given, or given otherwise.

    Attributes:
        n: Its place among all, in the order of the consultation.
        cost: 0 to ask, 1 to examine, 2 to test.
        on: Bits it sets that were not set.
        off: Bits it clears that were set.
        shifts: How far it could move each condition.
    """

    n: int
    change: Change
    answer: Answer
    cost: int
    single: bool
    prospect: Prospect
    on: int
    off: int
    shifts: Shifts


@dataclass(frozen=True)
class Aim:
    """What two answers must move together to change something.

    Attributes:
        outcome: What would change; a triage level of ``""`` stands for any.
        ups: Conditions that rise towards it; ``downs`` those that fall.
        need: Tenths of a point needed.
    """

    outcome: tuple[str, str]
    ups: tuple[str, ...]
    downs: tuple[str, ...]
    need: int

    def push(self, shifts: Shifts) -> int:
        """Return how far shifts push towards the aim, at most."""
        up = sum(shifts.get((name, 1), 0) for name in self.ups)
        return up + sum(shifts.get((name, -1), 0) for name in self.downs)


class Moves:
    """All answers that may change on one case."""

    def __init__(self, prospects: Prospects) -> None:
        self._prospects, self._masks = prospects, prospects.masks
        self._knowledge, self._case = prospects.knowledge, prospects.case
        self._true = prospects.true
        self.moves = tuple(self._all())
        self._aims = tuple(self._all_aims())

    def aims(self) -> tuple[Aim, ...]:
        """Return everything that points could change: who leads, and flags that follow from a standing."""
        return self._aims

    def together(self) -> dict[tuple[int, int], Shifts]:
        """Return the pairs that some rule waits for, or rests on, with what such rules would move."""
        makers: dict[int, list[Move]] = {}
        for move in self.moves:
            for bit in bits(move.on):
                makers.setdefault(1 << bit, []).append(move)
        losers = [move for move in self.moves if move.off]
        found: dict[tuple[int, int], dict[str, Rule]] = {}
        for rule in (*self._masks.effects, *self._masks.alarms):
            pairs = self._stopping(rule, losers) if rule.holds(self._true) else self._firing(rule, makers)
            for one, two in pairs:
                key = (one.n, two.n) if one.n < two.n else (two.n, one.n)
                found.setdefault(key, {})[rule.rule.id] = rule.rule
        shifts = {pair: self._shifts(rules.values(), rules.values()) for pair, rules in found.items()}
        lowering = [move.n for move in self.moves if (FLAG, -1) in move.shifts]
        lowers = frozenset(lowering)
        raises = {rule.id for rules in self._knowledge.raising.values() for rule in rules}
        raising = [move.n for move in self.moves if not raises.isdisjoint(move.prospect.fires)]
        stopping = [move.n for move in self.moves if not raises.isdisjoint(move.prospect.stops)]
        jointly = [
            pair
            for pair, rules in found.items()
            if not lowers.isdisjoint(pair) and not raises.isdisjoint(rules)
        ]
        for first, second in (*product(lowering, stopping), *product(lowering, raising), *jointly):
            pair = (first, second) if first < second else (second, first)
            shifts[pair] = {**shifts.get(pair, {}), (FLAG, -1): 1}
        return shifts

    def could(self, shifts: Shifts, one: Move, two: Move) -> bool:
        """Return whether a pair could change something, counting what both move together."""
        if (FLAG, 1) in shifts or (FLAG, -1) in shifts:
            return True
        pushes = (
            (aim.need, [aim.push(each) for each in (shifts, one.shifts, two.shifts)]) for aim in self._aims
        )
        return any(push[0] > 0 and sum(push) >= need for need, push in pushes)

    def _all(self) -> Iterator[Move]:
        knowledge, masks = self._knowledge, self._masks
        places = {name: n for n, name in enumerate(knowledge.findings)}
        order = sorted(
            places, key=lambda f: (knowledge.sections[knowledge.findings[f].section].order, places[f])
        )
        numbers = count()
        for name in order:
            finding = knowledge.findings[name]
            if name not in masks.of_finding:
                continue
            for change, answer in self._answers(finding):
                prospect = self._prospects.after(answer)
                before = self._true & masks.of_finding[name]
                after = masks.true_of(name, answer)
                if before == after or not self._applies(finding, answer):
                    continue
                fires = [knowledge.rules[rule] for rule in prospect.fires]
                stops = [knowledge.rules[rule] for rule in prospect.stops]
                yield Move(
                    n=next(numbers),
                    change=change,
                    answer=answer,
                    cost=COSTS.index(finding.cost),
                    single=finding.kind != "choices",
                    prospect=prospect,
                    on=after & ~before,
                    off=before & ~after,
                    shifts=self._shifts(fires, stops),
                )

    def _answers(self, finding: Finding) -> Iterator[tuple[Change, Answer]]:
        """Yield every answer to a finding that may change, one option or number at a time."""
        old = self._case.answers.get(finding.id)
        if finding.kind == "number":
            if may_change(self._case, finding):
                for number in candidates(finding, self._bounds(finding.id)):
                    before = "present" if old and old.number is not None else "unknown"
                    change = Change(finding=finding.id, number=number, before=before)
                    yield change, amended(finding, old, number=number)
            return
        states = ("present",) if finding.kind == "choice" else ("present", "absent")
        for option in finding.option_ids:
            before = str(self._case.state(finding.id, option))
            if not may_change(self._case, finding, option):
                continue
            for state in states:
                if state != before:
                    settled = ((option,), ()) if state == "present" else ((), (option,))
                    change = Change(finding=finding.id, option=option, state=state, before=before)
                    yield change, amended(finding, old, *settled)

    def _bounds(self, name: str) -> Iterator[Measures]:
        for number in bits(self._masks.of_finding.get(name, 0)):
            test = self._masks.literals[number].test
            if isinstance(test, Measures):
                yield test

    def _applies(self, finding: Finding, answer: Answer) -> bool:
        if finding.only_if is None:
            return True
        logic = Logic(self._knowledge, self._case.with_answers(answer))
        return logic.truth(finding.only_if) is not False

    def _shifts(self, fires: Iterable[Rule], stops: Iterable[Rule]) -> Shifts:
        """Return how far rules that begin and stop firing could move each condition, groups aside.

        A flag that raises or lowers the triage stands under :data:`FLAG`.
        """
        found: dict[tuple[str, int], int] = {}
        for rules, sign in ((fires, 1), (stops, -1)):
            for rule in rules:
                then = rule.then
                if isinstance(then, Weighs):
                    way = sign if then.direction == "supports" else -sign
                    key = then.condition, way
                    found[key] = found.get(key, 0) + tenths(then.ratio)
                elif isinstance(then, Raises) and self._settles_triage(then.flag, sign):
                    found[FLAG, sign] = 1
        return found

    def _settles_triage(self, flag: str, sign: int) -> bool:
        level = LEVELS.index(self._knowledge.flags[flag].urgency)
        now = LEVELS.index(self._prospects.now.triage)
        return level > now if sign > 0 else level == now

    def _all_aims(self) -> Iterator[Aim]:
        places = self._prospects.now.places
        for place in places[1:]:
            need = places[0].tenths - place.tenths
            yield Aim(("leader", place.condition), (place.condition,), (places[0].condition,), need)
        scale = self._knowledge.scale
        edges = [round(10 * edge) for edge in (scale.likely, scale.possible)]
        for name in dict.fromkeys(n for rule in self._masks.alarms for n in conditions_of(rule.rule.when)):
            points = self._prospects.now.place(name).tenths
            for edge in edges:
                ups, downs = ((name,), ()) if points < edge else ((), (name,))
                yield Aim(("triage", ""), ups, downs, max(1, abs(edge - points)))

    def _firing(self, rule: MaskedRule, makers: Mapping[int, list[Move]]) -> Iterator[tuple[Move, Move]]:
        for mask in set(self._unmet(0, rule.branches)):
            units = self._units(mask)
            if len(units) == 2:
                one, two = (
                    [move for move in makers.get(unit & -unit, ()) if not unit & ~move.on] for unit in units
                )
                yield from product(one, two)

    def _units(self, mask: int) -> list[int]:
        """Return unmet tests by the answers they take: all on one number are met by one, or not at all."""
        units: dict[object, int] = {}
        for number in bits(mask):
            name = getattr(self._masks.literals[number].test, "finding", "")
            single = name and self._knowledge.findings[name].kind != "choices"
            key = name if single else number
            units[key] = units.get(key, 0) | 1 << number
        return list(units.values())

    def _unmet(self, so_far: int, alternatives: Iterable[int]) -> Iterator[int]:
        """Yield the unmet tests of alternatives, conclusions spelt out, as long as they are at most two."""
        drawn = {bit: name for name, bit in self._masks.concluded.items()}
        for branch in alternatives:
            mask = (so_far | branch & ~self._true) & ~self._masks.standing
            conclusion = next((1 << b for b in bits(mask) if 1 << b in drawn), 0)
            if len(self._units(mask & ~sum(drawn))) > 2:
                continue
            if not conclusion:
                yield mask
                continue
            for rule in self._masks.concluding.get(drawn[conclusion], ()):
                yield from self._unmet(mask & ~conclusion, rule.branches)

    def _stopping(self, rule: MaskedRule, losers: list[Move]) -> Iterator[tuple[Move, Move]]:
        several = sum(branch & self._true == branch for branch in rule.branches) > 1
        if several or any(rule.mask & bit for bit in self._masks.concluded.values()):
            touching = [move for move in losers if move.off & self._reach(rule)]
            yield from combinations(touching, 2)

    def _reach(self, rule: MaskedRule) -> int:
        mask = rule.mask
        for name, bit in self._masks.concluded.items():
            if rule.mask & bit:
                for other in self._masks.concluding.get(name, ()):
                    mask |= self._reach(other)
        return mask


def fits(one: Move, two: Move) -> bool:
    """Return whether two answers can be given together."""
    if one.change.finding != two.change.finding:
        return True
    return not one.single and one.change.option != two.change.option


def joined(one: Move, two: Move, changed: Case, knowledge: Knowledge) -> Answer | None:
    """Return the second answer on the case that has the first; None when one rules the other out."""
    change = two.change
    finding, old = knowledge.findings[change.finding], changed.answers.get(change.finding)
    present = (change.option,) if change.option and change.state == "present" else ()
    absent = (change.option,) if change.state == "absent" else ()
    answer = amended(finding, old, present, absent, change.number)
    asked = [knowledge.findings[move.change.finding].only_if for move in (one, two)]
    if any(asked):
        logic = Logic(knowledge, changed.with_answers(answer))
        if any(only_if is not None and logic.truth(only_if) is False for only_if in asked):
            return None
    return answer
