"""Which two answers could do together what neither does alone; every other pair is ruled out by proof.

An answer sets some bits of the case and clears others. Two answers are *entangled* when a rule fires, or
does not, with both although that does not follow from what it does with each. Without entanglement the
rules that begin and stop firing with both are those of the one and those of the other, so that points add
up, groups aside, to a bound that no pair passes.

Entangled pairs are found from two sides. If neither answer clears a bit, rules can only begin to fire, and
one begins with both alone when one of its alternatives lacks exactly what the two set between them. If
one of them clears a bit, any rule that both touch counts as entangled, and the pair is tried.

For a condition to lead, it must make up the distance to the one that leads now; and if one answer by itself
does that and a third condition leads then, the other must hold that one back. For the triage to change as
with neither answer, one of these must hold: they are entangled in a red-flag rule; one stops such a rule
and the other starts or stops one; or where a condition stands, or an alarm that looks at several things,
comes out as with neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import or_

from hipexpert.explanation.moves import Move, Shifts, fits, shifts_of
from hipexpert.explanation.prospects import Prospects
from hipexpert.explanation.rule_masks import MaskedRule, bits
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import LEVELS, Raises, Rule, conclusions_of, conditions_of
from hipexpert.knowledge.when import findings_of

Pair = tuple[int, int]


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
        self._rules = (*self._masks.effects, *self._masks.alarms)
        places = self._now.places
        self._aims = [
            Aim(place.condition, places[0].condition, places[0].tenths - place.tenths) for place in places[1:]
        ]
        self._edges = tuple(self._all_edges())
        self._touches = self._all_touches()

    def worth_trying(self, cheapest: Mapping[tuple[str, str], int]) -> dict[Pair, None]:
        """Return the pairs that could reach what no answer as cheap reaches alone.

        Args:
            cheapest: For each outcome that one answer reaches, the least cost of such an answer.
        """
        found = dict[Pair, None]()
        for part in (
            self._leading(cheapest),
            self._settling_triage(),
            self._standing(),
            self._entangled_by_firing(),
            self._entangled_by_stopping(),
            self._opened(),
        ):
            found.update(dict.fromkeys(part))
        moves = self._moves
        return {pair: None for pair in found if fits(moves[pair[0]], moves[pair[1]])}

    def _leading(self, cheapest: Mapping[tuple[str, str], int]) -> Iterator[Pair]:
        """Yield pairs that could make a condition lead, though they are not entangled."""
        lowering: dict[str, list[Move]] = {}
        for move in self._moves:
            for name, way in move.shifts:
                if way < 0:
                    lowering.setdefault(name, []).append(move)
        for aim in self._aims:
            limit = cheapest.get(("leader", aim.condition), len(LEVELS))
            pushes = [(aim.push(m.shifts), m) for m in self._moves if m.cost < limit]
            pushes = sorted((each for each in pushes if each[0] > 0), key=lambda each: (-each[0], each[1].n))
            yield from _enough(pushes, aim.need)
            for push, move in pushes:
                first = move.prospect.places[0].condition
                if push >= aim.need and first != aim.condition:
                    yield from (
                        _pair(move, o) for o in lowering.get(first, ()) if o is not move and o.cost < limit
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
        for place, alarm in enumerate(self._masks.alarms, start=len(self._masks.effects)):
            conditions = set(conditions_of(alarm.rule.when))
            reaching = {
                m.n: m for edge in self._edges if edge.condition in conditions for m in crossing[edge]
            }
            reaching |= {m.n: m for m in self._moves if self._touches[m.n] >> place & 1}
            touching = [reaching[n] for n in sorted(reaching)]
            yield from (_pair(one, two) for i, one in enumerate(touching) for two in touching[i + 1 :])

    def _entangled_by_firing(self) -> Iterator[Pair]:
        """Yield pairs that only together make a rule fire, where that could matter."""
        makers: dict[int, list[Move]] = {}
        for move in self._moves:
            for bit in bits(move.on):
                makers.setdefault(bit, []).append(move)
        found: dict[Pair, dict[str, Rule]] = {}
        for rule in self._rules:
            if not rule.holds(self._true):
                for one, two in self._firing(rule, makers):
                    found.setdefault(_pair(one, two), {})[rule.rule.id] = rule.rule
        for pair, rules in found.items():
            raises = any(isinstance(rule.then, Raises) for rule in rules.values())
            each = [shifts_of(rules.values(), ()), *(self._moves[n].shifts for n in pair)]
            if raises or self._could(each):
                yield pair

    def _could(self, each: Sequence[Shifts]) -> bool:
        """Return whether evidence that speaks only with both answers could change something.

        Args:
            each: What moves only with both, what with the one, what with the other.
        """
        joint = each[0]
        lowers = any(way < 0 for _, way in joint)
        for aim in self._aims:
            pushes = [aim.push(shifts) for shifts in each]
            if sum(pushes) >= aim.need and (pushes[0] or lowers):
                return True
        return any(
            (edge.push(joint) or edge.pull(joint)) and sum(map(edge.push, each)) >= edge.need
            for edge in self._edges
        )

    def _entangled_by_stopping(self) -> Iterator[Pair]:
        """Yield pairs of which one clears a bit, and that some rule looks at both sides of."""
        for one in (move for move in self._moves if move.off):
            touched = self._touches[one.n]
            yield from _with(one, (two for two in self._moves if touched & self._touches[two.n]))

    def _opened(self) -> Iterator[Pair]:
        """Yield pairs of which one could make that the other is asked at all."""
        findings = self._prospects.knowledge.findings
        for one in (move for move in self._moves if not move.applies):
            gate = findings[one.change.finding].only_if
            names = set() if gate is None else set(findings_of(gate))
            through = gate is not None and any(True for _ in conclusions_of(gate))
            opening = (two for two in self._moves if through or two.change.finding in names)
            yield from _with(one, opening)

    def _firing(self, rule: MaskedRule, makers: Mapping[int, list[Move]]) -> Iterator[tuple[Move, Move]]:
        for mask in set(self._unmet(0, rule.branches)):
            units = self._units(mask)
            if len(units) == 2:
                one, two = (
                    [move for move in makers.get((unit & -unit).bit_length() - 1, ()) if not unit & ~move.on]
                    for unit in units
                )
                yield from product(one, two)

    def _units(self, mask: int) -> list[int]:
        """Return unmet tests by the answers they take: all on one number are met by one, or not at all."""
        units: dict[object, int] = {}
        for number in bits(mask):
            name = getattr(self._masks.literals[number].test, "finding", "")
            single = name and self._prospects.knowledge.findings[name].kind != "choices"
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

    def _all_edges(self) -> Iterator[Edge]:
        scale = self._prospects.knowledge.scale
        for name in dict.fromkeys(n for rule in self._masks.alarms for n in conditions_of(rule.rule.when)):
            points = self._now.place(name).tenths
            for edge in (round(10 * scale.likely), round(10 * scale.possible)):
                way = 1 if points < edge else -1
                yield Edge(name, way, edge - points if way > 0 else points - edge + 1)

    def _all_touches(self) -> tuple[int, ...]:
        """Return for each answer the rules, by their places, that look at a bit it sets or clears."""
        looking: dict[int, int] = {}
        for place, rule in enumerate(self._rules):
            for bit in bits(self._masks.looks_at(rule)):
                looking[bit] = looking.get(bit, 0) | 1 << place
        return tuple(
            reduce(or_, (looking.get(bit, 0) for bit in bits(move.on | move.off)), 0) for move in self._moves
        )


def _enough(pushes: list[tuple[int, Move]], need: int) -> Iterator[Pair]:
    """Yield the pairs whose pushes, largest first, come to what is needed."""
    for place, (push, move) in enumerate(pushes):
        for other_push, other in pushes[place + 1 :]:
            if push + other_push < need:
                break
            yield _pair(move, other)


def _with(one: Move, others: Iterable[Move]) -> Iterator[Pair]:
    """Yield one answer paired with each of others."""
    return (_pair(one, two) for two in others if two is not one)


def _pair(one: Move, two: Move) -> Pair:
    return (one.n, two.n) if one.n < two.n else (two.n, one.n)
