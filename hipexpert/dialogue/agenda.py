"""Which questions are still worth asking, and in which order. Nothing here asks one.

A question is worth asking while some rule that is neither true nor false waits for its answer, or
while it decides whether such a question applies at all. First come those about the runner, then
those that red flags rest on, the most urgent first, then the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.dialogue.relevance import FindingsOnly, index_of
from hipexpert.inference.logic import Logic
from hipexpert.knowledge.model import (
    Advice,
    Advises,
    Condition,
    Finding,
    Knowledge,
    Raises,
    RedFlag,
    Rule,
    Weighs,
)

FIRST_SECTION = "about"
"""The section that opens every consultation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What the answer to one question can change.

    Attributes:
        rules: Rules that wait for it, those of the most urgent red flags first.
        conditions: What those rules weigh, in the order of the knowledge base.
        flags: What those rules can raise, the most urgent first.
        advice: What those rules can bring up.
        opens: Questions that are skipped or kept according to this answer.
    """

    rules: tuple[Rule, ...]
    conditions: tuple[Condition, ...]
    flags: tuple[RedFlag, ...]
    advice: tuple[Advice, ...]
    opens: tuple[Finding, ...]


def open_questions(knowledge: Knowledge, case: Case) -> tuple[Finding, ...]:
    """Return the questions still worth asking, the next one first.

    Order: the section ``about``; then what red-flag rules rest on, most urgent flag first; then the
    rest by section. Within the last two, what needs an examination or a test follows what can simply
    be asked. A question that decides whether another applies comes before that one.
    """
    return _Round(knowledge, case).questions()


def waiting_rules(knowledge: Knowledge, case: Case, finding: Finding) -> tuple[Rule, ...]:
    """Return the rules that wait for one finding, those of the most urgent red flags first.

    An answer already recorded for it is set aside, so that this also serves a change of answer.
    """
    logic = FindingsOnly(knowledge, case.without([finding.id]))
    return tuple(
        entry.rule
        for entry in index_of(knowledge).entries
        if finding.id in entry.reach and finding.id in logic.open_findings(entry.rule.when)
    )


def stakes(knowledge: Knowledge, case: Case, finding: Finding) -> Stakes:
    """Return the rules that wait for one finding and what they concern."""
    rules = waiting_rules(knowledge, case, finding)
    weighed = {rule.then.condition for rule in rules if isinstance(rule.then, Weighs)}
    raised = dict.fromkeys(rule.then.flag for rule in rules if isinstance(rule.then, Raises))
    advised = {name for rule in rules if isinstance(rule.then, Advises) for name in rule.then.advice}
    return Stakes(
        rules=rules,
        conditions=tuple(c for c in knowledge.conditions.values() if c.id in weighed),
        flags=tuple(knowledge.flags[name] for name in raised),
        advice=tuple(a for a in knowledge.advice.values() if a.id in advised),
        opens=_opens(knowledge, case.without([finding.id]), finding),
    )


def out_of_place(knowledge: Knowledge, case: Case) -> tuple[Finding, ...]:
    """Return answered findings whose question would now be skipped, because ``only_if`` is false.

    Such answers stay recorded, since dropping one could silence a red flag; whoever changed the
    answer they hang on should look at them again.
    """
    logic = FindingsOnly(knowledge, case)
    known = (f for name, f in knowledge.findings.items() if case.known(name))
    return tuple(f for f in known if hidden(f, logic))


class _Round:
    """One look at a case: what is wanted, how urgently, and in which order."""

    def __init__(self, knowledge: Knowledge, case: Case) -> None:
        self._findings = knowledge.findings
        self._answered = case.answers.keys()
        self._logic = FindingsOnly(knowledge, case)
        self._order = index_of(knowledge).order
        self._wanted: dict[str, int] = {}
        for entry in index_of(knowledge).entries:  # the most urgent first, so the first to want it decides
            if entry.end and not entry.reach <= self._answered:
                for name in self._logic.open_findings(entry.rule.when):
                    if name not in self._wanted:
                        self._want(name, entry.urgency)

    def questions(self) -> tuple[Finding, ...]:
        """Return the unanswered findings that something waits for, in the order to ask them."""
        placed: dict[str, None] = {}
        for name in sorted(self._wanted, key=self._rank):
            self._place(name, placed, ())
        return tuple(self._findings[name] for name in placed)

    def _want(self, name: str, urgency: int) -> None:
        """Note that something waits for a finding, and so for what decides whether it is asked."""
        finding = self._findings[name]
        if name in self._answered or hidden(finding, self._logic):
            return
        self._wanted[name] = urgency
        for gate in gates(finding, self._logic):
            if gate not in self._wanted:
                self._want(gate, urgency)

    def _rank(self, name: str) -> tuple[int, bool, int, int]:
        finding, urgency, order = self._findings[name], self._wanted[name], self._order[name]
        if finding.section == FIRST_SECTION:
            return (0, False, 0, order)
        return (1 if urgency else 2, finding.cost != "ask", -urgency, order)

    def _place(self, name: str, placed: dict[str, None], after: tuple[str, ...]) -> None:
        """Put a finding on the list, behind whatever decides whether it is asked."""
        if name in self._wanted and name not in placed and name not in after:
            for gate in gates(self._findings[name], self._logic):
                self._place(gate, placed, (*after, name))
            placed[name] = None


def gates(finding: Finding, logic: Logic) -> tuple[str, ...]:
    """Return the findings nobody recorded that decide whether this one is asked."""
    return () if finding.only_if is None else logic.open_findings(finding.only_if)


def hidden(finding: Finding, logic: Logic) -> bool:
    """Return whether a finding is not asked, because what it hangs on is known to be false."""
    return finding.only_if is not None and logic.truth(finding.only_if) is False


def _opens(knowledge: Knowledge, case: Case, finding: Finding) -> tuple[Finding, ...]:
    logic = FindingsOnly(knowledge, case)
    others = (f for f in knowledge.findings.values() if f.id not in case.answers)
    return tuple(other for other in others if finding.id in gates(other, logic))
