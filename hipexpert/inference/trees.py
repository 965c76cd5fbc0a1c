"""A ``when`` as a function of the values of all tests, in three-valued logic.

Values are 1 for true, 0 for unknown and -1 for false, so that "all" is the least, "any" the greatest and
"none" the greatest with its sign turned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeAlias

from hipexpert.case import Answer, State
from hipexpert.frozen import dataclass
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    Branch,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    RankWithin,
    Test,
    TriageIs,
    VerdictIs,
)

TRUE, UNKNOWN, FALSE = 1, 0, -1

Values: TypeAlias = "list[int]"
Value: TypeAlias = "Callable[[Values], int]"
Late: TypeAlias = "FlagRaised | VerdictIs | RankWithin | TriageIs"
LATE = (FlagRaised, VerdictIs, RankWithin, TriageIs)


@dataclass(frozen=True, eq=False)
class Leaf:
    """One test and the place of its value."""

    test: Test
    number: int
    value: Value


@dataclass(frozen=True, eq=False)
class Joint:
    """A tree of tests.

    Attributes:
        turned: Its parts count by being false (``none``).
        every: When it is true, each part counts (``all``, ``none``).
        waits: The parts' numbers and the bits of their findings, when all test findings; otherwise empty.
    """

    parts: tuple[Node, ...]
    turned: bool
    every: bool
    waits: tuple[tuple[int, int], ...]
    value: Value


Node: TypeAlias = "Leaf | Joint"


def value_of(when: Branch, parts: Sequence[Node]) -> Value:
    """Return a tree as a function of the values of all tests."""
    each = _each(parts)
    if isinstance(when, All):
        return lambda values: min(each(values), default=TRUE)
    if isinstance(when, AnyOf):
        return lambda values: max(each(values), default=FALSE)
    if isinstance(when, NoneOf):
        return lambda values: -max(each(values), default=FALSE)
    count = when.count
    if not 0 < count <= len(parts):
        fixed = FALSE if count > 0 else TRUE
        return lambda values: fixed
    return lambda values: sorted(each(values))[-count]


def _each(parts: Sequence[Node]) -> Callable[[Values], Sequence[int]]:
    numbers = [part.number for part in parts if isinstance(part, Leaf)]
    if len(numbers) == len(parts) > 1:
        return itemgetter(*numbers)
    inner = [part.value for part in parts]
    return lambda values: [value(values) for value in inner]


def judge_of(test: Has | Measures | IsUnknown) -> Callable[[Answer], int]:
    """Return the value that a known answer gives a test."""
    if isinstance(test, IsUnknown):
        return lambda answer: FALSE
    if isinstance(test, Measures):
        return lambda answer: _measured(test, answer)
    options = test.options
    if len(options) == 1:
        only = options[0]
        return lambda answer: TRUE if only in answer.present else FALSE if only in answer.absent else UNKNOWN
    return lambda answer: _VALUES[answer.state_of(test)]


def _measured(test: Measures, answer: Answer) -> int:
    if answer.number is None:
        return UNKNOWN
    return TRUE if test.holds(answer.number) else FALSE


_VALUES = {State.PRESENT: TRUE, State.ABSENT: FALSE, State.UNKNOWN: UNKNOWN}
