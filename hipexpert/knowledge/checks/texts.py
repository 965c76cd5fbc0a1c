"""Every text of a knowledge base that a reader meets, with what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hipexpert.errors import Location
from hipexpert.knowledge import model as m


@dataclass(frozen=True, slots=True)
class Text:
    """One text.

    Attributes:
        about: The id of the entry it belongs to.
        field: Which text of it: ``title``, ``because``, ``question`` ...
        asks: It tells somebody to do something.
    """

    about: str
    field: str
    text: str
    at: Location
    asks: bool = False


def texts(knowledge: m.Knowledge) -> Iterator[Text]:
    """Yield every text written here; titles of sources and the official names of codes are not ours."""
    for rule in knowledge.rules.values():
        if rule.status != "retired":
            yield from _of(rule, rule.at, title=rule.title, because=rule.because, opinion=rule.opinion)
            yield from _of(rule, rule.at, pitfalls=rule.pitfalls)
    for finding in knowledge.findings.values():
        yield from _of(finding, finding.at, name=finding.name)
        yield from _of(finding, finding.at, options=[option.label for option in finding.options])
        for text in _of(finding, finding.at, question=finding.question, help=finding.help):
            yield Text(text.about, text.field, text.text, text.at, asks=True)
        yield from _of(finding, finding.at, safety=finding.safety)
    for flag in knowledge.flags.values():
        yield from _of(flag, flag.at, name=flag.name, why=flag.why, do_not=flag.do_not, opinion=flag.opinion)
        yield Text(flag.id, "action", flag.action, flag.at, asks=True)
    for advice in knowledge.advice.values():
        yield from _of(advice, advice.at, topic=advice.topic, cautions=advice.cautions)
        for text in _of(advice, advice.at, text=advice.text, how=advice.how):
            yield Text(text.about, text.field, text.text, text.at, asks=True)
    yield from _reading(knowledge)


def _reading(knowledge: m.Knowledge) -> Iterator[Text]:
    for condition in knowledge.conditions.values():
        at = condition.at
        yield from _of(condition, at, name=condition.name, summary=condition.summary)
        yield from _of(condition, at, synonyms=condition.synonyms)
        yield from _of(condition, at, background=[note.text for note in condition.background])
    for conclusion in knowledge.conclusions.values():
        yield from _of(conclusion, conclusion.at, name=conclusion.name, description=conclusion.description)
    for conflict in knowledge.conflicts.values():
        at = conflict.at
        yield from _of(conflict, at, title=conflict.title, judgement=conflict.judgement)
        yield from _of(conflict, at, sides=[side.says for side in conflict.sides])
    for topic in knowledge.topics.values():
        yield from _of(topic, topic.at, title=topic.title, notes=[note.text for note in topic.notes])
    for claim in knowledge.claims.values():
        yield from _of(claim, claim.at, claim=claim.text)


def _of(entry: object, at: Location, **fields: object) -> Iterator[Text]:
    for name, value in fields.items():
        for text in [value] if isinstance(value, str) else value:  # type: ignore[attr-defined]
            if text:
                yield Text(entry.id, name, text, at)  # type: ignore[attr-defined]
