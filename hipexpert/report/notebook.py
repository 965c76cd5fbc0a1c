"""A report as an object: for Python, and for notebooks, which show it by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Final

from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.render import render_view
from hipexpert.report.styles import style_named
from hipexpert.report.view import ReportView, build_view

HEIGHT: Final = "44rem"
"""Of the frame that a notebook shows a report in."""


@dataclass(frozen=True)
class Report:
    """A report on one case. A notebook shows it when it is the last value of a cell.

    Attributes:
        assessment: The result for one case.
        knowledge: The knowledge base that judged it.
        style: How deep to go: ``clinician``, ``teaching`` or ``brief``.
        templates: The user's own templates; any file in there replaces ours of the same name.
    """

    assessment: Assessment
    knowledge: Knowledge
    style: str = "clinician"
    templates: Path | None = None

    @cached_property
    def view(self) -> ReportView:
        """What the templates are given."""
        return build_view(self.assessment, self.knowledge)

    def render(self, format: str) -> str:
        """Return the report as ``text``, ``markdown`` or ``html``.

        Raises:
            UsageError: No such format or style.
            TemplateError: A template is missing or broken.
        """
        return render_view(self.view, format, self.templates, style_named(self.style))

    def pdf(self, paper: str = "a4") -> bytes:
        """Return the report as a PDF; needs ``hipexpert[pdf]``.

        Raises:
            UsageError: The extra is missing, or there is no such style.
        """
        from hipexpert.report.pdf import render_pdf

        return render_pdf(self.assessment, self.knowledge, self.templates, self.style, paper)

    def __repr__(self) -> str:
        return f"<Report on {self.assessment.case.id}: {self.assessment.triage.level}>"

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, so that neither its look nor the notebook's leaks out."""
        page = escape(self.render("html"))
        title = escape(f"Report on {self.assessment.case.id}")
        return (
            f'<iframe title="{title}" sandbox srcdoc="{page}" '
            f'style="width:100%;height:{HEIGHT};border:1px solid #7f9099"></iframe>'
        )

    def _repr_markdown_(self) -> str:
        """Return the report for a notebook that shows no HTML."""
        return self.render("markdown")
