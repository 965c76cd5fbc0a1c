"""Why a condition is not likely: the nearest rules that would speak for it, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.errors import UsageError, did_you_mean
from hipexpert.explanation.changes import apply_answers
from hipexpert.explanation.lacking import Lack, Ways
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, LedgerRow
from hipexpert.inference.logic import Logic
from hipexpert.inference.weighing import ledger
from hipexpert.knowledge.model import Knowledge, Rule, Weighs


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """A supporting rule that did not fire, and what it lacks.

    Attributes:
        gain: Points it would add to the score now; 0 where a stronger rule of its group counts already.
        moves: Points the score would move in all with the answers that make the rule fire.
        enough: Whether that reaches the next verdict.
    """

    rule: str
    gain: float
    moves: float
    enough: bool
    group: str
    lack: Lack


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """Why a condition does not stand higher.

    Attributes:
        next_verdict: The next verdict in its favour; empty when it is likely.
        lacks: Points to that verdict; 0 when it is likely.
        leader: The condition that stands first.
        behind: Points behind it.
        nearest: Supporting rules that did not fire, the weightiest first, then those that lack least.
        against: The rows of its ledger that speak against it.
        out_of_reach: Supporting rules that nothing recordable could make fire on this runner.
    """

    condition: str
    rank: int
    verdict: str
    score: float
    next_verdict: str
    lacks: float
    leader: str
    behind: float
    nearest: tuple[Nearest, ...]
    against: tuple[LedgerRow, ...]
    out_of_reach: tuple[str, ...]


def why_not(assessment: Assessment, knowledge: Knowledge, condition: str) -> WhyNot:
    """Explain why a condition does not stand higher.

    Raises:
        UsageError: There is no such condition.
    """
    if condition not in knowledge.conditions:
        hint = did_you_mean(condition, knowledge.conditions)
        raise UsageError(f"no condition '{condition}'; {hint}".removesuffix("; "))
    standing, first = assessment.standing(condition), assessment.differential[0]
    verdict, bound = _next(standing.verdict, knowledge)
    missing = max(0.0, round(bound - standing.score, 1)) if verdict else 0.0
    fired = {firing.rule for firing in assessment.firings}
    rules = knowledge.weighing.get(condition, ())
    waiting = [rule for rule in rules if rule.id not in fired and _supports(rule)]
    ways, counted = Ways(knowledge, assessment.case), [rule for rule in rules if rule.id in fired]
    lacks = {rule.id: ways.nearest(rule) for rule in waiting}
    found = [
        _nearest(rule, lack, (counted, _fired_after(assessment, knowledge, condition, lack)), missing)
        for rule in waiting
        if (lack := lacks[rule.id]) is not None
    ]
    return WhyNot(
        condition=condition,
        rank=standing.rank,
        verdict=standing.verdict,
        score=standing.score,
        next_verdict=verdict,
        lacks=missing,
        leader=first.condition,
        behind=round(first.score - standing.score, 1),
        nearest=tuple(sorted(found, key=_order)),
        against=tuple(row for row in standing.ledger if row.direction == "opposes"),
        out_of_reach=tuple(name for name, lack in lacks.items() if lack is None),
    )


def _next(verdict: str, knowledge: Knowledge) -> tuple[str, float]:
    scale = knowledge.scale
    if verdict == "likely":
        return "", scale.likely
    return ("likely", scale.likely) if verdict == "possible" else ("possible", scale.possible)


def _fired_after(assessment: Assessment, knowledge: Knowledge, condition: str, lack: Lack) -> list[Rule]:
    """Return the condition's rules that are true with the answers that settle what a rule lacks."""
    logic = Logic(knowledge, apply_answers(assessment.case, lack.settled_by))
    return [rule for rule in knowledge.weighing.get(condition, ()) if logic.truth(rule.when)]


def _nearest(rule: Rule, lack: Lack, fired: tuple[list[Rule], list[Rule]], missing: float) -> Nearest:
    before, after = fired
    moves = _points(after) - _points(before)
    assert isinstance(rule.then, Weighs)
    return Nearest(
        rule=rule.id,
        gain=(_points([*before, rule]) - _points(before)) / 10,
        moves=moves / 10,
        enough=0 < round(10 * missing) <= moves,
        group=rule.then.group,
        lack=lack,
    )


def _points(rules: Iterable[Rule]) -> int:
    return sum(row.tenths for row in ledger((r, r.then) for r in rules if isinstance(r.then, Weighs)))


def _order(nearest: Nearest) -> tuple[float, int, int, str]:
    lack = nearest.lack
    return -nearest.gain, len(lack.unmet), lack.contradicted, nearest.rule


def _supports(rule: Rule) -> bool:
    return isinstance(rule.then, Weighs) and rule.then.direction == "supports"
