"""Text for a plain terminal: ASCII, at most :data:`WIDTH` columns wide. Nothing here prints."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable

WIDTH = 78

_ASCII = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
        "\u2264": "<=", "\u2265": ">=", "\u00d7": "x", "\u00b1": "+/-", "\u00b5": "u", "\u03bc": "u",
        "\u00df": "ss", "\u2022": "*", "\u2192": "->", "\u2044": "/",
    }
)  # fmt: skip
_DEGREES = re.compile(r"\s*\u00b0(\w?)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def plain(text: str) -> str:
    """Return text in ASCII without control characters; accents go, what has no ASCII form is ``?``."""
    spelt = _DEGREES.sub(lambda match: f" degrees {match[1]}".rstrip(), text).translate(_ASCII)
    decomposed = unicodedata.normalize("NFKD", spelt)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _CONTROL.sub(" ", bare.translate(_ASCII)).encode("ascii", "replace").decode()


def legible(text: str) -> str:
    """Return text on one line without control characters, in its own script."""
    return " ".join(_CONTROL.sub(" ", text).split())


def wrapped(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """Return text in lines that fit; later lines begin with ``hanging``, by default like the first."""
    return textwrap.wrap(
        plain(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    )


def unwrapped(lines: Iterable[str]) -> list[str]:
    """Return wrapped lines as they were before: a word that would have fitted above began a new line."""
    found: list[str] = []
    last = ""
    for line in lines:
        words = line.split(maxsplit=1)
        if words and last.strip() and len(last) + 1 + len(words[0]) > WIDTH:
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
        last = line
    return found
