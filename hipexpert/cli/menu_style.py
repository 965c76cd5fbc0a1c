"""Styles and signs of the menu face, and text cut to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from hipexpert.dialogue.text import legible, plain

STYLES = {
    "": "",
    "title": "bold",
    "head": "",
    "rule": "dim",
    "done": "cyan",
    "section": "cyan",
    "question": "bold",
    "dim": "dim",
    "care": "yellow",
    "said": "italic",
    "key": "bold cyan",
    "pointer": "bold cyan",
    "pointed": "bold cyan",
    "ticked": "green",
    "rise": "bold green",
    "fall": "bold red",
    "triage.routine": "green",
    "triage.within_days": "bold yellow",
    "triage.same_day": "bold magenta",
    "triage.emergency": "bold white on red",
    "verdict.likely": "bold green",
    "verdict.possible": "green",
    "verdict.not_settled": "",
    "verdict.unlikely": "dim",
    "verdict.argued_against": "dim",
}
"""The style of each kind of text, in rich's words; the sixteen colours, so that the terminal's own hold."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs a terminal can show."""

    pointer: str
    yes: str
    no: str
    unsure: str
    full: str
    empty: str
    rule: str
    bar: str
    up: str
    down: str
    caret: str
    more: str
    ascii: bool = False


UNICODE = Glyphs(
    "\u276f",
    "[x]",
    "[ ]",
    "[?]",
    "\u2501",
    "\u2500",
    "\u2500",
    "\u2502",
    "\u2191",
    "\u2193",
    "\u2588",
    "\u2026",
)
ASCII = Glyphs(">", "[x]", "[ ]", "[?]", "#", ".", "-", "|", "^", "v", "_", "...", ascii=True)

_FOLDING = Console(width=80, no_color=True, _environ={})


def say(text: str, style: str) -> Text:
    """Return text in one of the styles."""
    return Text().append(text, STYLES[style])  # not as the style of the whole line: more may follow


def folded(text: str, width: int, style: str, glyphs: Glyphs) -> list[Text]:
    """Return text in lines that fit; what begins with blanks goes on below its own beginning."""
    clean = plain(text) if glyphs.ascii else legible(text)
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines = Text(clean).wrap(_FOLDING, max(8, width - len(indent)))
    return [say(indent, "").append_text(say(line.plain.rstrip(), style)) for line in lines] or [Text()]


def fitted(line: Text, width: int, *, pad: bool = False) -> Text:
    """Return a line that is no wider than this, and if wanted as wide."""
    line = line.copy()
    line.truncate(width, overflow="crop", pad=pad)
    return line


def capped(lines: Sequence[Text], rows: int) -> list[Text]:
    """Return exactly so many lines: the first ones, and empty ones after the last."""
    return [*lines[:rows], *(Text() for _ in range(rows - len(lines)))]
