"""The view that templates are given, as tables: read from the dataclasses and their docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from hipexpert.report.figures.view import FiguresView
from hipexpert.report.styles import Style
from hipexpert.report.view import ReportView

_LATE = {"FiguresView": FiguresView}
"""What the view imports only when it is drawn."""

_FIELD = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)


def view_reference() -> str:
    """Return a table for the view, for everything it is made of, and for the style."""
    return "\n".join(line for kind in (*_parts(ReportView), Style) for line in _table(kind))


def _parts(kind: type) -> Iterator[type]:
    """Yield a dataclass and all it is made of, each once, in order of first mention."""
    seen: dict[type, None] = {}
    waiting = [kind]
    while waiting:
        each = waiting.pop(0)
        if each not in seen:
            seen[each] = None
            hints = get_type_hints(each, localns=_LATE)
            waiting += [part for f in dataclasses.fields(each) for part in _named(hints[f.name])]
    return iter(seen)


def _named(hint: Any) -> Iterator[type]:
    if dataclasses.is_dataclass(hint) and hint.__module__.startswith("hipexpert.report."):
        yield hint  # type: ignore[misc]
    for part in get_args(hint):
        yield from _named(part)


def _table(kind: type) -> Iterator[str]:
    doc = inspect.getdoc(kind) or ""
    said = dict(_FIELD.findall(doc))
    hints = get_type_hints(kind, localns=_LATE)
    yield f"### {kind.__name__}"
    yield ""
    yield " ".join(doc.split("\n\n")[0].split())
    yield ""
    yield "| field | type | |"
    yield "|---|---|---|"
    for field in dataclasses.fields(kind):
        yield f"| `{field.name}` | {_words(hints[field.name])} | {_one_line(said.get(field.name, ''))} |"
    for name, prop in inspect.getmembers(kind, _is_property):
        text = inspect.getdoc(prop.fget if isinstance(prop, property) else prop.func) or ""
        yield f"| `{name}` | | {_one_line(text.split(chr(10) * 2)[0])} |"
    yield ""


def _is_property(value: object) -> bool:
    return isinstance(value, property) or type(value).__name__ == "cached_property"


def _words(hint: Any) -> str:
    text = str(hint) if get_args(hint) else getattr(hint, "__name__", str(hint))
    text = re.sub(r"(?:\w+\.)+(\w+)", r"\1", text).replace(", ...", " ...").replace("|", "or")
    return f"`{text}`"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
