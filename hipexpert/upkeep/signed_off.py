"""Falls of triage that somebody has looked at and answers for.

A file is a list of entries::

    - case: lateral-hip
      from: same_day
      to: within_days
      by: Dr A. Example
      reason: The flag rested on a claim that was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hipexpert.errors import CaseError, Location, Problem
from hipexpert.knowledge.entries import LEVELS
from hipexpert.knowledge.yaml_reader import Document, read_file
from hipexpert.upkeep.moves import Move

_KEYS = ("case", "from", "to", "by", "reason")


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One fall of triage that is meant."""

    case: str
    old: str
    new: str
    by: str
    reason: str
    at: Location

    def covers(self, move: Move) -> bool:
        """Return whether this is the very fall: the same case, from and to the same level."""
        return (self.case, self.old, self.new) == (move.case, move.old.triage, move.new.triage)


def read_signed_off(path: Path) -> tuple[SignedOff, ...]:
    """Read a file of signed-off falls.

    Raises:
        CaseError: With every problem found (HX521 for an entry that cannot be used).
    """
    document = read_file(path)
    if document.problems:
        raise CaseError(document.problems)
    entries = document.data if isinstance(document.data, list) else [None]
    made = [_entry(entry, i, document) for i, entry in enumerate(entries)]
    if document.problems:
        raise CaseError(document.problems)
    return tuple(entry for entry in made if entry is not None)


def _entry(raw: Any, i: int, document: Document) -> SignedOff | None:
    at = document.where((i,))
    if (
        not isinstance(raw, dict)
        or set(raw) != set(_KEYS)
        or not all(isinstance(text, str) and text.strip() for text in raw.values())
        or not {raw["from"], raw["to"]} <= set(LEVELS)
    ):
        hint = f"give {', '.join(_KEYS)}; from and to are levels of triage: {', '.join(LEVELS)}"
        document.problems.append(Problem(at, "HX521", "this signs off nothing", hint))
        return None
    return SignedOff(raw["case"], raw["from"], raw["to"], raw["by"], raw["reason"], at)


def unsigned(moves: Iterable[Move], signed: Iterable[SignedOff]) -> tuple[Move, ...]:
    """Return the falls of triage that nobody answers for."""
    known = tuple(signed)
    return tuple(move for move in moves if move.fell and not any(entry.covers(move) for entry in known))
