"""``hipexpert case``: make, check and look at case files."""

from __future__ import annotations

from pathlib import Path

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, note, put_out
from hipexpert.cli.main import HELP_OPTIONS, examples
from hipexpert.cli.replay import replay
from hipexpert.errors import CaseError, InvalidInput, Problem, printable


@click.group(
    context_settings=HELP_OPTIONS,
    epilog=examples("hipexpert case new runner.yaml", "hipexpert case check examples/lateral-hip.yaml"),
)
def case() -> None:
    """Make, check and look at case files."""


@case.command(epilog=examples("hipexpert case new runner.yaml", "hipexpert case new --section pain -"))
@click.argument("file", default="-")
@click.option(
    "--section",
    "sections",
    multiple=True,
    metavar="ID",
    help="Only the findings of this section (repeatable).",
)
@knowledge_options
def new(file: str, sections: tuple[str, ...], rules: str | None, layers: tuple[str, ...]) -> None:
    """Write a case file with every finding in it, commented out, ready to fill in."""
    from hipexpert.case_files import default_id
    from hipexpert.case_template import blank_case

    knowledge = load_knowledge(rules, layers)
    path = Path(file)
    if file != "-" and path.exists():
        from hipexpert.errors import Location

        hint = "choose another name; nothing was overwritten"
        raise CaseError([Problem(Location(file), "HX505", "this file exists already", hint)])
    name = "my-runner" if file == "-" else default_id(file)
    put_out(blank_case(knowledge, name, sections), file)


@case.command(epilog=examples("hipexpert case check runner.yaml", "hipexpert case check examples/*.yaml"))
@click.argument("files", nargs=-1, required=True)
@knowledge_options
def check(files: tuple[str, ...], rules: str | None, layers: tuple[str, ...]) -> None:
    """Check case files against the vocabulary; report every problem at once."""
    from hipexpert.case_files import read_case

    knowledge = load_knowledge(rules, layers)
    problems: list[Problem] = []
    for file in files:
        try:
            found = read_case(file, knowledge)
            note(f"{file}: {len(found.answers)} findings, no problem")
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise CaseError(problems)


@case.command(
    epilog=examples("hipexpert case show examples/lateral-hip.yaml", "hipexpert case show - < runner.json")
)
@click.argument("file")
@knowledge_options
def show(file: str, rules: str | None, layers: tuple[str, ...]) -> None:
    """Show a case in words, section by section."""
    from hipexpert.case_files import read_case
    from hipexpert.case_template import case_in_words

    knowledge = load_knowledge(rules, layers)
    put_out(case_in_words(read_case(file, knowledge), knowledge))


@case.command("list", epilog=examples("hipexpert case list examples", "hipexpert case list tests/cases"))
@click.argument("folder", default=".")
@knowledge_options
def list_(folder: str, rules: str | None, layers: tuple[str, ...]) -> None:
    """List the case files of a folder."""
    from hipexpert.case_files import read_case
    from hipexpert.errors import UsageError

    knowledge = load_knowledge(rules, layers)
    if not Path(folder).is_dir():
        raise UsageError(f"no folder '{folder}'; name the folder that holds the case files")
    lines = []
    for path in sorted([*Path(folder).rglob("*.yaml"), *Path(folder).rglob("*.json")]):
        try:
            found = read_case(path, knowledge)
        except CaseError as error:
            lines.append(f"{path}: not usable ({len(error.problems)} problems)")
            continue
        title = f": {found.meta['title']}" if found.meta.get("title") else ""
        lines.append(printable(f"{path}: {found.id}, {len(found.answers)} findings{title}"))
    put_out("\n".join(lines) + "\n" if lines else "")


case.add_command(replay)
