"""The figures of an evaluation as text, Markdown or HTML."""

from __future__ import annotations

from typing import Final

import hipexpert.report.evaluation_view as view
from hipexpert.evaluation.bench import Bench
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.filters import WIDTH
from hipexpert.report.render import environment_for
from hipexpert.report.tables import md_table, text_table
from hipexpert.report.wording import tidy

TEMPLATES: Final = {"text": "evaluation.txt.j2", "markdown": "evaluation.md.j2", "html": "evaluation.html.j2"}
SECTION: Final = "markdown/section.md.j2"


def render_evaluation(bench: Bench, knowledge: Knowledge, format: str) -> str:
    """Return a run of the bench as ``text``, ``markdown`` or ``html``."""
    environment = environment_for(format, None)
    environment.filters.update(text_table=text_table, md_table=md_table)
    page = tidy(view.evaluation_page(bench, knowledge))
    return environment.get_template(TEMPLATES[format]).render(page=page, width=WIDTH)


def markdown_sections(bench: Bench, knowledge: Knowledge) -> dict[str, str]:
    """Return the sections of a run as Markdown without their headings, by id, for pages that take some."""
    environment = environment_for("markdown", None)
    environment.filters.update(md_table=md_table)
    template = environment.get_template(SECTION)
    return {
        section.id: template.render(section=tidy(section)).strip() + "\n"
        for section in view.sections(bench, knowledge)
    }
