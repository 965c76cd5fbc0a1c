"""The answers that could still come out otherwise on a case, and what each of them moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from hipexpert.case import Answer, Case
from hipexpert.explanation.changes import COSTS, Change, amended, may_change
from hipexpert.explanation.lacking import candidates
from hipexpert.explanation.prospects import Prospect, Prospects
from hipexpert.explanation.rule_masks import bits
from hipexpert.frozen import dataclass
from hipexpert.inference.logic import Logic
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Finding, Knowledge, Rule, Weighs
from hipexpert.knowledge.when import Measures, findings_of

Shifts = Mapping[tuple[str, int], int]
"""Points in tenths by condition and direction, 1 for up and -1 for down; never less than what moves."""


@dataclass(frozen=True)
class Move:
    """One answer that could be given, or given otherwise.

    Attributes:
        n: Its place among all, in the order of the consultation.
        cost: 0 to ask, 1 to examine, 2 to test.
        on: Bits it sets that were not set.
        off: Bits it clears that were set.
        shifts: How far it could move each condition.
        applies: It answers a question that would be put; otherwise only another answer could open it.
    """

    n: int
    change: Change
    answer: Answer
    cost: int
    single: bool
    prospect: Prospect
    on: int
    off: int
    shifts: Shifts
    applies: bool


class Moves:
    """All answers that may change on one case."""

    def __init__(self, prospects: Prospects) -> None:
        self._prospects, self._masks = prospects, prospects.masks
        self._knowledge, self._case = prospects.knowledge, prospects.case
        self._true = prospects.true
        self.moves = tuple(self._all())

    def _all(self) -> Iterator[Move]:
        knowledge, masks = self._knowledge, self._masks
        gates = {name for f in knowledge.findings.values() if f.only_if for name in findings_of(f.only_if)}
        places = {name: n for n, name in enumerate(knowledge.findings)}
        order = sorted(
            places, key=lambda f: (knowledge.sections[knowledge.findings[f].section].order, places[f])
        )
        numbers = count()
        for name in order:
            finding = knowledge.findings[name]
            if name not in masks.of_finding and name not in gates:
                continue
            for change, answer in self._answers(finding):
                prospect = self._prospects.after(answer)
                before = self._true & masks.of_finding.get(name, 0)
                after = self._prospects.bits_of(answer)
                if before == after and name not in gates:
                    continue
                fires = [knowledge.rules[rule] for rule in prospect.fires]
                stops = [knowledge.rules[rule] for rule in prospect.stops]
                yield Move(
                    n=next(numbers),
                    change=change,
                    answer=answer,
                    cost=COSTS.index(finding.cost),
                    single=finding.kind != "choices",
                    prospect=prospect,
                    on=after & ~before,
                    off=before & ~after,
                    shifts=shifts_of(fires, stops),
                    applies=self._applies(finding, answer),
                )

    def _answers(self, finding: Finding) -> Iterator[tuple[Change, Answer]]:
        """Yield every answer to a finding that may change, one option or number at a time."""
        old = self._case.answers.get(finding.id)
        if finding.kind == "number":
            if may_change(self._case, finding):
                for number in candidates(finding, self._bounds(finding.id)):
                    before = "present" if old and old.number is not None else "unknown"
                    change = Change(finding=finding.id, number=number, before=before)
                    yield change, amended(finding, old, number=number)
            return
        states = ("present",) if finding.kind == "choice" else ("present", "absent")
        for option in finding.option_ids:
            before = str(self._case.state(finding.id, option))
            if not may_change(self._case, finding, option):
                continue
            for state in states:
                if state != before:
                    settled = ((option,), ()) if state == "present" else ((), (option,))
                    change = Change(finding=finding.id, option=option, state=state, before=before)
                    yield change, amended(finding, old, *settled)

    def _bounds(self, name: str) -> Iterator[Measures]:
        for number in bits(self._masks.of_finding.get(name, 0)):
            test = self._masks.literals[number].test
            if isinstance(test, Measures):
                yield test

    def _applies(self, finding: Finding, answer: Answer) -> bool:
        if finding.only_if is None:
            return True
        logic = Logic(self._knowledge, self._case.with_answers(answer))
        return logic.truth(finding.only_if) is not False


def shifts_of(fires: Iterable[Rule], stops: Iterable[Rule]) -> Shifts:
    """Return how far rules that begin and stop firing could move each condition, groups aside."""
    found: dict[tuple[str, int], int] = {}
    for rules, sign in ((fires, 1), (stops, -1)):
        for rule in rules:
            then = rule.then
            if isinstance(then, Weighs):
                way = sign if then.direction == "supports" else -sign
                key = then.condition, way
                found[key] = found.get(key, 0) + tenths(then.ratio)
    return found


def fits(one: Move, two: Move) -> bool:
    """Return whether two answers can be given together."""
    if one.change.finding != two.change.finding:
        return True
    return not one.single and one.change.option != two.change.option


def joined(one: Move, two: Move, case: Case, knowledge: Knowledge) -> tuple[Answer, ...]:
    """Return two answers given together, one for each finding; none when one rules the other out."""
    change = two.change
    finding = knowledge.findings[change.finding]
    answers: tuple[Answer, ...] = (one.answer, two.answer)
    if change.finding == one.change.finding:
        present = (change.option,) if change.option and change.state == "present" else ()
        absent = (change.option,) if change.state == "absent" else ()
        answers = (amended(finding, one.answer, present, absent, change.number),)
    gates = (knowledge.findings[one.change.finding].only_if, finding.only_if)
    if any(gates):
        logic = Logic(knowledge, case.with_answers(*answers))
        if any(gate is not None and logic.truth(gate) is False for gate in gates):
            return ()
    return answers
