"""Rules with one mistake in them: a test dropped, turned or weakened, a direction turned, a rule lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from hipexpert.inference.logic import Logic, Truth, at_least, negate
from hipexpert.knowledge.model import Direction, Rule, Weighs
from hipexpert.knowledge.normal_form import TooManyBranches, branches
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    AtLeast,
    Concluded,
    Has,
    IsUnknown,
    Measures,
    NoneOf,
    Test,
    When,
)
from hipexpert.upkeep.plain import plain


@dataclass(frozen=True, slots=True)
class Assumed:
    """A test that counts as settled when nobody asked: unknown taken for yes, or inside ``none`` for no."""

    test: Test
    as_: bool


Tree: TypeAlias = "When | Assumed"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one mistake.

    Attributes:
        how: ``drop rule``, ``turn direction``, ``drop``, ``turn``, ``assume`` or ``lower count``.
        what: The test that was changed, in words; empty when the rule as a whole was.
        when: Its tests; None when the rule is lost.
        rule: What it declares; differs from the original only when its direction was turned.
    """

    original: Rule
    how: str
    what: str
    when: Tree | None
    rule: Rule

    def __str__(self) -> str:
        return f"{self.original.id}: {self.how}{f' {self.what}' if self.what else ''}"


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Yield every mutant of a rule, but those that mean the same as the rule."""
    yield Mutant(rule, "drop rule", "", None, rule)
    if isinstance(rule.then, Weighs):
        direction: Direction = "opposes" if rule.then.direction == "supports" else "supports"
        turned = replace(rule, then=replace(rule.then, direction=direction))
        yield Mutant(rule, "turn direction", "", rule.when, turned)
    for how, what, when in _trees(rule.when):
        if how == "assume" or not _same(rule.when, when):
            yield Mutant(rule, how, what, when, rule)


def _same(one: When, other: Tree) -> bool:
    try:
        return {frozenset(b) for b in branches(one)} == {frozenset(b) for b in branches(other)}
    except TooManyBranches:
        return False


def _trees(when: When, wanted: bool = True) -> Iterator[tuple[str, str, Tree]]:
    """Yield each tree that differs by one mistake, with what was done to which test."""
    if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
        if isinstance(when, AtLeast) and when.count > 1:
            yield (
                "lower count",
                f"to {when.count - 1} of {len(when.parts)}",
                AtLeast(when.count - 1, when.parts),
            )
        for i, part in enumerate(when.parts):
            rest = when.parts[:i] + when.parts[i + 1 :]
            for how, what, tree in _trees(part, wanted is not isinstance(when, NoneOf)):
                if how == "drop" and not isinstance(part, (All, AnyOf, NoneOf, AtLeast)):
                    yield how, what, _without(when, rest)
                else:
                    parts = (*when.parts[:i], tree, *when.parts[i + 1 :])
                    yield how, what, replace(when, parts=parts)  # type: ignore[arg-type]
        return
    yield "drop", plain(when), All(())
    if not isinstance(when, (Concluded, IsUnknown)):  # the grammar cannot say that they are not so
        yield "turn", plain(when), NoneOf((when,))
    if isinstance(when, (Has, Measures)):
        yield "assume", plain(when), Assumed(when, wanted)


def _without(when: All | AnyOf | NoneOf | AtLeast, rest: tuple[When, ...]) -> When:
    if isinstance(when, AtLeast):
        return AtLeast(min(when.count, len(rest)), rest)
    return replace(when, parts=rest)


def truth(tree: Tree, logic: Logic) -> Truth:
    """Return whether the tests of a mutant are true, false or (None) unknown."""
    if isinstance(tree, Assumed):
        value = logic.truth(tree.test)
        return tree.as_ if value is None else value
    if isinstance(tree, (All, AnyOf, NoneOf, AtLeast)):
        values = [truth(part, logic) for part in tree.parts]
        if isinstance(tree, NoneOf):
            return negate(at_least(1, values))
        count = tree.count if isinstance(tree, AtLeast) else len(values) if isinstance(tree, All) else 1
        return at_least(count, values)
    return logic.truth(tree)
