"""Two answers that do more, or less, together than what each does alone.

An answer sets some bits of the case and clears others. Two answers are *entangled* in a rule that fires, or
does not, with both although that does not follow from what it does with each. More bits never stop a rule,
and fewer never start one, so it takes one of these:

- the rule begins with both alone: one of its alternatives lacks exactly what the two set between them;
- it begins with one, and the other clears a bit it looks at;
- it stops with one, and the other sets a bit it looks at;
- it fires now, stops with neither alone, and each clears a bit it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from hipexpert.explanation.moves import Move
from hipexpert.explanation.rule_masks import MaskedRule, RuleMasks, bits
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Knowledge, Rule

Pair = tuple[int, int]


@dataclass(frozen=True)
class Entanglement:
    """What two answers do together and not alone, by the ids of the rules.

    Attributes:
        more: Rules that fire with both, though each alone would not let them.
        fewer: Rules that do not, though each alone would.
    """

    more: dict[str, Rule]
    fewer: dict[str, Rule]


class Entangled:
    """The answers on one case that are entangled in rules for evidence or red flags."""

    def __init__(self, knowledge: Knowledge, masks: RuleMasks, true: int, moves: tuple[Move, ...]) -> None:
        self._knowledge, self._masks, self._true, self._moves = knowledge, masks, true, moves
        self._drawn = {bit: name for name, bit in masks.concluded.items()}
        self._setting = _by_bit((move.on, move) for move in moves)
        self._clearing = _by_bit((move.off, move) for move in moves)

    def pairs(self) -> dict[Pair, Entanglement]:
        """Return every pair that may be entangled, and in which rules."""
        found: dict[Pair, Entanglement] = {}
        starters, stoppers = _by_rule(self._moves)
        more: Iterable[tuple[Move, Move]]
        fewer: Iterable[tuple[Move, Move]]
        for rule in self._masks.effects:
            name, looks = rule.rule.id, self._masks.looks_at(rule)
            starting, stopping = starters.get(name, ()), stoppers.get(name, ())
            clearing = self._touching(self._clearing, looks)
            if rule.holds(self._true):
                more = product(stopping, self._touching(self._setting, looks)) if stopping else ()
                fewer = combinations((move for move in clearing if move not in stopping), 2)
            else:
                more = self._firing(rule)
                fewer = product(starting, clearing)
            for one, two in more:
                _entry(found, one, two).more[name] = rule.rule
            for one, two in fewer:
                _entry(found, one, two).fewer[name] = rule.rule
        return found

    def _touching(self, moves: Mapping[int, list[Move]], looks: int) -> list[Move]:
        found = {move.n: move for bit in bits(looks) for move in moves.get(bit, ())}
        return list(found.values())

    def _firing(self, rule: MaskedRule) -> Iterator[tuple[Move, Move]]:
        """Yield pairs that set between them exactly what one alternative lacks."""
        for mask in set(self._unmet(0, rule.branches)):
            units = self._units(mask)
            if len(units) == 2:
                one, two = (
                    [
                        move
                        for move in self._setting.get((unit & -unit).bit_length() - 1, ())
                        if not unit & ~move.on
                    ]
                    for unit in units
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
        for branch in alternatives:
            mask = so_far | branch & ~self._true
            conclusion = next((1 << b for b in bits(mask) if 1 << b in self._drawn), 0)
            if len(self._units(mask & ~sum(self._drawn))) > 2:
                continue
            if not conclusion:
                yield mask
                continue
            for rule in self._masks.concluding.get(self._drawn[conclusion], ()):
                yield from self._unmet(mask & ~conclusion, rule.branches)


def paired(one: Move, two: Move) -> Pair:
    """Return two answers by their places, the first first."""
    return (one.n, two.n) if one.n < two.n else (two.n, one.n)


def _entry(found: dict[Pair, Entanglement], one: Move, two: Move) -> Entanglement:
    pair = paired(one, two)
    if pair not in found:
        found[pair] = Entanglement({}, {})
    return found[pair]


def _by_bit(moves: Iterable[tuple[int, Move]]) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    for mask, move in moves:
        for bit in bits(mask):
            found.setdefault(bit, []).append(move)
    return found


def _by_rule(moves: Iterable[Move]) -> tuple[dict[str, list[Move]], dict[str, list[Move]]]:
    """Return the answers with which each rule begins to fire, and those with which it stops."""
    starters: dict[str, list[Move]] = {}
    stoppers: dict[str, list[Move]] = {}
    for move in moves:
        for found, rules in ((starters, move.prospect.fires), (stoppers, move.prospect.stops)):
            for name in rules:
                found.setdefault(name, []).append(move)
    return starters, stoppers
