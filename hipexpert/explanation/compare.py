"""What tells two conditions apart: in principle, and on one patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hipexpert.case import Answer, Case
from hipexpert.errors import UsageError, did_you_mean
from hipexpert.explanation.changes import COSTS, apply_answers, may_change
from hipexpert.explanation.lacking import Lack, Unmet, Ways
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, LedgerRow, Matched
from hipexpert.inference.logic import Logic
from hipexpert.inference.weighing import ledger, prior_tenths
from hipexpert.knowledge.model import Knowledge, Weighs


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What two conditions make of the same observation.

    Attributes:
        tests: What would have to be recorded; empty where ``matched`` says what is.
        matched: What is recorded, on a patient.
        points_a: Points it moves the first condition; ``points_b`` the second.
        rules: The rules that say so.
    """

    tests: tuple[Unmet, ...] = ()
    matched: tuple[Matched, ...] = ()
    points_a: float
    points_b: float
    rules: tuple[str, ...]

    @property
    def difference(self) -> float:
        """Points by which it favours the first condition; negative for the second."""
        return round(self.points_a - self.points_b, 1)


@dataclass(frozen=True, kw_only=True)
class OnPatient:
    """Two conditions on one patient. Priors and the points of ``recorded`` sum exactly to the scores.

    Attributes:
        recorded: What is recorded and what it moved.
        open: What nobody recorded yet and would move them apart, the most telling first.
    """

    rank_a: int
    rank_b: int
    verdict_a: str
    verdict_b: str
    score_a: float
    score_b: float
    recorded: tuple[Observation, ...]
    open: tuple[Observation, ...]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What tells two conditions apart.

    Attributes:
        prior_a: Points of the first before any finding; ``prior_b`` of the second.
        apart: Observations that move them differently, taken alone; the most telling first.
        alike: Observations that move both, and equally.
    """

    a: str
    b: str
    prior_a: float
    prior_b: float
    apart: tuple[Observation, ...]
    alike: tuple[Observation, ...]
    patient: OnPatient | None = None


def compare(knowledge: Knowledge, a: str, b: str, assessment: Assessment | None = None) -> Compared:
    """Say what tells two conditions apart, in principle and, with an assessment, on that patient.

    Raises:
        UsageError: There is no such condition, or both are the same.
    """
    for name in (a, b):
        if name not in knowledge.conditions:
            hint = did_you_mean(name, knowledge.conditions)
            raise UsageError(f"no condition '{name}'; {hint}".removesuffix("; "))
    if a == b:
        raise UsageError(f"'{a}' cannot be compared with itself; name two conditions")
    pair = _Pair(knowledge, a, b)
    seen = pair.observations(Case(id="in-principle"))
    priors = [prior_tenths(knowledge, name) / 10 for name in (a, b)]
    return Compared(
        a=a,
        b=b,
        prior_a=priors[0],
        prior_b=priors[1],
        apart=tuple(o for o in seen if o.difference),
        alike=tuple(o for o in seen if not o.difference and o.points_a),
        patient=_on_patient(assessment, knowledge, pair) if assessment else None,
    )


class _Pair:
    """The rules of two conditions."""

    def __init__(self, knowledge: Knowledge, a: str, b: str) -> None:
        self.knowledge, self.names = knowledge, (a, b)
        self.rules = sorted(
            (rule for name in self.names for rule in knowledge.weighing.get(name, ())),
            key=lambda rule: rule.id,
        )

    def observations(self, case: Case, *, open_only: bool = False) -> list[Observation]:
        """Return what answers that make a rule fire on a case would move, the most telling first.

        What several answers add together is what they move beyond their parts. Answers that make the
        same rules fire are told once, by the fewest tests.
        """
        found: dict[tuple[str, ...], Observation] = {}
        for lack in self._lacks(case, open_only):
            seen = self._beyond_its_parts(case, lack)
            old = found.get(seen.rules)
            if seen.rules and (old is None or len(seen.tests) < len(old.tests)):
                found[seen.rules] = seen
        return sorted(found.values(), key=self._order)

    def _lacks(self, case: Case, open_only: bool) -> Iterator[Lack]:
        """Yield each single test that makes a rule fire; for a rule that needs several, the fewest."""
        ways = Ways(self.knowledge, case)
        for rule in self.rules:
            for place, lack in enumerate(ways.lacks(rule)):
                wanted = lack.unmet and (place == 0 or len(lack.unmet) == 1)
                if wanted and (not open_only or self._open(case, lack)):
                    yield lack

    def _beyond_its_parts(self, case: Case, lack: Lack) -> Observation:
        whole = self._fired(case, lack.settled_by)
        before = self._fired(case, ())
        for part in _parts(lack):
            before |= self._fired(case, part)
        fires = whole - before
        moved = [(self._points(whole, name) - self._points(whole - fires, name)) / 10 for name in self.names]
        return Observation(tests=lack.unmet, points_a=moved[0], points_b=moved[1], rules=tuple(sorted(fires)))

    def _fired(self, case: Case, answers: tuple[Answer, ...]) -> frozenset[str]:
        logic = Logic(self.knowledge, apply_answers(case, answers))
        return frozenset(rule.id for rule in self.rules if logic.truth(rule.when))

    def _points(self, fired: frozenset[str], condition: str) -> int:
        own = [rule for rule in self.knowledge.weighing.get(condition, ()) if rule.id in fired]
        return sum(row.tenths for row in ledger((r, r.then) for r in own if isinstance(r.then, Weighs)))

    def _open(self, case: Case, lack: Lack) -> bool:
        """Return whether everything a rule lacks is still unknown and can be found out."""
        if lack.contradicted or any(test.wanted == "unknown" for test in lack.unmet):
            return False
        return all(
            may_change(case, self.knowledge.findings[test.id], option)
            for test in lack.unmet
            for option in test.values or ("",)
        )

    def _order(self, seen: Observation) -> tuple[float, int, int, tuple[str, ...]]:
        findings = self.knowledge.findings
        cost = max((COSTS.index(findings[t.id].cost) for t in seen.tests if t.id in findings), default=0)
        return -abs(seen.difference), cost, len(seen.tests), seen.rules


def _parts(lack: Lack) -> Iterator[tuple[Answer, ...]]:
    """Yield the answers of a rule's tests with each test left out in turn."""
    if len(lack.unmet) < 2:
        return
    for test in lack.unmet:
        kept = []
        for answer in lack.settled_by:
            same = [t for t in lack.unmet if t.id == answer.finding]
            if answer.finding != test.id:
                kept.append(answer)
            elif len(same) > 1 and test.values:
                present = tuple(o for o in answer.present if o not in test.values)
                absent = tuple(o for o in answer.absent if o not in test.values)
                kept.append(replace(answer, present=present, absent=absent))
        yield tuple(kept)


