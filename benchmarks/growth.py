"""Knowledge bases of any size: the same rules several times over, each time about findings of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from hipexpert.case import Case
from hipexpert.knowledge.model import Knowledge

_RENAMED = ("id", "finding", "conclusion", "flag", "condition", "advice", "group")
_Entry = TypeVar("_Entry")


def grown(knowledge: Knowledge, times: int) -> Knowledge:
    """Return a knowledge base with ``times`` as many findings, rules, conditions, flags and advice."""
    copies = range(times)

    def each(entries: Mapping[str, _Entry]) -> dict[str, _Entry]:
        return {_named(name, n): _copy(entry, n) for n in copies for name, entry in entries.items()}

    return replace(
        knowledge,
        findings={
            _named(name, n): replace(finding, id=_named(name, n))
            for n in copies
            for name, finding in knowledge.findings.items()
        },
        conditions=each(knowledge.conditions),
        conclusions=each(knowledge.conclusions),
        flags=each(knowledge.flags),
        rules={
            _named(name, n): replace(
                rule, id=_named(name, n), when=_copy(rule.when, n), then=_copy(rule.then, n)
            )
            for n in copies
            for name, rule in knowledge.rules.items()
        },
        advice=each(knowledge.advice),
    )


def grown_case(case: Case, times: int) -> Case:
    """Return the case of a runner with ``times`` as many answers, for a knowledge base grown alike."""
    answers = {
        _named(name, n): replace(answer, finding=_named(name, n))
        for n in range(times)
        for name, answer in case.answers.items()
    }
    return replace(case, answers=answers)


def _named(name: str, n: int) -> str:
    return f"{name}~{n}" if n else name


def _copy(value: Any, n: int) -> Any:
    """Return a copy of dataclasses within dataclasses in which every id carries the copy's number."""
    if isinstance(value, tuple):
        return tuple(_copy(part, n) if is_dataclass(part) else part for part in value)
    changed: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name in _RENAMED and isinstance(old, str):
            changed[field.name] = _named(old, n) if old else old
        elif field.name == "advice" and isinstance(old, tuple):
            changed[field.name] = tuple(_named(name, n) for name in old)
        elif field.name == "parts":
            changed[field.name] = _copy(old, n)
    return replace(value, **changed)
