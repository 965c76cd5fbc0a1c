"""``hipexpert evaluate``: accuracy and safety over a folder of cases whose answer is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, put_out
from hipexpert.cli.main import examples
from hipexpert.errors import CaseError, Problem, UsageError

if TYPE_CHECKING:
    from hipexpert.case import Case


@click.command(
    epilog=examples(
        "hipexpert evaluate tests/cases/published",
        "hipexpert evaluate my-cases --rules my-rules --output figures.md",
    )
)
@click.argument("folder")
@click.option("--output", metavar="FILE", help="Write the figures here instead of to standard output.")
@knowledge_options
def evaluate(folder: str, output: str | None, rules: str | None, layers: tuple[str, ...]) -> None:
    """Judge every case of a folder that states what is expected, and say how often that came out.

    A case states it in its file, as expected: {accepted: [conditions], urgent: true or false}.
    Intervals are Wilson intervals at 95 %.
    """
    from hipexpert.case_files import read_case
    from hipexpert.evaluation import evaluate as judge
    from hipexpert.report.evaluation_page import evaluation_page

    if not Path(folder).is_dir():
        raise UsageError(f"no folder '{folder}'; name the folder that holds the case files")
    knowledge = load_knowledge(rules, layers)
    cases: list[Case] = []
    problems: list[Problem] = []
    for path in sorted([*Path(folder).rglob("*.yaml"), *Path(folder).rglob("*.json")]):
        try:
            cases.append(read_case(path, knowledge))
        except CaseError as error:
            problems.extend(error.problems)
    if problems:
        raise CaseError(problems)
    put_out(evaluation_page(judge(cases, knowledge), knowledge), output)
