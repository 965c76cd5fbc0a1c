"""Everything a report shows, in display words. No clock, no I/O: the same case, the same view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, KnowledgeStamp
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.citations import CITES_TOLD, Cite, SourceView
from hipexpert.report.differential import DifferentialView, differential_view, leads, stays_in_sight
from hipexpert.report.glance import GlanceView, glance_view
from hipexpert.report.guidance import (
    ConflictsView,
    StepView,
    WithheldView,
    advice_view,
    conflicts_view,
    withheld_view,
)
from hipexpert.report.ledger import Bar, bar
from hipexpert.report.lexicon import Lexicon
from hipexpert.report.reasoning import ReasoningView, RuleView, reasoning_view
from hipexpert.report.recorded import FindingsView, about, findings_view
from hipexpert.report.safety import SafetyView, safety_view
from hipexpert.report.wording import tidy

if TYPE_CHECKING:
    from hipexpert.report.figures.view import FiguresView

VIEW: Final = 1
"""Version of what templates are given: a new one when a field is renamed or removed."""

ABOUT: Final = ("age", "sex")
"""Findings a report names beside the case, when the vocabulary has them and they are known."""


@dataclass(frozen=True, kw_only=True)
class LayerView:
    """A layer of knowledge that took part."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, kw_only=True)
class LimitsView:
    """What the report is for, what it cannot know, and how to repeat it.

    Attributes:
        command: The command line that repeats it, without the output format.
    """

    intended_use: str
    not_modelled: tuple[str, ...]
    program: str
    knowledge: str
    version: str
    digest: str
    licence: str
    layers: tuple[LayerView, ...]
    command: str


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A whole report in display words.

    Every text is on one line and free of control characters.

    Attributes:
        case: The id of the case.
        title: The case's own title; empty when it has none.
        about: Age and sex on one line; empty when neither is known.
        scale: A bar that reaches as far as possible, for the marks all bars share.
        sources: Everything that is cited.
        sources_brief: What the rules cite that a short report tells in full; of each raised flag and
            each reason for a leading condition the first claim is told in words.
        cited_by: For each cited claim or source the rules that fired and cite it.
        figures: The pictures; None where none are shown.
        version: Of what templates are given.
    """

    case: str
    title: str
    about: str
    scale: Bar
    glance: GlanceView
    safety: SafetyView
    differential: DifferentialView
    advice: tuple[StepView, ...]
    withheld: tuple[WithheldView, ...]
    conflicts: ConflictsView
    reasoning: ReasoningView
    findings: FindingsView
    sources: tuple[SourceView, ...]
    sources_brief: tuple[SourceView, ...]
    limits: LimitsView
    cited_by: Mapping[str, tuple[RuleView, ...]] = field(default_factory=dict)
    figures: FiguresView | None = None
    version: int = VIEW


def build_view(assessment: Assessment, knowledge: Knowledge, *, pictures: bool = True) -> ReportView:
    """Return everything the templates show.

    Args:
        assessment: The result for one case.
        knowledge: The knowledge base that judged it.
        pictures: Whether to draw; a report in plain text shows none.
    """
    lexicon = Lexicon(assessment, knowledge)
    case = assessment.case
    in_sight = {s.condition for s in assessment.differential if leads(s) or stays_in_sight(s)}
    safety = safety_view(assessment.triage, lexicon, in_sight)
    differential = differential_view(assessment.differential, assessment.settled, lexicon)
    advice = advice_view(assessment.advice, lexicon)
    withheld = withheld_view(assessment.withheld, lexicon)
    reasoning = reasoning_view(assessment, lexicon, in_sight)
    conflicts = conflicts_view(assessment.conflicts, lexicon, _grounds(safety, differential))
    quoted = [cite for cites in _cited(safety, differential) for cite in cites[:1]]
    view = tidy(
        ReportView(
            case=case.id,
            title=str(case.meta.get("title") or ""),
            about=about(case, knowledge, ABOUT),
            scale=bar(knowledge.scale.possible, knowledge.scale),
            glance=glance_view(safety, differential, advice),
            safety=safety,
            differential=differential,
            advice=advice,
            withheld=withheld,
            conflicts=conflicts,
            reasoning=reasoning,
            findings=findings_view(case, knowledge),
            sources=lexicon.bibliography.sources(),
            sources_brief=lexicon.bibliography.extract(_told(reasoning), quoted),
            limits=_limits_view(assessment, knowledge),
        )
    )
    view = replace(view, cited_by=_cited_by(view.reasoning))
    if not pictures:
        return view
    from hipexpert.report.figures.view import figures_view

    return replace(view, figures=figures_view(assessment, lexicon))


def _cited_by(reasoning: ReasoningView) -> dict[str, tuple[RuleView, ...]]:
    """Return for each citation the rules that fired and rest on it, in order of firing."""
    found: dict[str, list[RuleView]] = {}
    for rule in (firing.rule for phase in reasoning.phases for firing in phase.firings):
        for cite in rule.support.cites:
            found.setdefault(cite.mark, []).append(rule)
    return {mark: tuple(rules) for mark, rules in found.items()}


def _grounds(safety: SafetyView, differential: DifferentialView) -> tuple[Cite, ...]:
    """Return what the raised flags and the ledgers of the leading conditions cite."""
    return tuple(cite for cites in _cited(safety, differential) for cite in cites)


def _cited(safety: SafetyView, differential: DifferentialView) -> tuple[tuple[Cite, ...], ...]:
    """Return the citations of each raised flag and of each row in the ledger of a leading condition."""
    rows = [row.cites for standing in differential.leading for row in standing.ledger.rows]
    return (*(flag.support.cites for flag in safety.raised), *rows)


def _told(reasoning: ReasoningView) -> tuple[Cite, ...]:
    """Return what the rules cite first that a short report tells in full."""
    firings = [firing for phase in reasoning.phases for firing in phase.central]
    return tuple(cite for firing in firings for cite in firing.rule.support.cites[:CITES_TOLD])


def _limits_view(assessment: Assessment, knowledge: Knowledge) -> LimitsView:
    stamp = assessment.knowledge
    layers = [knowledge.layers[name] for name in stamp.layers if name in knowledge.layers]
    return LimitsView(
        intended_use=knowledge.intended_use,
        not_modelled=assessment.not_modelled,
        program=assessment.program,
        knowledge=stamp.name,
        version=stamp.version,
        digest=stamp.digest,
        licence=knowledge.licence,
        layers=tuple(LayerView(id=x.id, name=x.name, description=x.description) for x in layers),
        command=_command(stamp, knowledge),
    )


def _command(stamp: KnowledgeStamp, knowledge: Knowledge) -> str:
    chosen = stamp.layers if set(stamp.layers) != set(knowledge.layers) else ()
    return " ".join(["hipexpert consult CASE", *(f"--layer {name}" for name in chosen)])
