"""Everything a report shows, in display words. No clock, no I/O: the same case, the same view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hipexpert.inference.assessment import Assessment, KnowledgeStamp
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.citations import SourceView
from hipexpert.report.differential import DifferentialView, differential_view
from hipexpert.report.guidance import ConflictView, StepView, advice_view, conflict_views
from hipexpert.report.lexicon import Lexicon
from hipexpert.report.reasoning import ReasoningView, reasoning_view
from hipexpert.report.recorded import FindingsView, about, findings_view
from hipexpert.report.safety import SafetyView, safety_view
from hipexpert.report.wording import tidy

ABOUT: Final = ("age", "sex")
"""Findings a report names beside the case, when the vocabulary has them and they are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerView:
    """A layer of knowledge that took part."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report in display words.

    Every text is on one line and free of control characters.

    Attributes:
        case: The id of the case.
        title: The case's own title; empty when it has none.
        about: Age and sex on one line; empty when neither is known.
    """

    case: str
    title: str
    about: str
    safety: SafetyView
    differential: DifferentialView
    advice: tuple[StepView, ...]
    conflicts: tuple[ConflictView, ...]
    reasoning: ReasoningView
    findings: FindingsView
    sources: tuple[SourceView, ...]
    limits: LimitsView


def build_view(assessment: Assessment, knowledge: Knowledge) -> ReportView:
    """Return everything the templates show.

    Args:
        assessment: The result for one case.
        knowledge: The knowledge base that judged it.
    """
    lexicon = Lexicon(assessment, knowledge)
    case = assessment.case
    safety = safety_view(assessment.triage, lexicon)
    differential = differential_view(assessment.differential, assessment.settled, lexicon)
    advice = advice_view(assessment.advice, lexicon)
    conflicts = conflict_views(assessment.conflicts, lexicon)
    reasoning = reasoning_view(assessment, lexicon)
    return tidy(
        ReportView(
            case=case.id,
            title=str(case.meta.get("title") or ""),
            about=about(case, knowledge, ABOUT),
            safety=safety,
            differential=differential,
            advice=advice,
            conflicts=conflicts,
            reasoning=reasoning,
            findings=findings_view(case, knowledge),
            sources=lexicon.bibliography.sources(),
            limits=_limits_view(assessment, knowledge),
        )
    )


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
