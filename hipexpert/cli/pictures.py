"""Options that commands share which draw a graph, and Graphviz where it is asked for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipexpert.cli.common import put_out
from hipexpert.errors import UsageError

if TYPE_CHECKING:
    from hipexpert.knowledge.model import Knowledge
    from hipexpert.report.figures.graph import Graph

FORMATS = ("svg", "dot", "mermaid", "text")
_SUFFIXES = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".txt": "text"}

Command = TypeVar("Command", bound=Callable[..., Any])


def picture_options(command: Command) -> Command:
    """Add ``--format``, ``--layout`` and ``--output``."""
    command = click.option(
        "--output", "-o", metavar="FILE", help="Write the picture here instead of to standard output."
    )(command)
    command = click.option(
        "--layout",
        type=click.Choice(("builtin", "dot")),
        default="builtin",
        show_default=True,
        help="Who lays out an SVG: builtin gives the same bytes anywhere, dot needs Graphviz.",
    )(command)
    return click.option(
        "--format", "format_", type=click.Choice(FORMATS), help="Default: from --output's ending, else svg."
    )(command)


def put_out_map(knowledge: Knowledge, format_: str | None, layout: str, output: str | None) -> None:
    """Draw a whole knowledge base and put it out.

    Raises:
        UsageError: Graphviz was asked for and is not there.
        CaseError: The file cannot be written.
    """
    from hipexpert.report.figures.export import export_map
    from hipexpert.report.figures.knowledge_map import summary_graph

    title = f"{knowledge.name} {knowledge.version}"
    if _chosen(format_, output) == "svg" and layout == "builtin":
        put_out(export_map(knowledge, title), output)
    else:
        put_out_picture(summary_graph(knowledge), title, format_, layout, output)


def put_out_picture(graph: Graph, title: str, format_: str | None, layout: str, output: str | None) -> None:
    """Draw a graph and put it out.

    Raises:
        UsageError: Graphviz was asked for and is not there.
        CaseError: The file cannot be written.
    """
    from hipexpert.report.figures.export import export

    chosen = _chosen(format_, output)
    if layout == "dot" and chosen == "svg":
        put_out(_drawn_by_dot(export(graph, "dot", title)), output)
    else:
        put_out(export(graph, chosen, title), output)


def _chosen(format_: str | None, output: str | None) -> str:
    return format_ or _SUFFIXES.get(Path(output or "").suffix.lower(), "svg")


def _drawn_by_dot(text: str) -> str:
    program = which("dot")
    if program is None:
        raise UsageError("--layout dot needs Graphviz, and there is no program dot; leave the option out")
    done = subprocess.run([program, "-Tsvg"], input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        raise UsageError(f"Graphviz failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode("utf-8")
