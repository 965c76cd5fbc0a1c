"""What a knowledge base says about its own upkeep: checks it answers, and acts no text may ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from hipexpert.errors import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A defect that is meant, with the reason.

    Attributes:
        code: The code of the check.
        entries: Ids of the entries it may find; another entry of the pair does not count.
        reason: Why it is meant.
    """

    code: str
    entries: tuple[str, ...]
    reason: str
    at: Location = field(default_factory=Location, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAsk:
    """Acts that may be asked about but never asked for.

    Attributes:
        acts: Words for it, such as ``hop``.
        reason: What could happen.
        unless: Ids of entries that may, because they say how it is made safe.
    """

    acts: tuple[str, ...]
    reason: str
    unless: tuple[str, ...] = ()
    at: Location = field(default_factory=Location, compare=False)
