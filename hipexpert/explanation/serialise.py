"""An explanation as plain data, in the versioned shape scripts rely on (``hipexpert.explanation/1``)."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from hipexpert import __version__
from hipexpert.case import Answer
from hipexpert.case_values import to_document as answer_document
from hipexpert.explanation.compare import Observation
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.model import Knowledge

SCHEMA = "hipexpert.explanation/1"


def to_document(explains: str, explanation: Any, knowledge: Knowledge, case: str = "") -> dict[str, Any]:
    """Return an explanation as mappings, lists, text and numbers.

    Args:
        explains: ``how``, ``why-not``, ``what-if``, ``turning``, ``compare``, ``compare-layers`` or
            ``unexplained``.
        explanation: What one of the functions of this package returned.
        knowledge: The knowledge base it was made from.
        case: The id of the case; empty for none.
    """
    return {
        "schema": SCHEMA,
        "program": f"hipexpert {__version__}",
        "knowledge": {
            "name": knowledge.name,
            "version": knowledge.version,
            "digest": knowledge.digest,
            "layers": list(knowledge.layers),
        },
        "case": case or None,
        "explains": explains,
        explains.replace("-", "_"): _plain(explanation, knowledge),
    }


def to_json(explains: str, explanation: Any, knowledge: Knowledge, case: str = "") -> str:
    """Return an explanation as JSON text; the same bytes for the same case on any machine."""
    document = to_document(explains, explanation, knowledge, case)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any, knowledge: Knowledge) -> Any:
    if isinstance(value, Assessment):
        return _brief(value)
    if isinstance(value, Answer):
        return {value.finding: answer_document(knowledge.findings[value.finding], value)}
    if isinstance(value, tuple):
        return [_plain(item, knowledge) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _plain(getattr(value, f.name), knowledge) for f in dataclasses.fields(value)}
        return {**fields, "difference": value.difference} if isinstance(value, Observation) else fields
    return value


def _brief(assessment: Assessment) -> dict[str, Any]:
    return {
        "triage": assessment.triage.level,
        "flags": [status.flag for status in assessment.triage.flags],
        "settled": assessment.settled,
        "differential": [
            {"condition": s.condition, "rank": s.rank, "verdict": s.verdict, "score": s.score}
            for s in assessment.differential
        ],
    }
