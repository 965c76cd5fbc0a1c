"""One case read through the plan of a knowledge base: true, false or unknown, why, and what is open."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.case import Case, State, number_text
from hipexpert.inference.assessment import Matched, Missing
from hipexpert.inference.facts import recorded
from hipexpert.inference.logic import Outcome, Truth
from hipexpert.inference.plan import FALSE, TRUE, UNKNOWN, Judgement, Late, Leaf, Node, Plan, fixed
from hipexpert.knowledge.model import Rule, Weighs
from hipexpert.knowledge.when import (
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    RankWithin,
    Test,
    VerdictIs,
)

_TRUTHS: dict[int, Truth] = {TRUE: True, UNKNOWN: None, FALSE: False}
_STATES = {TRUE: State.PRESENT, FALSE: State.ABSENT}


MOST_KEPT = 256
"""Judgements of one rule that are remembered, for cases that tell it the same."""


class Reading:
    """What the rules say of a case. The same as :class:`~hipexpert.inference.logic.Logic`, but quicker.

    A rule on which nothing recorded bears is judged once for all cases; one that rests on findings, once
    for all cases that tell it the same.

    Attributes:
        plan: The rules, prepared.
    """

    def __init__(self, plan: Plan, case: Case) -> None:
        self.plan = plan
        self._case = case
        self._outcome: Outcome | None = None
        values = self._values = plan.start.copy()
        touched: set[str] = set()
        for answer in case.answers.values():
            if answer.known:
                effect = plan.effect(answer)
                touched |= effect.rules
                for number, value in effect.values:
                    values[number] = value
        if touched:
            plan.conclude(values)
        self._touched = touched
        self._judged: dict[str, Judgement] = plan.at_rest.copy()
        for id_ in touched:
            self._judged.pop(id_, None)
        self._judged_late: dict[str, Judgement] = {}
        self._lifting: dict[str, dict[str, None]] = {}

    def given(self, outcome: Outcome) -> Reading:
        """Return the reading of the same case when it is known where things stand."""
        other = Reading.__new__(Reading)
        other.plan, other._case, other._touched = self.plan, self._case, self._touched
        other._outcome, other._judged, other._lifting = outcome, self._judged, self._lifting
        other._judged_late = {}
        other._values = self._values.copy()
        for number, test in self.plan.late:
            other._values[number] = _stands(test, outcome)
        return other

    def truth(self, rule: Rule) -> Truth:
        """Return whether a rule is true, false or (None) unknown."""
        return _TRUTHS[self._judge(rule).value]

    def is_open(self, rule: Rule) -> bool:
        """Return whether what nobody recorded could still make the rule true or false."""
        return self._judge(rule).value == UNKNOWN

    def open_findings(self, rule: Rule) -> tuple[str, ...]:
        """Return findings nobody recorded that could still change a rule, in order of appearance."""
        return self._judge(rule).findings

    def missing_for(self, condition: str) -> tuple[Missing, ...]:
        """Return the open rules for and against a condition, the weightiest first."""
        known, judge = self._judged, self._judge
        judged = [known.get(rule.id) or judge(rule) for rule in self.plan.weighing.get(condition, ())]
        return tuple([each.missing for each in judged if each.missing is not None])

    def may_move(self, condition: str) -> bool:
        """Return whether what nobody recorded could still speak for or against a condition."""
        return any(map(self.is_open, self.plan.lifting[condition]))

    def untouched(self, rules: Iterable[Rule]) -> bool:
        """Return whether nothing that is recorded bears on any of some rules."""
        late = self.plan.late_rules
        return not any(rule.id in self._touched or rule.id in late for rule in rules)

    def witness(self, rule: Rule) -> tuple[Matched, ...]:
        """Return every recorded thing a true rule rests on, each once, in order of appearance."""
        node = self.plan.nodes[rule.id]
        if rule.id not in self.plan.fixed:
            self.plan.fixed[rule.id] = fixed(node, TRUE)
        always = self.plan.fixed[rule.id]
        if always is not None and self.truth(rule):
            return always
        found: dict[Matched, None] = {}
        if self.truth(rule):
            self._bear(node, TRUE, found)
        return tuple(found)

    def _judge(self, rule: Rule) -> Judgement:
        found = self._judged.get(rule.id)
        if found is None:
            if rule.id in self.plan.late_rules:
                return self._judge_late(rule)
            if rule.id not in self._touched:
                found = self.plan.at_rest[rule.id] = self._afresh(rule)
            else:
                found = self._judge_told(rule)
            self._judged[rule.id] = found
        return found

    def _judge_told(self, rule: Rule) -> Judgement:
        kept = self.plan.kept(rule.id)
        answers = kept.told(self._values)
        found = kept.judged.get(answers)
        if found is None:
            if len(kept.judged) >= MOST_KEPT:
                kept.judged.clear()
            found = kept.judged[answers] = self._afresh(rule)
        return found

    def _judge_late(self, rule: Rule) -> Judgement:
        found = self._judged_late.get(rule.id)
        if found is None:
            found = self._judged_late[rule.id] = self._afresh(rule)
        return found

    def _afresh(self, rule: Rule) -> Judgement:
        node = self.plan.nodes[rule.id]
        value = node.value(self._values)
        if value != UNKNOWN:
            return Judgement(value, (), None)
        names: dict[str, None] = {}
        self._wait(node, names)
        findings = tuple(names)
        if not isinstance(rule.then, Weighs):
            return Judgement(value, findings, None)
        return Judgement(
            value, findings, Missing(rule=rule.id, direction=rule.then.direction, findings=findings)
        )

    def _wait(self, node: Node, names: dict[str, None]) -> None:
        """Add the findings that an open node waits for."""
        if isinstance(node, Leaf):
            self._wait_for(node.test, names)
            return
        values = self._values
        if node.waits:
            for number, name in node.waits:
                if values[number] == UNKNOWN:
                    names[name] = None
            return
        for part in node.parts:
            if part.value(values) == UNKNOWN:
                self._wait(part, names)

    def _wait_for(self, test: Test, names: dict[str, None]) -> None:
        if isinstance(test, (Has, Measures)):
            names[test.finding] = None
        elif isinstance(test, Concluded):
            for below in self.plan.concluding(test.conclusion):
                if below.value(self._values) == UNKNOWN:
                    self._wait(below, names)
        elif isinstance(test, VerdictIs):
            names.update(self._lifts(test.condition))

    def _lifts(self, condition: str) -> dict[str, None]:
        """Return the findings that could still move a condition."""
        found = self._lifting.get(condition)
        if found is None:
            found = self._lifting[condition] = {}
            for rule in self.plan.lifting.get(condition, ()):
                if self.is_open(rule):
                    found.update(dict.fromkeys(self.open_findings(rule)))
        return found

    def _bear(self, node: Node, wanted: int, found: dict[Matched, None]) -> None:
        """Add what a node that has the value wanted rests on."""
        if isinstance(node, Leaf):
            self._record(node.test, wanted, found)
            return
        inner = -wanted if node.turned else wanted
        values = self._values
        for part in node.parts:
            if part.value(values) == inner:
                self._bear(part, inner, found)

    def _record(self, test: Test, wanted: int, found: dict[Matched, None]) -> None:
        if isinstance(test, Has):
            state = _STATES[wanted]
            answer = self._case.answers[test.finding]
            given = answer.present if wanted == TRUE else answer.absent
            for option in test.options:
                if option in given:
                    found[recorded("finding", test.finding, option, state.value)] = None
        elif isinstance(test, Measures):
            value = (self._case.number(test.finding) or 0) + 0.0
            found[recorded("finding", test.finding, number_text(value))] = None
        elif isinstance(test, IsUnknown):
            found[recorded("finding", test.finding, "", "unknown")] = None
        elif isinstance(test, Concluded):
            found[recorded("conclusion", test.conclusion)] = None
        elif isinstance(test, FlagRaised):
            found[recorded("flag", test.flag, "", _STATES[wanted].value)] = None
        elif isinstance(test, (VerdictIs, RankWithin)):
            assert self._outcome is not None
            found[recorded("standing", test.condition, self._outcome.verdicts[test.condition])] = None
        else:
            assert self._outcome is not None
            found[recorded("triage", "triage", self._outcome.triage)] = None


def _stands(test: Late, outcome: Outcome) -> int:
    if isinstance(test, VerdictIs):
        if outcome.verdicts.get(test.condition) in test.verdicts:
            return TRUE
        return UNKNOWN if test.condition in outcome.open_conditions else FALSE
    if isinstance(test, RankWithin):
        rank = outcome.ranks.get(test.condition)
        return UNKNOWN if rank is None else TRUE if rank <= test.at_most else FALSE
    if isinstance(test, FlagRaised):
        return TRUE if test.flag in outcome.flags else FALSE
    return TRUE if outcome.triage in test.levels else FALSE
