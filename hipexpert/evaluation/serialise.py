"""A run of the bench as plain data, in the versioned shape scripts rely on (``hipexpert.evaluation/1``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hipexpert.evaluation.bench import Bench
from hipexpert.evaluation.figures import Evaluation, Mistaken
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.masking import Masked, Masking
from hipexpert.evaluation.outcome import Outcome
from hipexpert.evaluation.published import BARS, CAVEAT, SOURCES
from hipexpert.knowledge.model import Knowledge
from hipexpert.version import __version__

SCHEMA = "hipexpert.evaluation/1"
_DECIMALS = 4


def to_document(bench: Bench, knowledge: Knowledge) -> dict[str, Any]:
    """Return a run as mappings, lists, text and numbers; shares and intervals from 0 to 1."""
    evaluation = bench.evaluation
    return {
        "schema": SCHEMA,
        "program": f"hipexpert {__version__}",
        "knowledge": {
            "name": knowledge.name,
            "version": knowledge.version,
            "digest": knowledge.digest,
            "layers": list(knowledge.layers),
        },
        "cases": bench.name,
        **_figures(evaluation),
        "list": {
            "median": evaluation.median_listed,
            "lengths": [{"listed": n, "cases": cases} for n, cases in evaluation.lengths.items()],
        },
        "triage": [
            {"level": level, "urgent": counts[True], "not_urgent": counts[False], "not_stated": counts[None]}
            for level, counts in evaluation.levels.items()
        ],
        "undertriaged": [o.case for o in evaluation.outcomes if o.undertriaged],
        "overtriaged": [o.case for o in evaluation.outcomes if o.overtriaged],
        "groups": [{"group": name, **_figures(group)} for name, group in evaluation.groups.items()],
        "confusion": [_mistaken(row) for row in evaluation.confusion],
        "masking": _masking(bench.masking) if bench.masking else None,
        "outcomes": [_outcome(each) for each in evaluation.outcomes],
        "published": {
            "caveat": CAVEAT,
            "figures": [
                {"figure": b.figure, "who": b.who, "share": b.share, "source": b.source, "note": b.note}
                for b in BARS
            ],
            "sources": dict(SOURCES),
        },
        "left_out": {"states_nothing": list(bench.silent), "cannot_be_used": list(bench.broken)},
        "remarks": list(bench.remarks),
    }


def to_json(bench: Bench, knowledge: Knowledge) -> str:
    """Return a run as JSON text; the same bytes for the same cases on any machine."""
    return json.dumps(to_document(bench, knowledge), ensure_ascii=False, indent=2) + "\n"


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    shares: Mapping[str, Share] = {
        "first": evaluation.within(1),
        "three": evaluation.within(3),
        "first_of_covered": evaluation.within(1, covered=True),
        "three_of_covered": evaluation.within(3, covered=True),
        "first_or_also": evaluation.within(1, also=True),
        "three_or_also": evaluation.within(3, also=True),
        "covered": evaluation.coverage,
        "listed": evaluation.on_list,
        "undertriage": evaluation.undertriage,
        "overtriage": evaluation.overtriage,
        "safe": evaluation.safe,
    }
    return {
        "judged": len(evaluation.outcomes),
        "figures": {name: _share(share) for name, share in shares.items()},
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "hits": share.hits if isinstance(share.hits, int) else round(share.hits, _DECIMALS),
        "total": share.total,
        "share": _rounded(share.share),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _mistaken(row: Mistaken) -> dict[str, Any]:
    return {
        "accepted": list(row.accepted),
        "cases": row.cases,
        "first": row.first,
        "three": row.three,
        "came_first": [{"condition": name, "cases": cases} for name, cases in row.came],
    }


def _masking(masking: Masking) -> dict[str, Any]:
    return {
        "seed": masking.seed,
        "draws": masking.draws,
        "cases": masking.cases,
        "maskings": masking.maskings,
        "points": [
            {
                "hidden": point.hidden,
                "first": _masked(point.first),
                "three": _masked(point.three),
                "undertriage": _masked(point.undertriage),
                "overtriage": _masked(point.overtriage),
                "silenced": point.silenced,
            }
            for point in masking.points
        ],
        "silenced": [
            {"case": each.case, "flag": each.flag, "hidden": each.hidden, "draw": each.draw}
            for each in masking.silenced
        ],
    }


def _masked(masked: Masked) -> dict[str, Any]:
    return {**_share(masked.mean), "least": _rounded(masked.least), "most": _rounded(masked.most)}


def _outcome(each: Outcome) -> dict[str, Any]:
    expected = each.expected
    return {
        "case": each.case,
        "accepted": None if expected.accepted is None else list(expected.accepted),
        "also": list(expected.also),
        "urgent": expected.urgent,
        "sparse": expected.sparse,
        "population": expected.population or None,
        "rank": each.rank,
        "rank_also": each.rank_also,
        "verdict": each.verdict or None,
        "first": each.first or None,
        "listed": each.listed,
        "triage": each.triage,
        "flags": list(each.flags),
        "not_excluded": each.not_excluded,
        "undertriaged": each.undertriaged,
        "overtriaged": each.overtriaged,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
