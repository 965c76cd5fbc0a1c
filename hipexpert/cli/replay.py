"""``hipexpert case replay``: judge a saved case again and say what moved; and what a save keeps for that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import knowledge_options, load_knowledge, note, put_out
from hipexpert.cli.main import EXIT_FAILED, examples
from hipexpert.errors import CaseError, Location, Problem, printable

if TYPE_CHECKING:
    from hipexpert.case import Case
    from hipexpert.inference.assessment import Assessment
    from hipexpert.knowledge.model import Knowledge
    from hipexpert.summary import Summary

KEY = "judged"
"""Where a case file keeps what came out."""


@click.command(
    epilog=examples(
        "hipexpert case replay runner.yaml", "hipexpert case replay saved/*.yaml --rules my-rules"
    )
)
@click.argument("files", nargs=-1, required=True)
@knowledge_options
@click.pass_context
def replay(ctx: click.Context, files: tuple[str, ...], rules: str | None, layers: tuple[str, ...]) -> None:
    """Judge saved cases again and say what moved since: triage, flags, ranks, verdicts, advice, rules.

    A case saved by consult --save keeps the result in short, under 'judged'. Exits with 1 when a report
    would not be the same, byte for byte. Without --layer, the layers of that time are used.
    """
    from hipexpert.case_files import read_case
    from hipexpert.inference.assess import assess
    from hipexpert.summary import moved, summarise

    whole = load_knowledge(rules, layers)
    same = True
    for file in files:
        case = read_case(file, whole)
        before = _result(case, file)
        knowledge = whole if layers else _as_then(whole, before)
        changes = moved(before, summarise(assess(case, knowledge), knowledge))
        same = same and not changes
        said = "something moved" if changes else "the same, byte for byte"
        put_out(f"{printable(file)}: {said}\n" + "".join(f"  {printable(line)}\n" for line in changes))
    ctx.exit(0 if same else EXIT_FAILED)


def save_judged(assessment: Assessment, path: str, knowledge: Knowledge) -> None:
    """Save a case together with what came out.

    Raises:
        CaseError: It cannot be saved.
    """
    from hipexpert.case_files import write_case
    from hipexpert.summary import summarise, to_document

    result = to_document(summarise(assessment, knowledge))
    case = assessment.case
    write_case(path, replace(case, meta={**case.meta, KEY: result}), knowledge)


def after_dialogue(assessment: Assessment, path: str, knowledge: Knowledge) -> None:
    """Save a case after a dialogue; nobody loses the report of a long one because that failed."""
    try:
        save_judged(assessment, path, knowledge)
    except CaseError as error:
        note(f"The result was not saved: {error}")


def without_result(case: Case, knowledge: Knowledge, file: str) -> Case:
    """Return a case that goes on, without what came out before; say when other knowledge judged it then.

    Raises:
        CaseError: What its file holds as the result is none.
    """
    if KEY not in case.meta:
        return case
    then = _result(case, file).knowledge
    if then != (knowledge.name, knowledge.version, knowledge.digest):
        note(
            f"{printable(file)} was last judged by {printable(' '.join(then))}; the knowledge is now "
            f"{knowledge.version} {knowledge.digest}. hipexpert case replay says what moved."
        )
    return replace(case, meta={key: value for key, value in case.meta.items() if key != KEY})


def _result(case: Case, file: str) -> Summary:
    from hipexpert.summary import NoSummary, from_document

    place = Location(file, field=KEY)
    if KEY not in case.meta:
        hint = "consult CASE --save FILE keeps one"
        raise CaseError([Problem(place, "HX521", "this case keeps no result to compare with", hint)])
    try:
        return from_document(case.meta[KEY])
    except NoSummary as error:
        hint = "remove 'judged' and everything below it; consult --save writes it anew"
        raise CaseError([Problem(place, "HX521", f"judged: {error}", hint)]) from None


def _as_then(knowledge: Knowledge, then: Summary) -> Knowledge:
    """Return the knowledge restricted to the layers of that time, as far as they are still there."""
    layers = [layer for layer in knowledge.layers if layer in then.layers]
    return knowledge.restricted(layers) if layers and len(layers) < len(knowledge.layers) else knowledge
