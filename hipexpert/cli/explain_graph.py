"""``hipexpert explain graph``: what led to what on one case, as a picture."""

from __future__ import annotations

import click

from hipexpert.cli.common import knowledge_options, load_knowledge
from hipexpert.cli.main import examples
from hipexpert.cli.pictures import picture_options, put_out_picture


@click.command(
    "graph",
    epilog=examples(
        "hipexpert explain graph examples/stress-fracture.yaml --output graph.svg",
        "hipexpert explain graph examples/stress-fracture.yaml --whole --format dot | dot -Tpdf > graph.pdf",
    ),
)
@click.argument("case")
@click.option("--whole", is_flag=True, help="Draw everything that fired, not only what matters first.")
@picture_options
@knowledge_options
def graph(
    case: str,
    whole: bool,
    format_: str | None,
    layout: str,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Draw what led to the raised red flags and the first conditions: answers, rules, conclusions."""
    from hipexpert.case_files import read_case
    from hipexpert.inference.assess import assess
    from hipexpert.report.figures.view import graph_of

    knowledge = load_knowledge(rules, layers)
    judged = read_case(case, knowledge)
    drawn = graph_of(assess(judged, knowledge), knowledge, whole=whole)
    put_out_picture(drawn, f"What led to what: {judged.id}", format_, layout, output)
