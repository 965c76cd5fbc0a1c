"""How a case comes out, judged from the rules' three-valued reading alone.

The same as the engine gives (a test holds them equal), without its trace, and much quicker: for looking at
thousands of cases under one knowledge base, or at one case under thousands of changed rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.inference.consultation import Standings
from hipexpert.inference.logic import Outcome
from hipexpert.inference.plan import Plan
from hipexpert.inference.reading import Reading
from hipexpert.inference.weighing import settled
from hipexpert.knowledge.model import LEVELS, Knowledge, Raises, Rule


@dataclass(frozen=True, slots=True)
class Judged:
    """How a case comes out.

    Attributes:
        ranked: Conditions, best first.
        verdicts: The verdict on each.
        flags: Red flags raised.
        fired: Rules for or against a condition that fired.
    """

    ranked: tuple[str, ...]
    verdicts: Mapping[str, str]
    ranks: Mapping[str, int]
    settled: bool
    flags: frozenset[str]
    triage: str
    fired: tuple[Rule, ...]

    @property
    def outcome(self) -> Outcome:
        """The same as advice and cautions test it."""
        return Outcome(flags=self.flags, verdicts=self.verdicts, ranks=self.ranks, triage=self.triage)


class Judge:
    """Judges cases under one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._plan = Plan(knowledge)

    def __call__(self, case: Case) -> Judged:
        """Return how a case comes out."""
        phases = self.knowledge.rules_by_phase
        reading = Reading(self._plan, case)
        fired = [rule for rule in phases["evidence"] if reading.truth(rule)]
        raised = frozenset(_flag(rule) for rule in phases["red_flags"] if reading.truth(rule))
        return self.weighed(reading, fired, raised)

    def weighed(self, reading: Reading, fired: Iterable[Rule], raised: frozenset[str]) -> Judged:
        """Return how a case comes out once it is known which rules count and which findings raise a flag."""
        fired = tuple(fired)
        standing = Standings.of(self.knowledge, fired)
        late = reading.given(Outcome(verdicts=standing.verdicts, ranks=standing.ranks))
        alarms = self.knowledge.rules_by_phase["alarms"]
        flags = raised | {_flag(rule) for rule in alarms if late.truth(rule)}
        urgencies = (LEVELS.index(self.knowledge.flags[flag].urgency) for flag in flags)
        return Judged(
            ranked=tuple(score.condition.id for score in standing.ranked),
            verdicts=standing.verdicts,
            ranks=standing.ranks,
            settled=settled(standing.ranked, self.knowledge.scale),
            flags=flags,
            triage=LEVELS[max(urgencies, default=0)],
            fired=fired,
        )

    def reading(self, case: Case) -> Reading:
        """Return what the rules say of a case before anything is ranked."""
        return Reading(self._plan, case)


def _flag(rule: Rule) -> str:
    assert isinstance(rule.then, Raises)
    return rule.then.flag
