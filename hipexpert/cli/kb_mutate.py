"""``hipexpert kb mutate``: would the cases notice a mistake in a rule?"""

from __future__ import annotations

from pathlib import Path

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, note, put_out
from hipexpert.cli.main import EXIT_FAILED, examples


@click.command(epilog=examples("hipexpert kb mutate --sample 2000", "hipexpert kb mutate --at-least 95"))
@click.option(
    "--sample", metavar="N", type=click.IntRange(min=0), default=0, help="Try N mutants; default all."
)
@click.option("--seed", metavar="N", type=int, default=1, show_default=True, help="Seed of the sample.")
@click.option(
    "--at-least",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=90.0,
    show_default=True,
    help="Fail when less is caught.",
)
@click.option(
    "--cases", metavar="DIR", help="Folder with rule_cases and cases; default: tests beside the rules."
)
@click.option(
    "--suggest", metavar="FILE", help="Write rule cases that would catch survivors, for somebody to read."
)
@knowledge_options
@click.pass_context
def mutate(
    ctx: click.Context,
    sample: int,
    seed: int,
    at_least: float,
    cases: str | None,
    suggest: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Break each rule in every simple way, and list what no case notices.

    A test is dropped, turned round, or counted as met when nobody asked; a count is lowered; a rule is lost,
    or speaks against what it spoke for. Ends with exit code 1 when less than --at-least percent is caught.
    """
    from hipexpert.resources import rules_dir
    from hipexpert.upkeep.mutation import Suite, all_mutants
    from hipexpert.upkeep.tried import rule_cases, whole_runners

    knowledge = load_knowledge(rules, layers)
    folder = Path(cases) if cases else rules_dir(rules).parent / "tests"
    runners = whole_runners(folder / "cases", knowledge)
    suite = Suite(knowledge, rule_cases(folder / "rule_cases", knowledge), runners)
    found = suite.run(all_mutants(knowledge, sample=sample, seed=seed))
    put_out("".join(f"{mutant.original.at}: survived: {mutant}\n" for mutant in found.survivors))
    note(
        f"{found.tried} mutants: {found.by_rule_cases} caught by rule cases, {found.by_runners} by whole "
        f"runners, {len(found.survivors)} by nothing: {100 * found.share:.1f} % caught."
    )
    if suggest:
        from hipexpert.upkeep.suggestions import suggestions, text

        put_out(text(suggestions(found.survivors, knowledge, runners)), suggest)
    ctx.exit(0 if 100 * found.share >= at_least else EXIT_FAILED)
