"""The differential: where each condition stands, and what would tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Missing, Standing
from hipexpert.knowledge.model import Scale
from hipexpert.report.citations import Cite, anchor
from hipexpert.report.ledger import Bar, LedgerView, bar, ledger_view
from hipexpert.report.lexicon import Lexicon, Link, Match, Question
from hipexpert.report.wording import DIRECTION_WORDS, VERDICT_WORDS, listed, points

IN_FAVOUR: Final = ("likely", "possible")
"""Verdicts that keep a condition among the leading ones."""

OPEN_SHOWN: Final = 5
"""How many open questions a leading condition shows before the rest is folded."""

OPEN_NAMED: Final = 3
"""How many open questions a condition that is only kept in sight names."""


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """A question that would tell, with the rules for and against that wait for it."""

    question: Question
    for_: tuple[Link, ...]
    against: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class StandingView:
    """Where one condition stands.

    Attributes:
        verdict: The verdict's id, for a template that styles by it.
        verdict_words: The verdict as a reader says it.
        missing: The questions that would tell most; none for a condition that is out of sight.
        missing_more: The other open questions.
    """

    id: str
    rank: int
    name: str
    anchor: str
    verdict: str
    verdict_words: str
    must_not_miss: bool
    score: str
    bar: Bar
    layer: str
    codes: tuple[str, ...]
    synonyms: tuple[str, ...]
    summary: str
    cites: tuple[Cite, ...]
    ledger: LedgerView
    missing: tuple[OpenQuestion, ...]
    missing_more: tuple[OpenQuestion, ...]
    unexplained: tuple[Match, ...]


@dataclass(frozen=True, kw_only=True)
class DifferentialView:
    """The ranked conditions.

    Attributes:
        statement: Whether the answers settle it, and if not, between which.
        leading: Likely or possible.
        in_sight: Neither, but must not be missed and are not argued against.
        others: The rest, in order of rank.
        possible: The score from which a condition is possible, in points.
        likely: The score from which a condition is likely, in points.
    """

    settled: bool
    statement: str
    leading: tuple[StandingView, ...]
    in_sight: tuple[StandingView, ...]
    others: tuple[StandingView, ...]
    possible: str
    likely: str


def differential_view(differential: Iterable[Standing], settled: bool, lexicon: Lexicon) -> DifferentialView:
    """Return the ranked conditions: the leading ones, those to keep in sight, and the rest."""
    ranked = sorted(differential, key=lambda standing: standing.rank)
    scale = lexicon.knowledge.scale
    return DifferentialView(
        settled=settled,
        statement=_settled(ranked) if settled and ranked else _not_settled(ranked, scale),
        leading=tuple(_standing_view(s, lexicon, OPEN_SHOWN) for s in ranked if leads(s)),
        in_sight=tuple(_standing_view(s, lexicon, OPEN_NAMED) for s in ranked if stays_in_sight(s)),
        others=tuple(_standing_view(s, lexicon, 0) for s in ranked if not leads(s) and not stays_in_sight(s)),
        possible=points(scale.possible),
        likely=points(scale.likely),
    )


def leads(standing: Standing) -> bool:
    """Return whether a condition is one of the leading ones."""
    return standing.verdict in IN_FAVOUR


def stays_in_sight(standing: Standing) -> bool:
    """Return whether a condition does not lead, but must not be missed and is not argued against."""
    return standing.must_not_miss and standing.verdict not in (*IN_FAVOUR, "argued_against")


def _settled(ranked: Sequence[Standing]) -> str:
    return f"{ranked[0].name} is likely and clearly ahead of the other conditions."


def _not_settled(ranked: Sequence[Standing], scale: Scale) -> str:
    live = [standing for standing in ranked if leads(standing)]
    if not live:
        return "The answers do not settle it: nothing recorded makes any condition likely or possible."
    close = [standing for standing in live if live[0].score - standing.score < scale.lead]
    if len(close) > 1:
        return f"The answers do not settle it between {listed([standing.name for standing in close])}."
    if live[0].verdict == "likely":
        return f"The answers do not settle it: {live[0].name} is likely, but not clearly ahead."
    return f"The answers do not settle it: {live[0].name} comes first, but is no more than possible."


def _standing_view(standing: Standing, lexicon: Lexicon, questions: int) -> StandingView:
    condition = lexicon.knowledge.conditions[standing.condition]
    missing = _open_questions(standing.missing if questions else (), lexicon)
    return StandingView(
        id=standing.condition,
        rank=standing.rank,
        name=standing.name,
        anchor=anchor("condition", standing.condition),
        verdict=standing.verdict,
        verdict_words=VERDICT_WORDS[standing.verdict],
        must_not_miss=standing.must_not_miss,
        score=points(standing.score),
        bar=bar(standing.score, lexicon.knowledge.scale),
        layer=standing.layer,
        codes=tuple(f"{code.code} {code.description}" for code in standing.icd10cm),
        synonyms=condition.synonyms,
        summary=condition.summary,
        cites=lexicon.bibliography.cite(condition.cites if leads(standing) else ()),
        ledger=ledger_view(standing, lexicon),
        missing=missing[:questions],
        missing_more=missing[questions:],
        unexplained=lexicon.matches(standing.unexplained),
    )


def _open_questions(missing: Iterable[Missing], lexicon: Lexicon) -> tuple[OpenQuestion, ...]:
    """Turn rules that wait for findings into findings with the rules that wait for them."""
    waiting: dict[str, dict[str, list[str]]] = {}
    for rule in missing:
        for finding in rule.findings:
            sides = waiting.setdefault(finding, {"for": [], "against": []})
            sides[DIRECTION_WORDS[rule.direction]].append(rule.rule)
    return tuple(
        OpenQuestion(
            question=lexicon.question(finding),
            for_=lexicon.rules(sides["for"]),
            against=lexicon.rules(sides["against"]),
        )
        for finding, sides in waiting.items()
    )
