"""Watching the engine at work: on each cycle, what was on the agenda, what fired, and what it added.

A :class:`Watch` is handed to a consultation and told by the engine itself, while it runs; nothing is
worked out afterwards from the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from hipexpert.inference._experta import Activation
from hipexpert.inference.assessment import Matched
from hipexpert.inference.facts import matched
from hipexpert.inference.strategy import fact_ids
from hipexpert.inference.weighing import ranking, weigh
from hipexpert.knowledge.model import Knowledge, Rule, Weighs

Stage: TypeAlias = Literal["case", "standings", "outcome"]
"""What is declared from outside: the answers; where conditions stand; red flags and triage."""


class Observer(Protocol):
    """What an engine tells of its run."""

    def declared(self, stage: Stage, numbers: Sequence[int]) -> None:
        """Take note of facts declared from outside, by their numbers."""

    def fired(
        self, rule: Rule, activation: Activation, agenda: Sequence[Activation], numbers: Sequence[int]
    ) -> None:
        """Take note of a firing: what is left on the agenda (the last is next), and the facts it added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A rule on the agenda: all its tests are met.

    Attributes:
        recency: The numbers of the facts that meet them, the newest first.
        facts: The same facts with what they say; those that say nothing of the case are left out.
    """

    rule: str
    phase: str
    recency: tuple[int, ...]
    facts: tuple[tuple[int, Matched], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Facts declared from outside, from the first to the last number; none when ``last < first``."""

    stage: Stage
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle of the engine.

    Attributes:
        n: Its number, from 1.
        fires: The rule that fired: the first of the agenda.
        agenda: The others, in the order in which they would fire if nothing were added; each rule once.
        added: Numbers of the facts it added; empty when they were known already.
        produced: What it declared, as ``(kind, id)``.
        ranked: All conditions with their tenths of a point after it, best first.
    """

    n: int
    fires: Contender
    agenda: tuple[Contender, ...]
    added: tuple[int, ...]
    produced: tuple[tuple[str, str], ...]
    ranked: tuple[tuple[str, int], ...]


Event: TypeAlias = "Declared | Cycle"


class Watch:
    """Keeps what an engine tells.

    Attributes:
        events: Everything so far, in order.
        start: All conditions with their tenths of a point before any rule fired, best first.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.events: list[Event] = []
        self._knowledge = knowledge
        self._fired: dict[str, Rule] = {}
        self.start = self._ranked = self._rank()

    def declared(self, stage: Stage, numbers: Sequence[int]) -> None:
        """Take note of facts declared from outside."""
        first = numbers[0] if numbers else 0
        self.events.append(Declared(stage=stage, first=first, last=first + len(numbers) - 1))

    def fired(
        self, rule: Rule, activation: Activation, agenda: Sequence[Activation], numbers: Sequence[int]
    ) -> None:
        """Take note of a firing."""
        self._fired[rule.id] = rule
        if isinstance(rule.then, Weighs):
            self._ranked = self._rank()
        self.events.append(
            Cycle(
                n=len(self._fired),
                fires=self._contender(activation),
                agenda=tuple(self._waiting(reversed(agenda))),
                added=tuple(numbers),
                produced=rule.declared,
                ranked=self._ranked,
            )
        )

    def _waiting(self, activations: Iterable[Activation]) -> Iterator[Contender]:
        seen = set(self._fired)
        for activation in activations:
            if activation.rule.__name__ not in seen:
                seen.add(activation.rule.__name__)
                yield self._contender(activation)

    def _contender(self, activation: Activation) -> Contender:
        found = {fact["__factid__"]: matched(fact) for fact in activation.facts}
        recency = fact_ids(activation)
        facts = tuple((number, said) for number in recency if (said := found[number]) is not None)
        rule = self._knowledge.rules[activation.rule.__name__]
        return Contender(rule=rule.id, phase=rule.phase, recency=recency, facts=facts)

    def _rank(self) -> tuple[tuple[str, int], ...]:
        scores = ranking(weigh(self._knowledge, self._fired.values()).values())
        return tuple((score.condition.id, score.tenths) for score in scores)
