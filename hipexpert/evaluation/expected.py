"""What a case says must come out.

In its file, all of it optional::

    expected:
      accepted: [trochanteric_bursitis, gluteal_tendinopathy]   # any of these counts as right
      also: [referred_pain]                                     # acceptable too; counted apart
      urgent: false                                             # must be seen within days at most
      sparse: true                                              # little is known: a group of its own
      population: runner                                        # any word: a group of its own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hipexpert.case import Case
from hipexpert.errors import CaseError, Location, Problem, did_you_mean, nearest
from hipexpert.knowledge.model import LEVELS

CODE = "HX520"
URGENT_FROM = "within_days"
"""A case is urgent when it must be seen at this level or above."""

FIELDS = (
    "accepted", "first", "also", "urgent", "sparse", "population", "triage", "triage_at_least",
    "triage_at_most", "code", "diagnosis", "within_three", "settled", "likely",
)  # fmt: skip
"""Fields an expectation may have; from ``code`` on they are of no account here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out for one case.

    Attributes:
        accepted: Conditions any of which counts as right. Empty: the diagnosis is known and none of
            the knowledge base's conditions. None: the case says nothing about the diagnosis.
        also: Conditions that are acceptable too; counted apart.
        urgent: Whether it must be seen within days at most; None when the case does not say.
        sparse: Whether little is known of the case; None when it does not say.
        population: Who it is about, in a word; empty when the case does not say.
    """

    accepted: tuple[str, ...] | None
    also: tuple[str, ...] = ()
    urgent: bool | None = None
    sparse: bool | None = None
    population: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every condition that is named."""
        return (*(self.accepted or ()), *self.also)


def expectation(case: Case, at: Location | None = None) -> Expected | None:
    """Return what a case says must come out; None when it says nothing.

    ``first`` is read as ``accepted``, and where ``urgent`` is left out it follows from ``triage``,
    ``triage_at_least`` or ``triage_at_most``.

    Args:
        case: The case.
        at: Where it stands, for the message.

    Raises:
        CaseError: The expectation is malformed (HX520), with everything that is wrong with it.
    """
    if "expected" not in case.meta:
        return None
    reader = _Reader(case, at or Location())
    found = reader.read()
    if reader.problems:
        raise CaseError(reader.problems)
    return found


def remarks(case: Case, known: Iterable[str]) -> tuple[str, ...]:
    """Return what is odd about an expectation: conditions and fields that do not exist.

    Args:
        case: A case whose expectation is well formed.
        known: The conditions of the whole knowledge base, whatever layers are in use.
    """
    raw, names = case.meta.get("expected"), sorted(known)
    if not isinstance(raw, Mapping):
        return ()
    expected = expectation(case)
    said = []
    for name in dict.fromkeys(expected.named if expected else ()):
        if name not in names:
            close = nearest(name, names, limit=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            said.append(f"'{name}' is not in the knowledge base{hint}")
    for key in raw:
        if key not in FIELDS:
            hint = did_you_mean(key, FIELDS)
            said.append(f"unknown field '{key}' in expected{'; ' * bool(hint)}{hint}")
    return tuple(f"{case.id}: {text}" for text in said)


class _Reader:
    def __init__(self, case: Case, at: Location) -> None:
        self._case, self._at = case, at
        self._raw: Any = case.meta["expected"]
        self.problems: list[Problem] = []

    def read(self) -> Expected | None:
        if not isinstance(self._raw, Mapping):
            self._wrong("expected must be a mapping")
            return None
        stated = self._raw.get("accepted", self._raw.get("first"))
        population = self._raw.get("population", "")
        if not isinstance(population, str):
            self._wrong("expected.population must be a word")
        return Expected(
            accepted=None if stated is None else self._names("accepted", stated),
            also=self._names("also", self._raw.get("also", [])),
            urgent=self._truth("urgent") if "urgent" in self._raw else self._urgent(),
            sparse=self._truth("sparse"),
            population=str(population),
        )

    def _names(self, key: str, raw: Any) -> tuple[str, ...]:
        if not isinstance(raw, list) or not all(isinstance(name, str) for name in raw):
            self._wrong(f"expected.{key} must be a list of conditions")
            return ()
        return tuple(dict.fromkeys(raw))

    def _truth(self, key: str) -> bool | None:
        raw = self._raw.get(key)
        if raw in ("yes", "no"):
            return bool(raw == "yes")
        if raw is not None and not isinstance(raw, bool):
            self._wrong(f"expected.{key} must be true or false")
            return None
        return raw

    def _urgent(self) -> bool | None:
        levels = {key: self._raw.get(key) for key in ("triage", "triage_at_least", "triage_at_most")}
        for key, level in levels.items():
            if level is not None and level not in LEVELS:
                self._wrong(f"expected.{key} must be one of {', '.join(LEVELS)}")
                return None
        urgent = LEVELS.index(URGENT_FROM)
        least = levels["triage_at_least"] or levels["triage"]
        if least is not None and LEVELS.index(least) >= urgent:
            return True
        return None if levels["triage_at_most"] is None and levels["triage"] is None else False

    def _wrong(self, message: str) -> None:
        hint = "see 'How often it is right' in docs/guide.md"
        self.problems.append(Problem(self._at, CODE, f"case {self._case.id}: {message}", hint))
