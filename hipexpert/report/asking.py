"""What to ask first: the open questions behind the red flags, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import FlagStatus
from hipexpert.report.lexicon import Lexicon, Link, Question
from hipexpert.report.wording import COST_WORDS, Urgency, urgency

_COSTS: Final = tuple(COST_WORDS)


@dataclass(frozen=True, kw_only=True)
class FlagQuestion:
    """An open question that could raise red flags.

    Attributes:
        urgency: Of the most urgent of those flags.
        flags: All of them.
    """

    question: Question
    urgency: Urgency
    flags: tuple[Link, ...]


def flag_questions(
    flags: Iterable[FlagStatus], lexicon: Lexicon, in_sight: Collection[str]
) -> tuple[FlagQuestion, ...]:
    """Return every open question once, those to ask first in front.

    First comes what could raise the most urgent flag; then what is asked before what is examined or
    tested; then what bears on a condition in sight; then what a flag itself names first; then what
    bears on the most flags.
    """
    waiting: dict[str, list[FlagStatus]] = {}
    for status in flags:
        for finding in dict.fromkeys(status.open):
            waiting.setdefault(finding, []).append(status)
    ordered = sorted(waiting, key=lambda finding: _order(finding, waiting[finding], lexicon, in_sight))
    return tuple(
        FlagQuestion(
            question=lexicon.question(finding),
            urgency=urgency(_most_urgent(waiting[finding])[0].urgency),
            flags=tuple(lexicon.flag(status.flag) for status in waiting[finding]),
        )
        for finding in ordered
    )


def _order(
    finding: str, flags: list[FlagStatus], lexicon: Lexicon, in_sight: Collection[str]
) -> tuple[int, int, bool, int, int]:
    urgent = _most_urgent(flags)
    concerned = {name for status in urgent for name in lexicon.knowledge.flags[status.flag].concerns}
    return (
        -urgency(urgent[0].urgency).severity,
        _COSTS.index(lexicon.knowledge.findings[finding].cost),
        concerned.isdisjoint(in_sight),
        min(status.open.index(finding) for status in urgent),
        -len(flags),
    )


def _most_urgent(flags: list[FlagStatus]) -> list[FlagStatus]:
    top = max(urgency(status.urgency).severity for status in flags)
    return [status for status in flags if urgency(status.urgency).severity == top]