def _on_patient(assessment: Assessment, knowledge: Knowledge, pair: _Pair) -> OnPatient:
    first, second = (assessment.standing(name) for name in pair.names)
    rows: dict[tuple[Matched, ...], tuple[list[LedgerRow], list[LedgerRow]]] = {}
    for side, standing in enumerate((first, second)):
        for row in standing.ledger:
            key = tuple(sorted(row.findings, key=lambda m: (m.kind, m.id, m.value)))
            rows.setdefault(key, ([], []))[side].append(row)
    recorded = [_recorded(matched, *sides) for matched, sides in rows.items()]
    open_ = pair.observations(assessment.case, open_only=True)
    return OnPatient(
        rank_a=first.rank,
        rank_b=second.rank,
        verdict_a=first.verdict,
        verdict_b=second.verdict,
        score_a=first.score,
        score_b=second.score,
        recorded=tuple(sorted(recorded, key=lambda o: (-abs(o.difference), o.rules))),
        open=tuple(seen for seen in open_ if seen.difference),
    )


def _recorded(matched: tuple[Matched, ...], a: list[LedgerRow], b: list[LedgerRow]) -> Observation:
    return Observation(
        matched=matched,
        points_a=round(sum(row.weight for row in a), 1),
        points_b=round(sum(row.weight for row in b), 1),
        rules=tuple(sorted(row.rule for row in (*a, *b))),
    )
