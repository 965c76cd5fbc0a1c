"""A rule's ``when`` and ``then``, and any other value of an entry, in one line of plain text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from hipexpert.case import number_text
from hipexpert.knowledge import when as w

_BRANCHES = {w.All: "all", w.AnyOf: "any", w.NoneOf: "none"}


def plain(value: Any) -> str:
    """Return a value of an entry as one line, close to how a knowledge file writes it."""
    if type(value) in _BRANCHES:
        return f"{_BRANCHES[type(value)]}({', '.join(map(plain, value.parts))})"
    if isinstance(value, w.AtLeast):
        return f"at_least {value.count}({', '.join(map(plain, value.parts))})"
    if isinstance(value, w.Has):
        others = f" (not {', not '.join(value.others)})" if value.others else ""
        return f"{value.finding}: {' or '.join(value.options)}{others}"
    if isinstance(value, w.Measures):
        return f"{value.finding}: {_bounds(value)}"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(map(plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(part)}" for key, part in value.items())
    if is_dataclass(value):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name != "at")
        shown = ", ".join(f"{name}: {plain(part)}" for name, part in parts if part not in ("", (), None))
        return f"{type(value).__name__.lower()} ({shown})"
    return str(value)


def _bounds(test: w.Measures) -> str:
    low = [] if test.low is None else [f"{'above' if test.low_open else 'at least'} {number_text(test.low)}"]
    high = (
        [] if test.high is None else [f"{'below' if test.high_open else 'at most'} {number_text(test.high)}"]
    )
    return " and ".join(low + high)
