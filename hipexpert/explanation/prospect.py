"""How things stand after an answer, and how far all answers together could still bring them."""

from __future__ import annotations

from collections.abc import Mapping

from hipexpert.explanation.rule_masks import MaskedRule
from hipexpert.frozen import dataclass


@dataclass(frozen=True)
class Place:
    """Where one condition stands, as far as its own ledger decides it.

    Attributes:
        key: Sorts places as the ranking does, best first.
    """

    condition: str
    tenths: int
    verdict: str
    key: tuple[int, bool, int, str]


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

    @property
    def leader(self) -> str:
        """The condition that leads; empty when there is none."""
        return self.places[0].condition if self.places else ""

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
