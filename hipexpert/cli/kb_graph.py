"""``hipexpert kb graph``: the whole knowledge base on one sheet, or the rules behind one entry."""

from __future__ import annotations

import click

from hipexpert.cli.common import knowledge_options, load_knowledge
from hipexpert.cli.main import examples
from hipexpert.cli.pictures import picture_options, put_out_map, put_out_picture


@click.command(
    "graph",
    epilog=examples(
        "hipexpert kb graph --output knowledge.svg",
        "hipexpert kb graph labral_tear --output labral_tear.svg",
    ),
)
@click.argument("name", required=False, metavar="[CONDITION|FLAG|CONCLUSION]")
@picture_options
@knowledge_options
def graph(
    name: str | None,
    format_: str | None,
    layout: str,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Draw the rules that could lead to one condition, red flag or conclusion.

    Without a name: which finding bears on which condition and red flag, all on one sheet.
    """
    from hipexpert.report.figures.knowledge_graph import knowledge_graph

    knowledge = load_knowledge(rules, layers)
    if name is None:
        put_out_map(knowledge, format_, layout, output)
    else:
        put_out_picture(
            knowledge_graph(knowledge, name), f"What could lead to {name}", format_, layout, output
        )
