"""Words and numbers as a reader sees them. Nothing here knows a hip from a knee."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from hipexpert.frozen import dataclass
from hipexpert.knowledge.model import LEVELS

T = TypeVar("T")

MINUS: Final = "\N{MINUS SIGN}"

VERDICT_WORDS: Final[Mapping[str, str]] = {
    "likely": "likely",
    "possible": "possible",
    "not_settled": "not settled",
    "unlikely": "unlikely",
    "argued_against": "argued against",
}

STEP_WORDS: Final[Mapping[str, str]] = {"now": "Now", "next": "Next", "prevention": "Prevention"}

PHASE_WORDS: Final[Mapping[str, str]] = {
    "conclusions": "Drawing conclusions",
    "red_flags": "Raising red flags",
    "evidence": "Weighing evidence",
    "alarms": "Raising red flags by what leads",
    "cautions": "Holding advice back",
    "advice": "Choosing advice",
}

DIRECTION_WORDS: Final[Mapping[str, str]] = {"supports": "for", "opposes": "against"}

COST_WORDS: Final[Mapping[str, str]] = {"ask": "ask", "examine": "examine", "test": "test"}

_LEVEL_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "emergency": ("Emergency", "Needs emergency care now."),
    "same_day": ("Same day", "Needs to be seen by a doctor today."),
    "within_days": ("Within days", "Needs to be seen by a doctor within days."),
    "routine": ("Routine", "No red flag was raised by what is recorded."),
}


@dataclass(frozen=True, kw_only=True)
class Urgency:
    """A triage level in words.

    Attributes:
        level: The level's id, for a template that draws a shape by it.
        severity: 0 for the least urgent level, one more for each step up.
    """

    level: str
    word: str
    sentence: str
    severity: int


def urgency(level: str) -> Urgency:
    """Return a triage level in words."""
    word, sentence = _LEVEL_WORDS[level]
    return Urgency(level=level, word=word, sentence=sentence, severity=LEVELS.index(level))


def points(value: float) -> str:
    """Return points with a tenth and a sign: ``+7.0``, ``0.0``, or with a true minus sign."""
    text = f"{abs(value):.1f}"
    if text == "0.0":
        return text
    return ("+" if value > 0 else MINUS) + text


def listed(names: Sequence[str], joint: str = "and") -> str:
    """Return names as a sentence has them: ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 rule`` or ``2 rules``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text; all of it when none ends earlier."""
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def capital(text: str) -> str:
    """Return the text with its first letter large and the rest untouched."""
    return text[:1].upper() + text[1:]


_SENTENCE_END = re.compile(r"(?<=\w[.!?])\s+(?=[A-Z])")
_TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_TURNS_TEXT_AROUND = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


@lru_cache(maxsize=1 << 15)
def one_line(text: str) -> str:
    """Return text without control characters, terminal sequences or direction marks, on one line."""
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # as nearly every text is: its only white space is single spaces between words
    text = " ".join(_TERMINAL_SEQUENCE.sub("", text).split())
    return "".join(
        char
        for char in text
        if unicodedata.category(char) not in ("Cc", "Cs") and char not in _TURNS_TEXT_AROUND
    )


def tidy(value: T) -> T:
    """Return a view in which every text, however deep, is :func:`one_line`; the same when it is already."""
    found: T = _tidied(value)
    return found


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return _tidy_parts(value)
    kind: Any = type(value)
    names, parts = _fields(kind)
    if not names:
        return value
    old = parts(value)
    new = _tidy_parts(old)
    return value if new is old else dataclasses.replace(value, **dict(zip(names, new, strict=True)))


_NO_TEXT = frozenset({int, float, bool, type(None)})


def _tidy_parts(old: tuple[Any, ...]) -> tuple[Any, ...]:
    new = tuple(
        [
            one_line(part) if type(part) is str else part if type(part) in _NO_TEXT else _tidied(part)
            for part in old
        ]
    )
    return old if new == old else new


@cache
def _fields(kind: type) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of a dataclass's fields and what reads them all; no names for any other class."""
    names = tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
    if len(names) < 2:
        return names, lambda value: tuple(getattr(value, name) for name in names)
    return names, attrgetter(*names)
