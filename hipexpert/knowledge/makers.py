"""Makes entries from the checked shape of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hipexpert.errors import Location
from hipexpert.knowledge import model as m
from hipexpert.knowledge import schema as s
from hipexpert.knowledge.when import When
from hipexpert.knowledge.yaml_reader import Document


def circular(rules: Iterable[m.Rule]) -> list[m.Rule]:
    """Return rules whose conclusion rests, directly or not, on itself."""
    drawing = [rule for rule in rules if isinstance(rule.then, m.Concludes)]
    needs: dict[str, set[str]] = {}
    for rule in drawing:
        needs.setdefault(rule.then.conclusion, set()).update(m.conclusions_of(rule.when))  # type: ignore[union-attr]

    def reaches(start: str, goal: str, seen: set[str]) -> bool:
        if start in seen:
            return False
        seen.add(start)
        return any(n == goal or reaches(n, goal, seen) for n in needs.get(start, ()))

    return [
        rule
        for rule in drawing
        if (goal := rule.then.conclusion)  # type: ignore[union-attr]
        and any(n == goal or reaches(n, goal, set()) for n in m.conclusions_of(rule.when))
    ]


def tuples(data: dict[str, Any]) -> dict[str, Any]:
    """Return model data with tuples for lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def make_finding(entry: s.FindingModel, section: s.SectionModel | None, at: Location) -> m.Finding:
    """Return a finding; its ``only_if`` is resolved once all findings are known."""
    data = tuples(entry.model_dump())
    data["options"] = tuple(m.Option(id=key, label=label) for key, label in entry.options.items())
    data["only_if"] = None  # resolved once all findings are known
    return m.Finding(**data, section=section.id if section else "", at=at)


def make_study(entry: s.StudyModel, at: Location) -> m.Study:
    """Return published accuracy figures."""
    data = tuples(entry.model_dump())
    data["intervals"] = tuple(
        m.Interval(of=of, low=low, high=high) for of, (low, high) in entry.intervals.items()
    )
    return m.Study(**data, at=at)


def make_condition(entry: s.ConditionModel, at: Location) -> m.Condition:
    """Return a condition."""
    data = tuples(entry.model_dump())
    data["icd10cm"] = tuple(m.Code(**code.model_dump()) for code in entry.icd10cm)
    data["background"] = tuple(m.Note(text=n.text, cites=tuple(n.cites)) for n in entry.background)
    data["frequencies"] = tuple(m.Frequency(**tuples(each.model_dump())) for each in entry.frequencies)
    return m.Condition(**data, at=at)


def make_rule(entry: s.RuleModel, when: When, then: m.Then, at: Location) -> m.Rule:
    """Return a rule from its checked shape, its tree and what it declares."""
    return m.Rule(
        id=entry.id,
        layer=entry.layer,
        status=entry.status,
        title=entry.title,
        when=when,
        then=then,
        because=entry.because,
        pitfalls=tuple(entry.pitfalls),
        cites=tuple(entry.cites),
        opinion=entry.opinion,
        at=at,
    )


def make_exclusions(document: Document, model: s.FileModel) -> Iterator[m.Exclusion]:
    """Yield the defects that a file says are meant."""
    for i, entry in enumerate(model.exclusions):
        yield m.Exclusion(**tuples(entry.model_dump()), at=document.where(("exclusions", i)))


def make_never_ask(document: Document, model: s.FileModel) -> Iterator[m.NeverAsk]:
    """Yield the acts that a file says no text may ask for."""
    for i, entry in enumerate(model.never_ask):
        yield m.NeverAsk(**tuples(entry.model_dump()), at=document.where(("never_ask", i)))
