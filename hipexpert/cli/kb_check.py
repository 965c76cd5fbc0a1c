"""``hipexpert kb check``: everything a knowledge base gets wrong, and what each code means."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, note, put_out
from hipexpert.cli.main import EXIT_FAILED, examples
from hipexpert.errors import KnowledgeError, UsageError, did_you_mean

if TYPE_CHECKING:
    from hipexpert.knowledge.checks import Checked
    from hipexpert.knowledge.model import Exclusion, Knowledge

_COUNTED = ("conditions", "rules", "findings", "flags", "conclusions", "advice")


@click.command(epilog=examples("hipexpert kb check --strict", "hipexpert kb check --explain HX718"))
@click.option("--list", "list_", is_flag=True, help="List every code with how grave it is, and stop.")
@click.option("--explain", metavar="CODE", help="Say what a code means, with an example, and stop.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="CODE:RULE",
    help="Leave out one code for one entry, for this run; exclusions that stay are kept with a reason under"
    " 'exclusions' in the knowledge base.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings and notes too.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json", "github")), default="text", show_default=True
)
@click.option(
    "--cases", metavar="DIR", help="Folder with rule_cases and cases; default: tests beside the rules."
)
@knowledge_options
@click.pass_context
def check(
    ctx: click.Context,
    list_: bool,
    explain: str | None,
    exclude: tuple[str, ...],
    strict: bool,
    format_: str,
    cases: str | None,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Check the knowledge base: that it loads, and that nothing is idle, doubled or at odds with the rest.

    Ends with exit code 1 when there is an error; warnings and notes alone end with 0 unless --strict.
    """
    from hipexpert.report import check_page

    if list_:
        put_out(check_page.codes())
        return
    if explain:
        put_out(check_page.explained(_known(explain)))
        return
    wanted = [_exclusion(text) for text in exclude]
    try:
        knowledge = load_knowledge(rules, layers)
    except KnowledgeError as error:
        if format_ == "text":
            raise
        put_out(check_page.page(None, error.problems, format_))
        ctx.exit(EXIT_FAILED)
    checked = _checked(knowledge, rules, cases, wanted, whole=not layers)
    put_out(check_page.page(knowledge, checked, format_))
    counts = ", ".join(f"{len(getattr(knowledge, kind))} {kind}" for kind in _COUNTED)
    note(f"{knowledge.name} {knowledge.version} ({knowledge.digest}): {counts}.")
    gravity = check_page.gravities(checked)
    note(_summary(gravity, len(checked.excluded)))
    ctx.exit(EXIT_FAILED if gravity["error"] or (strict and gravity.total()) else 0)


def _checked(
    knowledge: Knowledge, rules: str | None, cases: str | None, exclusions: list[Exclusion], *, whole: bool
) -> Checked:
    from hipexpert.knowledge.checks import check as run
    from hipexpert.resources import rules_dir
    from hipexpert.upkeep.tried import tried

    folder = Path(cases) if cases else rules_dir(rules).parent / "tests"
    # cases are written for all layers, so that what they try is only known of the whole
    seen = tried(knowledge, folder) if whole and folder.is_dir() else None
    return run(knowledge, seen, exclusions, whole=whole)


def _known(code: str) -> str:
    from hipexpert.knowledge.checks.catalogue import catalogue

    wanted = code.upper()
    if wanted not in catalogue():
        raise UsageError(f"no code '{code}'; {did_you_mean(wanted, catalogue())}")
    return wanted


def _exclusion(text: str) -> Exclusion:
    from hipexpert.errors import Location
    from hipexpert.knowledge.model import Exclusion

    code, colon, entry = text.partition(":")
    if not colon or not entry:
        raise UsageError(f"--exclude {text}: expected CODE:RULE, for example HX718:TB-03")
    at = Location("--exclude")
    return Exclusion(code=_known(code), entries=(entry,), reason="left out on the command line", at=at)


def _summary(gravity: Counter[str], excluded: int) -> str:
    meant = f" {excluded} excluded, each with a reason." if excluded else ""
    if not gravity.total():
        return f"No problem found.{meant}"
    parts = (f"{number} {word}{'' if number == 1 else 's'}" for word, number in sorted(gravity.items()))
    noun = "problem" if gravity.total() == 1 else "problems"
    return f"{gravity.total()} {noun} found: {', '.join(parts)}.{meant}"
