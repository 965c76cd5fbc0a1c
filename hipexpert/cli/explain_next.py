"""``hipexpert explain next``: what to ask or examine next, and what each answer would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hipexpert.cli.common import FORMATS, chosen_format, knowledge_options, load_knowledge, put_out
from hipexpert.cli.main import examples

if TYPE_CHECKING:
    from hipexpert.explanation.next_question import Candidate, Effect, Next
    from hipexpert.knowledge.model import Knowledge

SCHEMA = "hipexpert.next/1"


@click.command(
    "next",
    epilog=examples(
        "hipexpert explain next examples/lateral-hip.yaml",
        "hipexpert explain next examples/lateral-hip.yaml --limit 3 --format html --output next.html",
    ),
)
@click.argument("case")
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, help="Questions to show.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="Default: from --output's ending, else text."
)
@click.option(
    "--output", "-o", metavar="FILE", help="Write the explanation here instead of to standard output."
)
@knowledge_options
def next_(
    case: str,
    limit: int,
    format_: str | None,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Rank the open questions by how far their answers would move the list, by cost.

    The number is the expected movement of the first conditions in points, divided by the cost of
    finding out: 1 to ask, 3 to examine, 10 to test.
    """
    from hipexpert.case_files import read_case
    from hipexpert.explanation.next_question import what_next

    knowledge = load_knowledge(rules, layers)
    judged = read_case(case, knowledge)
    found = what_next(knowledge, judged, limit)
    chosen = chosen_format(format_, output)
    if chosen == "json":
        text = _json(knowledge, found)
    else:
        from hipexpert.report.explanations import render_explanation

        text = render_explanation(found, knowledge, judged, chosen)
    put_out(text, output)


def _json(knowledge: Knowledge, found: Next) -> str:
    import json

    document = {
        "schema": SCHEMA,
        "open": found.open,
        "leader": found.leader or None,
        "triage": found.triage,
        "questions": [
            {
                "finding": candidate.finding.id,
                "question": candidate.finding.question,
                "cost": candidate.finding.cost,
                "worth": candidate.worth,
                "decisive": candidate.decisive,
                "answers": [_effect(knowledge, candidate, effect) for effect in candidate.effects],
            }
            for candidate in found.questions
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _effect(knowledge: Knowledge, candidate: Candidate, effect: Effect) -> dict[str, Any]:
    from hipexpert.case_values import to_document

    rules = (*effect.fires, *effect.stops)
    return {
        "value": to_document(candidate.finding, effect.answer),
        "movement": round(effect.movement, 1),
        "moves": dict(effect.moves),
        "fires": list(effect.fires),
        "stops": list(effect.stops),
        "cites": {name: list(knowledge.rules[name].cites) for name in rules},
        "leader": effect.leader,
        "raises": list(effect.raises),
        "triage": effect.triage,
    }
