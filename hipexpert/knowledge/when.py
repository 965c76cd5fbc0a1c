"""The closed grammar of a rule's ``when``: a tree of tests, with no expressions in strings.

Meaning is three-valued. A test on a finding is *true*, *false* or *unknown*; what nobody asked
is unknown, never false. ``none`` is true only when everything below it is known to be false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from hipexpert.frozen import dataclass

YES = "yes"
"""The one option of a yes/no finding."""


@dataclass(frozen=True)
class All:
    """True when every part is true."""

    parts: tuple[When, ...]


@dataclass(frozen=True)
class AnyOf:
    """True when at least one part is true."""

    parts: tuple[When, ...]


@dataclass(frozen=True)
class NoneOf:
    """True when every part is known to be false; an unknown part keeps it unknown."""

    parts: tuple[When, ...]


@dataclass(frozen=True)
class AtLeast:
    """True when at least ``count`` of the parts are true."""

    count: int
    parts: tuple[When, ...]


@dataclass(frozen=True)
class Has:
    """A recorded finding: one of the options is present.

    Attributes:
        others: All other options of a finding that always has exactly one answer; where none of them is the
            answer, one of ``options`` is, whichever it may be. Empty for other findings, and for one option.
    """

    finding: str
    options: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measures:
    """A recorded number within bounds, in the finding's own unit.

    Attributes:
        low: Lower bound, or None for none.
        high: Upper bound, or None for none.
        low_open: The lower bound itself does not count.
        high_open: The upper bound itself does not count.
    """

    finding: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: object) -> bool:
        """Return whether ``value`` lies within the bounds; False for anything but a number."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return self.high is None or not (value > self.high or (self.high_open and value == self.high))


@dataclass(frozen=True)
class IsUnknown:
    """Nobody recorded anything about the finding."""

    finding: str


@dataclass(frozen=True)
class Concluded:
    """An intermediate conclusion was drawn. Its absence is never a fact."""

    conclusion: str


@dataclass(frozen=True)
class FlagRaised:
    """A red flag was raised (advice only)."""

    flag: str


@dataclass(frozen=True)
class VerdictIs:
    """A condition's verdict is one of these (advice only)."""

    condition: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True)
class RankWithin:
    """A condition's rank is ``at_most`` or better; 1 is the first (advice only)."""

    condition: str
    at_most: int


@dataclass(frozen=True)
class TriageIs:
    """The triage level is one of these (advice only)."""

    levels: tuple[str, ...]


Branch: TypeAlias = "All | AnyOf | NoneOf | AtLeast"
Test: TypeAlias = "Has | Measures | IsUnknown | Concluded | FlagRaised | VerdictIs | RankWithin | TriageIs"
When: TypeAlias = "Branch | Test"


def tests(when: When) -> Iterator[Test]:
    """Yield every test of a tree, left to right."""
    if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
        for part in when.parts:
            yield from tests(part)
    else:
        yield when


def findings_of(when: When) -> tuple[str, ...]:
    """Return the findings a tree names, each once, in order of appearance."""
    names = (t.finding for t in tests(when) if isinstance(t, (Has, Measures, IsUnknown)))
    return tuple(dict.fromkeys(names))
