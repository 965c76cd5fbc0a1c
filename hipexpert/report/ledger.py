"""How one condition's score adds up, in words, and the bar that draws it."""

from __future__ import annotations

from typing import Final

from hipexpert.case import number_text
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import LedgerRow, Standing
from hipexpert.knowledge.model import Rule, Scale, Weighs
from hipexpert.report.citations import Cite
from hipexpert.report.lexicon import Lexicon, Link, Match
from hipexpert.report.studies import StudyView, study_view
from hipexpert.report.wording import DIRECTION_WORDS, points

CELLS: Final = 20
"""Length of a bar drawn with characters."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A score as a length. Higher scores are longer, whatever the other scores are.

    Attributes:
        fill: Share of the full length, more than 0 and less than 1.
        possible: Where on that length a condition becomes possible.
        likely: Where on that length a condition becomes likely.
        cells: ``fill`` on a bar of :data:`CELLS` characters.
        of: :data:`CELLS`.
    """

    fill: float
    possible: float
    likely: float
    cells: int
    of: int = CELLS


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One fired rule's weight for or against a condition.

    Attributes:
        direction: ``for`` or ``against``.
        points: With a sign, as added to the score.
        size: The same without its sign, to find the weightiest row.
        strength: The rule's strength in words, or that its ratio is published.
        counted_in: The stronger rule of the same group; None when this row counts itself.
        study: The study behind a published ratio; None for a strength in words.
    """

    direction: str
    points: str
    size: float
    strength: str
    findings: tuple[Match, ...]
    rule: Link
    because: str
    layer: str
    cites: tuple[Cite, ...]
    counted_in: Link | None
    study: StudyView | None


@dataclass(frozen=True, kw_only=True)
class LedgerView:
    """The rows that sum to the score, those for the condition first.

    Attributes:
        prior: Points before any finding.
        prior_word: The knowledge base's word for how common the condition is.
        prior_because: Why, where one layer corrects another; otherwise empty.
        total: The score.
    """

    prior: str
    prior_word: str
    prior_because: str
    prior_cites: tuple[Cite, ...]
    rows: tuple[RowView, ...]
    total: str


def ledger_view(standing: Standing, lexicon: Lexicon) -> LedgerView:
    """Return a condition's ledger."""
    ordered = sorted(standing.ledger, key=lambda row: row.direction != "supports")
    said = lexicon.knowledge.frequencies.get(standing.condition)
    return LedgerView(
        prior=points(standing.prior),
        prior_word=lexicon.knowledge.prior(standing.condition),
        prior_because=said.because if said else "",
        prior_cites=lexicon.bibliography.cite(said.cites) if said else (),
        rows=tuple(_row_view(row, lexicon) for row in ordered),
        total=points(standing.score),
    )


def bar(score: float, scale: Scale) -> Bar:
    """Return a score as a length between the ends of a bar that no score reaches.

    The middle is where a condition becomes possible. The curve is algebraic and says nothing about
    how often a diagnosis is right: it only keeps order and leaves room for every score.
    """
    fill = _share(score, scale)
    return Bar(
        fill=fill,
        possible=_share(scale.possible, scale),
        likely=_share(scale.likely, scale),
        cells=min(CELLS - 1, max(1, round(fill * CELLS))),
    )


def weight_words(rule: Rule) -> str:
    """Return a weighing rule's strength and ratio in words; empty for any other rule."""
    if not isinstance(rule.then, Weighs):
        return ""
    ratio = number_text(rule.then.ratio)
    if rule.then.source:
        return f"published likelihood ratio {ratio}"
    return f"{rule.then.strength} (likelihood ratio {ratio})"


def _share(score: float, scale: Scale) -> float:
    reach = 1.5 * max(scale.likely - scale.possible, 1.0)
    distance = (score - scale.possible) / reach
    return 0.5 + 0.5 * distance / (1 + abs(distance))


def _row_view(row: LedgerRow, lexicon: Lexicon) -> RowView:
    then = lexicon.knowledge.rules[row.rule].then
    assert isinstance(then, Weighs)
    study = study_view(then, lexicon)
    strength = row.strength or (study.ratio if study else f"published ratio {number_text(row.ratio)}")
    source = (then.source,) if then.source else ()
    return RowView(
        direction=DIRECTION_WORDS[row.direction],
        points=points(row.weight),
        size=abs(row.weight),
        strength=strength,
        findings=lexicon.matches(row.findings),
        rule=lexicon.rule(row.rule),
        because=row.because,
        layer=row.layer,
        cites=lexicon.bibliography.cite((*row.cites, *source)),
        counted_in=lexicon.rule(row.counted_by) if row.counted_by else None,
        study=study,
    )
