"""``hipexpert consult``: a dialogue on a terminal, or a case file judged without questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import chosen_format, knowledge_options, load_knowledge
from hipexpert.cli.faces import FACES
from hipexpert.cli.main import EXIT_STOPPED, EXIT_TRIAGE, examples
from hipexpert.cli.recording import Recorder, audit_options
from hipexpert.cli.replay import after_dialogue, save_judged, without_result
from hipexpert.cli.report_options import PDF, check_output, put_report, rendered, report_options
from hipexpert.errors import CaseError, Problem, UsageError

if TYPE_CHECKING:
    from hipexpert.case import Answer, Case
    from hipexpert.inference.assessment import Assessment
    from hipexpert.knowledge.model import Knowledge

FORMATS = ("text", "markdown", "html", "json", PDF)
ENGINES = ("ground", "rete")
LEVELS = ("routine", "within_days", "same_day", "emergency")


@click.command(
    epilog=examples(
        "hipexpert consult examples/lateral-hip.yaml",
        "hipexpert consult --save runner.yaml --format html --output report.html",
        "hipexpert consult examples/lateral-hip.yaml --watch",
    )
)
@click.argument("case", required=False)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="Default: from --output's ending, else text."
)
@click.option("--output", "-o", metavar="FILE", help="Write the report here instead of to standard output.")
@click.option("--save", metavar="FILE", help="Keep the answers in this file, also when stopped early.")
@click.option("--resume", metavar="FILE", help="Go on with a saved case; what it answers is not asked again.")
@click.option(
    "--answers",
    metavar="FILE",
    help="Take answers from a file of 'finding: value' lines; - reads them from stdin.",
)
@click.option("--templates", metavar="DIR", help="Use these report templates first ($HIPEXPERT_TEMPLATES).")
@click.option(
    "--face",
    type=click.Choice(FACES),
    default="auto",
    show_default=True,
    envvar="HIPEXPERT_FACE",
    help="How to ask: menus on a terminal, if hipexpert[tty] is installed, else plain lines. For a screen "
    "reader, say plain, once and for all in $HIPEXPERT_FACE.",
)
@click.option("--no-input", is_flag=True, help="Never ask; fail when there is nothing to judge.")
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="Exit with 10 when triage is at or above this level."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="ground",
    show_default=True,
    help="What matches facts and rules: ground is quick, rete is experta's own. The report is the same.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Show each cycle of the engine, for a class: agenda, rule, what it adds. On standard error.",
)
@click.option("--step", is_flag=True, help="Like --watch, and wait for a key after each cycle.")
@report_options
@audit_options
@knowledge_options
@click.pass_context
def consult(
    ctx: click.Context,
    case: str | None,
    format_: str | None,
    output: str | None,
    save: str | None,
    resume: str | None,
    answers: str | None,
    templates: str | None,
    no_input: bool,
    face: str,
    fail_on: str | None,
    engine: str,
    watch: bool,
    step: bool,
    rules: str | None,
    layers: tuple[str, ...],
) -> None:
    """Assess one runner and report what follows, with every rule and source behind it.

    With CASE (YAML or JSON, - for standard input) no question is asked. Without it, a dialogue asks
    for what matters. The report goes to standard output, everything else to standard error.
    """
    from hipexpert.inference.assess import assess

    if case and resume:
        raise UsageError("give either CASE or --resume, not both: CASE is judged as it stands")
    chosen = chosen_format(format_, output, FORMATS)
    check_output(chosen, output)
    knowledge = load_knowledge(rules, layers)
    recorder = Recorder.asked(ctx, knowledge)
    judged, stopped = _gather(knowledge, case, resume, answers, save, no_input, face)
    if stopped:
        ctx.exit(EXIT_STOPPED)
    if save and (case or answers):
        _save(judged, save, knowledge)
    if watch or step:
        assessment = _watched(judged, knowledge, engine, step)
    else:
        assessment = assess(judged, knowledge, engine)
    if case or answers or no_input:
        if save:
            save_judged(assessment, save, knowledge)
    elif asked := save or resume:
        after_dialogue(assessment, asked, knowledge)
    report = rendered(assessment, knowledge, chosen, templates)
    if recorder:
        recorder.record(assessment, knowledge)
    put_report(report, output)
    if fail_on and LEVELS.index(assessment.triage.level) >= LEVELS.index(fail_on):
        ctx.exit(EXIT_TRIAGE)


def _watched(case: Case, knowledge: Knowledge, engine: str, step: bool) -> Assessment:
    from hipexpert.cli.watch import show_watched
    from hipexpert.inference.assess import assess
    from hipexpert.inference.watching import Watch
    from hipexpert.report.watched import watched

    watch = Watch(knowledge)
    assessment = assess(case, knowledge, engine, watch)
    show_watched(watched(watch, knowledge, case, assessment.triage), step=step)
    return assessment


def _gather(
    knowledge: Knowledge,
    case: str | None,
    resume: str | None,
    answers: str | None,
    save: str | None,
    no_input: bool,
    face: str,
) -> tuple[Case, bool]:
    """Return the case to judge, and whether the user stopped before there was one."""
    from hipexpert.case import Case
    from hipexpert.case_files import read_case

    start = read_case(case or resume or "", knowledge) if case or resume else Case(id=_new_id(save))
    if resume:
        start = without_result(start, knowledge, resume)
    if answers:
        start = start.with_answers(*_scripted(answers, knowledge))
    if case or answers or no_input:
        if not start.answers:
            raise UsageError("nothing to judge: no answer was given; name a case file or use --answers FILE")
        return start, False
    return _dialogue(start, knowledge, save or resume, face)


def _new_id(save: str | None) -> str:
    from hipexpert.case_files import default_id

    return default_id(save) if save else "consultation"


def _scripted(answers: str, knowledge: Knowledge) -> tuple[Answer, ...]:
    from hipexpert.dialogue.script import read_answers
    from hipexpert.text_files import read_standard_input, read_text_file

    if answers == "-":
        answers = "<standard input>"
        text = read_standard_input(answers)
    else:
        text = read_text_file(Path(answers))
    if isinstance(text, Problem):
        raise CaseError([text])
    return read_answers(text, knowledge, answers)


def _save(case: Case, path: str, knowledge: Knowledge) -> None:
    from hipexpert.case_files import write_case

    write_case(path, case, knowledge)


def _dialogue(start: Case, knowledge: Knowledge, path: str | None, face: str) -> tuple[Case, bool]:
    from hipexpert.cli.faces import converse
    from hipexpert.dialogue.consultation import Consultation

    save = (lambda case: _save(case, path, knowledge)) if path else None
    result, ended = converse(face, Consultation.begin(knowledge, start), save, path or "")
    if not result.case.answers:
        if ended:
            raise UsageError("nothing to judge: the input ended before any answer was given")
        return result.case, True
    stopped = result.ending == "quit" or (result.ending == "interrupted" and not ended)
    return result.case, stopped
