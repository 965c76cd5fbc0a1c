"""``hipexpert kb``: look into the knowledge base and check it."""

from __future__ import annotations

from pathlib import Path

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, note, put_out
from hipexpert.cli.kb_check import check
from hipexpert.cli.kb_diff import diff
from hipexpert.cli.kb_graph import graph
from hipexpert.cli.kb_mutate import mutate
from hipexpert.cli.main import EXIT_FAILED, HELP_OPTIONS, examples

_KINDS = (
    "conditions", "rules", "findings", "flags", "conclusions", "advice", "conflicts", "topics", "sources",
    "claims", "layers",
)  # fmt: skip


@click.group(
    context_settings=HELP_OPTIONS,
    epilog=examples("hipexpert kb check", "hipexpert kb show trochanteric_bursitis"),
)
def kb() -> None:
    """Look into the knowledge base and check it."""


@kb.command("list", epilog=examples("hipexpert kb list conditions", "hipexpert kb list conflicts"))
@click.argument("kind", type=click.Choice(_KINDS))
@knowledge_options
def list_(kind: str, rules: str | None, layers: tuple[str, ...]) -> None:
    """List all entries of a kind, one a line."""
    from hipexpert.report.pages import listing

    put_out(listing(load_knowledge(rules, layers), kind))


@kb.command(epilog=examples("hipexpert kb show TB-03", "hipexpert kb show pain.site"))
@click.argument("name")
@knowledge_options
def show(name: str, rules: str | None, layers: tuple[str, ...]) -> None:
    """Show any entry by its id: its YAML, file and line, why it holds, and the claims it rests on."""
    from hipexpert.report.pages import page

    put_out(page(load_knowledge(rules, layers), name))


@kb.command(epilog=examples("hipexpert kb coverage", "hipexpert kb coverage --missing"))
@click.option("--missing", is_flag=True, help="List each claim that nothing carries, with its text.")
@knowledge_options
@click.pass_context
def coverage(ctx: click.Context, missing: bool, rules: str | None, layers: tuple[str, ...]) -> None:
    """Count the claims of the sources that rules, advice and background carry."""
    from hipexpert.knowledge.coverage import measure
    from hipexpert.report.coverage_page import coverage_page

    knowledge = load_knowledge(rules, layers)
    found = measure(knowledge)
    put_out(coverage_page(found, knowledge, list_missing=missing))
    ctx.exit(0 if found.complete else EXIT_FAILED)


@kb.command(epilog=examples("hipexpert kb test", "hipexpert kb test --rules my-knee --cases my-knee-cases"))
@click.option(
    "--cases", metavar="DIR", help="Folder of the rule cases; default: tests/rule_cases beside the rules."
)
@knowledge_options
@click.pass_context
def test(ctx: click.Context, cases: str | None, rules: str | None, layers: tuple[str, ...]) -> None:
    """Run the rule cases: each rule fires where it must and stays quiet where it must not."""
    from hipexpert.resources import rules_dir
    from hipexpert.rule_cases import read_rule_cases, run_rule_cases

    knowledge = load_knowledge(rules, layers)
    folder = Path(cases) if cases else rules_dir(rules).parent / "tests" / "rule_cases"
    report = run_rule_cases(read_rule_cases(folder, knowledge), knowledge)
    problems = (*report.failures, *report.uncovered)
    put_out("".join(f"{problem}\n" for problem in problems))
    note(
        f"{report.run} rule cases run, {len(report.failures)} failed, "
        f"{len(report.uncovered)} rules lack a case."
    )
    ctx.exit(EXIT_FAILED if problems else 0)


@kb.command(epilog=examples("hipexpert kb schema > knowledge.schema.json", "hipexpert kb schema | head"))
def schema() -> None:
    """Print the JSON Schema of knowledge files, for editors."""
    import json

    from hipexpert.knowledge.json_schema import json_schema

    put_out(json.dumps(json_schema(), indent=2) + "\n")


kb.add_command(check)
kb.add_command(diff)
kb.add_command(graph)
kb.add_command(mutate)
