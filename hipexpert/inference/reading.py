"""One case read through the plan of a knowledge base: true, false or unknown, why, and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from hipexpert.case import Case, State, number_text
from hipexpert.inference.assessment import Matched, Missing
from hipexpert.inference.facts import recorded
from hipexpert.inference.logic import Outcome, Truth
from hipexpert.inference.memo import keep
from hipexpert.inference.plan import Judgement, Plan, fixed
from hipexpert.inference.trees import FALSE, TRUE, UNKNOWN, Late, Leaf, Node
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
        self._lifting: dict[str, int] = {}
        self._weighed = False  # whether all evidence is judged

    def given(self, outcome: Outcome) -> Reading:
        """Return the reading of the same case when it is known where things stand."""
        other = Reading.__new__(Reading)
        other.plan, other._case, other._touched = self.plan, self._case, self._touched
        other._outcome, other._judged, other._lifting = outcome, self._judged, self._lifting
        other._weighed = self._weighed
        other._values = self._values.copy()
        for number, test in self.plan.late:
            other._values[number] = _stands(test, outcome)
        return other

    def truth(self, rule: Rule) -> Truth:
        """Return whether a rule is true, false or (None) unknown."""
        return _TRUTHS[self._value(rule)]

    def is_open(self, rule: Rule) -> bool:
        """Return whether what nobody recorded could still make the rule true or false."""
        return self._value(rule) == UNKNOWN

    def open_findings(self, *rules: Rule) -> tuple[str, ...]:
        """Return findings nobody recorded that could still change some rules, in vocabulary order."""
        return self.plan.named(reduce(or_, map(self._open, rules), 0))

    def missing_for(self, condition: str) -> tuple[Missing, ...]:
        """Return the open rules for and against a condition, the weightiest first."""
        judged = self._evidence(condition)
        return tuple([missing for each in judged if (missing := each.missing) is not None])

    def may_move(self, condition: str) -> bool:
        """Return whether what nobody recorded could still speak for or against a condition."""
        return any(judged.open for judged in self._bearing_on(condition))

    def judgements(self, rules: Iterable[Rule]) -> tuple[Judgement, ...]:
        """Return what some rules say, none of which tests where things stand."""
        known, judge = self._judged, self._judge
        return tuple([known.get(rule.id) or judge(rule) for rule in rules])

    def witness(self, rule: Rule) -> tuple[Matched, ...]:
        """Return every recorded thing a true rule rests on, each once, in order of appearance."""
        plan, id_ = self.plan, rule.id
        judgement = None if id_ in plan.late_rules else self._judge(rule)
        if (judgement.value if judgement else self._value(rule)) != TRUE:
            return ()
        if id_ not in plan.fixed:
            plan.fixed[id_] = fixed(plan.nodes[id_], TRUE)
        always = plan.fixed[id_]
        if always is not None:
            return always
        if judgement is None:
            return self._witness(id_)
        kept, answers = plan.kept(id_), self._case.answers
        key = (judgement, *map(answers.get, kept.worded)) if kept.worded else judgement
        found = kept.witnessed.get(key)
        if found is None:
            found = keep(kept.witnessed, key, self._witness(id_), MOST_KEPT)
        return found

    def _bearing_on(self, condition: str) -> Iterator[Judgement]:
        """Yield what the rules for and against a condition say, each judged when it is asked for."""
        rules, judged = self.plan.evidence, self._judged
        for id_ in self.plan.weighing.get(condition, ()):
            yield judged.get(id_) or self._judge(rules[id_])

    def _evidence(self, condition: str) -> Iterable[Judgement]:
        """Return what the rules for and against a condition say; all conditions' rules are judged at once."""
        rules, judged = self.plan.evidence, self._judged
        if not self._weighed:
            for id_ in rules.keys() - judged.keys():
                self._judge(rules[id_])
            self._weighed = True
        return map(judged.__getitem__, self.plan.weighing.get(condition, ()))

    def _open(self, rule: Rule) -> int:
        """Return the findings a rule waits for, one bit each."""
        if rule.id in self.plan.late_rules:
            return self._wait(self.plan.nodes[rule.id])
        return self._judge(rule).open

    def _value(self, rule: Rule) -> int:
        if rule.id in self.plan.late_rules:
            return self.plan.nodes[rule.id].value(self._values)
        return self._judge(rule).value

    def _judge(self, rule: Rule) -> Judgement:
        """Return what a rule says that does not test where things stand."""
        found = self._judged.get(rule.id)
        if found is None:
            if rule.id in self._touched:
                found = self._judge_told(rule)
            else:
                found = self.plan.at_rest[rule.id] = self._afresh(rule)
            self._judged[rule.id] = found
        return found

    def _judge_told(self, rule: Rule) -> Judgement:
        kept = self.plan.kept(rule.id)
        values = kept.told(self._values)
        found = kept.judged.get(values)
        if found is None:
            found = keep(kept.judged, values, self._afresh(rule), MOST_KEPT)
        return found

    def _afresh(self, rule: Rule) -> Judgement:
        node = self.plan.nodes[rule.id]
        value = node.value(self._values)
        open_ = self._wait(node)
        if value != UNKNOWN or not isinstance(rule.then, Weighs):
            return Judgement(value, open_, None)
        findings = self.plan.named(open_)
        return Judgement(
            value, open_, Missing(rule=rule.id, direction=rule.then.direction, findings=findings)
        )

    def _wait(self, node: Node) -> int:
        """Return the findings that a node waits for, one bit each; none when it is true or false."""
        values = self._values
        if node.value(values) != UNKNOWN:
            return 0
        if isinstance(node, Leaf):
            return self._wait_for(node.test)
        open_ = 0
        if node.waits:
            for number, bit in node.waits:
                if values[number] == UNKNOWN:
                    open_ |= bit
            return open_
        for part in node.parts:
            open_ |= self._wait(part)
        return open_

    def _wait_for(self, test: Test) -> int:
        open_ = 0
        if isinstance(test, (Has, Measures)):
            return self.plan.bit(test.finding)
        if isinstance(test, Concluded):
            for below in self.plan.concluding(test.conclusion):
                open_ |= self._wait(below)
        elif isinstance(test, VerdictIs):
            return self._lifts(test.condition)
        return open_

    def _lifts(self, condition: str) -> int:
        """Return the findings that could still move a condition, one bit each."""
        found = self._lifting.get(condition)
        if found is None:
            found = 0
            for judged in self._bearing_on(condition):
                found |= judged.open
            self._lifting[condition] = found
        return found

    def _witness(self, rule: str) -> tuple[Matched, ...]:
        found: dict[Matched, None] = {}
        self._bear(self.plan.nodes[rule], TRUE, found)
        return tuple(found)

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
            for option, state in self._case.answers[test.finding].grounds(test):
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
