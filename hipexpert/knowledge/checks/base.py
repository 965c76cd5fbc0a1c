"""What every check works with: one defect, and the knowledge base with what several checks need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from hipexpert.errors import Location, Problem
from hipexpert.knowledge import model as m
from hipexpert.knowledge.normal_form import branches
from hipexpert.knowledge.situation import Situation


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """One thing a check found.

    Attributes:
        about: The id of the entry that should change; exclusions name it.
        other: The id of a second entry, where two do not go together.
    """

    at: Location
    code: str
    about: str
    message: str
    hint: str
    other: str = ""

    @property
    def problem(self) -> Problem:
        """The same, as everything else that can be wrong is reported."""
        return Problem(self.at, self.code, self.message, self.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the cases of a knowledge base try out.

    Attributes:
        rules: Rules with a rule case in which they fire.
        flags: Red flags that a whole runner raises.
    """

    rules: frozenset[str] = field(default_factory=frozenset)
    flags: frozenset[str] = field(default_factory=frozenset)


class Survey:
    """A knowledge base with what several checks need of it, each worked out once.

    Attributes:
        tried: What the cases try out; None when there are no cases to look at.
    """

    def __init__(self, knowledge: m.Knowledge, tried: Tried | None = None) -> None:
        self.knowledge = knowledge
        self.tried = tried
        self.rules = [rule for rule in knowledge.rules.values() if rule.status != "retired"]
        self._situations: dict[str, tuple[Situation, ...]] = {}
        self._subjects: dict[str, frozenset[str]] = {}

    def situations(self, rule: m.Rule) -> tuple[Situation, ...]:
        """Return what each branch of a rule says, without the branches that can never be true."""
        known = self._situations.get(rule.id)
        if known is None:
            all_ = (Situation(self.knowledge, branch) for branch in branches(rule.when))
            known = self._situations[rule.id] = tuple(each for each in all_ if each.possible)
        return known

    def subjects(self, rule: m.Rule) -> frozenset[str]:
        """Return everything the tests of a rule are about."""
        known = self._subjects.get(rule.id)
        if known is None:
            every = (each.subjects for each in self.situations(rule))
            known = self._subjects[rule.id] = frozenset[str]().union(*every)
        return known

    def implies(self, narrow: m.Rule, wide: m.Rule) -> bool:
        """Return whether one rule fires wherever another does, as far as that can be shown."""
        return all(
            any(situation.entails_all(branch) for branch in branches(wide.when))
            for situation in self.situations(narrow)
        )

    @cached_property
    def weighing(self) -> list[tuple[m.Rule, m.Weighs]]:
        """Rules for or against a condition."""
        return [(rule, rule.then) for rule in self.rules if isinstance(rule.then, m.Weighs)]

    @cached_property
    def by_condition(self) -> dict[str, list[tuple[m.Rule, m.Weighs]]]:
        """The same, by condition."""
        found: dict[str, list[tuple[m.Rule, m.Weighs]]] = {name: [] for name in self.knowledge.conditions}
        for rule, then in self.weighing:
            found[then.condition].append((rule, then))
        return found


Check: TypeAlias = "Callable[[Survey], Iterator[Defect]]"


def first_of(names: Iterable[str], most: int = 3) -> str:
    """Return some names as a message lists them."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
