"""A ``when`` as alternatives: a rule is true when every test of one of its branches is.

Branches hold only positive statements about what is recorded ("present", "recorded absent", "within
bounds", "nobody recorded it"), so an engine can match them without ever negating an absence of facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

from hipexpert.frozen import dataclass
from hipexpert.knowledge.when import All, AnyOf, AtLeast, Has, NoneOf, Test, When

MAX_BRANCHES = 256


@dataclass(frozen=True)
class Literal:
    """One test that must be true, or (``positive`` False) known to be false."""

    test: Test
    positive: bool = True


Alternative: TypeAlias = "tuple[Literal, ...]"


class TooManyBranches(ValueError):
    """A ``when`` has more alternatives than an engine should be asked to match."""


@dataclass(frozen=True, eq=False)
class Numbered:
    """The branches of one rule by the places of their literals.

    Attributes:
        literals: Those of all rules, each once, the unlikeliest first; the same list for all of them.
        branches: The places in that list, ascending.
    """

    literals: list[Literal]
    branches: list[list[int]]

    def spelt(self) -> tuple[Alternative, ...]:
        """Return the branches themselves.

        Raises:
            IndexError, TypeError: A number is none.
        """
        literals = self.literals
        return tuple([tuple([literals[n] for n in branch]) for branch in self.branches])


@lru_cache(maxsize=4096)
def branches(when: When) -> tuple[Alternative, ...]:
    """Return the alternatives of a tree, smallest first; none when it can never be true.

    Raises:
        TooManyBranches: There are more than :data:`MAX_BRANCHES`.
    """
    expansion = _Expansion()
    literals = expansion.literals
    expanded = expansion.of(when, True)
    kept = _minimal(expanded, len(literals))
    return tuple(tuple([literals[number] for number in alternative]) for alternative in kept)


_Numbers: TypeAlias = "tuple[int, ...]"
"""An alternative by the numbers of its literals, which are quicker to compare than the literals."""


class _Expansion:
    """Expands one tree. The nth test of it is literal 2n when positive, and 2n + 1 when negated."""

    def __init__(self) -> None:
        self.numbers: dict[Test, int] = {}
        self.literals: list[Literal] = []

    def of(self, when: When, positive: bool) -> list[_Numbers]:
        """Return the alternatives of a part of the tree, in the order they are written."""
        if isinstance(when, NoneOf):
            return self.of(AnyOf(when.parts), not positive)
        if isinstance(when, (All, AnyOf, AtLeast)):
            need = _needed(when, positive)
            parts = [self.of(part, positive) for part in when.parts]
            found: list[_Numbers] = []
            for chosen in combinations(parts, need):
                found.extend(_product(chosen))
                _limit(found)
            return found
        if isinstance(when, Has) and len(when.options) > 1 and not when.others:
            single = [self.number(Has(when.finding, (option,)), positive) for option in when.options]
            return [(number,) for number in single] if positive else [tuple(single)]
        return [(self.number(when, positive),)]

    def number(self, test: Test, positive: bool) -> int:
        """Return the number of a literal; a new test gets the next two."""
        number = self.numbers.get(test)
        if number is None:
            number = self.numbers[test] = len(self.literals)
            self.literals += (Literal(test, True), Literal(test, False))
        return number if positive else number + 1


def _needed(when: All | AnyOf | AtLeast, positive: bool) -> int:
    size = len(when.parts)
    count = when.count if isinstance(when, AtLeast) else (size if isinstance(when, All) else 1)
    return count if positive else size - count + 1


def _product(parts: Iterable[list[_Numbers]]) -> list[_Numbers]:
    found: list[_Numbers] = [()]
    for part in parts:
        found = [left + right for left in found for right in part]
        _limit(found)
    return [tuple(dict.fromkeys(alternative)) for alternative in found]


def _limit(found: list[_Numbers]) -> None:
    if len(found) > 16 * MAX_BRANCHES:
        raise TooManyBranches(f"more than {16 * MAX_BRANCHES} alternatives")


def _minimal(found: list[_Numbers], literals: int) -> list[_Numbers]:
    """Drop impossible alternatives and those that another, smaller one already covers."""
    positive = (1 << literals) // 3  # every other bit
    kept: list[_Numbers] = []
    smaller: list[int] = []  # alternatives as sets of bits; those of one size can only be equal
    equal: set[int] = set()
    size = 0
    for alternative in sorted(dict.fromkeys(found), key=len):
        if len(alternative) != size:
            smaller.extend(equal)
            equal, size = set(), len(alternative)
        bits = sum([1 << number for number in alternative])
        if bits & bits >> 1 & positive:
            continue  # a test and its opposite
        if bits in equal or any(other & bits == other for other in smaller):
            continue
        kept.append(alternative)
        equal.add(bits)
        if len(kept) > MAX_BRANCHES:
            raise TooManyBranches(f"more than {MAX_BRANCHES} alternatives")
    return kept
