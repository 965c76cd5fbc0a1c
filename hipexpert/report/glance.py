"""The first page: how urgent, what it may be and why, what to do now, and what to ask first."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from hipexpert.frozen import dataclass
from hipexpert.report.asking import FlagQuestion
from hipexpert.report.differential import DifferentialView, StandingView
from hipexpert.report.guidance import AdviceView, StepView
from hipexpert.report.ledger import RowView
from hipexpert.report.safety import FlagView, SafetyView
from hipexpert.report.wording import Urgency

LEADING_SHOWN: Final = 4
REASONS_SHOWN: Final = 2
ADVICE_SHOWN: Final = 4
ASKS_SHOWN: Final = 5
IN_SIGHT_NAMED: Final = 6


@dataclass(frozen=True, kw_only=True)
class Order:
    """What raised flags of the triage's own level demand.

    Attributes:
        flags: The flags that demand this same action.
    """

    action: str
    do_not: tuple[str, ...]
    flags: tuple[FlagView, ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A leading condition and its weightiest reasons, those for and those against."""

    standing: StandingView
    reasons: tuple[RowView, ...]


@dataclass(frozen=True, kw_only=True)
class GlanceView:
    """What a reader takes in within seconds.

    Attributes:
        orders: What must be done because flags were raised; empty when none was.
        also_raised: Raised flags that are less urgent than the triage.
        leading_more: How many more conditions are likely or possible.
        still_open: How many flags are not excluded.
        asks: The questions to ask first.
    """

    urgency: Urgency
    orders: tuple[Order, ...]
    also_raised: tuple[FlagView, ...]
    settled: bool
    statement: str
    leading: tuple[Candidate, ...]
    leading_more: int
    in_sight: tuple[StandingView, ...]
    do_now: tuple[AdviceView, ...]
    still_open: int
    asks: tuple[FlagQuestion, ...]

    @property
    def in_sight_named(self) -> tuple[StandingView, ...]:
        """The dangerous conditions still open that stand highest."""
        return self.in_sight[:IN_SIGHT_NAMED]

    @property
    def in_sight_more(self) -> int:
        """How many more are still open."""
        return len(self.in_sight[IN_SIGHT_NAMED:])


def glance_view(
    safety: SafetyView, differential: DifferentialView, advice: tuple[StepView, ...]
) -> GlanceView:
    """Return the first page, drawn from the parts that say everything in full."""
    level = safety.urgency.level
    return GlanceView(
        urgency=safety.urgency,
        orders=_orders(tuple(flag for flag in safety.raised if flag.urgency.level == level)),
        also_raised=tuple(flag for flag in safety.raised if flag.urgency.level != level),
        settled=differential.settled,
        statement=differential.statement,
        leading=tuple(_candidate(standing) for standing in differential.leading[:LEADING_SHOWN]),
        leading_more=len(differential.leading[LEADING_SHOWN:]),
        in_sight=differential.in_sight,
        do_now=tuple(item for step in advice if step.id == "now" for item in step.items)[:ADVICE_SHOWN],
        still_open=sum(len(group.flags) for group in safety.not_excluded),
        asks=safety.asks[:ASKS_SHOWN],
    )


def _orders(flags: tuple[FlagView, ...]) -> tuple[Order, ...]:
    actions = list(dict.fromkeys(flag.action for flag in flags))
    ordered = sorted(flags, key=lambda flag: actions.index(flag.action))
    return tuple(_order(action, tuple(same)) for action, same in groupby(ordered, lambda flag: flag.action))


def _order(action: str, flags: tuple[FlagView, ...]) -> Order:
    do_not = dict.fromkeys(text for flag in flags for text in flag.do_not)
    return Order(action=action, do_not=tuple(do_not), flags=flags)


def _candidate(standing: StandingView) -> Candidate:
    counting = [row for row in standing.ledger.rows if row.counted_in is None]
    weightiest = sorted(counting, key=lambda row: -row.size)
    return Candidate(standing=standing, reasons=tuple(weightiest[:REASONS_SHOWN]))
