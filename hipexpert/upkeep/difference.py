"""What differs between two knowledge bases, entry by entry and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from hipexpert.knowledge.model import Knowledge
from hipexpert.upkeep.plain import plain

KINDS = ("rules", "flags", "advice", "findings", "conditions", "conclusions", "studies", "conflicts")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that changed, before and after, as plain text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that changed.

    Attributes:
        kind: One of :data:`KINDS`.
        what: ``added``, ``removed``, ``changed``, or ``revived`` for a retired rule that fires again.
        title: The entry's title or name.
        fields: What changed; empty for an entry that was added or removed.
    """

    kind: str
    id: str
    what: str
    title: str
    fields: tuple[Field, ...] = ()


def changes(old: Knowledge, new: Knowledge) -> tuple[Change, ...]:
    """Return every entry that differs, by kind and id; the scale of weights counts as an entry."""
    found = list(_scale(old, new))
    for kind in KINDS:
        before, after = getattr(old, kind), getattr(new, kind)
        for name in sorted({*before, *after}):
            found += _change(kind, name, before.get(name), after.get(name))
    return tuple(found)


def _scale(old: Knowledge, new: Knowledge) -> Iterator[Change]:
    differing = tuple(_fields(old.scale, new.scale))
    if differing:
        yield Change("knowledge", "scale", "changed", "The scale of weights", differing)


def _change(kind: str, name: str, before: Any, after: Any) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(kind, name, "added" if before is None else "removed", _title(after or before))
        return
    differing = tuple(_fields(before, after))
    if differing:
        revived = getattr(before, "status", "") == "retired" != getattr(after, "status", "")
        yield Change(kind, name, "revived" if revived else "changed", _title(after), differing)


def _fields(before: Any, after: Any) -> Iterator[Field]:
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name != "at" and old != new:
            yield Field(field.name, plain(old), plain(new))


def _title(entry: Any) -> str:
    return next(
        (getattr(entry, name) for name in ("title", "name", "topic", "test") if hasattr(entry, name)), ""
    )
