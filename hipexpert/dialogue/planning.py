"""What a consultation asks next, and when it has asked enough.

Questions that a red flag waits for come first, and all of them: the dialogue never proposes to stop while
an answer could still raise a flag. Then comes the question that would move the ranking most. It proposes
to stop when nothing that is left could change the first three or the triage; or, earlier, when no answer
that is left, nor two that only together make a rule fire, could change the leading condition or the
triage, the best question left is worth no more than :data:`SMALL` points, and at least
:data:`WORTH_SAVING` questions are saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from hipexpert.case import Case
from hipexpert.dialogue.agenda import FIRST_SECTION, gates, hidden, open_questions
from hipexpert.dialogue.relevance import FindingsOnly, index_of
from hipexpert.explanation.next_question import TOP, Candidate, candidates
from hipexpert.explanation.prospects import Prospect, Prospects, Range, Reach
from hipexpert.knowledge.model import LEVELS, Finding, Knowledge, Raises, conditions_of

SMALL = 6.0
"""A question worth no more than this many points is not reason enough to go on."""

WORTH_SAVING = 10
"""Fewer questions than this are asked to the end."""

Enough: TypeAlias = Literal["", "settled", "unlikely"]
"""Whether to propose an end: not yet; nothing left can change the top; several answers together might."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The open questions of a case, in the order to ask them.

    Attributes:
        questions: The next one first.
        urgent: How many of them, from the first, a red flag waits for or hangs on.
        enough: Whether to propose an end here.
        prospects: Where things stand, and what answers would do.
        reach: What the open questions together could still bring.
    """

    questions: tuple[Finding, ...]
    urgent: int
    enough: Enough
    prospects: Prospects
    reach: Reach

    @property
    def now(self) -> Prospect:
        """Where things stand."""
        return self.prospects.now

    @cached_property
    def by_finding(self) -> dict[str, Candidate]:
        """What each question that some rule waits for is worth."""
        return {c.finding.id: c for c in candidates(self.prospects, self.reach)}


def plan(knowledge: Knowledge, case: Case) -> Plan:
    """Return what to ask, in which order, and whether that is still worth it.

    Questions that only advice waits for are listed once the others are asked, or an end is proposed.
    """
    logic = FindingsOnly(knowledge, case)
    open_ = [
        name
        for name, finding in knowledge.findings.items()
        if name not in case.answers and not hidden(finding, logic)
    ]
    prospects = Prospects(knowledge, case)
    reach = prospects.reach(open_)
    order = _Order(knowledge, open_, logic)
    if urgent := order.urgent(prospects, reach):
        others = sorted(reach.findings, key=order.place.__getitem__)
        first, names = order.with_gates(urgent), order.with_gates([*urgent, *others])
        return _made(knowledge, names, len(first), "", prospects, reach)
    ranked = candidates(prospects, reach)
    names = order.with_gates(c.finding.id for c in ranked)
    enough = _enough(prospects, reach, ranked)
    if enough or not names:
        names = order.with_gates([*names, *(finding.id for finding in open_questions(knowledge, case))])
    return _made(knowledge, names, 0, enough, prospects, reach)


def _made(
    knowledge: Knowledge,
    names: Iterable[str],
    urgent: int,
    enough: Enough,
    prospects: Prospects,
    reach: Reach,
) -> Plan:
    questions = tuple(knowledge.findings[name] for name in names)
    return Plan(questions=questions, urgent=urgent, enough=enough, prospects=prospects, reach=reach)


class _Order:
    """Puts the open questions of one case in order."""

    def __init__(self, knowledge: Knowledge, open_: Iterable[str], logic: FindingsOnly) -> None:
        self._knowledge = knowledge
        self._logic = logic
        self._open = frozenset(open_)
        self.place = index_of(knowledge).order

    def urgent(self, prospects: Prospects, reach: Reach) -> list[str]:
        """Return the questions that a flag not yet raised waits for.

        About the runner first; then what can be asked before what must be examined; the most urgent flag
        first; then what alone could raise a flag, since its rules wait for nothing else, and what most
        rules wait for, since a "no" or "unknown" to it makes others needless.
        """
        found: dict[str, tuple[int, bool, int]] = {}
        for rule, needs in reach.waiting:
            then = rule.rule.then
            if not isinstance(then, Raises) or then.flag in prospects.now.flags:
                continue
            urgency = LEVELS.index(self._knowledge.flags[then.flag].urgency)
            for need in needs:
                for name in need & self._open:
                    before = found.get(name, (0, False, 0))
                    alone = before[1] or len(need) == 1
                    found[name] = (max(before[0], urgency), alone, before[2] + 1)

        for name in list(found):
            for gate in gates(self._knowledge.findings[name], self._logic):
                if gate in self._open:
                    found.setdefault(gate, (found[name][0], False, 0))

        def key(name: str) -> tuple[bool, bool, int, bool, int, int]:
            finding, (urgency, alone, count) = self._knowledge.findings[name], found[name]
            about = finding.section == FIRST_SECTION
            return not about, finding.cost != "ask", -urgency, not alone, -count, self.place[name]

        return sorted(found, key=key)

    def with_gates(self, names: Iterable[str]) -> list[str]:
        """Return names, each once and behind the open questions that decide whether it is asked."""
        placed: dict[str, None] = {}

        def place(name: str, after: tuple[str, ...]) -> None:
            if name in self._open and name not in placed and name not in after:
                for gate in gates(self._knowledge.findings[name], self._logic):
                    place(gate, (*after, name))
                placed[name] = None

        for name in names:
            place(name, ())
        return list(placed)


def _enough(prospects: Prospects, reach: Reach, ranked: Iterable[Candidate]) -> Enough:
    if _settled(prospects, reach):
        return "settled"
    if len(reach.findings) < WORTH_SAVING or any(c.decisive or c.worth > SMALL for c in ranked):
        return ""
    return "unlikely"


def _settled(prospects: Prospects, reach: Reach) -> bool:
    """Return whether nothing left, taken together, can change the first three or the triage."""
    if reach.shaky:
        return False
    ranges, order = reach.ranges, prospects.now.order
    for place, name in enumerate(order[:TOP]):
        if len(ranges[name].verdicts) > 1:
            return False
        rivals = (ranges[other] for other in order[place + 1 :])
        if any(not _apart(ranges[name], rival) for rival in rivals):
            return False
    alarming = (rule.rule for rule in prospects.masks.alarms)
    return all(len(ranges[name].verdicts) == 1 for rule in alarming for name in conditions_of(rule.when))


def _apart(better: Range, worse: Range) -> bool:
    """Return whether two conditions keep their order: one stays above, or neither moves."""
    return better.low > worse.high or (better.low == better.high and worse.low == worse.high)
