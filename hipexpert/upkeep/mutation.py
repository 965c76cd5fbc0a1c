"""Would the cases notice? Every rule is broken in every simple way, and the suite is held against it.

A mutant is *caught* when one of its rule's own cases goes the other way, or when a whole runner no longer
comes out as expected. Only the changed rule is read again; the engine is not needed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.inference.logic import Logic
from hipexpert.inference.reading import Reading
from hipexpert.knowledge.model import Knowledge, Raises, Weighs
from hipexpert.rule_cases import RuleCase, stacks
from hipexpert.upkeep.expectations import unmet
from hipexpert.upkeep.judging import Judge, Judged
from hipexpert.upkeep.mutants import Mutant, mutants, truth


@dataclass(frozen=True, slots=True)
class Mutation:
    """What the suite noticed.

    Attributes:
        tried: Mutants tried.
        by_rule_cases: Those a rule case caught.
        by_runners: Further ones that a whole runner caught.
        survivors: Those nothing caught.
    """

    tried: int
    by_rule_cases: int
    by_runners: int
    survivors: tuple[Mutant, ...]

    @property
    def share(self) -> float:
        """The share that was caught, from 0 to 1; 1 when nothing was tried."""
        return (self.by_rule_cases + self.by_runners) / self.tried if self.tried else 1.0


@dataclass(frozen=True, slots=True)
class _Runner:
    case: Case
    reading: Reading
    judged: Judged
    logic: Logic
    raised: Mapping[str, str]


class Suite:
    """The cases of a knowledge base, made ready to be held against mutants."""

    def __init__(self, knowledge: Knowledge, cases: Iterable[RuleCase], runners: Iterable[Case]) -> None:
        self.knowledge = knowledge
        self.judge = Judge(knowledge)
        self._judges = {layer: Judge(stack) for layer, stack in stacks(knowledge).items()}
        self.by_rule: dict[str, list[RuleCase]] = {}
        for case in cases:
            self.by_rule.setdefault(case.rule, []).append(case)
        prepared = (self._runner(case) for case in runners if "expected" in case.meta)
        self.runners = [runner for runner in prepared if not self._unmet(runner.case, runner.judged)]

    def _runner(self, case: Case) -> _Runner:
        reading = self.judge.reading(case)
        raising = self.knowledge.rules_by_phase["red_flags"]
        raised = {r.id: r.then.flag for r in raising if isinstance(r.then, Raises) and reading.truth(r)}
        return _Runner(case, reading, self.judge(case), Logic(self.knowledge, case), raised)

    def run(
        self,
        every: Sequence[Mutant],
        progress: Callable[[int], object] | None = None,
    ) -> Mutation:
        """Hold every mutant against the suite; those of one rule should stand together."""
        logics: dict[str, list[tuple[RuleCase, Logic]]] = {}
        by_rule = by_runner = 0
        survivors = []
        for done, mutant in enumerate(every, start=1):
            name = mutant.original.id
            if name not in logics:
                logics = {name: [(case, self._logic(mutant, case)) for case in self.by_rule.get(name, ())]}
            if self._seen_by_rule_cases(mutant, logics[name]):
                by_rule += 1
            elif any(self._seen_by(mutant, runner) for runner in self.runners):
                by_runner += 1
            else:
                survivors.append(mutant)
            if progress is not None:
                progress(done)
        return Mutation(len(every), by_rule, by_runner, tuple(survivors))

    def _logic(self, mutant: Mutant, entry: RuleCase) -> Logic:
        late = mutant.original.phase in ("alarms", "cautions", "advice")
        judge = self._judges[mutant.original.layer]
        return Logic(judge.knowledge, entry.case, judge(entry.case).outcome if late else None)

    def _seen_by_rule_cases(self, mutant: Mutant, cases: Iterable[tuple[RuleCase, Logic]]) -> bool:
        if mutant.when is None:
            return any(case.fires for case, _ in cases)
        when = mutant.when
        return any(
            (truth(when, logic) is True) != case.fires or case.contradicts(mutant.rule)
            for case, logic in cases
        )

    def _seen_by(self, mutant: Mutant, runner: _Runner) -> bool:
        """Return whether a whole runner comes out otherwise than expected under the mutant."""
        rule, then = mutant.original, mutant.rule.then
        if rule.phase not in ("evidence", "red_flags"):
            return False
        fires = mutant.when is not None and truth(mutant.when, runner.logic) is True
        fired = {other.id: other for other in runner.judged.fired}
        raised = dict(runner.raised)
        if fires is (rule.id in fired or rule.id in raised) and (then == rule.then or not fires):
            return False
        fired.pop(rule.id, None)
        raised.pop(rule.id, None)
        if isinstance(then, Weighs) and fires:
            fired[rule.id] = mutant.rule
        elif isinstance(then, Raises) and fires:
            raised[rule.id] = then.flag
        judged = self.judge.weighed(runner.reading, fired.values(), frozenset(raised.values()))
        return bool(self._unmet(runner.case, judged))

    def _unmet(self, case: Case, judged: Judged) -> list[str]:
        expected = case.meta["expected"]
        return unmet(expected, judged.ranked, judged.verdicts, judged.triage, judged.settled)


def all_mutants(knowledge: Knowledge, *, sample: int = 0, seed: int = 0) -> list[Mutant]:
    """Return the mutants of every active rule, in order of rule.

    Args:
        knowledge: Whose rules are broken.
        sample: How many to keep, drawn at random; 0 for all.
        seed: Of the draw.
    """
    active = (rule for rule in knowledge.rules.values() if rule.status != "retired")
    every = [mutant for rule in sorted(active, key=lambda rule: rule.id) for mutant in mutants(rule)]
    if not sample or sample >= len(every):
        return every
    chosen = sorted(random.Random(seed).sample(range(len(every)), sample))
    return [every[number] for number in chosen]
