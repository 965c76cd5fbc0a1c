"""What each rule can rest on, and what it waits for while only findings are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from hipexpert.case import Case
from hipexpert.inference.logic import Logic, Truth
from hipexpert.knowledge.model import LEVELS, PHASES, Concludes, Knowledge, Raises, Rule, conclusions_of
from hipexpert.knowledge.when import (
    All,
    AnyOf,
    AtLeast,
    Concluded,
    FlagRaised,
    NoneOf,
    RankWithin,
    TriageIs,
    VerdictIs,
    When,
    findings_of,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule that can fire.

    Attributes:
        reach: The findings it can rest on, through conclusions too.
        urgency: 0 when it raises no flag, otherwise one more than the place of the flag's level.
        end: It matters for itself: it does more than draw a conclusion that other rules test.
    """

    rule: Rule
    reach: frozenset[str]
    urgency: int
    end: bool


@dataclass(frozen=True, slots=True)
class Index:
    """What the agenda needs of a knowledge base, worked out once.

    Attributes:
        entries: Every rule that can fire, the most urgent first.
        concluding: The rules that draw each conclusion.
        order: The place of every finding, by section and then as the vocabulary lists it.
    """

    entries: tuple[Entry, ...]
    concluding: Mapping[str, tuple[Rule, ...]]
    order: Mapping[str, int]


class FindingsOnly(Logic):
    """Leaves every test on an outcome unknown, since before the end nobody can say how it falls.

    It also remembers what each conclusion waits for: many rules rest on the same ones.
    """

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        super().__init__(knowledge, case)
        self._rules_for = index_of(knowledge).concluding
        self._waits: dict[str, tuple[str, ...]] = {}

    def truth(self, when: When) -> Truth:
        """Return whether a tree is true, false or (None) unknown as far as findings decide it."""
        if isinstance(when, (FlagRaised, VerdictIs, RankWithin, TriageIs)):
            return None
        return super().truth(when)

    def open_findings(self, when: When) -> tuple[str, ...]:
        """Return findings nobody recorded that could still change a tree, in order of appearance."""
        if isinstance(when, Concluded):
            return self._conclusion_waits(when.conclusion) if self.truth(when) is None else ()
        if isinstance(when, (All, AnyOf, NoneOf, AtLeast)):
            return self._any_wait(when.parts) if self.truth(when) is None else ()
        return super().open_findings(when)

    def _any_wait(self, trees: Iterable[When]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for tree in trees for name in self.open_findings(tree)))

    def _conclusion_waits(self, name: str) -> tuple[str, ...]:
        if name not in self._waits:
            self._waits[name] = ()  # the loader refuses circles; this only guards
            self._waits[name] = self._any_wait(rule.when for rule in self._rules_for.get(name, ()))
        return self._waits[name]


_indexes: WeakKeyDictionary[Knowledge, Index] = WeakKeyDictionary()


def index_of(knowledge: Knowledge) -> Index:
    """Return the index of a knowledge base, kept for as long as the knowledge base lives."""
    if knowledge not in _indexes:
        _indexes[knowledge] = _build(knowledge)
    return _indexes[knowledge]


def _build(knowledge: Knowledge) -> Index:
    concluding = knowledge.concluding

    def reach(when: When) -> frozenset[str]:
        names, conclusions = set(findings_of(when)), list(conclusions_of(when))
        for conclusion in conclusions:  # grows while it is walked
            for rule in concluding.get(conclusion, ()):
                names.update(findings_of(rule.when))
                conclusions += [c for c in conclusions_of(rule.when) if c not in conclusions]
        return frozenset(names)

    def urgency(rule: Rule) -> int:
        if not isinstance(rule.then, Raises):
            return 0
        return 1 + LEVELS.index(knowledge.flags[rule.then.flag].urgency)

    active = [rule for phase in PHASES for rule in knowledge.rules_by_phase[phase]]
    used = {name for rule in active for name in conclusions_of(rule.when)}

    def end(rule: Rule) -> bool:
        return not isinstance(rule.then, Concludes) or rule.then.conclusion not in used

    entries = [Entry(rule, reach(rule.when), urgency(rule), end(rule)) for rule in active]
    places = {name: n for n, name in enumerate(knowledge.findings)}
    by_section = sorted(places, key=lambda name: (_section_order(knowledge, name), places[name]))
    return Index(
        entries=tuple(sorted(entries, key=lambda entry: -entry.urgency)),
        concluding=concluding,
        order={name: n for n, name in enumerate(by_section)},
    )


def _section_order(knowledge: Knowledge, finding: str) -> int:
    return knowledge.sections[knowledge.findings[finding].section].order
