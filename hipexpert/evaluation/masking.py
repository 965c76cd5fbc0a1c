"""The masking curve: what is left of accuracy and safety when answers are hidden at random.

A hidden answer is taken out of the case, so that it is unknown; it is never turned into "no". Each draw
puts the answers of a case in a random order and hides the first of them, so that a larger share hides all
that a smaller one does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.evaluation.expected import Expected
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.outcome import Outcome, outcome
from hipexpert.inference.assess import assess_many
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge

SHARES = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Percent of the answers that are hidden."""

FEWEST, MOST, ABOUT = 2, 10, 3000
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
        maskings: How many cases with hidden answers were judged, each distinct one once.
        silenced: Every red flag that hiding silenced; must be empty.
    """

    seed: int
    draws: int
    cases: int
    maskings: int
    points: tuple[Point, ...]
    silenced: tuple[Silenced, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of one judged masking."""

    outcome: Outcome
    standing: frozenset[str]
    """Red flags raised or not excluded."""


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
        progress: Called after each judgement with how many are done and how many there are.

    Returns:
        The curve; the same for the same cases and seed, always.
    """
    pairs = tuple(known)
    draws = usual_draws(len(pairs)) if draws is None else draws
    wanted = {
        (n, draw, percent): hidden
        for n, (case, _) in enumerate(pairs)
        for draw in range(draws)
        for percent, hidden in masks(case, seed, draw)
    }
    jobs = tuple(dict.fromkeys((n, hidden) for (n, _, _), hidden in wanted.items()))
    seen = dict(zip(jobs, _judged(jobs, pairs, knowledge, progress), strict=True))
    by_place = {place: seen[place[0], hidden] for place, hidden in wanted.items()}
    silenced = tuple(_silenced(by_place, pairs))
    return Masking(
        seed=seed,
        draws=draws,
        cases=len(pairs),
        maskings=sum(bool(hidden) for _, hidden in jobs),
        points=tuple(_point(percent, len(pairs), draws, by_place, silenced) for percent in SHARES),
        silenced=silenced,
    )


def masks(case: Case, seed: int, draw: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield for each share the findings that one draw hides."""
    names = sorted(name for name, answer in case.answers.items() if answer.known)
    source = random.Random(f"{seed}/{draw}/{case.id}")
    order = [name for _, name in sorted((source.random(), name) for name in names)]
    for percent in SHARES:
        yield percent, frozenset(order[: (len(order) * percent + 50) // 100])


def silenced_flags(before: Iterable[str], after: Assessment) -> tuple[str, ...]:
    """Return the red flags raised before that are now neither raised nor "not excluded"."""
    standing = _standing(after)
    return tuple(flag for flag in before if flag not in standing)


def _standing(assessment: Assessment) -> frozenset[str]:
    triage = assessment.triage
    return frozenset(status.flag for status in (*triage.flags, *triage.not_excluded))


def _judged(
    jobs: Sequence[tuple[int, frozenset[str]]],
    pairs: Sequence[tuple[Case, Expected]],
    knowledge: Knowledge,
    progress: Callable[[int, int], object] | None,
) -> Iterator[_Seen]:
    cases = (pairs[n][0].without(hidden) for n, hidden in jobs)
    told = None if progress is None else lambda done: progress(done, len(jobs))
    for (n, _), assessment in zip(jobs, assess_many(cases, knowledge, told), strict=True):
        yield _Seen(outcome(*pairs[n], assessment), _standing(assessment))


def _silenced(
    by_place: dict[tuple[int, int, int], _Seen], pairs: Sequence[tuple[Case, Expected]]
) -> Iterator[Silenced]:
    for (n, draw, percent), seen in by_place.items():
        # a larger share hides all that a smaller one does, so each step must hold, not only the whole way
        before = [by_place[n, draw, smaller] for smaller in SHARES if smaller < percent]
        raised = dict.fromkeys(flag for each in before for flag in each.outcome.flags)
        for flag in raised:
            if flag not in seen.standing:
                yield Silenced(case=pairs[n][0].id, flag=flag, hidden=percent, draw=draw)


def _point(
    percent: int,
    cases: int,
    draws: int,
    by_place: dict[tuple[int, int, int], _Seen],
    silenced: Iterable[Silenced],
) -> Point:
    drawn = [[by_place[n, draw, percent].outcome for n in range(cases)] for draw in range(draws)]

    def figure(counts: Callable[[Outcome], bool], hit: Callable[[Outcome], bool]) -> Masked:
        return _masked([[hit(o) for o in outcomes if counts(o)] for outcomes in drawn])

    def within(rank: int) -> Masked:
        return figure(
            lambda o: o.accepted is not None,
            lambda o: o.rank is not None and o.rank <= rank,
        )

    return Point(
        hidden=percent,
        first=within(1),
        three=within(3),
        undertriage=figure(lambda o: o.urgent is True, lambda o: o.undertriaged),
        overtriage=figure(lambda o: o.urgent is False, lambda o: o.overtriaged),
        silenced=sum(each.hidden == percent for each in silenced),
    )


def _masked(drawn: Sequence[Sequence[bool]]) -> Masked:
    total, hits = len(drawn[0]), [sum(draw) for draw in drawn]
    return Masked(
        mean=Share(hits=sum(hits) / len(drawn), total=total),
        least=min(hits) / total if total else None,
        most=max(hits) / total if total else None,
    )
