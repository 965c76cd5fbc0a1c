"""A view put into Jinja2 templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

import jinja2

from hipexpert.errors import Location, Problem, TemplateError, UsageError, did_you_mean
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.compiled import CompiledTemplates
from hipexpert.report.filters import FILTERS, WIDTH
from hipexpert.report.sandbox import Sandbox
from hipexpert.report.styles import CLINICIAN, Style, style_named
from hipexpert.report.view import ReportView, build_view
from hipexpert.resources import shipped_templates_dir

TEMPLATES: Final = {"text": "report.txt.j2", "markdown": "report.md.j2", "html": "report.html.j2"}
"""The template each format starts from."""

FORMATS: Final = tuple(TEMPLATES)
"""The formats a report can be rendered in."""

PDF: Final = "pdf"
"""The page as it is drawn on paper; :mod:`hipexpert.report.pdf` makes the file."""

MARKUP: Final = ("html", PDF, "svg")
"""Formats in which text must be kept from becoming markup."""

SHIPPED: Final = "shipped"
"""Under this folder our own templates stay reachable when a user's folder replaces them."""

MISSING: Final = "HX601"
SYNTAX: Final = "HX602"
RENDERING: Final = "HX603"


def render(
    assessment: Assessment,
    knowledge: Knowledge,
    format: str,
    templates: Path | None = None,
    style: str = CLINICIAN.id,
) -> str:
    """Return a report.

    Args:
        assessment: The result for one case.
        knowledge: The knowledge base that judged it.
        format: One of :data:`FORMATS`.
        templates: The user's own templates; any file in there replaces ours of the same name.
        style: How deep to go: one of :data:`~hipexpert.report.styles.STYLES`.

    Raises:
        UsageError: No such format or style.
        TemplateError: A template is missing or broken, or uses a name that does not exist.
    """
    depth = style_named(style)
    return render_view(build_view(assessment, knowledge, pictures=format != "text"), format, templates, depth)


def render_view(
    view: ReportView, format: str, templates: Path | None = None, style: Style = CLINICIAN
) -> str:
    """Return a report of a view that is already built; see :func:`render`."""
    if format not in (*TEMPLATES, PDF):
        raise UsageError(f"no report format {format!r}; {did_you_mean(format, FORMATS)}")
    if templates is not None and not templates.is_dir():
        raise _error(str(templates), 0, MISSING, "there is no such folder of templates")
    environment = environment_for(format, templates)
    try:
        template = environment.get_template(TEMPLATES["html" if format == PDF else format])
        return environment.gathered(template.generate(view=view, style=style, format=format, width=WIDTH))
    except jinja2.TemplateNotFound as error:
        file, line = _place(error, templates)
        missing = ", ".join(map(str, getattr(error, "templates", None) or [error.name]))
        raise _error(file, line, MISSING, f"there is no template {missing}") from error
    except jinja2.TemplateSyntaxError as error:
        file = error.filename or error.name or str(templates or "")
        raise _error(file, error.lineno, SYNTAX, error.message or "the template cannot be read") from error
    except UnicodeDecodeError as error:
        file = str(templates or shipped_templates_dir())
        raise _error(file, 0, SYNTAX, f"a template is not UTF-8 text: {error.reason}") from error
    except RecursionError as error:
        file, line = _place(error, templates)
        raise _error(file, line, RENDERING, "the template extends or includes itself") from error
    except Exception as error:
        file, line = _place(error, templates)
        raise _error(file, line, RENDERING, str(error) or type(error).__name__) from error


def environment_for(format: str, templates: Path | None) -> Sandbox:
    """Return the Jinja2 environment of a format: the user's templates first, then ours; sandboxed."""
    shipped = shipped_templates_dir()
    own = [jinja2.FileSystemLoader(templates)] if templates is not None else []
    environment = Sandbox(
        loader=jinja2.ChoiceLoader(
            [
                *own,
                jinja2.FileSystemLoader(shipped),
                jinja2.PrefixLoader({SHIPPED: jinja2.FileSystemLoader(shipped)}),
            ]
        ),
        autoescape=format in MARKUP,
        undefined=jinja2.StrictUndefined,
        optimized=False,  # folding constants takes longer than a report gains from it
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=CompiledTemplates("escaping" if format in MARKUP else "plain"),
    )
    environment.filters.update(FILTERS)
    return environment


def _error(file: str, line: int, code: str, message: str) -> TemplateError:
    return TemplateError([Problem(location=Location(file=file, line=line), code=code, message=message)])


def _place(error: BaseException, templates: Path | None) -> tuple[str, int]:
    """Return the innermost template file and line an error passed through."""
    folders = tuple(str(folder) for folder in (templates, shipped_templates_dir()) if folder is not None)
    file, line = folders[0], 0
    for name, number in _frames(error.__traceback__):
        if name.startswith(folders):
            file, line = name, number
    return file, line


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
