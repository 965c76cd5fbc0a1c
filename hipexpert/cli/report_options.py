"""How a report leaves the program: its depth, its paper, and a PDF that never goes to a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipexpert.cli.common import put_out, put_out_bytes
from hipexpert.errors import UsageError

if TYPE_CHECKING:
    from hipexpert.inference.assessment import Assessment
    from hipexpert.knowledge.model import Knowledge

PDF = "pdf"
STYLES = ("clinician", "teaching", "brief")
PAPERS = ("a4", "letter")

Command = TypeVar("Command", bound=Callable[..., Any])

_CHOSEN = "hipexpert.report"
"""Where a command's context keeps what was chosen."""


def report_options(command: Command) -> Command:
    """Add ``--style`` and ``--paper``."""
    command = click.option(
        "--paper",
        type=click.Choice(PAPERS),
        default="a4",
        show_default=True,
        expose_value=False,
        callback=_remember,
        help="The paper of a PDF.",
    )(command)
    return click.option(
        "--style",
        type=click.Choice(STYLES),
        default="clinician",
        show_default=True,
        expose_value=False,
        callback=_remember,
        help="How deep a report goes: teaching shows everything, brief only what matters first.",
    )(command)


def _remember(ctx: click.Context, option: click.Parameter, value: str) -> None:
    ctx.meta.setdefault(_CHOSEN, {})[option.name] = value


def check_output(format_: str, output: str | None) -> None:
    """Say before any question is asked that a PDF could not be written.

    Raises:
        UsageError: It would go to a terminal, or the extra is missing.
    """
    if format_ != PDF:
        return
    if (not output or output == "-") and sys.stdout.isatty():
        raise UsageError("a PDF is not for a terminal: name a file with --output, or redirect the output")
    from hipexpert.report.pdf import check_extra

    check_extra()


def rendered(
    assessment: Assessment, knowledge: Knowledge, format_: str, templates: str | None
) -> str | bytes:
    """Return a report in the chosen format, style and paper; bytes when it is no text.

    Raises:
        TemplateError: A template is missing or broken.
    """
    if format_ == "json":
        from hipexpert.inference.serialise import to_json

        return to_json(assessment, knowledge)
    from hipexpert.resources import user_templates_dir

    own = user_templates_dir(templates)
    chosen = click.get_current_context().meta[_CHOSEN]
    if format_ == PDF:
        from hipexpert.report.pdf import render_pdf

        return render_pdf(assessment, knowledge, own, chosen["style"], chosen["paper"])
    from hipexpert.report.render import render

    return render(assessment, knowledge, format_, own, chosen["style"])


def put_report(report: str | bytes, output: str | None) -> None:
    """Write a report to a file or to standard output.

    Raises:
        CaseError: The file cannot be written.
    """
    if isinstance(report, bytes):
        put_out_bytes(report, output)
    else:
        put_out(report, output)
