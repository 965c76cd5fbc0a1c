"""Advice in its three steps, and where the sources behind a report differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import AdviceItem, Withheld
from hipexpert.knowledge.model import STEPS
from hipexpert.report.citations import Cite, Support, anchor
from hipexpert.report.lexicon import Lexicon, Link
from hipexpert.report.wording import STEP_WORDS, first_sentence

ADVICE_SHOWN: Final = 6
"""How many items of a step are shown before the rest is folded."""

ADVICE_TOLD: Final = {"now": 4, "next": 3, "prevention": 3}
"""How many items of a step a format that cannot fold tells before it only names topics."""

CONFLICTS_SHOWN: Final = 4
"""How many conflicts between sources are shown before the rest is folded."""

WEIGHTS: Final = ("safety", "diagnosis", "advice", "minor")
"""What a conflict touches, the weightiest first."""


@dataclass(frozen=True, kw_only=True)
class AdviceView:
    """One thing to do or to avoid.

    Attributes:
        rules: Those that brought it up.
        gist: The first sentence of the text.
        conditions: What it is for; empty when it holds whatever the cause.
    """

    id: str
    anchor: str
    layer: str
    topic: str
    text: str
    gist: str
    how: tuple[str, ...]
    cautions: tuple[str, ...]
    rules: tuple[Link, ...]
    conditions: tuple[Link, ...]
    support: Support


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step of the advice, as a page that can fold shows it and as one that cannot tells it."""

    id: str
    name: str
    items: tuple[AdviceView, ...]

    @property
    def shown(self) -> tuple[AdviceView, ...]:
        """What a page shows at once."""
        return self.items[:ADVICE_SHOWN]

    @property
    def folded(self) -> tuple[AdviceView, ...]:
        """What a page folds."""
        return self.items[ADVICE_SHOWN:]

    @property
    def told(self) -> tuple[AdviceView, ...]:
        """What plain text tells."""
        return self.items[: ADVICE_TOLD[self.id]]

    @property
    def named(self) -> tuple[AdviceView, ...]:
        """What plain text only names."""
        return self.items[ADVICE_TOLD[self.id] :]


@dataclass(frozen=True, kw_only=True)
class WithheldView:
    """Advice held back together, because of the same rules.

    Attributes:
        demands: What the body should be spared, in words.
        rules: The rules that hold it back.
        advice: What is held back.
        because: Why, in the words of the first of those rules.
    """

    demands: tuple[str, ...]
    rules: tuple[Link, ...]
    advice: tuple[Link, ...]
    because: str


@dataclass(frozen=True, kw_only=True)
class SideView:
    """One side of a conflict between sources."""

    says: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True, kw_only=True)
class ConflictView:
    """Sources that differ, and what is done about it.

    Attributes:
        gist: The first sentence of the judgement.
        decided_by: The layer the judgement follows, by name; empty when the safe side decides alone.
    """

    id: str
    anchor: str
    title: str
    weight: str
    sides: tuple[SideView, ...]
    judgement: str
    gist: str
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class ConflictsView:
    """Where sources differ: what is shown at once, and what is folded."""

    shown: tuple[ConflictView, ...]
    folded: tuple[ConflictView, ...]


def advice_view(advice: Iterable[AdviceItem], lexicon: Lexicon) -> tuple[StepView, ...]:
    """Return the advice by step; a step without advice is left out."""
    by_step: dict[str, list[AdviceView]] = {step: [] for step in STEPS}
    for item in advice:
        by_step[item.step].append(_advice_item(item, lexicon))
    return tuple(
        StepView(id=step, name=STEP_WORDS[step], items=tuple(items))
        for step, items in by_step.items()
        if items
    )


def withheld_view(withheld: Iterable[Withheld], lexicon: Lexicon) -> tuple[WithheldView, ...]:
    """Return the advice that is held back, what is held back for the same reasons together."""
    together: dict[tuple[str, ...], list[Withheld]] = {}
    for entry in withheld:
        together.setdefault(entry.rules, []).append(entry)
    known = lexicon.knowledge
    return tuple(
        WithheldView(
            demands=tuple(known.demands[d] for d in dict.fromkeys(d for e in entries for d in e.demands)),
            rules=lexicon.rules(rules),
            advice=tuple(lexicon.advice(entry.advice.advice) for entry in entries),
            because=known.rules[rules[0]].because,
        )
        for rules, entries in together.items()
    )


def conflicts_view(conflicts: Iterable[str], lexicon: Lexicon, central: Iterable[Cite]) -> ConflictsView:
    """Return the conflicts that touch what a report says, the weightiest first.

    Args:
        conflicts: Their ids.
        lexicon: Names everything.
        central: What the triage and the leading conditions rest on; conflicts over it come first.
    """
    marks = {cite.mark for cite in central}
    known = lexicon.knowledge.conflicts

    def order(name: str) -> tuple[bool, int]:
        cited = {cite for side in known[name].sides for cite in side.cites}
        return cited.isdisjoint(marks), _weight(known[name].weight)

    views = tuple(_conflict_view(name, lexicon) for name in sorted(conflicts, key=order))
    return ConflictsView(shown=views[:CONFLICTS_SHOWN], folded=views[CONFLICTS_SHOWN:])


def _weight(word: str) -> int:
    return WEIGHTS.index(word) if word in WEIGHTS else len(WEIGHTS)


def _advice_item(item: AdviceItem, lexicon: Lexicon) -> AdviceView:
    known = lexicon.knowledge.advice[item.advice]
    return AdviceView(
        id=item.advice,
        anchor=anchor("advice", item.advice),
        layer=known.layer,
        topic=item.topic,
        text=item.text,
        gist=first_sentence(item.text),
        how=item.how,
        cautions=item.cautions,
        rules=lexicon.rules(item.rules),
        conditions=lexicon.conditions(item.conditions),
        support=lexicon.bibliography.support(item.cites, known.opinion),
    )


def _conflict_view(name: str, lexicon: Lexicon) -> ConflictView:
    conflict, layers = lexicon.knowledge.conflicts[name], lexicon.knowledge.layers
    return ConflictView(
        id=name,
        anchor=anchor("conflict", name),
        title=conflict.title,
        weight=conflict.weight,
        sides=tuple(
            SideView(says=side.says, cites=lexicon.bibliography.cite(side.cites)) for side in conflict.sides
        ),
        judgement=conflict.judgement,
        gist=first_sentence(conflict.judgement),
        decided_by=layers[conflict.decided_by].name if conflict.decided_by in layers else "",
    )
