"""``hipexpert evaluate``: accuracy and safety over a folder of cases whose answer is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import (
    FORMATS,
    chosen_format,
    knowledge_options,
    load_knowledge,
    note,
    put_out,
    restrict,
)
from hipexpert.cli.main import EXIT_INPUT, EXIT_TRIAGE, examples
from hipexpert.errors import CaseError, UsageError

if TYPE_CHECKING:
    from hipexpert.evaluation.bench import Bench
    from hipexpert.evaluation.folder import Folder
    from hipexpert.knowledge.model import Knowledge

EVERY = 5
"""Progress is told once in so many cases."""

MOST_DRAWS = 1000
USUAL = -1
"""As many draws as the number of cases suggests."""


def _draws(ctx: click.Context, param: click.Parameter, value: str) -> int:
    if value in ("on", "off"):
        return USUAL if value == "on" else 0
    if value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_DRAWS:
        return int(value)
    raise click.BadParameter(f"{value!r} is none of on, off and a number of draws from 1 to {MOST_DRAWS}")


@click.command(
    epilog=examples(
        "hipexpert evaluate tests/cases/published",
        "hipexpert evaluate my-cases --masking off --output figures.html",
    )
)
@click.argument("folder")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="Default: from --output's ending, else text."
)
@click.option("--output", "-o", metavar="FILE", help="Write the figures here instead of to standard output.")
@click.option(
    "--masking",
    callback=_draws,
    metavar="on|off|DRAWS",
    default="on",
    show_default=True,
    help="Judge each case again with more and more answers hidden at random, in so many draws.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Chooses what is hidden.")
@click.option(
    "--fail-on-undertriage",
    is_flag=True,
    help="Exit with 10 if an urgent case is undertriaged or hiding an answer silences a red flag.",
)
@knowledge_options
def evaluate(
    folder: str,
    format_: str | None,
    output: str | None,
    masking: int,
    seed: int,
    fail_on_undertriage: bool,
    rules: str | None,
    layers: tuple[str, ...],
) -> int:
    """Judge every case of a folder that states what is expected, and say how often that came out.

    A case states it in its file, as expected: {accepted: [conditions], urgent: true or false}. Files that
    cannot be used are named, the others judged all the same, and the exit code is 3.
    """
    from hipexpert.evaluation.folder import read_folder

    if not Path(folder).is_dir():
        raise UsageError(f"no folder '{folder}'; name the folder that holds the case files")
    whole = load_knowledge(rules)
    knowledge = restrict(whole, layers)
    found = read_folder(Path(folder), whole)
    _tell(found)
    bench = _judge(Path(folder), found, knowledge, masking, seed)
    put_out(_page(bench, knowledge, chosen_format(format_, output)), output)
    if found.problems:
        return EXIT_INPUT
    return EXIT_TRIAGE if fail_on_undertriage and bench.unsafe else 0


def _tell(found: Folder) -> None:
    """Say what cannot be used, and what is odd; stop when nothing is left to judge."""
    if not found.cases:
        if found.problems:
            raise CaseError(found.problems)
        from hipexpert.evaluation.figures import stating

        stating(())  # says that no case states anything
    if found.problems:
        note(str(CaseError(found.problems)))
        note(f"Left out, since they cannot be used: {', '.join(found.broken)}. The others are judged.")
    for remark in found.remarks:
        note(f"Note: {remark}")


def _judge(folder: Path, found: Folder, knowledge: Knowledge, draws: int, seed: int) -> Bench:
    from hipexpert.evaluation.bench import Bench
    from hipexpert.evaluation.figures import evaluate as judged
    from hipexpert.evaluation.masking import masking

    evaluation = judged((case for case, _ in found.cases), knowledge)
    curve = None
    if draws:
        several = None if draws == USUAL else draws
        curve = masking(found.cases, knowledge, draws=several, seed=seed, progress=_progress())
    return Bench(
        name=folder.resolve().name,
        evaluation=evaluation,
        masking=curve,
        silent=found.silent,
        remarks=found.remarks,
        broken=found.broken,
    )


def _progress() -> Callable[[int, int], None] | None:
    """Return what tells how far it is, on standard error and on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def told(done: int, of: int) -> None:
        if done % EVERY == 0 and done < of:
            click.echo(f"\rHiding answers: {done} of {of} cases", nl=False, err=True)
        elif done == of:
            click.echo("\r\x1b[K", nl=False, err=True)

    return told


def _page(bench: Bench, knowledge: Knowledge, format: str) -> str:
    if format == "json":
        from hipexpert.evaluation.serialise import to_json

        return to_json(bench, knowledge)
    from hipexpert.report.evaluation_page import render_evaluation

    return render_evaluation(bench, knowledge, format)
