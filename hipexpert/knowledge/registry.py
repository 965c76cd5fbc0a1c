"""Collects every id of a knowledge base, so that names can be resolved and repeats reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hipexpert.errors import Location, Problem
from hipexpert.knowledge.yaml_reader import Document, Path_

LISTS = (
    "sources",
    "claims",
    "studies",
    "findings",
    "conclusions",
    "flags",
    "rules",
    "advice",
    "conflicts",
    "topics",
)
SINGLES = ("section", "condition")


@dataclass(slots=True)
class Registry:
    """Where each id is defined, by kind (the top-level key it stands under)."""

    places: dict[str, dict[str, Location]] = field(default_factory=dict)

    def names(self, kind: str) -> frozenset[str]:
        """Return all ids of a kind."""
        return frozenset(self.places.get(kind, ()))

    def known(self, kind: str) -> Mapping[str, Location]:
        """Return all ids of a kind with where they stand."""
        return self.places.get(kind, {})


def collect(documents: list[Document]) -> Registry:
    """Gather ids from all readable files, and report those that stand twice."""
    registry = Registry()
    for document in documents:
        for kind, name, path in _ids(document.data):
            location = document.where(path)
            known = registry.places.setdefault(kind, {})
            # a rule and an advice entry may not share an id either: reports link to both by it
            first = known.get(name) or _shared(registry, kind, name)
            if first is not None:
                message = f"the id '{name}' is used twice; first at {first}"
                document.problems.append(Problem(location, "HX309", message, "ids are never used twice"))
            else:
                known[name] = location
    return registry


def _shared(registry: Registry, kind: str, name: str) -> Location | None:
    together = ("rules", "advice", "flags", "conflicts")
    if kind not in together:
        return None
    return next((registry.known(k)[name] for k in together if name in registry.known(k)), None)


def _ids(data: Any) -> Iterator[tuple[str, str, Path_]]:
    if not isinstance(data, dict):
        return
    for kind in LISTS:
        entries = data.get(kind)
        for i, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                yield kind, entry["id"], (kind, i, "id")
    for kind in SINGLES:
        entry = data.get(kind)
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            yield kind, entry["id"], (kind, "id")
