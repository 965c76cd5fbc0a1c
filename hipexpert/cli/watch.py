"""Showing a watched run on standard error, so that standard output stays the report alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from hipexpert.cli.common import note

_STEP = "   (any key: the next cycle; r: run on to the end; Ctrl-C: stop)"


def show_watched(blocks: Iterable[str], *, step: bool) -> None:
    """Write blocks of text, and wait for a key after each if wanted and there is a terminal to press one."""
    pausing = step and sys.stdin.isatty() and sys.stderr.isatty()
    for place, block in enumerate(blocks):
        note(block)
        if pausing:
            if not place:
                note(_STEP)
            pausing = click.getchar() not in ("r", "R")
    note("")
