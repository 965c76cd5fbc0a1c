"""``hipexpert explain next``: what to ask or examine next, and what each answer would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, put_out
from hipexpert.cli.main import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipexpert.explanation.next_question import Candidate, Effect
    from hipexpert.explanation.prospects import Prospect
    from hipexpert.knowledge.model import Knowledge

SCHEMA = "hipexpert.next/1"


@click.command(
    "next",
    epilog=examples(
        "hipexpert explain next examples/lateral-hip.yaml",
        "hipexpert explain next examples/lateral-hip.yaml --limit 3 --format json",
    ),
)
@click.argument("case")
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, help="Questions to show.")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--output", metavar="FILE", help="Write the result here instead of to standard output.")
@knowledge_options
def next_(
    case: str, limit: int, format_: str, output: str | None, rules: str | None, layers: tuple[str, ...]
) -> None:
    """Rank the open questions by how far their answers would move the list, by cost.

    The number is the expected movement of the first conditions in points, divided by the cost of
    finding out: 1 to ask, 3 to examine, 10 to test.
    """
    from hipexpert.case_files import read_case
    from hipexpert.explanation.next_question import next_questions
    from hipexpert.explanation.prospects import Prospects

    knowledge = load_knowledge(rules, layers)
    judged = read_case(case, knowledge)
    ranked = next_questions(knowledge, judged)
    now = Prospects(knowledge, judged).now
    if format_ == "json":
        put_out(_json(knowledge, now, ranked, limit), output)
    else:
        put_out("\n".join(_lines(knowledge, now, ranked, limit)) + "\n", output)


def _lines(knowledge: Knowledge, now: Prospect, ranked: tuple[Candidate, ...], limit: int) -> Iterator[str]:
    from hipexpert.dialogue.standing import effect_lines
    from hipexpert.dialogue.text import plain

    if not ranked:
        yield "No rule waits for an answer that nobody gave."
        return
    yield f"{len(ranked)} open questions; those that would move the list most:"
    for place, candidate in enumerate(ranked[:limit], start=1):
        finding = candidate.finding
        yield ""
        yield plain(f"{place}. {finding.question} ({finding.id})")
        yield f"  worth {candidate.worth:.2f} ({finding.cost})"
        yield from effect_lines(knowledge, finding, candidate.effects, now)


def _json(knowledge: Knowledge, now: Prospect, ranked: tuple[Candidate, ...], limit: int) -> str:
    import json

    document = {
        "schema": SCHEMA,
        "open": len(ranked),
        "leader": now.order[0] if now.order else None,
        "triage": now.triage,
        "questions": [
            {
                "finding": candidate.finding.id,
                "question": candidate.finding.question,
                "cost": candidate.finding.cost,
                "worth": candidate.worth,
                "decisive": candidate.decisive,
                "answers": [_effect(knowledge, candidate, effect) for effect in candidate.effects],
            }
            for candidate in ranked[:limit]
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
