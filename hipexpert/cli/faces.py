"""Which face a dialogue has: menus on a real terminal, plain lines everywhere else."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import note
from hipexpert.errors import UsageError

if TYPE_CHECKING:
    from hipexpert.case import Case
    from hipexpert.dialogue.consultation import Consultation
    from hipexpert.dialogue.session import Result

FACES = ("auto", "menu", "plain")
INSTALL = "python -m pip install 'hipexpert[tty]'"
_NEEDS = ("rich", "prompt_toolkit")


def converse(
    face: str, consultation: Consultation, save: Callable[[Case], None] | None, where: str
) -> tuple[Result, bool]:
    """Run a dialogue and return how it ended, and whether that was because the input did.

    Raises:
        UsageError: Menus were asked for and cannot be shown.
    """
    if menus_wanted(face):
        from hipexpert.cli.menu_face import run_menus

        return run_menus(consultation, write=note, save=save, where=where)
    from hipexpert.cli.face import run_dialogue

    ended = False
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a byte that is no text makes an answer nobody understands

    def read(prompt: str) -> str:
        nonlocal ended
        click.echo(prompt, nl=False, err=True)
        line = sys.stdin.readline() if sys.stdin else ""
        if not line:
            ended = True
            raise EOFError
        return line.rstrip("\r\n")

    return run_dialogue(consultation, read=read, write=note, save=save, where=where), ended


def menus_wanted(face: str) -> bool:
    """Return whether to open menus.

    Raises:
        UsageError: They were asked for and cannot be shown.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    installed = all(find_spec(name) is not None for name in _NEEDS)
    if face != "menu":
        return face == "auto" and terminal and installed and os.environ.get("TERM") not in ("dumb", "unknown")
    if not terminal:
        raise UsageError("menus need a terminal as standard input and output; use --face plain")
    if not installed:
        raise UsageError(f"menus need the extra 'tty': {INSTALL}; or use --face plain")
    return True
