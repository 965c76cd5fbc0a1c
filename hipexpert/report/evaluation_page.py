"""The figures of an evaluation, as Markdown that also reads well on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from hipexpert.evaluation import Evaluation, Outcome
from hipexpert.knowledge.model import Knowledge


def evaluation_page(evaluation: Evaluation, knowledge: Knowledge) -> str:
    """Return the shares, the cases that went wrong, and every case in a table."""
    return "\n".join([*_figures(evaluation), *_wrong(evaluation), *_table(evaluation, knowledge)]) + "\n"


def _figures(evaluation: Evaluation) -> Iterator[str]:
    outside = sum(not o.accepted for o in evaluation.outcomes)
    yield "| figure | value |"
    yield "|---|---|"
    yield f"| cases | {len(evaluation.outcomes)} |"
    yield f"| cases whose diagnosis is outside the knowledge base (left out of the next two) | {outside} |"
    yield f"| accepted condition first | {evaluation.within(1)} |"
    yield f"| accepted condition within the first three | {evaluation.within(3)} |"
    yield f"| undertriage: urgent, but below within_days | {evaluation.undertriage} |"
    yield f"| overtriage: not urgent, but same_day or above | {evaluation.overtriage} |"
    yield f"| conditions likely or possible, median | {evaluation.median_listed:g} |"


def _wrong(evaluation: Evaluation) -> Iterator[str]:
    under = [o.case for o in evaluation.outcomes if o.undertriaged]
    over = [o.case for o in evaluation.outcomes if o.overtriaged]
    yield ""
    yield f"Undertriaged: {', '.join(under) or 'none'}."
    yield f"Overtriaged: {', '.join(over) or 'none'}."


def _table(evaluation: Evaluation, knowledge: Knowledge) -> Iterator[str]:
    yield ""
    yield "| case | accepted | rank | verdict | first | triage | urgent |"
    yield "|---|---|---:|---|---|---|---|"
    for outcome in evaluation.outcomes:
        yield _row(outcome, knowledge)


def _row(outcome: Outcome, knowledge: Knowledge) -> str:
    def name(condition: str) -> str:
        known = knowledge.conditions.get(condition)
        return known.name if known else condition

    accepted = ", ".join(map(name, outcome.accepted)) or "(not modelled)"
    urgent = {True: "yes", False: "no", None: "not stated"}[outcome.urgent]
    cells = (
        outcome.case,
        accepted,
        str(outcome.rank or "-"),
        outcome.verdict.replace("_", " "),
        name(outcome.first),
        outcome.triage.replace("_", " "),
        urgent,
    )
    return f"| {' | '.join(cells)} |"
