"""What the templates may do to a text: escape it for Markdown, or set it on lines for a terminal."""

from __future__ import annotations

import re
import textwrap
from typing import Final

WIDTH: Final = 79
"""Columns of the text report."""

_ANYWHERE = re.compile(r"([\\`*_\[\]{}~$|#@])")
_LINE_START = re.compile(r"^([=>]|-(?=[\s-]|$)|[+:](?=\s|$)|\d+(?=[.)](?:\s|$)))")
_ADDRESS = re.compile(r"(?i)(https?|ftp|mailto|xmpp)(:)|(www)(\.)")
_PLAIN = re.compile(r"[\w.:/#-]+(?: [\w.:/#-]+)*")
_HTML = {"&": "&amp;", "<": "&lt;"}


def md(value: object) -> str:
    """Return a value as Markdown that shows exactly it: no markup, no HTML, no link."""
    text = " ".join(str(value).split())
    text = _ANYWHERE.sub(r"\\\1", text)
    text = _LINE_START.sub(lambda m: m[1] + "\\" if m[1].isdigit() else "\\" + m[1], text)
    text = _ADDRESS.sub(lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", text)
    return "".join(_HTML.get(char, char) for char in text)


def mdcode(value: object) -> str:
    """Return a plain value such as an id as a Markdown code span; anything else as :func:`md` does."""
    text = str(value)
    return f"`{text}`" if _PLAIN.fullmatch(text) else md(text)


def fill(value: object, indent: int = 0, first: str | None = None) -> str:
    """Return a value on lines of at most :data:`WIDTH` columns, without a line break at the end.

    Args:
        value: The text; its own line breaks are not kept.
        indent: Columns before every line.
        first: What stands before the first line in place of the indent: a bullet, which is padded to
            the indent, or fewer spaces, which make the other lines hang.
    """
    text = " ".join(str(value).split())
    space = " " * indent
    lead = space if first is None else first.ljust(indent) if first.strip() else first
    if not text:
        return lead.rstrip()
    return textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=space, break_on_hyphens=False)


def squeezed(style: str) -> str:
    """Return a style sheet without comments, indents and empty lines."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)).strip()


FILTERS: Final = {"md": md, "mdcode": mdcode, "fill": fill, "squeezed": squeezed}
