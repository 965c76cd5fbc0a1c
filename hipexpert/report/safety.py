"""The safety part of a report: red flags raised, not excluded, and asked and denied."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Final

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import FlagStatus, Triage
from hipexpert.report.asking import FlagQuestion, flag_questions
from hipexpert.report.citations import Support, anchor
from hipexpert.report.lexicon import Lexicon, Link, Question
from hipexpert.report.wording import Urgency, counted, urgency

OPEN_SHOWN: Final = 3
"""How many open questions a flag that is not excluded shows before the rest is folded."""

ASKS_LISTED: Final = 10
"""How many open questions over all flags a short report lists."""

URGENT: Final = ("emergency", "same_day")
"""The levels whose open questions a short report lists."""


@dataclass(frozen=True, kw_only=True)
class FlagView:
    """One red flag on this case.

    Attributes:
        rules: Those that raised it, or still could.
        questions: What nobody answered and could raise it; the rest of them in ``questions_more``.
    """

    id: str
    name: str
    anchor: str
    layer: str
    urgency: Urgency
    action: str
    do_not: tuple[str, ...]
    why: str
    concerns: tuple[Link, ...]
    rules: tuple[Link, ...]
    questions: tuple[Question, ...]
    questions_more: tuple[Question, ...]
    support: Support


@dataclass(frozen=True, kw_only=True)
class OpenFlags:
    """Flags of one urgency that are not excluded."""

    urgency: Urgency
    flags: tuple[FlagView, ...]


@dataclass(frozen=True, kw_only=True)
class SafetyView:
    """How urgent this is, and why.

    Attributes:
        statement: One or two sentences on how many flags were raised and are still open.
        still_open: How many flags are not excluded, in a sentence; empty when none is.
        asks: Every open question that could raise a flag, each once, those to ask first in front.
    """

    urgency: Urgency
    statement: str
    still_open: str
    raised: tuple[FlagView, ...]
    not_excluded: tuple[OpenFlags, ...]
    asks: tuple[FlagQuestion, ...]
    denied: tuple[Link, ...]

    @property
    def urgent_asks(self) -> tuple[FlagQuestion, ...]:
        """The first open questions that could raise a flag of the two most urgent levels."""
        return self._urgent()[:ASKS_LISTED]

    @property
    def urgent_asks_more(self) -> int:
        """How many more such questions there are."""
        return len(self._urgent()[ASKS_LISTED:])

    def _urgent(self) -> tuple[FlagQuestion, ...]:
        return tuple(ask for ask in self.asks if ask.urgency.level in URGENT)


def safety_view(triage: Triage, lexicon: Lexicon, in_sight: Collection[str]) -> SafetyView:
    """Return the safety part, the most urgent flags first.

    Args:
        triage: How urgent the case is.
        lexicon: Names everything.
        in_sight: Conditions that are leading or must not be missed: their flags are asked for first.
    """
    return SafetyView(
        urgency=urgency(triage.level),
        statement=_statement(triage),
        still_open=_still_open(triage),
        raised=_flag_views(triage.flags, lexicon),
        not_excluded=tuple(
            OpenFlags(urgency=level, flags=tuple(flags))
            for level, flags in groupby(
                _flag_views(triage.not_excluded, lexicon), key=lambda flag: flag.urgency
            )
        ),
        asks=flag_questions(triage.not_excluded, lexicon, in_sight),
        denied=tuple(lexicon.flag(status.flag) for status in _most_urgent_first(triage.denied)),
    )


def _statement(triage: Triage) -> str:
    raised = counted(len(triage.flags), "red flag was", "red flags were")
    sentences = [f"{raised} raised." if triage.flags else "No red flag was raised."]
    if triage.not_excluded:
        sentences.append(_still_open(triage))
    elif triage.denied:
        sentences.append("Every other red flag was asked for and denied.")
    return " ".join(sentences)


def _still_open(triage: Triage) -> str:
    still = counted(len(triage.not_excluded), "red flag is", "red flags are")
    return f"{still} not excluded." if triage.not_excluded else ""


def _most_urgent_first(flags: Iterable[FlagStatus]) -> list[FlagStatus]:
    return sorted(flags, key=lambda status: -urgency(status.urgency).severity)


def _flag_views(flags: Iterable[FlagStatus], lexicon: Lexicon) -> tuple[FlagView, ...]:
    return tuple(_flag_view(status, lexicon) for status in _most_urgent_first(flags))


def _flag_view(status: FlagStatus, lexicon: Lexicon) -> FlagView:
    flag = lexicon.knowledge.flags[status.flag]
    questions = lexicon.questions(status.open)
    return FlagView(
        id=status.flag,
        name=status.name,
        anchor=anchor("flag", status.flag),
        layer=flag.layer,
        urgency=urgency(status.urgency),
        action=status.action,
        do_not=status.do_not,
        why=flag.why,
        concerns=lexicon.conditions(flag.concerns),
        rules=lexicon.rules(status.rules),
        questions=questions[:OPEN_SHOWN],
        questions_more=questions[OPEN_SHOWN:],
        support=lexicon.bibliography.support(flag.cites, flag.opinion),
    )
