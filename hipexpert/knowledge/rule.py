"""Rules: when, then, why and whence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from hipexpert.errors import Location
from hipexpert.frozen import dataclass
from hipexpert.knowledge.entries import Direction
from hipexpert.knowledge.normal_form import Alternative, Numbered, branches
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    AtLeast,
    Concluded,
    RankWithin,
    VerdictIs,
    When,
    tests,
)


@dataclass(frozen=True, kw_only=True)
class Concludes:
    """Draw an intermediate conclusion."""

    conclusion: str


@dataclass(frozen=True, kw_only=True)
class Weighs:
    """Count for or against a condition.

    Attributes:
        strength: A word of the knowledge base's ``strengths``; empty when ``ratio`` is published.
        ratio: The likelihood ratio used, always at least 1; ``direction`` says which way it turns.
        source: The source of a published ratio; empty for a strength word.
        study: The study a published ratio was taken from; empty when the rule states the ratio itself.
        result: ``positive`` or ``negative``: the test result whose ratio was taken; empty without a study.
        group: Rules of one condition that measure the same thing share it and count once.
    """

    condition: str
    direction: Direction
    ratio: float
    strength: str = ""
    source: str = ""
    group: str = ""
    study: str = ""
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class Raises:
    """Raise a red flag."""

    flag: str


@dataclass(frozen=True, kw_only=True)
class Advises:
    """Bring up advice."""

    advice: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Withholds:
    """Hold back all advice that makes one of these demands on the body, whichever rule brings it up."""

    demands: tuple[str, ...]


Then: TypeAlias = "Concludes | Weighs | Raises | Advises | Withholds"

PHASES: tuple[str, ...] = (
    "conclusions",
    "red_flags",
    "evidence",
    "alarms",
    "cautions",
    "advice",
)
"""The order rules fire in. After ``evidence`` the conditions are ranked; ``alarms`` are red flags that
follow from where a condition stands; before ``cautions`` and ``advice`` triage is settled."""

_PHASE: dict[type, str] = {
    Concludes: "conclusions",
    Raises: "red_flags",
    Weighs: "evidence",
    Withholds: "cautions",
    Advises: "advice",
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One piece of clinical logic: what, why, whence, and when it is wrong.

    Attributes:
        because: Why this is so, for a reader who may disagree.
        pitfalls: When the rule misleads.
        cites: Claims or sources; may be empty only when ``opinion`` says why.
        opinion: Set when the rule is expert opinion, with the reason.
    """

    id: str
    layer: str
    status: str
    title: str
    when: When
    then: Then
    because: str
    pitfalls: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    opinion: str = ""
    at: Location = field(default_factory=Location, compare=False)

    @cached_property
    def phase(self) -> str:
        """When the rule fires; it follows from what it says, never from a number."""
        if isinstance(self.then, Raises) and conditions_of(self.when):
            return "alarms"
        return _PHASE[type(self.then)]

    @cached_property
    def declared(self) -> tuple[tuple[str, str], ...]:
        """``(kind, id)`` of everything it declares; see :func:`declares`."""
        return declares(self.then)

    @cached_property
    def numbered(self) -> Numbered | None:
        """The branches by number, where the knowledge base came from the cache; otherwise None."""
        return None

    @cached_property
    def branches(self) -> tuple[Alternative, ...]:
        """The alternatives of its ``when``; the rule is true when every test of one of them is."""
        return self.numbered.spelt() if self.numbered else branches(self.when)


def conclusions_of(when: When) -> tuple[str, ...]:
    """Return the conclusions a tree tests."""
    return tuple(dict.fromkeys(t.conclusion for t in tests(when) if isinstance(t, Concluded)))


def conditions_of(when: When) -> tuple[str, ...]:
    """Return the conditions whose standing a tree tests."""
    standings = (t for t in tests(when) if isinstance(t, (VerdictIs, RankWithin)))
    return tuple(dict.fromkeys(t.condition for t in standings))


def conditions_meant(when: When) -> tuple[str, ...]:
    """Return the conditions a tree asks to be likely or possible; those it guards against are left out."""
    return tuple(dict.fromkeys(_meant(when)))


def _meant(when: When) -> Iterator[str]:
    if isinstance(when, RankWithin) or (isinstance(when, VerdictIs) and "likely" in when.verdicts):
        yield when.condition
    elif isinstance(when, (All, AnyOf, AtLeast)):
        for part in when.parts:
            yield from _meant(part)


def target(then: Then) -> tuple[str, ...]:
    """Return the ids of what a rule declares something about."""
    if isinstance(then, Concludes):
        return (then.conclusion,)
    if isinstance(then, Weighs):
        return (then.condition,)
    if isinstance(then, Withholds):
        return then.demands
    return (then.flag,) if isinstance(then, Raises) else then.advice


def declares(then: Then) -> tuple[tuple[str, str], ...]:
    """Return ``(kind, id)`` of everything a rule declares.

    The kind is conclusion, flag, supports, opposes, withholds or advice.
    """
    if isinstance(then, Weighs):
        return ((then.direction, then.condition),)
    return tuple((_DECLARED[type(then)], name) for name in target(then))


_DECLARED: dict[type, str] = {
    Concludes: "conclusion",
    Raises: "flag",
    Withholds: "withholds",
    Advises: "advice",
}
