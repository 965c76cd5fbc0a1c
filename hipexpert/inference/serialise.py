"""An assessment as plain data, in the versioned shape scripts rely on (``hipexpert.assessment/1``)."""

from __future__ import annotations

import json
from typing import Any

from hipexpert.case import Answer, Case
from hipexpert.inference.assessment import (
    AdviceItem,
    Assessment,
    FlagStatus,
    LedgerRow,
    Matched,
    Standing,
    Withheld,
)
from hipexpert.knowledge.model import Finding, Knowledge, Study

SCHEMA = "hipexpert.assessment/1"


def to_document(assessment: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    """Return the assessment as mappings, lists, text and numbers, in the order of the contract."""
    stamp = assessment.knowledge
    return {
        "schema": SCHEMA,
        "program": f"hipexpert {assessment.program}",
        "knowledge": {
            "name": stamp.name,
            "version": stamp.version,
            "digest": stamp.digest,
            "layers": list(stamp.layers),
        },
        "case": _case(assessment.case, knowledge),
        "triage": {
            "level": assessment.triage.level,
            "flags": [_flag(status) for status in assessment.triage.flags],
            "not_excluded": [_flag(status) for status in assessment.triage.not_excluded],
            "denied": [_flag(status) for status in assessment.triage.denied],
        },
        "settled": assessment.settled,
        "differential": [_standing(standing, knowledge) for standing in assessment.differential],
        "advice": [_advice(item) for item in assessment.advice],
        "withheld": [_withheld(entry) for entry in assessment.withheld],
        "conflicts": list(assessment.conflicts),
        "trace": {
            "conclusions": list(assessment.conclusions),
            "firings": [
                {
                    "n": firing.n,
                    "rule": firing.rule,
                    "phase": firing.phase,
                    "matched": [_matched(match) for match in firing.matched],
                    "produced": [{kind: id_} for kind, id_ in firing.produced],
                }
                for firing in assessment.firings
            ],
        },
        "limits": {"not_modelled": list(assessment.not_modelled)},
    }


def to_json(assessment: Assessment, knowledge: Knowledge) -> str:
    """Return the assessment as JSON text; the same bytes for the same case on any machine."""
    return json.dumps(to_document(assessment, knowledge), ensure_ascii=False, indent=2) + "\n"


def _case(case: Case, knowledge: Knowledge) -> dict[str, Any]:
    known = [f for f in knowledge.findings.values() if f.id in case.answers]
    return {
        "id": case.id,
        "about": {f.id: _value(f, case.answers[f.id]) for f in known if f.section == "about"},
        "findings": {f.id: _value(f, case.answers[f.id]) for f in known if f.section != "about"},
    }


def _value(finding: Finding, answer: Answer) -> dict[str, Any]:
    """Return ``{value, state}``; for several answers ``absent`` names those recorded absent."""
    if not answer.known:
        return {"value": None, "state": "unknown"}
    if finding.kind == "number":
        return {"value": answer.number, "unit": finding.unit, "state": "present"}
    state = "present" if answer.present else "absent"
    if finding.kind == "yes_no":
        return {"value": bool(answer.present), "state": state}
    if finding.kind == "choice":
        return {"value": answer.present[0] if answer.present else None, "state": state}
    return {"value": list(answer.present), "absent": list(answer.absent), "state": state}


def _flag(status: FlagStatus) -> dict[str, Any]:
    return {
        "flag": status.flag,
        "name": status.name,
        "urgency": status.urgency,
        "action": status.action,
        "do_not": list(status.do_not),
        "rules": list(status.rules),
        "open": list(status.open),
    }


def _standing(standing: Standing, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "condition": standing.condition,
        "name": standing.name,
        "icd10cm": [code.code for code in standing.icd10cm],
        "layer": standing.layer,
        "must_not_miss": standing.must_not_miss,
        "rank": standing.rank,
        "verdict": standing.verdict,
        "score": standing.score,
        "prior": standing.prior,
        "ledger": [_row(row, knowledge) for row in standing.ledger],
        "missing": [
            {"rule": m.rule, "direction": m.direction, "findings": list(m.findings)} for m in standing.missing
        ],
        "unexplained": [_matched(match) for match in standing.unexplained],
    }


def _row(row: LedgerRow, knowledge: Knowledge) -> dict[str, Any]:
    weight = {"strength": row.strength} if row.strength else {"lr": round(row.ratio, 4)}
    return {
        "rule": row.rule,
        "direction": row.direction,
        **weight,
        "weight": row.weight,
        "group": row.group or None,
        "counted_by": row.counted_by or None,
        "layer": row.layer,
        "findings": [_matched(match) for match in row.findings],
        "cites": list(row.cites),
        "because": row.because,
        "study": _study(knowledge.studies[row.study], row.result) if row.study else None,
    }


def _study(study: Study, result: str) -> dict[str, Any]:
    """Return the figures a published ratio was taken from; None where the source gives none."""
    return {
        "id": study.id,
        "test": study.test,
        "target": study.target,
        "result": result,
        "source": study.source,
        "sensitivity": study.sensitivity,
        "specificity": study.specificity,
        "lr_positive": study.lr_positive,
        "lr_negative": study.lr_negative,
        "intervals": {entry.of: [entry.low, entry.high] for entry in study.intervals},
        "derived": list(study.derived),
        "population": study.population,
        "reference": study.reference,
        "n": study.n,
    }


def _advice(item: AdviceItem) -> dict[str, Any]:
    return {
        "id": item.advice,
        "step": item.step,
        "topic": item.topic,
        "text": item.text,
        "how": list(item.how),
        "cautions": list(item.cautions),
        "for": list(item.conditions),
        "rules": list(item.rules),
        "cites": list(item.cites),
    }


def _withheld(entry: Withheld) -> dict[str, Any]:
    return {
        "id": entry.advice.advice,
        "topic": entry.advice.topic,
        "demands": list(entry.demands),
        "rules": list(entry.rules),
        "brought_up_by": list(entry.advice.rules),
    }


def _matched(match: Matched) -> dict[str, str]:
    return {"kind": match.kind, "id": match.id, "value": match.value, "state": match.state}
