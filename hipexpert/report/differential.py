"""The differential: where each condition stands, and what would tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hipexpert.inference.assessment import Missing, Standing
from hipexpert.knowledge.model import Scale
from hipexpert.report.citations import Cite, anchor
from hipexpert.report.ledger import Bar, LedgerView, bar, ledger_view
from hipexpert.report.lexicon import Lexicon, Link, Match, Question
from hipexpert.report.wording import DIRECTION_WORDS, VERDICT_WORDS, listed, points

IN_FAVOUR: Final = ("likely", "possible")
"""Verdicts that keep a condition among the leading ones."""

OPEN_SHOWN: Final = 5
"""How many open questions a condition shows before the rest is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question that would tell, with the rules for and against that wait for it."""

    question: Question
    for_: tuple[Link, ...]
    against: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """Where one condition stands.

    Attributes:
        verdict: The verdict's id, for a template that styles by it.
        verdict_words: The verdict as a reader says it.
        missing: The questions that would tell most.
        missing_more: The other open questions.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialView:
    """The ranked conditions.

    Attributes:
        statement: Whether the answers settle it, and if not, between which.
        in_sight: Conditions that must not be missed and are not settled.
        leading: Likely, possible, and those that must not be missed and are not settled.
        others: The rest, in order of rank.
        possible: The score from which a condition is possible, in points.
        likely: The score from which a condition is likely, in points.
    """

    settled: bool
    statement: str
    in_sight: tuple[str, ...]
    leading: tuple[StandingView, ...]
    others: tuple[StandingView, ...]
    possible: str
    likely: str


def differential_view(differential: Iterable[Standing], settled: bool, lexicon: Lexicon) -> DifferentialView:
    """Return the ranked conditions, leading ones apart from the rest."""
    ranked = sorted(differential, key=lambda standing: standing.rank)
    views = [(_leads(standing), _standing_view(standing, lexicon)) for standing in ranked]
    scale = lexicon.knowledge.scale
    statement = _settled(ranked) if settled and ranked else _not_settled(ranked, scale)
    still = listed(_in_sight(ranked))
    return DifferentialView(
        settled=settled,
        statement=f"{statement} Not to be missed, and still open: {still}." if still else statement,
        in_sight=_in_sight(ranked),
        leading=tuple(view for leads, view in views if leads),
        others=tuple(view for leads, view in views if not leads),
        possible=points(scale.possible),
        likely=points(scale.likely),
    )


def _leads(standing: Standing) -> bool:
    return standing.verdict in IN_FAVOUR or _must_stay_in_sight(standing)


def _must_stay_in_sight(standing: Standing) -> bool:
    return standing.must_not_miss and standing.verdict == "not_settled"


def _settled(ranked: Sequence[Standing]) -> str:
    return f"{ranked[0].name} is likely and clearly ahead of the other conditions."


def _not_settled(ranked: Sequence[Standing], scale: Scale) -> str:
    live = [standing for standing in ranked if standing.verdict in IN_FAVOUR]
    if not live:
        return "The answers do not settle it: nothing recorded makes any condition likely or possible."
    close = [standing for standing in live if live[0].score - standing.score < scale.lead]
    if len(close) > 1:
        return f"The answers do not settle it between {listed([standing.name for standing in close])}."
    if live[0].verdict == "likely":
        return f"The answers do not settle it: {live[0].name} is likely, but not clearly ahead."
    return f"The answers do not settle it: {live[0].name} comes first, but is no more than possible."


def _in_sight(ranked: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(standing.name for standing in ranked if _must_stay_in_sight(standing))


def _standing_view(standing: Standing, lexicon: Lexicon) -> StandingView:
    condition = lexicon.knowledge.conditions[standing.condition]
    leads = _leads(standing)
    missing = _open_questions(standing.missing if leads else (), lexicon)
    return StandingView(
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
        cites=lexicon.bibliography.cite(condition.cites if leads else ()),
        ledger=ledger_view(standing, lexicon),
        missing=missing[:OPEN_SHOWN],
        missing_more=missing[OPEN_SHOWN:],
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
