"""Options that several commands share, and how results leave the program."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipexpert.errors import CaseError, Location, Problem, UsageError, did_you_mean, visible
from hipexpert.text_files import write_file, write_text_file

if TYPE_CHECKING:
    from hipexpert.knowledge.model import Knowledge

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("text", "markdown", "html", "json")
_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".json": "json",
    ".txt": "text",
    ".pdf": "pdf",
}

_NO_CACHE = "hipexpert.no_cache"
"""Where a command's context keeps whether the cache is off."""


def knowledge_options(command: Command) -> Command:
    """Add ``--rules``, ``--no-cache`` and ``--layer``."""
    command = click.option(
        "--layer",
        "layers",
        multiple=True,
        metavar="LAYER",
        help="Use only this layer (repeatable; default all).",
    )(command)
    command = click.option(
        "--no-cache",
        is_flag=True,
        expose_value=False,
        callback=_remember_no_cache,
        help="Read the knowledge base from its files ($HIPEXPERT_CACHE names the cache folder, or says off).",
    )(command)
    return click.option(
        "--rules",
        metavar="DIR",
        help="Use this knowledge base instead of the shipped one ($HIPEXPERT_RULES).",
    )(command)


def _remember_no_cache(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_NO_CACHE] = value


def load_knowledge(rules: str | None, layers: tuple[str, ...] = ()) -> Knowledge:
    """Load the knowledge base and keep the layers asked for.

    Raises:
        KnowledgeError: The knowledge base has defects.
        UsageError: There is no such layer.
    """
    from hipexpert.knowledge.loader import load

    ctx = click.get_current_context(silent=True)
    return restrict(load(rules, cache=not (ctx and ctx.meta.get(_NO_CACHE))), layers)


def restrict(knowledge: Knowledge, layers: tuple[str, ...]) -> Knowledge:
    """Keep the layers asked for; all when none is.

    Raises:
        UsageError: There is no such layer.
    """
    for layer in layers:
        if layer not in knowledge.layers:
            raise UsageError(f"no layer '{layer}'; {did_you_mean(layer, knowledge.layers)}")
    return knowledge.restricted(layers) if layers else knowledge


def chosen_format(format_: str | None, output: str | None, known: tuple[str, ...] = FORMATS) -> str:
    """Return the format asked for, or else the known one a file's ending stands for, or else ``text``."""
    meant = _SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    return format_ or (meant if meant in known else "text")


def put_out_bytes(data: bytes, output: str | None = None) -> None:
    """Write a result that is not text to a file or to standard output.

    Raises:
        CaseError: The file cannot be written.
    """
    if output and output != "-":
        problem = write_file(Path(output), data)
        if problem is not None:
            raise CaseError([problem])
        click.echo(f"Wrote {output}", err=True)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def put_out(text: str, output: str | None = None) -> None:
    """Write a result to a file or to standard output, as UTF-8 wherever it goes.

    Raises:
        CaseError: The file cannot be written.
    """
    if output and output != "-":
        problem = write_text_file(Path(output), text)
        if problem is not None:
            raise CaseError([problem])
        click.echo(f"Wrote {output}", err=True)
        return
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        if sys.stdout.isatty():
            click.echo("\n".join(map(visible, text.splitlines())))
        else:
            sys.stdout.buffer.write(text.encode("utf-8"))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # the reader has gone; nobody is left to tell
    except OSError as error:
        _abandon(sys.stdout)
        reason = f"cannot be written: {error.strerror or error}"
        place = Location("<standard output>")
        raise CaseError([Problem(place, "HX505", reason, "choose another place with --output")]) from None


def _abandon(stream: Any) -> None:
    """Keep Python from trying again, and failing aloud, when it ends."""
    with suppress(Exception):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def note(text: str) -> None:
    """Write a remark to standard error."""
    click.echo(text, err=True)
