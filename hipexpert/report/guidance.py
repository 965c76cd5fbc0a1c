"""Advice in its three steps, and where the sources behind a report differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hipexpert.inference.assessment import AdviceItem
from hipexpert.knowledge.model import STEPS
from hipexpert.report.citations import Cite, Support, anchor
from hipexpert.report.lexicon import Lexicon, Link
from hipexpert.report.wording import STEP_WORDS

ADVICE_SHOWN: Final = 6
"""How many items of a step are shown before the rest is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """One thing to do or to avoid.

    Attributes:
        rules: Those that brought it up.
        conditions: What it is for; empty when it holds whatever the cause.
    """

    id: str
    anchor: str
    layer: str
    topic: str
    text: str
    how: tuple[str, ...]
    cautions: tuple[str, ...]
    rules: tuple[Link, ...]
    conditions: tuple[Link, ...]
    support: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of the advice: what is shown at once, and what is folded."""

    id: str
    name: str
    shown: tuple[AdviceView, ...]
    folded: tuple[AdviceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """One side of a conflict between sources."""

    says: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """Sources that differ, and what is done about it."""

    id: str
    anchor: str
    title: str
    weight: str
    sides: tuple[SideView, ...]
    judgement: str


def advice_view(advice: Iterable[AdviceItem], lexicon: Lexicon) -> tuple[StepView, ...]:
    """Return the advice by step; a step without advice is left out."""
    by_step: dict[str, list[AdviceView]] = {step: [] for step in STEPS}
    for item in advice:
        by_step[item.step].append(_advice_item(item, lexicon))
    return tuple(
        StepView(
            id=step,
            name=STEP_WORDS[step],
            shown=tuple(items[:ADVICE_SHOWN]),
            folded=tuple(items[ADVICE_SHOWN:]),
        )
        for step, items in by_step.items()
        if items
    )


def conflict_views(conflicts: Iterable[str], lexicon: Lexicon) -> tuple[ConflictView, ...]:
    """Return the conflicts that touch what a report says."""
    return tuple(_conflict_view(name, lexicon) for name in conflicts)


def _advice_item(item: AdviceItem, lexicon: Lexicon) -> AdviceView:
    known = lexicon.knowledge.advice[item.advice]
    return AdviceView(
        id=item.advice,
        anchor=anchor("advice", item.advice),
        layer=known.layer,
        topic=item.topic,
        text=item.text,
        how=item.how,
        cautions=item.cautions,
        rules=lexicon.rules(item.rules),
        conditions=lexicon.conditions(item.conditions),
        support=lexicon.bibliography.support(item.cites, known.opinion),
    )


def _conflict_view(name: str, lexicon: Lexicon) -> ConflictView:
    conflict = lexicon.knowledge.conflicts[name]
    return ConflictView(
        id=name,
        anchor=anchor("conflict", name),
        title=conflict.title,
        weight=conflict.weight,
        sides=tuple(
            SideView(says=side.says, cites=lexicon.bibliography.cite(side.cites)) for side in conflict.sides
        ),
        judgement=conflict.judgement,
    )
