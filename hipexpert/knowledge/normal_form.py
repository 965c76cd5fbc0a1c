"""A ``when`` as alternatives: a rule is true when every test of one of its branches is.

Branches hold only positive statements about what is recorded ("present", "recorded absent", "within
bounds", "nobody recorded it"), so an engine can match them without ever negating an absence of facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

from hipexpert.knowledge.when import All, AnyOf, AtLeast, Has, NoneOf, Test, When

MAX_BRANCHES = 256


@dataclass(frozen=True, slots=True)
class Literal:
    """One test that must be true, or (``positive`` False) known to be false."""

    test: Test
    positive: bool = True


Alternative: TypeAlias = "tuple[Literal, ...]"


class TooManyBranches(ValueError):
    """A ``when`` has more alternatives than an engine should be asked to match."""


@lru_cache(maxsize=4096)
def branches(when: When) -> tuple[Alternative, ...]:
    """Return the alternatives of a tree, smallest first; none when it can never be true.

    Raises:
        TooManyBranches: There are more than :data:`MAX_BRANCHES`.
    """
    return _minimal(_expand(when, True))


def _expand(when: When, positive: bool) -> list[Alternative]:
    if isinstance(when, NoneOf):
        return _expand(AnyOf(when.parts), not positive)
    if isinstance(when, (All, AnyOf, AtLeast)):
        need = _needed(when, positive)
        parts = [_expand(part, positive) for part in when.parts]
        found: list[Alternative] = []
        for chosen in combinations(parts, need):
            found.extend(_product(chosen))
            _limit(found)
        return found
    if isinstance(when, Has) and len(when.options) > 1:
        kind = AnyOf if positive else All
        options = tuple(Has(when.finding, (option,)) for option in when.options)
        return _expand_flat(kind(options), positive)
    return [(Literal(when, positive),)]


def _expand_flat(when: All | AnyOf, positive: bool) -> list[Alternative]:
    literals = [Literal(part, positive) for part in when.parts]  # type: ignore[arg-type]
    return [tuple(literals)] if isinstance(when, All) else [(literal,) for literal in literals]


def _needed(when: All | AnyOf | AtLeast, positive: bool) -> int:
    size = len(when.parts)
    count = when.count if isinstance(when, AtLeast) else (size if isinstance(when, All) else 1)
    return count if positive else size - count + 1


def _product(parts: Iterable[list[Alternative]]) -> list[Alternative]:
    found: list[Alternative] = [()]
    for part in parts:
        found = [(*left, *right) for left in found for right in part]
        _limit(found)
    return [tuple(dict.fromkeys(alternative)) for alternative in found]


def _limit(found: list[Alternative]) -> None:
    if len(found) > 16 * MAX_BRANCHES:
        raise TooManyBranches(f"more than {16 * MAX_BRANCHES} alternatives")


def _minimal(found: list[Alternative]) -> tuple[Alternative, ...]:
    """Drop impossible alternatives and those that another, smaller one already covers."""
    kept: list[tuple[frozenset[Literal], Alternative]] = []
    for alternative in sorted(dict.fromkeys(found), key=len):
        literals = frozenset(alternative)
        if _contradicts(literals) or any(smaller <= literals for smaller, _ in kept):
            continue
        kept.append((literals, alternative))
        if len(kept) > MAX_BRANCHES:
            raise TooManyBranches(f"more than {MAX_BRANCHES} alternatives")
    return tuple(alternative for _, alternative in kept)


def _contradicts(literals: frozenset[Literal]) -> bool:
    return any(Literal(literal.test, not literal.positive) in literals for literal in literals)
