"""How wide a text will be, without asking a font: an estimate that rather says too much.

A page is drawn with whatever font the reader's system has; pictures ask for Arial or one as wide, which
every system has. The widths are those, rounded up, and the same everywhere.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

_WIDTHS: Final = (
    (230, "ijl'"),
    (290, " !|,.:;I[]`ft/\\"),
    (345, "()r-"),
    (400, '*"{}'),
    (520, "ckszvxyJ"),
    (640, "FTZ+<>=~−"),
    (695, "ABEKPSVXYL&"),
    (750, "CDHNRUw"),
    (810, "GOQ"),
    (870, "mM"),
    (1000, "W@%—…"),
)
"""Thousandths of the font size."""

_BY_CHAR: Final = {char: width for width, chars in _WIDTHS for char in chars}
_OTHER: Final = 580
_WIDE: Final = 1050
_MONO: Final = 640


def width_of(text: str, size: int, *, bold: bool = False, mono: bool = False) -> int:
    """Return the width of a text in pixels, rounded up, at a font size in pixels."""
    thousandths = sum(_MONO if mono else _width(char) for char in text) * size
    if bold:
        thousandths = thousandths * 108 // 100
    return -(-thousandths // 1000)


def fit(text: str, width: int, size: int, lines: int = 1, *, bold: bool = False) -> tuple[str, ...]:
    """Return a text on at most so many lines of a width in pixels; what does not fit becomes an ellipsis.

    A word longer than a line is broken. Some text always comes back: an empty text is one empty line.
    """
    rows: list[str] = []
    rest = text.strip()
    while rest and len(rows) < lines:
        row, rest = _first_row(rest, width, size, bold)
        rows.append(row)
    if rest:
        rows[-1] = _shortened(f"{rows[-1]} {rest}", width, size, bold)
    return tuple(rows) or ("",)


def _first_row(text: str, width: int, size: int, bold: bool) -> tuple[str, str]:
    if width_of(text, size, bold=bold) <= width:
        return text, ""
    end = _room(text, width, size, bold)
    space = text.rfind(" ", 0, end + 1)
    cut = space if space > 0 else max(1, end)
    return text[:cut].rstrip(), text[cut:].lstrip()


def _shortened(text: str, width: int, size: int, bold: bool) -> str:
    room = width - width_of(ELLIPSIS, size, bold=bold)
    return text[: max(1, _room(text, room, size, bold))].rstrip() + ELLIPSIS


def _room(text: str, width: int, size: int, bold: bool) -> int:
    """Return how many leading characters fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle], size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _width(char: str) -> int:
    known = _BY_CHAR.get(char)
    if known is not None:
        return known
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _OTHER
