"""Every code of ``kb check``: what it means, how grave it is, why it matters, wrong and right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

SEVERITIES = ("error", "warning", "note")
"""Gravest first. An error makes ``kb check`` fail; with ``--strict`` the others do too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code; its meaning never changes.

    Attributes:
        title: What is wrong, in one line.
        why: Why that matters.
        bad: An example that has the defect; fields that do not matter are left out.
        good: The same, mended.
    """

    code: str
    severity: str
    title: str
    why: str
    bad: str
    good: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Code]:
    """Return every code of loading and of the checks, in order."""
    from hipexpert.knowledge.yaml_reader import read_file

    entries = []
    for name in ("codes_loading.yaml", "codes_checks.yaml"):
        document = read_file(Path(__file__).parent / name)
        assert not document.problems, document.problems
        entries += [Code(**entry) for entry in document.data]
    return MappingProxyType({entry.code: entry for entry in entries})


def severity(code: str) -> str:
    """Return how grave a code is; what loading refuses is an error."""
    entry = catalogue().get(code)
    return entry.severity if entry else "error"
