"""The findings as they were recorded, section by section."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.case import Answer, Case
from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import Finding, Knowledge
from hipexpert.report.citations import anchor
from hipexpert.report.lexicon import positive
from hipexpert.report.wording import capital


@dataclass(frozen=True, kw_only=True)
class RecordedView:
    """One finding as it was recorded.

    Attributes:
        present: What is there: an answer's words, "yes", or a number with its unit; else empty.
        absent: What is known not to be there.
        absents: How many answers that is.
        unknown: Whether it was asked and is not known.
    """

    name: str
    anchor: str
    present: str
    absent: str
    absents: int
    unknown: bool


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """The recorded findings of one section."""

    title: str
    findings: tuple[RecordedView, ...]


@dataclass(frozen=True, kw_only=True)
class FindingsView:
    """Everything that was recorded.

    Attributes:
        known: How many findings have a known answer.
        vocabulary: How many findings could have been recorded.
    """

    sections: tuple[SectionView, ...]
    known: int
    vocabulary: int


def findings_view(case: Case, knowledge: Knowledge) -> FindingsView:
    """Return the recorded findings in the order the consultation asks them."""
    by_section: dict[str, list[RecordedView]] = {}
    for finding in knowledge.findings.values():
        if finding.id in case.answers:
            view = _recorded(finding, case.answers[finding.id])
            by_section.setdefault(finding.section, []).append(view)
    ordered = sorted(by_section, key=lambda name: knowledge.sections[name].order)
    return FindingsView(
        sections=tuple(
            SectionView(title=knowledge.sections[name].title, findings=tuple(by_section[name]))
            for name in ordered
        ),
        known=sum(answer.known for answer in case.answers.values()),
        vocabulary=len(knowledge.findings),
    )


def about(case: Case, knowledge: Knowledge, findings: Iterable[str]) -> str:
    """Return a few findings on one line, such as age and sex; empty when none is known."""
    words = (
        positive(knowledge.findings[name], case.answers[name])
        for name in findings
        if name in case.answers and name in knowledge.findings
    )
    return ", ".join(word for word in words if word)


def _recorded(finding: Finding, answer: Answer) -> RecordedView:
    return RecordedView(
        name=capital(finding.name),
        anchor=anchor("finding", finding.id),
        present=positive(finding, answer),
        absent=_absent(finding, answer),
        absents=len(answer.absent),
        unknown=not answer.known,
    )


def _absent(finding: Finding, answer: Answer) -> str:
    if finding.kind == "yes_no":
        return "no" if answer.absent else ""
    if finding.kind == "choice" and answer.present:
        return ""  # one answer only: the others are absent by its nature
    return ", ".join(finding.label(option) for option in answer.absent)
