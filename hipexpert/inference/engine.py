"""A KnowledgeEngine that runs one consultation: conclusions, red flags, evidence, then advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import TYPE_CHECKING

from hipexpert.errors import EngineError
from hipexpert.frozen import dataclass
from hipexpert.inference._experta import (
    Fact,
    FactList,
    InitialFact,
    KnowledgeEngine,
    ReteMatcher,
    Rule,
    watchers,
)
from hipexpert.inference.assessment import Matched
from hipexpert.inference.compiler import Compiled
from hipexpert.inference.facts import Facts, each_matched
from hipexpert.inference.matcher import GroundMatcher
from hipexpert.inference.strategy import PhaseOrder
from hipexpert.knowledge.model import PHASES
from hipexpert.knowledge.model import Rule as RuleEntry

if TYPE_CHECKING:
    from hipexpert.inference.watching import Observer, Stage


@dataclass(frozen=True)
class Fired:
    """One rule experta fired, and the facts of the activation it fired on."""

    rule: RuleEntry
    facts: tuple[Matched, ...]


class Engine(KnowledgeEngine):  # type: ignore[misc]
    """Fires the compiled rules of one knowledge base.

    ``__matcher__`` can be replaced: :class:`ReteEngine` keeps experta's own.

    One engine serves one case at a time; ``reset`` prepares it for the next. Rules are handed over
    by ``get_rules`` rather than put on the class, so engines share no state.

    Attributes:
        fired_rules: What fired since the last reset, in order.
        observer: Told of every firing; None for nobody.
    """

    __matcher__ = GroundMatcher
    __strategy__ = PhaseOrder

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.index = compiled.index
        self._numbers = {
            entry.id: (PHASES.index(entry.phase), number) for number, entry in enumerate(compiled.entries)
        }
        self.fired_rules: list[Fired] = []
        self.observer: Observer | None = None
        super().__init__()

    def get_rules(self) -> list[Rule]:
        """Return the compiled rules, in a fixed order."""
        return list(self.compiled.rules)

    def get_deffacts(self) -> list[object]:
        """Return what every consultation starts from: experta's initial fact."""
        return [_initial_facts]

    def reset(self, **kwargs: object) -> None:
        """Forget the last case."""
        self.fired_rules = []
        self.strategy = PhaseOrder()
        self.strategy.numbers = self._numbers
        super().reset(**kwargs)
        self.facts: Facts = _copied(self.facts)

    def tell(self, stage: Stage, facts: Iterable[Fact]) -> None:
        """Declare facts from outside and run the rules on them."""
        known = self.facts.last_index
        self._assert(facts)
        if self.observer is not None:
            self.observer.declared(stage, range(known, self.facts.last_index))
        self.run()

    def run(self, steps: float = inf) -> None:
        """Fire what is on the agenda, one after the other.

        experta's own loop spells out every firing for its log, whether anybody reads it or not. That
        takes longer than the firing, so this loop, otherwise the same, runs while nobody watches.
        """
        if any(watchers.worth(name, "INFO") for name in _LOGGED):
            super().run(steps)
            return
        self.running = True
        agenda, choose = self.agenda, self.strategy.choose
        while steps > 0 and self.running:
            choose(agenda, *self.get_activations())
            activation = agenda.get_next()
            if activation is None:
                break
            steps -= 1
            bound = {name: value for name, value in activation.context.items() if not name.startswith("__")}
            activation.rule(self, **bound)
        self.running = False

    def _assert(self, facts: Iterable[Fact]) -> None:
        """Declare facts of the stock, which were checked once; the agenda follows in the next cycle."""
        for fact in facts:
            self.facts.declare(fact)

    def fired(self, rule: RuleEntry) -> None:
        """Record that a rule fired and declare what it says. Called by the compiled rule."""
        activation = self.strategy.next
        if activation is None or activation.rule.__name__ != rule.id:
            raise EngineError(f"rule {rule.id} fired out of turn")
        self.fired_rules.append(Fired(rule, each_matched(activation.facts)))
        self.strategy.spent.add(rule.id)
        known = self.facts.last_index
        self._assert(self.compiled.stock.produced(rule))
        if self.observer is not None:
            added = range(known, self.facts.last_index)
            self.observer.fired(rule, activation, self.agenda.activations, added)


_LOGGED = ("RULES", "ACTIVATIONS", "AGENDA")
"""Watchers of experta that a run tells something."""


class ReteEngine(Engine):
    """The same engine on experta's own RETE matcher: slower, and the yardstick of the tests."""

    __matcher__ = ReteMatcher
    run = KnowledgeEngine.run


ENGINES: Mapping[str, type[Engine]] = {"ground": Engine, "rete": ReteEngine}
"""Engines by name."""


def _copied(known: FactList) -> Facts:
    """Return what an engine knows, in our own kind of list."""
    facts = Facts()
    for fact in known.values():
        facts.declare(fact)
    _ = facts.changes  # the matcher has seen these
    return facts


def _initial_facts() -> Iterator[Fact]:
    yield InitialFact()
