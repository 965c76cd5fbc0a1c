"""The figures over a set of cases: accuracy, coverage, triage, length of the list, confusion, groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.evaluation.expected import CODE, Expected, expectation
from hipexpert.evaluation.intervals import Share, median
from hipexpert.evaluation.outcome import Outcome, outcome
from hipexpert.inference.assess import assess_many
from hipexpert.knowledge.model import LEVELS, Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistaken:
    """Cases with the same accepted conditions, and what came first in them.

    Attributes:
        accepted: The accepted conditions.
        cases: How many.
        first: How many had an accepted condition first; ``three`` within the first three.
        came: What came first in them, right or wrong, the most frequent first.
    """

    accepted: tuple[str, ...]
    cases: int
    first: int
    three: int
    came: tuple[tuple[str, int], ...]

    @property
    def instead(self) -> tuple[tuple[str, int], ...]:
        """What came first in the place of an accepted condition."""
        return tuple((name, count) for name, count in self.came if name not in self.accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures over a set of cases.

    A case that states no diagnosis counts for triage only; one that does not say whether it is urgent
    counts for accuracy only.
    """

    outcomes: tuple[Outcome, ...]

    @property
    def stated(self) -> tuple[Outcome, ...]:
        """The cases whose diagnosis is stated, whether or not the knowledge base has it."""
        return tuple(o for o in self.outcomes if o.accepted is not None)

    def within(self, rank: int, *, also: bool = False, covered: bool = False) -> Share:
        """Return how many cases have an accepted condition at this rank or better.

        Args:
            rank: 1 for the first, 3 for the first three.
            also: Count what is acceptable too.
            covered: Leave out cases whose diagnosis the knowledge base does not have; else they are misses.
        """
        judged = [o for o in self.stated if o.covered or not covered]
        ranks = [o.rank_also if also else o.rank for o in judged]
        return Share(hits=sum(r is not None and r <= rank for r in ranks), total=len(judged))

    @property
    def coverage(self) -> Share:
        """Cases with an accepted condition that the knowledge base has."""
        return Share(hits=sum(o.covered for o in self.stated), total=len(self.stated))

    @property
    def on_list(self) -> Share:
        """Cases with an accepted condition that came out likely or possible."""
        return Share(hits=sum(o.on_list for o in self.stated), total=len(self.stated))

    @property
    def undertriage(self) -> Share:
        """Urgent cases that were left below ``within_days``."""
        urgent = [o for o in self.outcomes if o.urgent is True]
        return Share(hits=sum(o.undertriaged for o in urgent), total=len(urgent))

    @property
    def overtriage(self) -> Share:
        """Cases that are not urgent but came out at ``same_day`` or above."""
        calm = [o for o in self.outcomes if o.urgent is False]
        return Share(hits=sum(o.overtriaged for o in calm), total=len(calm))

    @property
    def safe(self) -> Share:
        """Cases that were not undertriaged, among all that say whether they are urgent."""
        known = [o for o in self.outcomes if o.urgent is not None]
        return Share(hits=sum(not o.undertriaged for o in known), total=len(known))

    @property
    def median_listed(self) -> float:
        """The median number of conditions that are likely or possible."""
        return median([o.listed for o in self.outcomes])

    @property
    def lengths(self) -> Mapping[int, int]:
        """How many cases have how many conditions likely or possible; every length up to the longest."""
        counts = Counter(o.listed for o in self.outcomes)
        return {n: counts[n] for n in range(max(counts, default=0) + 1)}

    @property
    def levels(self) -> Mapping[str, Mapping[bool | None, int]]:
        """How many cases came out at each triage level, by whether they are urgent."""
        counts = Counter((o.triage, o.urgent) for o in self.outcomes)
        return {level: {u: counts[level, u] for u in (True, False, None)} for level in LEVELS}

    @property
    def confusion(self) -> tuple[Mistaken, ...]:
        """What came first, by accepted conditions; those with most cases first."""
        groups: dict[tuple[str, ...], list[Outcome]] = {}
        for each in self.stated:
            groups.setdefault(tuple(sorted(each.accepted or ())), []).append(each)
        ordered = sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
        return tuple(_mistaken(accepted, several) for accepted, several in ordered)

    @property
    def groups(self) -> Mapping[str, Evaluation]:
        """The same figures for cases that say they are not sparse, sparse, or of some population."""
        populations = sorted({o.expected.population for o in self.outcomes} - {""})
        wanted: dict[str, Callable[[Outcome], bool]] = {
            "not sparse": lambda o: o.expected.sparse is False,
            "sparse": lambda o: o.expected.sparse is True,
        }
        for name in populations:
            wanted[f"population: {name}"] = lambda o, name=name: o.expected.population == name  # type: ignore[misc]
        found = {name: self.of(fits) for name, fits in wanted.items()}
        return {name: group for name, group in found.items() if group.outcomes}

    def of(self, fits: Callable[[Outcome], bool]) -> Evaluation:
        """Return the figures of some of the cases."""
        return Evaluation(outcomes=tuple(o for o in self.outcomes if fits(o)))


def _mistaken(accepted: tuple[str, ...], several: list[Outcome]) -> Mistaken:
    came = Counter(o.first for o in several)
    return Mistaken(
        accepted=accepted,
        cases=len(several),
        first=sum(o.rank == 1 for o in several),
        three=sum(o.rank is not None and o.rank <= 3 for o in several),
        came=tuple(sorted(came.items(), key=lambda item: (-item[1], item[0]))),
    )


def stating(cases: Iterable[Case]) -> tuple[tuple[Case, Expected], ...]:
    """Return the cases that state what is expected, with what they state.

    Raises:
        CaseError: None of the cases does, or an expectation is malformed.
    """
    found = tuple((case, expected) for case in cases if (expected := expectation(case)) is not None)
    if not found:
        message = "no case states what is expected"
        raise CaseError([Problem(Location(), CODE, message, "add  expected: {accepted: [...], urgent: ...}")])
    return found


def evaluate(
    cases: Iterable[Case], knowledge: Knowledge, progress: Callable[[int], object] | None = None
) -> Evaluation:
    """Judge every case that states what is expected.

    Args:
        cases: The cases; those that state nothing are left out.
        knowledge: The knowledge base, restricted to the layers wanted.
        progress: Called after each case with the number of cases judged so far.

    Raises:
        CaseError: None of the cases states anything, or an expectation is malformed.
    """
    known = stating(cases)
    judged = assess_many((case for case, _ in known), knowledge, progress)
    pairs = zip(known, judged, strict=True)
    return Evaluation(outcomes=tuple(outcome(case, expected, found) for (case, expected), found in pairs))
