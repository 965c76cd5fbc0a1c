"""A consultation with CLIPS in experta's place; everything that is not matching and firing is shared."""

from __future__ import annotations

from collections.abc import Iterable

import clips

from benchmarks import clips_rules
from hipexpert.case import Case
from hipexpert.inference.assessment import Firing
from hipexpert.inference.consultation import Standings, record, settle
from hipexpert.inference.logic import Outcome
from hipexpert.inference.plan import Plan
from hipexpert.inference.reading import Reading
from hipexpert.inference.stock import Stock
from hipexpert.knowledge.model import Knowledge, Rule


class ClipsEngine:
    """One CLIPS environment with the rules of a knowledge base.

    CLIPS is spared the reading of the facts each rule matched: its trace is made from the rules' own
    logic, as ours is, without the check of one against the other that ours includes.
    """

    def __init__(self, knowledge: Knowledge, source: Iterable[str], plan: Plan, stock: Stock) -> None:
        self._knowledge, self._plan, self._stock = knowledge, plan, stock
        self.environment = clips.Environment()
        for construct in source:
            self.environment.build(construct)
        self.environment.reset()
        self._asserting = {template.name: template.assert_fact for template in self.environment.templates()}

    def consult(self, case: Case) -> tuple[Firing, ...]:
        """Fire the rules on a case and return the trace."""
        environment, knowledge = self.environment, self._knowledge
        self._assert(
            clips_rules.case_facts(case, knowledge, self._stock.asked_unknown, self._stock.asked_together)
        )
        environment.run()
        standing = Standings.of(knowledge, self._fired())
        self._assert(
            clips_rules.standing_fact(name, verdict, standing.ranks[name])
            for name, verdict in standing.verdicts.items()
        )
        environment.run()
        before = Reading(self._plan, case)
        triage = settle(before, standing, self._fired())
        raised = [status.flag for status in triage.flags]
        self._assert(clips_rules.outcome_facts(knowledge.flags, raised, triage.level))
        environment.run()
        outcome = Outcome(flags=raised, verdicts=standing.verdicts, ranks=standing.ranks, triage=triage.level)
        reading = before.given(outcome)
        return tuple(record(n, rule, (), reading) for n, rule in enumerate(self._fired(), start=1))

    def _assert(self, facts: Iterable[clips_rules.Asserted]) -> None:
        for template, slots in facts:
            self._asserting[template](**slots)

    def _fired(self) -> list[Rule]:
        rules = self._knowledge.rules
        return [rules[fact["rule"]] for fact in self.environment.find_template("fired").facts()]
