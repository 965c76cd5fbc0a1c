"""A report as a tagged PDF. The only module that needs WeasyPrint, an extra."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any, Final, NoReturn

from hipexpert.errors import UsageError
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.render import PDF, render_view
from hipexpert.report.styles import CLINICIAN, style_named
from hipexpert.report.view import build_view

PAPERS: Final = {"a4": "A4", "letter": "letter"}
"""Sizes of paper, and what CSS calls them."""

VARIANT: Final = "pdf/ua-1"
"""Tagged, so that a screen reader finds headings, lists, tables and the descriptions of pictures."""


def render_pdf(
    assessment: Assessment,
    knowledge: Knowledge,
    templates: Path | None = None,
    style: str = CLINICIAN.id,
    paper: str = "a4",
) -> bytes:
    """Return a report as a PDF.

    The same report on the same machine is the same file; another machine may have other fonts.

    Args:
        assessment: The result for one case.
        knowledge: The knowledge base that judged it.
        templates: The user's own templates.
        style: How deep to go.
        paper: One of :data:`PAPERS`.

    Raises:
        UsageError: The extra is not installed, or there is no such style.
        TemplateError: A template is missing or broken.
    """
    printer = check_extra()
    page = render_view(build_view(assessment, knowledge), PDF, templates, style_named(style))
    size = printer.CSS(string=f"@page {{ size: {PAPERS[paper]} }}")
    made: bytes = printer.HTML(string=page, url_fetcher=_no_network).write_pdf(
        stylesheets=[size],
        pdf_variant=VARIANT,
        pdf_identifier=hashlib.sha256(page.encode()).digest()[:16],
    )
    return made


def check_extra() -> Any:
    """Return WeasyPrint.

    Raises:
        UsageError: It is not installed, or a library of the system that it needs is not.
    """
    try:
        import weasyprint
    except ImportError as error:
        raise UsageError("a PDF needs WeasyPrint: pip install 'hipexpert[pdf]'") from error
    except OSError as error:  # the libraries that set text are not Python's
        raise UsageError(
            f"a PDF needs WeasyPrint, which cannot find a library of the system (Pango): {error}"
        ) from error
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it says what it leaves out of our page
    return weasyprint


def _no_network(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"a report loads nothing: {url}")
