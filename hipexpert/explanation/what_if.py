"""What if an answer were another one: the assessment before and after, and all that moved between."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.case import Answer, Case
from hipexpert.explanation.changes import apply_answers
from hipexpert.frozen import dataclass
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One answer put in place of another; None where nothing was or is recorded."""

    finding: str
    before: Answer | None
    after: Answer | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One condition before and after."""

    condition: str
    rank_before: int
    rank_after: int
    verdict_before: str
    verdict_after: str
    score_before: float
    score_after: float


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What a change of answers changes.

    Attributes:
        asked: The answers put in.
        before: The assessment of the case as it is.
        after: The assessment of the case with the answers put in.
        moved: Every condition whose rank, verdict or score is another, in the new order.
        fires: Rules that fire now and did not before, in order of firing.
        stops: Rules that fired before and no longer do.
        raised: Red flags raised now that were not.
        lowered: Red flags no longer raised.
    """

    asked: tuple[Asked, ...]
    before: Assessment
    after: Assessment
    moved: tuple[Moved, ...]
    fires: tuple[str, ...]
    stops: tuple[str, ...]
    raised: tuple[str, ...]
    lowered: tuple[str, ...]


def what_if(case: Case, answers: Iterable[Answer], knowledge: Knowledge) -> WhatIf:
    """Judge a case anew with some answers put in, and say what moved."""
    new = tuple(answers)
    changed = apply_answers(case, new)
    before, after = assess(case, knowledge), assess(changed, knowledge)
    fired = tuple(firing.rule for firing in before.firings), tuple(firing.rule for firing in after.firings)
    flags = [status.flag for status in before.triage.flags], [status.flag for status in after.triage.flags]
    return WhatIf(
        asked=tuple(
            Asked(finding=name, before=case.answers.get(name), after=changed.answers.get(name))
            for name in dict.fromkeys(answer.finding for answer in new)
        ),
        before=before,
        after=after,
        moved=tuple(_moved(before, after)),
        fires=tuple(rule for rule in fired[1] if rule not in fired[0]),
        stops=tuple(rule for rule in fired[0] if rule not in fired[1]),
        raised=tuple(flag for flag in flags[1] if flag not in flags[0]),
        lowered=tuple(flag for flag in flags[0] if flag not in flags[1]),
    )


def _moved(before: Assessment, after: Assessment) -> Iterable[Moved]:
    for new in after.differential:
        old = before.standing(new.condition)
        if (old.rank, old.verdict, old.score) != (new.rank, new.verdict, new.score):
            yield Moved(
                condition=new.condition,
                rank_before=old.rank,
                rank_after=new.rank,
                verdict_before=old.verdict,
                verdict_after=new.verdict,
                score_before=old.score,
                score_after=new.score,
            )
