"""Everything that can go wrong, as one small tree.

    HipExpertError
    ├── InvalidInput        a file or an answer cannot be used; carries every Problem found
    │   ├── KnowledgeError  the knowledge base (exit code 1)
    │   ├── CaseError       a case file (exit code 3)
    │   ├── AuditError      an audit record (exit code 3)
    │   └── TemplateError   a report template (exit code 1)
    ├── EngineError         inference failed; the engine is discarded (exit code 1)
    └── UsageError          the caller asked for something that does not exist (exit code 2)

A message says where, what was found, what was expected and how to mend it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import field

from hipexpert.frozen import dataclass


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file.

    Attributes:
        file: The path as the user would type it; empty for text that came from no file.
        line: Counted from 1; 0 when the whole file is meant.
        column: Counted from 1; 0 when the whole line is meant.
        field: The path inside the document, for example ``rules[2].when.all[1]``.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    field: str = field(default="", compare=False)

    def __str__(self) -> str:
        parts = [self.file or "<input>"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


MOST_PROBLEMS = 200
"""In one file; what comes after that many is not looked at."""


@dataclass(frozen=True, order=True)
class Problem:
    """One defect: where it is, a stable code, what is wrong and how to mend it."""

    location: Location
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = printable(f"{self.location}: {self.code} {self.message}")
        return f"{text}\n  hint: {printable(self.hint)}" if self.hint else text


class TooMany(Exception):
    """A file has so many problems that looking for more helps nobody."""


class Problems(list[Problem]):
    """The problems of one file; adding one too many ends the search."""

    def append(self, problem: Problem) -> None:
        """Add a problem.

        Raises:
            TooMany: There are :data:`MOST_PROBLEMS` already; the last one says so.
        """
        super().append(problem)
        if len(self) == MOST_PROBLEMS:
            message = f"there are {MOST_PROBLEMS} problems; what comes after is not looked at"
            super().append(Problem(problem.location, "HX109", message, "mend these first"))
        if len(self) >= MOST_PROBLEMS:
            raise TooMany

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems; see :meth:`append`."""
        for problem in problems:
            self.append(problem)


class HipExpertError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidInput(HipExpertError):
    """A file or an answer that cannot be used.

    Attributes:
        problems: Everything found in one pass, ordered by file, line and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(InvalidInput):
    """The knowledge base has defects; none of it is used."""


class CaseError(InvalidInput):
    """A case file or an answer does not fit the vocabulary."""


class AuditError(InvalidInput):
    """An audit record is broken, or nothing can be added to it."""


class TemplateError(InvalidInput):
    """A report template is missing or broken."""


class EngineError(HipExpertError):
    """Inference failed in a way the input cannot explain."""


class UsageError(HipExpertError):
    """A name the caller gave does not exist."""


_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_MOST_SHOWN = 1000
_LONGEST_NAME = 120
"""Characters; nothing that is longer was meant to be one of our names."""


def printable(text: str) -> str:
    """Return text for one line of a message, with what moves a cursor or turns text around spelt out.

    Whoever wrote the file decides what stands in it, and must not decide what a terminal does.
    """
    return visible(f"{text[:_MOST_SHOWN]}..." if len(text) > _MOST_SHOWN else text)


def visible(text: str) -> str:
    """Return one line in which every character can be seen; see :func:`printable`."""
    return _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def nearest(name: object, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Return the known names most like ``name``, best first; empty when none is close."""
    wanted = str(name)
    if len(wanted) > _LONGEST_NAME:
        return ()
    return tuple(difflib.get_close_matches(wanted, list(known), n=limit, cutoff=0.6))


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return a hint naming the nearest known name, or the whole list when it is short."""
    names: Sequence[str] = sorted(known)
    close = nearest(name, names)
    if close:
        return "did you mean " + " or ".join(repr(c) for c in close) + "?"
    return "expected one of: " + ", ".join(names) if 0 < len(names) <= 12 else ""
