"""The facts of a consultation, as experta sees them. Rules only ever declare; nothing is retracted.

What a fact may say is fixed by the knowledge base. So each is checked and described once, as a
:class:`Print`, and every case is handed fresh copies of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import Any

from hipexpert.case import State, number_text
from hipexpert.frozen import dataclass
from hipexpert.inference._experta import Fact, FactList, watchers
from hipexpert.inference.assessment import Matched


class CaseFact(Fact):  # type: ignore[misc]
    """A fact that may come from a :class:`Print`, whose content needs no second check.

    Attributes:
        origin: The print it came from; None for a fact or pattern written out by hand.
    """

    origin: Print | None = None

    def __str__(self) -> str:
        number = self.get("__factid__")
        return f"<Undeclared Fact> {self!r}" if number is None else f"<f-{number}>"

    def has_field_constraints(self) -> bool:
        """Return whether this is a pattern and not a fact."""
        return self.origin is None and bool(super().has_field_constraints())

    def has_nested_accessor(self) -> bool:
        """Return whether a field name asks for something inside a value."""
        return self.origin is None and bool(super().has_nested_accessor())


class FindingFact(CaseFact):
    """One option of a finding, recorded present or absent: ``finding``, ``option``, ``state``.

    ``state`` "unknown" with an empty option says that nobody recorded the finding; such facts are
    declared only for findings that some rule asks that about.
    """


class OneOfFact(CaseFact):
    """Whether one of several options of a finding is the answer: ``finding``, ``options``, ``state``.

    Declared for findings that always have one answer, where a rule asks for several options together and the
    case tells; it says no more of the case than its single options do.
    """


class MeasureFact(CaseFact):
    """A recorded number: ``finding``, ``value`` in the finding's own unit."""


class ConclusionFact(CaseFact):
    """An intermediate conclusion drawn: ``conclusion``."""


class FlagFact(CaseFact):
    """A red flag after all were judged: ``flag``, ``raised``."""


class EvidenceFact(CaseFact):
    """A rule's weight for or against a condition: ``rule``, ``condition``, ``direction``."""


class RaisedFact(CaseFact):
    """A rule raised a red flag: ``rule``, ``flag``."""


class WithheldFact(CaseFact):
    """A rule holds back advice with a demand on the body: ``rule``, ``demand``."""


class AdviceFact(CaseFact):
    """A rule brought up advice: ``rule``, ``advice``."""


class StandingFact(CaseFact):
    """Where a condition stands after ranking: ``condition``, ``verdict``, ``rank``."""


class TriageFact(CaseFact):
    """The triage level after all red flags were judged: ``level``."""


@dataclass(frozen=True, eq=False)
class Print:
    """A fact that can be handed out any number of times.

    Attributes:
        identity: What experta's fact list tells facts apart by.
        matched: The fact as the trace records it; None when it says nothing of the case.
    """

    kind: type[CaseFact]
    content: dict[str, Any]
    identity: frozenset[Any]
    hash: int = field(repr=False)
    matched: Matched | None

    @classmethod
    def of(cls, kind: type[CaseFact], **content: Any) -> Print:
        """Describe a fact.

        Raises:
            TypeError: This is a pattern, which cannot be declared.
        """
        fact = kind(**content)
        if fact.has_field_constraints() or fact.has_nested_accessor():
            raise TypeError(f"{fact!r} is a pattern, not a fact")
        identity = FactList._get_fact_id(fact)
        return cls(kind, dict(fact), identity, hash(identity), matched(fact))

    def fact(self) -> CaseFact:
        """Return a fresh fact, ready to be declared."""
        fact = self.kind.__new__(self.kind)
        dict.update(fact, self.content)
        fact.origin = self
        fact._hash = self.hash  # equal facts have equal content, hence equal hashes
        return fact


class Facts(FactList):  # type: ignore[misc]
    """experta's fact list, which need not check or describe again what comes from a :class:`Print`."""

    last_index: int
    added: list[Fact]
    removed: list[Fact]

    def declare(self, fact: Fact) -> Fact | None:
        """Add a fact and return it, or None when an equal one is there; as experta's own does."""
        origin: Print | None = getattr(fact, "origin", None)
        if origin is None:
            return super().declare(fact)
        counter, identity = self.reference_counter, origin.identity
        if identity not in counter:
            counter[identity] = 1
        elif self.duplication:
            counter[identity] += 1
        else:
            return None
        index = self.last_index
        dict.__setitem__(fact, "__factid__", index)
        self[index] = fact
        self.last_index = index + 1
        self.added.append(fact)
        watchers.FACTS.info(" ==> %s: %r", fact, fact)
        return fact

    @property
    def changes(self) -> tuple[list[Fact], list[Fact]]:
        """Return the facts added and removed since the last time."""
        changed = self.added, self.removed
        self.added, self.removed = [], []
        return changed

    @staticmethod
    def _get_fact_id(fact: Fact) -> frozenset[Any]:
        origin: Print | None = getattr(fact, "origin", None)
        return FactList._get_fact_id(fact) if origin is None else origin.identity


@lru_cache(maxsize=16384)
def recorded(kind: str, id_: str, value: str = "", state: str = "present") -> Matched:
    """Return one recorded thing; equal ones are the same object."""
    return Matched(kind=kind, id=id_, value=value, state=state)


def matched(fact: Fact) -> Matched | None:
    """Return a fact as the trace records it; None for facts that say nothing of the case."""
    if isinstance(fact, FindingFact):
        return recorded("finding", fact["finding"], fact["option"], fact["state"])
    if isinstance(fact, MeasureFact):
        return recorded("finding", fact["finding"], number_text(fact["value"]))
    if isinstance(fact, ConclusionFact):
        return recorded("conclusion", fact["conclusion"])
    if isinstance(fact, FlagFact):
        return recorded("flag", fact["flag"], "", (State.PRESENT if fact["raised"] else State.ABSENT).value)
    if isinstance(fact, StandingFact):
        return recorded("standing", fact["condition"], fact["verdict"])
    if isinstance(fact, TriageFact):
        return recorded("triage", "triage", fact["level"])
    return None


def each_matched(facts: Iterable[Fact]) -> tuple[Matched, ...]:
    """Return what some facts say of the case, leaving out those that say nothing."""
    found = []
    for fact in facts:
        origin = getattr(fact, "origin", None)
        entry = origin.matched if origin is not None else matched(fact)
        if entry is not None:
            found.append(entry)
    return tuple(found)
