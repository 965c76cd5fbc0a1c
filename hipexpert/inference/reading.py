"""One case read through the plan of a knowledge base: true, false or unknown, why, and what is open."""

from __future__ import annotations

from hipexpert.case import Case, State, number_text
from hipexpert.inference.assessment import Matched, Missing
from hipexpert.inference.facts import recorded
from hipexpert.inference.logic import Outcome, Truth
from hipexpert.inference.plan import FALSE, TRUE, UNKNOWN, Late, Leaf, Node, Plan, fixed
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


class Reading:
    """What the rules say of a case. The same as :class:`~hipexpert.inference.logic.Logic`, but quicker.

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
        self._judged: dict[str, int | None] = {**plan.at_start, **dict.fromkeys(touched)}
        self._open: dict[str, tuple[str, ...]] = {}
        self._open_late: dict[str, tuple[str, ...]] = {}
        self._lifting: dict[str, dict[str, None]] = {}

    def given(self, outcome: Outcome) -> Reading:
        """Return the reading of the same case when it is known where things stand."""
        other = Reading.__new__(Reading)
        other.plan, other._case, other._touched = self.plan, self._case, self._touched
        other._outcome, other._open, other._lifting = outcome, self._open, self._lifting
        other._open_late = {}
        other._judged = {**self._judged, **dict.fromkeys(self.plan.late_rules)}
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

    def open_findings(self, rule: Rule) -> tuple[str, ...]:
        """Return findings nobody recorded that could still change a rule, in order of appearance."""
        kept = self.plan.untouched
        if rule.id in self.plan.late_rules:
            kept = self._open_late
        elif rule.id in self._touched:
            kept = self._open
        found = kept.get(rule.id)
        if found is None:
            names: dict[str, None] = {}
            if self.is_open(rule):
                self._wait(self.plan.nodes[rule.id], names)
            found = kept[rule.id] = tuple(names)
        return found

    def missing(self, rule: Rule) -> Missing:
        """Return a rule that weighs and is open, with what it waits for."""
        untouched = rule.id not in self._touched and rule.id not in self.plan.late_rules
        found = self.plan.waiting.get(rule.id) if untouched else None
        if found is None:
            assert isinstance(rule.then, Weighs)
            names = self.open_findings(rule)
            found = Missing(rule=rule.id, direction=rule.then.direction, findings=names)
            if untouched:
                self.plan.waiting[rule.id] = found
        return found

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

    def _value(self, rule: Rule) -> int:
        value = self._judged[rule.id]
        if value is None:
            value = self._judged[rule.id] = self.plan.nodes[rule.id].value(self._values)
        return value

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
