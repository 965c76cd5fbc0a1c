"""What the leading conditions leave over: findings they do not account for, and what they would expect."""

from __future__ import annotations

from collections.abc import Iterator

from hipexpert.explanation.changes import ABOUT
from hipexpert.explanation.lacking import Ways
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, Matched, Standing
from hipexpert.inference.weighing import tenths
from hipexpert.knowledge.model import Knowledge, Weighs

TOP = 3
"""How many conditions are looked at."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Something a condition would lead one to expect, that is recorded absent.

    Attributes:
        rules: The rules that say so, the weightiest first.
        points: What the weightiest would add, or takes away.
    """

    finding: str
    option: str
    rules: tuple[str, ...]
    points: float


@dataclass(frozen=True, kw_only=True)
class LeftOver:
    """What one condition leaves over.

    Attributes:
        unexplained: Present findings that speak for other conditions but that no rule for this one used.
        expected: What it would lead one to expect, recorded absent; the weightiest first.
    """

    condition: str
    rank: int
    verdict: str
    unexplained: tuple[Matched, ...]
    expected: tuple[Expected, ...]


def unexplained(assessment: Assessment, knowledge: Knowledge, top: int = TOP) -> tuple[LeftOver, ...]:
    """Return what each of the leading conditions leaves over."""
    ways = Ways(knowledge, assessment.case)
    return tuple(
        LeftOver(
            condition=standing.condition,
            rank=standing.rank,
            verdict=standing.verdict,
            unexplained=standing.unexplained,
            expected=_expected(standing, assessment, knowledge, ways),
        )
        for standing in assessment.differential[:top]
    )


def _expected(
    standing: Standing, assessment: Assessment, knowledge: Knowledge, ways: Ways
) -> tuple[Expected, ...]:
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    said = [*_denied(standing), *_contradicted(standing, assessment, knowledge, ways)]
    for finding, option, weight, rule in said:
        if knowledge.findings[finding].section != ABOUT:
            found.setdefault((finding, option), []).append((weight, rule))
    used = {(m.id, m.value) for row in standing.ledger if row.direction == "supports" for m in row.findings}
    entries = []
    for (finding, option), rules in found.items():
        if (finding, option) not in used:
            ordered = sorted(rules, key=lambda item: (-item[0], item[1]))
            names = tuple(dict.fromkeys(rule for _, rule in ordered))
            entries.append(Expected(finding=finding, option=option, rules=names, points=ordered[0][0] / 10))
    order = list(knowledge.findings)
    return tuple(sorted(entries, key=lambda e: (-e.points, order.index(e.finding), e.option)))


def _denied(standing: Standing) -> Iterator[tuple[str, str, int, str]]:
    """Yield what an opposing rule counted because it is recorded absent."""
    for row in standing.ledger:
        if row.direction == "opposes":
            for match in row.findings:
                if match.kind == "finding" and match.state == "absent":
                    yield match.id, match.value, tenths(row.ratio), row.rule


def _contradicted(
    standing: Standing, assessment: Assessment, knowledge: Knowledge, ways: Ways
) -> Iterator[tuple[str, str, int, str]]:
    """Yield what a supporting rule needs to be present, that is recorded absent."""
    fired = {firing.rule for firing in assessment.firings}
    for rule in knowledge.weighing.get(standing.condition, ()):
        then = rule.then
        if rule.id in fired or not isinstance(then, Weighs) or then.direction != "supports":
            continue
        lack = ways.nearest(rule)
        for test in lack.unmet if lack else ():
            if test.wanted == "present" and test.state == "contradicted":
                for option in test.values:
                    yield test.id, option, tenths(then.ratio), rule.id
