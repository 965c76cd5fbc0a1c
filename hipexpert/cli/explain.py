"""``hipexpert explain``: how, why not, what if, compared with what, and what is left unexplained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipexpert.cli.common import FORMATS, chosen_format, knowledge_options, load_knowledge, put_out
from hipexpert.cli.explain_graph import graph
from hipexpert.cli.explain_next import next_
from hipexpert.cli.main import HELP_OPTIONS, examples
from hipexpert.errors import UsageError

if TYPE_CHECKING:
    from hipexpert.case import Case
    from hipexpert.knowledge.model import Knowledge


Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    """Add ``--format``, ``--output`` and the options of the knowledge base."""
    command = click.option(
        "--output", "-o", metavar="FILE", help="Write the explanation here instead of to standard output."
    )(knowledge_options(command))
    return click.option(
        "--format", "format_", type=click.Choice(FORMATS), help="Default: from --output's ending, else text."
    )(command)


@click.group(
    context_settings=HELP_OPTIONS,
    epilog=examples(
        "hipexpert explain how examples/lateral-hip.yaml trochanteric_bursitis",
        "hipexpert explain what-if examples/lateral-hip.yaml fever=yes",
    ),
)
def explain() -> None:
    """Say how a conclusion was reached, why another was not, and what would change it.

    CASE is a case file (YAML or JSON, - for standard input).
    """


@explain.command(
    epilog=examples(
        "hipexpert explain how examples/lateral-hip.yaml trochanteric_bursitis",
        "hipexpert explain how examples/stress-fracture.yaml RF-FRACTURE --format html --output how.html",
    )
)
@click.argument("case")
@click.argument("name", metavar="CONDITION|RULE|FLAG|ADVICE")
@_options
def how(
    case: str, name: str, format_: str | None, output: str | None, rules: str | None, layers: tuple[str, ...]
) -> None:
    """Show how a conclusion was reached, down to the answers and the sources."""
    from hipexpert.explanation.how import how as explained
    from hipexpert.inference.assess import assess

    knowledge = load_knowledge(rules, layers)
    judged = _case(case, knowledge)
    _tell("how", explained(assess(judged, knowledge), knowledge, name), knowledge, judged, format_, output)


@explain.command(
    "why-not",
    epilog=examples(
        "hipexpert explain why-not examples/lateral-hip.yaml gluteal_tendinopathy",
        "hipexpert explain why-not examples/lateral-hip.yaml labral_tear --format json",
    ),
)
@click.argument("case")
@click.argument("condition")
@_options
def why_not(
    case: str,
    condition: str,
    format_: str | None,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Show why a condition is not likely: the nearest rules, and what speaks against it."""
    from hipexpert.explanation.why_not import why_not as explained
    from hipexpert.inference.assess import assess

    knowledge = load_knowledge(rules, layers)
    judged = _case(case, knowledge)
    found = explained(assess(judged, knowledge), knowledge, condition)
    _tell("why-not", found, knowledge, judged, format_, output)


@explain.command(
    "what-if",
    epilog=examples(
        "hipexpert explain what-if examples/lateral-hip.yaml fever=yes pain.site=groin",
        "hipexpert explain what-if examples/lateral-hip.yaml pain.worse_with=stairs:no",
    ),
)
@click.argument("case")
@click.argument("changes", nargs=-1, metavar="[FINDING=VALUE]...")
@_options
def what_if(
    case: str,
    changes: tuple[str, ...],
    format_: str | None,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Judge the case anew with other answers; without any, find those that would change most.

    VALUE is what a case file could hold; several options are separated by commas. option:yes, option:no
    and option:unknown settle single options and leave the others as they are.
    """
    from hipexpert.explanation.changes import parse_change
    from hipexpert.explanation.turning import turning
    from hipexpert.explanation.what_if import what_if as explained

    knowledge = load_knowledge(rules, layers)
    judged = _case(case, knowledge)
    if not changes:
        _tell("turning", turning(judged, knowledge), knowledge, judged, format_, output)
        return
    answers = [parse_change(change, judged, knowledge) for change in changes]
    _tell("what-if", explained(judged, answers, knowledge), knowledge, judged, format_, output)


@explain.command(
    epilog=examples(
        "hipexpert explain compare examples/lateral-hip.yaml trochanteric_bursitis gluteal_tendinopathy",
        "hipexpert explain compare hip_stress_fracture labral_tear",
    )
)
@click.argument("names", nargs=-1, metavar="[CASE] CONDITION CONDITION")
@_options
def compare(
    names: tuple[str, ...],
    format_: str | None,
    output: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Show what tells two conditions apart: on one patient, and in principle."""
    from hipexpert.explanation.compare import compare as explained
    from hipexpert.inference.assess import assess

    if len(names) not in (2, 3):
        raise UsageError("name two conditions, and before them a case file if you like")
    knowledge = load_knowledge(rules, layers)
    judged = _case(names[0], knowledge) if len(names) == 3 else None
    assessment = assess(judged, knowledge) if judged else None
    found = explained(knowledge, names[-2], names[-1], assessment)
    _tell("compare", found, knowledge, judged, format_, output)


@explain.command(
    "compare-layers",
    epilog=examples(
        "hipexpert explain compare-layers examples/lateral-hip.yaml",
        "hipexpert explain compare-layers examples/stress-fracture.yaml --format html --output layers.html",
    ),
)
@click.argument("case")
@_options
def compare_layers(
    case: str, format_: str | None, output: str | None, rules: str | None, layers: tuple[str, ...]
) -> None:
    """Show one case as each layer of the knowledge sees it alone, and all together, side by side.

    Says what moved, which rules made the difference, and where the sources of the layers disagree.
    """
    from hipexpert.explanation.layers import compare_layers as explained

    knowledge = load_knowledge(rules, layers)
    judged = _case(case, knowledge)
    _tell("compare-layers", explained(judged, knowledge), knowledge, judged, format_, output)


@explain.command(
    epilog=examples(
        "hipexpert explain unexplained examples/lateral-hip.yaml",
        "hipexpert explain unexplained examples/stress-fracture.yaml --format markdown",
    )
)
@click.argument("case")
@_options
def unexplained(
    case: str, format_: str | None, output: str | None, rules: str | None, layers: tuple[str, ...]
) -> None:
    """Show what the first three conditions do not account for, and what they would lead one to expect."""
    from hipexpert.explanation.unexplained import unexplained as explained
    from hipexpert.inference.assess import assess

    knowledge = load_knowledge(rules, layers)
    judged = _case(case, knowledge)
    _tell("unexplained", explained(assess(judged, knowledge), knowledge), knowledge, judged, format_, output)


def _case(path: str, knowledge: Knowledge) -> Case:
    from hipexpert.case_files import read_case

    return read_case(path, knowledge)


def _tell(
    explains: str,
    explanation: Any,
    knowledge: Knowledge,
    case: Case | None,
    format_: str | None,
    output: str | None,
) -> None:
    chosen = chosen_format(format_, output)
    if chosen == "json":
        from hipexpert.explanation.serialise import to_json

        text = to_json(explains, explanation, knowledge, case.id if case else "")
    else:
        from hipexpert.report.explanations import render_explanation

        text = render_explanation(explanation, knowledge, case, chosen)
    put_out(text, output)


explain.add_command(graph)
explain.add_command(next_)
