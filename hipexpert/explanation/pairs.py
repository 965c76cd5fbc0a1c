"""Which two answers could do together what neither does alone; every other pair is ruled out by proof.

Where two answers are not entangled (:mod:`~hipexpert.explanation.entangled`), the rules that begin and stop
firing with both are those of the one and those of the other, so that points add up, groups aside, to a
bound that no pair passes.

For a condition to lead, it must make up the distance to the one that leads now; and if one answer by itself
does that and a third condition leads then, the other must hold that one back. For the triage to change as
with neither answer, one of these must hold: they are entangled in a red-flag rule; one stops such a rule
and the other starts or stops one; or where a condition stands, or an alarm that looks at several things,
comes out as with neither.

A pair that could only reach what one answer as cheap reaches alone is not tried either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from hipexpert.explanation.changes import COSTS
from hipexpert.explanation.entangled import Entangled, Entanglement, Pair, paired
from hipexpert.explanation.moves import Move, Shifts, fits, shifts_of
from hipexpert.explanation.prospects import Prospects
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import LEVELS, Raises, conclusions_of, conditions_of
from hipexpert.knowledge.when import findings_of

Levels = Sequence[tuple[int, Sequence[int]]]
"""Triage levels a pair could be told for: the cost it must stay below, and masks it must clear a bit of."""


@dataclass(frozen=True)
class Aim:
    """A condition that would lead, and the tenths of a point it is behind."""

    condition: str
    leader: str
    need: int

    def push(self, shifts: Shifts) -> int:
        """Return how far shifts bring it towards that, at most."""
        return shifts.get((self.condition, 1), 0) + shifts.get((self.leader, -1), 0)


@dataclass(frozen=True)
class Edge:
    """A score that decides where a condition stands for an alarm, and how far away it is."""

    condition: str
    way: int
    need: int

    def push(self, shifts: Shifts) -> int:
        """Return how far shifts bring the condition towards the edge, at most."""
        return shifts.get((self.condition, self.way), 0)

    def pull(self, shifts: Shifts) -> int:
        """Return how far they could take it away from there."""
        return shifts.get((self.condition, -self.way), 0)


class Pairs:
    """The pairs of answers on one case that are not ruled out."""

    def __init__(self, prospects: Prospects, moves: tuple[Move, ...]) -> None:
        self._prospects, self._masks, self._moves = prospects, prospects.masks, moves
        self._true, self._now = prospects.true, prospects.now
        places = self._now.places
        self._aims = [
            Aim(place.condition, places[0].condition, places[0].tenths - place.tenths) for place in places[1:]
        ]
        self._edges = tuple(self._all_edges())

    def worth_trying(self, cheapest: Mapping[tuple[str, str], int]) -> dict[Pair, None]:
        """Return the pairs that could reach what no answer as cheap reaches alone.

        Args:
            cheapest: For each outcome that one answer reaches, the least cost of such an answer.
        """
        levels, found = self._levels_open(cheapest), dict[Pair, None]()
        for pair in (*self._settling_triage(), *self._standing()):
            if self._may_settle(pair, levels):
                found[pair] = None
        found.update(dict.fromkeys(self._leading(cheapest)))
        entangled = Entangled(self._prospects.knowledge, self._masks, self._true, self._moves)
        for pair, rules in entangled.pairs().items():
            if self._could(pair, rules, levels, cheapest):
                found[pair] = None
        found.update(dict.fromkeys(self._opened()))
        moves = self._moves
        return {pair: None for pair in found if fits(moves[pair[0]], moves[pair[1]])}

    def _levels_open(self, cheapest: Mapping[tuple[str, str], int]) -> Levels:
        """Return the triage levels that a pair could be told for.

        A level below the present one takes a cleared bit of every red-flag rule that fires above it.
        """
        flags, now = self._prospects.knowledge.flags, LEVELS.index(self._now.triage)
        firing = [
            (LEVELS.index(flags[rule.rule.then.flag].urgency), self._masks.looks_at(rule))
            for rule in self._masks.effects
            if isinstance(rule.rule.then, Raises) and rule.holds(self._true)
        ]
        found = []
        for n, level in enumerate(LEVELS):
            if n != now:
                looks = [mask for urgency, mask in firing if urgency > n] if n < now else []
                found.append((cheapest.get(("triage", level), len(COSTS)), looks))
        return found

    def _may_settle(self, pair: Pair, levels: Levels) -> bool:
        """Return whether a pair could bring a triage level that no answer as cheap brings alone."""
        one, two = (self._moves[n] for n in pair)
        cost, off = max(one.cost, two.cost), one.off | two.off
        return any(cost < limit and all(off & mask for mask in looks) for limit, looks in levels)

    def _leading(self, cheapest: Mapping[tuple[str, str], int]) -> Iterator[Pair]:
        """Yield pairs that could make a condition lead, though they are not entangled."""
        lowering: dict[str, list[Move]] = {}
        for move in self._moves:
            for name, way in move.shifts:
                if way < 0:
                    lowering.setdefault(name, []).append(move)
        for aim in self._aims:
            limit = cheapest.get(("leader", aim.condition), len(COSTS))
            pushes = [(aim.push(m.shifts), m) for m in self._moves if m.cost < limit]
            pushes = sorted((each for each in pushes if each[0] > 0), key=lambda each: (-each[0], each[1].n))
            yield from _enough(pushes, aim.need)
            for push, move in pushes:
                first = move.prospect.places[0].condition
                if push >= aim.need and first != aim.condition:
                    yield from (
                        paired(move, o) for o in lowering.get(first, ()) if o is not move and o.cost < limit
                    )

    def _settling_triage(self) -> Iterator[Pair]:
        """Yield pairs of which one stops a rule that decides the triage, and the other any flag's rule."""
        if self._now.triage == LEVELS[0]:
            return  # it can only rise, and the higher of two flags decides alone
        lowering, flipping = [], []
        for move in self._moves:
            then = move.prospect
            stops = (*then.stops, *(name for name in self._now.alarms if name not in then.alarms))
            fires = (*then.fires, *(name for name in then.alarms if name not in self._now.alarms))
            if any(self._raised_by((*stops, *fires))):
                flipping.append(move)
            if self._now.triage in self._raised_by(stops):
                lowering.append(move)
        for move in lowering:
            yield from _with(move, flipping)

    def _raised_by(self, names: Iterable[str]) -> list[str]:
        """Return how urgent the flags are that some rules raise."""
        knowledge = self._prospects.knowledge
        thens = (knowledge.rules[name].then for name in names)
        return [knowledge.flags[then.flag].urgency for then in thens if isinstance(then, Raises)]

    def _standing(self) -> Iterator[Pair]:
        """Yield pairs with which an alarm could come out as with neither of the two."""
        crossing: dict[Edge, list[Move]] = {}
        for edge in self._edges:
            pushes = [(edge.push(m.shifts), m) for m in self._moves]
            pushes = sorted((each for each in pushes if each[0] > 0), key=lambda each: (-each[0], each[1].n))
            yield from _enough(pushes, edge.need)
            crossing[edge] = [move for push, move in pushes if push >= edge.need]
            pulling = [move for move in self._moves if edge.pull(move.shifts)]
            for move in crossing[edge]:
                yield from _with(move, pulling)
        for alarm in self._masks.alarms:
            conditions = set(conditions_of(alarm.rule.when))
            reaching = {
                m.n: m for edge in self._edges if edge.condition in conditions for m in crossing[edge]
            }
            looks = self._masks.looks_at(alarm)
            reaching |= {m.n: m for m in self._moves if (m.on | m.off) & looks}
            touching = [reaching[n] for n in sorted(reaching)]
            yield from (paired(one, two) for one, two in combinations(touching, 2))

    def _could(
        self, pair: Pair, rules: Entanglement, levels: Levels, cheapest: Mapping[tuple[str, str], int]
    ) -> bool:
        """Return whether two entangled answers could change something that none as cheap does alone."""
        one, two = (self._moves[n] for n in pair)
        cost, settles = max(one.cost, two.cost), self._may_settle(pair, levels)
        more, fewer = rules.more.values(), rules.fewer.values()
        if settles and any(isinstance(rule.then, Raises) for rule in (*more, *fewer)):
            return True
        joint = shifts_of(more, fewer)
        each = (joint, one.shifts, two.shifts)
        lowers = any(way < 0 for _, way in joint)
        for aim in self._aims:
            if cost < cheapest.get(("leader", aim.condition), len(COSTS)):
                pushes = [aim.push(shifts) for shifts in each]
                if sum(pushes) >= aim.need and (pushes[0] or lowers):
                    return True
        return settles and any(
            (edge.push(joint) or edge.pull(joint)) and sum(map(edge.push, each)) >= edge.need
            for edge in self._edges
        )

    def _opened(self) -> Iterator[Pair]:
        """Yield pairs of which one could make that the other is asked at all."""
        findings = self._prospects.knowledge.findings
        for one in (move for move in self._moves if not move.applies):
            gate = findings[one.change.finding].only_if
            names = set() if gate is None else set(findings_of(gate))
            through = gate is not None and any(True for _ in conclusions_of(gate))
            opening = (two for two in self._moves if through or two.change.finding in names)
            yield from _with(one, opening)

    def _all_edges(self) -> Iterator[Edge]:
        scale = self._prospects.knowledge.scale
        for name in dict.fromkeys(n for rule in self._masks.alarms for n in conditions_of(rule.rule.when)):
            points = self._now.place(name).tenths
            for edge in (round(10 * scale.likely), round(10 * scale.possible)):
                way = 1 if points < edge else -1
                yield Edge(name, way, edge - points if way > 0 else points - edge + 1)


def _enough(pushes: list[tuple[int, Move]], need: int) -> Iterator[Pair]:
    """Yield the pairs whose pushes, largest first, come to what is needed."""
    for place, (push, move) in enumerate(pushes):
        for other_push, other in pushes[place + 1 :]:
            if push + other_push < need:
                break
            yield paired(move, other)


def _with(one: Move, others: Iterable[Move]) -> Iterator[Pair]:
    """Yield one answer paired with each of others."""
    return (paired(one, two) for two in others if two is not one)
