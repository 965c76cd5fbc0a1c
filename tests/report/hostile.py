"""The sample with hostile text in every place where a case file or a knowledge base may put text."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from hipexpert.case import Case
from tests.report.sample import ASSESSMENT
from tests.report.sample_knowledge import KNOWLEDGE

POISON = (
    "<script>alert(1)</script> **x** [a](javascript:x) {{7*7}} `c` <b onclick=x> | \"'> "
    "\x1b[31m\u202e\r\n# h\n"
)

TEXTS = frozenset(
    (
        "title",
        "because",
        "pitfalls",
        "text",
        "name",
        "label",
        "summary",
        "action",
        "why",
        "do_not",
        "question",
        "says",
        "judgement",
        "opinion",
        "section",
        "topic",
        "how",
        "cautions",
        "description",
        "synonyms",
        "authors",
        "venue",
        "note",
        "kind",
        "intended_use",
        "not_modelled",
        "unit",
        "safety",
        "licence",
        "weight",
        "program",
        "prior",
        "version",
        "digest",
        "doi",
        "url",
    )
)


def poisoned(value: Any, field: str = "") -> Any:
    """Return a copy of any data in which every text meant for a reader ends in the poison."""
    if isinstance(value, str):
        return value + POISON if field in TEXTS and value else value
    if isinstance(value, tuple):
        return tuple(poisoned(item, field) for item in value)
    if isinstance(value, Case):
        return dataclasses.replace(value, id=value.id + POISON, meta={"title": POISON})
    if isinstance(value, Mapping):
        return {key: poisoned(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _copy(value)
    return value


def _copy(value: Any) -> Any:
    keep = _FIXED.get(type(value).__name__, frozenset())
    changes = {
        field.name: poisoned(getattr(value, field.name), field.name)
        for field in dataclasses.fields(value)
        if field.init and field.name not in keep and field.name not in ("when", "at")
    }
    return dataclasses.replace(value, **changes)


_FIXED: Mapping[str, frozenset[str]] = {
    "Scale": frozenset({"priors"}),
    "Finding": frozenset({"kind", "section"}),
    "Matched": frozenset({"kind"}),
}
"""Fields that hold a name of something and so cannot be hostile: loading would refuse it."""

HOSTILE_KNOWLEDGE = poisoned(KNOWLEDGE)
HOSTILE_ASSESSMENT = poisoned(ASSESSMENT)
