"""Adds evidence in the open. Scores are sums of points; the rows of a ledger sum exactly to them.

A point is a deciban, ten times the decimal logarithm of a likelihood ratio. Weights are rounded to a
tenth of a point before they are added, and added as whole tenths, so sums are exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Condition, Knowledge, Rule, Scale, Weighs


@dataclass(frozen=True)
class Row:
    """One fired rule on a ledger.

    Attributes:
        tenths: Tenths of a point it adds; 0 when ``counted_by`` names a stronger rule of its group.
    """

    rule: Rule
    then: Weighs
    tenths: int
    counted_by: str = ""


@dataclass(frozen=True)
class Score:
    """A condition's ledger; ``tenths`` is the prior plus the sum of the rows."""

    condition: Condition
    prior: int
    rows: tuple[Row, ...]

    @cached_property
    def tenths(self) -> int:
        """The score in tenths of a point."""
        return self.prior + sum(row.tenths for row in self.rows)


@lru_cache(maxsize=1024)
def tenths(ratio: float) -> int:
    """Return a likelihood ratio (or odds) as tenths of a point."""
    return round(100 * math.log10(ratio))


def prior_tenths(knowledge: Knowledge, condition: str) -> int:
    """Return what a condition has before any finding, in tenths of a point."""
    return tenths(knowledge.scale.priors[knowledge.prior(condition)])


def weigh(knowledge: Knowledge, fired: Iterable[Rule]) -> Mapping[str, Score]:
    """Return the score of every condition from the evidence rules that fired."""
    evidence: dict[str, list[tuple[Rule, Weighs]]] = {}
    for rule in fired:
        if isinstance(rule.then, Weighs):
            evidence.setdefault(rule.then.condition, []).append((rule, rule.then))
    if knowledge not in _priors:
        _priors[knowledge] = {
            name: Score(condition, prior_tenths(knowledge, name), ())
            for name, condition in knowledge.conditions.items()
        }
    scores = dict(_priors[knowledge])
    for name, rules in evidence.items():
        scores[name] = Score(scores[name].condition, scores[name].prior, ledger(rules))
    return scores


_priors: WeakKeyDictionary[Knowledge, Mapping[str, Score]] = WeakKeyDictionary()
"""The scores of all conditions before anything is known."""


def ledger(evidence: Iterable[tuple[Rule, Weighs]]) -> tuple[Row, ...]:
    """Return the rows of one condition, weightiest first.

    Of the rules of a group only the strongest counts, on either side: what speaks for and what speaks
    against are different observations.
    """
    ordered = sorted(evidence, key=lambda item: (-tenths(item[1].ratio), item[0].id))
    strongest: dict[tuple[str, str], str] = {}
    rows = []
    for rule, then in ordered:
        first = strongest.setdefault((then.group or rule.id, then.direction), rule.id)
        sign = 1 if then.direction == "supports" else -1
        counts = first == rule.id
        rows.append(Row(rule, then, sign * tenths(then.ratio) if counts else 0, "" if counts else first))
    return tuple(sorted(rows, key=lambda row: (-abs(row.tenths), row.rule.id)))


def verdict(score: Score, scale: Scale) -> str:
    """Return the verdict in words.

    A condition nothing speaks to is "not settled", never "unlikely"; one that must not be missed
    stays "not settled" until evidence argues it away.
    """
    points = score.tenths / 10
    if points >= scale.likely:
        return "likely"
    if points >= scale.possible:
        return "possible"
    net = score.tenths - score.prior
    if net <= round(10 * scale.against):
        return "argued_against"
    if not any(row.tenths for row in score.rows) or score.condition.must_not_miss:
        return "not_settled"
    return "unlikely"


def ranking(scores: Iterable[Score]) -> tuple[Score, ...]:
    """Return scores best first."""
    return tuple(sorted(scores, key=rank_key))


def rank_key(score: Score) -> tuple[int, bool, int, str]:
    """Return what a ranking sorts by, the least first.

    At the same score what must not be missed comes first, then what the findings speak for rather than
    how common it is.
    """
    return -score.tenths, not score.condition.must_not_miss, score.prior, score.condition.id


def settled(ranked: tuple[Score, ...], scale: Scale) -> bool:
    """Return whether the first condition is likely and clearly ahead of the second."""
    if not ranked or verdict(ranked[0], scale) != "likely":
        return False
    return len(ranked) < 2 or ranked[0].tenths - ranked[1].tenths >= round(10 * scale.lead)
