"""What it would take: the fewest answers that would put another condition first, or change the triage.

Only answers that may still change are tried (:func:`~hipexpert.explanation.changes.may_change`), alone
and by twos; a pair is left out only where it is proved that it can do no more than its answers do alone
(:mod:`~hipexpert.explanation.pairs`). What is found is judged anew by the engine before it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hipexpert.case import Case
from hipexpert.explanation.changes import COSTS, Change, applied
from hipexpert.explanation.moves import Move, Moves, joined
from hipexpert.explanation.pairs import Pairs
from hipexpert.explanation.prospects import Prospect, Prospects
from hipexpert.frozen import dataclass
from hipexpert.inference.assess import assess
from hipexpert.knowledge.model import Knowledge

EACH = 3
"""How many sets of answers are told for one outcome."""

OUTCOMES = 6
"""How many other leading conditions are told."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Answers that would change something, and what the engine says then."""

    changes: tuple[Change, ...]
    leader: str
    triage: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way in which things would stand otherwise.

    Attributes:
        kind: ``leader`` or ``triage``.
        becomes: The condition that would lead, or the triage level.
        turns: The smallest sets of answers, what can be asked first; each judged anew by the engine.
        others: How many more sets as small were found.
    """

    kind: str
    becomes: str
    turns: tuple[Turn, ...]
    others: int


@dataclass(frozen=True, kw_only=True)
class Turning:
    """What would change the leading condition or the triage.

    Attributes:
        leader: The condition that leads now.
        triage: The triage level now.
        tried: How many different answers were tried.
        outcomes: The nearest first: few answers before many, asking before examining before testing.
        more: Other leading conditions that could be reached too but are not told.
    """

    leader: str
    triage: str
    tried: int
    outcomes: tuple[Outcome, ...]
    more: int


_Set = tuple[Move, ...]


def turning(
    case: Case, knowledge: Knowledge, *, each: int | None = EACH, outcomes: int | None = OUTCOMES
) -> Turning:
    """Search for the fewest answers that would change the leading condition or the triage.

    Args:
        case: The case as it is.
        knowledge: Whose rules judge.
        each: Sets told for one outcome; None for all.
        outcomes: Other leading conditions told; None for all.
    """
    search = _Search(case, knowledge)
    found = search.run()
    rank = {place.condition: n for n, place in enumerate(search.now.places)}
    ordered = sorted(found, key=lambda o: (o[0], _price(found[o][0])[:2], rank.get(o[1], 0), o[1]))
    leaders = [outcome for outcome in ordered if outcome[0] == "leader"]
    near = leaders[:outcomes]
    told = [*near, *(outcome for outcome in ordered if outcome[0] == "triage")]
    return Turning(
        leader=search.leader,
        triage=search.now.triage,
        tried=sum(move.applies for move in search.moves),
        outcomes=tuple(search.told(outcome, found[outcome], each) for outcome in told),
        more=len(leaders) - len(near),
    )


class _Search:
    """One search, on one case."""

    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self.case, self.knowledge = case, knowledge
        self.prospects = Prospects(knowledge, case)
        self.now = self.prospects.now
        self.leader = self.now.places[0].condition if self.now.places else ""
        self.moves = Moves(self.prospects).moves

    def run(self) -> dict[tuple[str, str], list[_Set]]:
        """Return for each outcome the smallest sets that reach it, best first."""
        found: dict[tuple[str, str], list[_Set]] = {}
        for move in (move for move in self.moves if move.applies):
            for outcome in self._outcomes(move.prospect):
                found.setdefault(outcome, []).append((move,))
        cheapest = {outcome: min(map(_cost, sets)) for outcome, sets in found.items()}
        for pair, prospect in self._pairs(cheapest):
            for outcome in self._outcomes(prospect):
                if _cost(pair) < cheapest.get(outcome, len(COSTS)):
                    found.setdefault(outcome, []).append(pair)
        return {outcome: sorted(sets, key=_price) for outcome, sets in found.items()}

    def told(self, outcome: tuple[str, str], sets: list[_Set], each: int | None) -> Outcome:
        """Return an outcome with its first sets, each judged anew."""
        kind, becomes = outcome
        turns = []
        for moves in sets[:each]:
            changes = tuple(move.change for move in moves)
            after = assess(applied(self.case, changes, self.knowledge), self.knowledge)
            turn = Turn(changes=changes, leader=after.differential[0].condition, triage=after.triage.level)
            if becomes == (turn.leader if kind == "leader" else turn.triage):
                turns.append(turn)
        return Outcome(kind=kind, becomes=becomes, turns=tuple(turns), others=len(sets) - len(turns))

    def _outcomes(self, prospect: Prospect) -> Iterator[tuple[str, str]]:
        if prospect.places and prospect.places[0].condition != self.leader:
            yield "leader", prospect.places[0].condition
        if prospect.triage != self.now.triage:
            yield "triage", prospect.triage

    def _pairs(self, cheapest: Mapping[tuple[str, str], int]) -> Iterator[tuple[_Set, Prospect]]:
        """Yield the pairs that could reach an outcome, with what they come to."""
        for first, second in Pairs(self.prospects, self.moves).worth_trying(cheapest):
            one, two = self.moves[first], self.moves[second]
            answers = joined(one, two, self.case, self.knowledge)
            if answers:
                yield (one, two), self.prospects.after(*answers)


def _cost(moves: Iterable[Move]) -> int:
    return max(move.cost for move in moves)


def _price(moves: _Set) -> tuple[int, int, tuple[int, ...]]:
    return len(moves), _cost(moves), tuple(move.n for move in moves)
