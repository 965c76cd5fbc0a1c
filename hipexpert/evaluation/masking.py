"""The masking curve: what is left of accuracy and safety when answers are hidden at random.

A hidden answer is taken out of the case, so that it is unknown; it is never turned into "no". Each draw
puts the answers of a case in a random order and hides the first of them, so that a larger share hides all
that a smaller one does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.evaluation.expected import Expected
from hipexpert.evaluation.hiding import Hiding, Seen
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.outcome import overtriaged, undertriaged
from hipexpert.inference.plan import Plan
from hipexpert.knowledge.model import Knowledge

SHARES = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Percent of the answers that are hidden."""

FEWEST, MOST, ABOUT = 5, 20, 20_000
"""Draws of a case, and about how many maskings in all, when nobody says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """One figure at one share of hidden answers.

    Attributes:
        mean: The mean over the draws. Its interval takes the number of cases for its size, not cases
            times draws: more draws of the same cases are no more cases.
        least: The lowest share of a single draw; ``most`` the highest. None when there is nothing to count.
    """

    mean: Share
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The figures at one share of hidden answers, in percent."""

    hidden: int
    first: Masked
    three: Masked
    undertriage: Masked
    overtriage: Masked
    silenced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A red flag that hiding answers silenced: neither raised any more nor "not excluded"."""

    case: str
    flag: str
    hidden: int
    draw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Masking:
    """The curve, and what must never happen on it.

    Attributes:
        draws: Random orders per case.
        maskings: How many cases with hidden answers were judged; one that comes up again counts once.
        silenced: Every red flag that hiding silenced; must be empty.
    """

    seed: int
    draws: int
    cases: int
    maskings: int
    points: tuple[Point, ...]
    silenced: tuple[Silenced, ...]


def usual_draws(cases: int) -> int:
    """Return how many draws to make for so many cases, so that it takes about as long for few as for many."""
    return max(FEWEST, min(MOST, ABOUT // max(1, cases * (len(SHARES) - 1))))


def masking(
    known: Iterable[tuple[Case, Expected]],
    knowledge: Knowledge,
    *,
    draws: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> Masking:
    """Judge every case with more and more of its answers hidden.

    Args:
        known: Cases with what must come out.
        knowledge: The knowledge base, restricted to the layers wanted.
        draws: Random orders per case; None for :func:`usual_draws`.
        seed: Chooses the orders. They depend on it, on the case's id and on its answers alone.
        progress: Called after each case with how many are done and how many there are.

    Returns:
        The curve; the same for the same cases and seed, always.
    """
    pairs = tuple(known)
    draws = usual_draws(len(pairs)) if draws is None else draws
    plan = Plan(knowledge)
    cells: dict[tuple[int, int], list[_Cell]] = {}
    silenced: list[Silenced] = []
    maskings = 0
    for done, (case, expected) in enumerate(pairs, start=1):
        hiding = Hiding(case, expected, knowledge, plan)
        for draw in range(draws):
            raised: dict[str, None] = {}
            for percent, hidden in masks(case, seed, draw):
                seen = hiding.seen(hidden)
                cells.setdefault((percent, draw), []).append(_Cell(expected, seen))
                # a larger share hides all that a smaller one does, so each step must hold
                gone = hiding.silenced(raised, hidden)
                silenced.extend(Silenced(case=case.id, flag=flag, hidden=percent, draw=draw) for flag in gone)
                raised.update(dict.fromkeys(sorted(seen.flags)))
        maskings += hiding.judged
        if progress is not None:
            progress(done, len(pairs))
    return Masking(
        seed=seed,
        draws=draws,
        cases=len(pairs),
        maskings=maskings,
        points=tuple(_point(percent, draws, cells, silenced) for percent in SHARES),
        silenced=tuple(silenced),
    )


def masks(case: Case, seed: int, draw: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield for each share the findings that one draw hides."""
    names = sorted(name for name, answer in case.answers.items() if answer.known)
    source = random.Random(f"{seed}/{draw}/{case.id}")
    order = [name for _, name in sorted((source.random(), name) for name in names)]
    for percent in SHARES:
        yield percent, frozenset(order[: (len(order) * percent + 50) // 100])


@dataclass(frozen=True, slots=True)
class _Cell:
    """One case at one share of one draw."""

    expected: Expected
    seen: Seen


def _point(
    percent: int, draws: int, cells: Mapping[tuple[int, int], Sequence[_Cell]], silenced: Iterable[Silenced]
) -> Point:
    drawn = [cells.get((percent, draw), ()) for draw in range(draws)]

    def figure(counts: Callable[[Expected], bool], hit: Callable[[_Cell], bool]) -> Masked:
        return _masked([[hit(cell) for cell in several if counts(cell.expected)] for several in drawn])

    def within(rank: int) -> Masked:
        return figure(
            lambda expected: expected.accepted is not None,
            lambda cell: cell.seen.rank is not None and cell.seen.rank <= rank,
        )

    return Point(
        hidden=percent,
        first=within(1),
        three=within(3),
        undertriage=figure(
            lambda expected: expected.urgent is True, lambda c: undertriaged(c.expected.urgent, c.seen.triage)
        ),
        overtriage=figure(
            lambda expected: expected.urgent is False, lambda c: overtriaged(c.expected.urgent, c.seen.triage)
        ),
        silenced=sum(each.hidden == percent for each in silenced),
    )


def _masked(drawn: Sequence[Sequence[bool]]) -> Masked:
    total, hits = len(drawn[0]), [sum(draw) for draw in drawn]
    return Masked(
        mean=Share(hits=sum(hits) / len(drawn), total=total),
        least=min(hits) / total if total else None,
        most=max(hits) / total if total else None,
    )
