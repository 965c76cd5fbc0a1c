"""``hipexpert kb diff``: what differs between two knowledge bases, and which cases that moves."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import put_out
from hipexpert.cli.main import EXIT_FAILED, examples

if TYPE_CHECKING:
    from hipexpert.case import Case
    from hipexpert.knowledge.model import Knowledge


@click.command(epilog=examples("hipexpert kb diff HEAD rules", "hipexpert kb diff v1.0 HEAD -o moved.md"))
@click.argument("old")
@click.argument("new")
@click.option(
    "--cases",
    multiple=True,
    metavar="DIR",
    help="Judge the cases in this folder (repeatable); default: tests/cases and tests/rule_cases beside NEW.",
)
@click.option("--signed-off", metavar="FILE", help="Falls of triage somebody answers for, with a reason.")
@click.option(
    "--format", "format_", type=click.Choice(("text", "markdown", "json")), default="text", show_default=True
)
@click.option("--output", "-o", metavar="FILE", help="Write to this file instead of standard output.")
@click.pass_context
def diff(
    ctx: click.Context,
    old: str,
    new: str,
    cases: tuple[str, ...],
    signed_off: str | None,
    format_: str,
    output: str | None,
) -> None:
    """Show what differs between two knowledge bases, and every case that moves.

    OLD and NEW are folders or git revisions. Ends with exit code 1 when the triage of a case falls and nobody
    has signed that off, or when the id of a retired rule is used again.
    """
    from hipexpert.knowledge.loader import load
    from hipexpert.report.diff_page import Difference, page
    from hipexpert.upkeep.difference import changes
    from hipexpert.upkeep.moves import moves
    from hipexpert.upkeep.signed_off import read_signed_off

    signed = read_signed_off(Path(signed_off)) if signed_off else ()
    with TemporaryDirectory(prefix="hipexpert-diff-") as folder:
        places = [_place(text, Path(folder) / side) for text, side in ((old, "old"), (new, "new"))]
        before, after = (load(place, cache=False) for place in places)
        folders = [Path(name) for name in cases] or _beside(places[1])
        judged = _cases(folders, after)
        found = Difference(
            before, after, changes(before, after), tuple(moves(judged, before, after)), len(judged), signed
        )
    put_out(page(found, format_), output)
    ctx.exit(0 if found.passes else EXIT_FAILED)


def _place(text: str, folder: Path) -> Path:
    from hipexpert.resources import rules_dir
    from hipexpert.upkeep.revisions import check_out

    return Path(text) if Path(text).is_dir() else check_out(text, rules_dir(), folder)


def _beside(rules: Path) -> list[Path]:
    tests = rules.resolve().parent / "tests"
    return [folder for folder in (tests / "cases", tests / "rule_cases") if folder.is_dir()]


def _cases(folders: list[Path], knowledge: Knowledge) -> list[Case]:
    from hipexpert.upkeep.tried import cases_below

    return [case for folder in folders for case in cases_below(folder, knowledge)]
