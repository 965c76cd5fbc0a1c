"""A run of the bench as sections with sentences, tables and plots, ready for any format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hipexpert.evaluation.bench import Bench
from hipexpert.evaluation.figures import Evaluation
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.outcome import Outcome
from hipexpert.evaluation.published import CAVEAT, SOURCES, beside
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.evaluation_curves import Names, confusion_section, masking_section, percent, told
from hipexpert.report.plots import Given, bars
from hipexpert.report.sections import Page, Section
from hipexpert.report.tables import Table
from hipexpert.report.wording import VERDICT_WORDS, counted, listed, urgency

BAR = 40
"""The longest bar of the lengths of the list, in characters."""

FOOT = "Figures over known cases; no clinical validation. Intervals are 95 % Wilson score intervals."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One figure: its id among the published ones, what it is called, and its value."""

    id: str
    name: str
    share: Share


def evaluation_page(bench: Bench, knowledge: Knowledge) -> Page:
    """Return everything a run says."""
    layers = listed([layer.name for layer in knowledge.layers.values()])
    cases = counted(len(bench.evaluation.outcomes), "case")
    return Page(
        title="How often it is right, and whether it is safe",
        kicker=f"{cases} of {bench.name} · {knowledge.name} {knowledge.version} · layers: {layers}",
        answer=tuple(_answer(bench.evaluation)),
        sections=tuple(sections(bench, knowledge)),
        foot=FOOT,
    )


def sections(bench: Bench, knowledge: Knowledge) -> Iterator[Section]:
    """Yield the sections of a run, those without anything to say left out."""
    evaluation, names = bench.evaluation, Names(knowledge)
    yield _figures(evaluation)
    yield _published(evaluation)
    yield _triage(evaluation)
    yield _list(evaluation)
    if evaluation.groups:
        yield _groups(evaluation)
    if evaluation.confusion:
        yield confusion_section(evaluation, names)
    if bench.masking is not None:
        yield masking_section(bench.masking)
    yield _cases(evaluation, names)
    if bench.silent or bench.broken or bench.remarks:
        yield _left_out(bench)


def _answer(evaluation: Evaluation) -> Iterator[str]:
    under, over = evaluation.undertriage, evaluation.overtriage
    if evaluation.stated:
        first, three = evaluation.within(1), evaluation.within(3)
        yield f"An accepted condition came first in {told(first)}, within the first three in {told(three)}."
    if under.total:
        yield f"Urgent cases that were undertriaged: {told(under)}."
    if over.total:
        yield f"Cases that are not urgent but were overtriaged: {told(over)}."
    yield (
        "This holds for these cases alone. Where rules were written or changed with a look at them, the "
        "figures say how well the rules fit, not how well they would do elsewhere."
    )


def _all(evaluation: Evaluation) -> tuple[_Figure, ...]:
    within = evaluation.within
    return (
        _Figure(id="first", name="accepted condition first", share=within(1)),
        _Figure(id="three", name="accepted condition within the first three", share=within(3)),
        _Figure(id="", name="first, of the cases that are covered", share=within(1, covered=True)),
        _Figure(
            id="", name="within the first three, of the cases that are covered", share=within(3, covered=True)
        ),
        _Figure(id="", name="accepted or also acceptable first", share=within(1, also=True)),
        _Figure(id="", name="accepted or also acceptable within the first three", share=within(3, also=True)),
        _Figure(id="", name="covered: accepted condition in the knowledge base", share=evaluation.coverage),
        _Figure(id="listed", name="accepted condition likely or possible", share=evaluation.on_list),
        _Figure(id="", name="undertriage: urgent, but below within days", share=evaluation.undertriage),
        _Figure(id="", name="overtriage: not urgent, but same day or above", share=evaluation.overtriage),
        _Figure(id="safe", name="safe urgency: not undertriaged", share=evaluation.safe),
    )


def _figures(evaluation: Evaluation) -> Section:
    unstated = len(evaluation.outcomes) - len(evaluation.stated)
    notes = ["A diagnosis that the knowledge base does not have counts as a miss, unless said otherwise."]
    if unstated:
        notes.append(f"{counted(unstated, 'case')} without a stated diagnosis count for triage only.")
    head = ("figure", "of cases", "share", "95 % interval")
    rows = tuple((f.name, _of(f.share), percent(f.share.share), _interval(f.share)) for f in _all(evaluation))
    table = Table(head=head, rows=rows, right=(1, 2, 3), caption="Figures with intervals")
    return Section(id="figures", title="Figures", table=table, notes=tuple(notes))


def _published(evaluation: Evaluation) -> Section:
    rows: list[tuple[str, ...]] = []
    given: list[Given] = []
    for figure in _all(evaluation):
        published = beside(figure.id) if figure.id else ()
        if not published:
            continue
        ours = f"{percent(figure.share.share)} ({_interval(figure.share)})" if figure.share.total else "-"
        given.append(Given(label=figure.name))
        if figure.share.share is not None:
            given.append(
                Given(
                    label="hipexpert, these cases",
                    value=ours,
                    share=figure.share.share,
                    interval=figure.share.interval,
                )
            )
        for bar in published:
            whose = f"{bar.who} ({bar.source})" + (f", {bar.note}" if bar.note else "")
            theirs = f"{100 * bar.share:.3g}%"  # as precisely as the source says it
            rows.append((figure.name, ours, theirs, whose))
            given.append(Given(label=bar.who, value=f"{theirs}, {bar.source}", share=bar.share))
    return Section(
        id="published",
        title="Beside published figures",
        leads=(CAVEAT,),
        table=Table(
            head=("figure", "these cases", "published", "whose"),
            rows=tuple(rows),
            right=(2,),
            caption="Our figures beside published ones",
        ),
        plots=(
            bars(
                given,
                "Shares on these cases beside published figures",
                "Filled bars with a line for the 95 % interval are this program on these cases; hollow bars "
                "are published figures, measured on other cases. The table below has every number.",
            ),
        ),
        items=tuple(f"{name}: {where}" for name, where in SOURCES.items()),
    )


def _triage(evaluation: Evaluation) -> Section:
    outcomes = evaluation.outcomes
    under = [
        f"{o.case} ({urgency(o.triage).word.lower()}, {counted(o.not_excluded, 'red flag')} not excluded)"
        for o in outcomes
        if o.undertriaged
    ]
    over = [f"{o.case} ({urgency(o.triage).word.lower()})" for o in outcomes if o.overtriaged]
    head = ("triage came out as", "urgent", "not urgent", "not stated")
    rows = tuple(
        (urgency(level).word, *(str(counts[known]) for known in (True, False, None)))
        for level, counts in reversed(tuple(evaluation.levels.items()))
    )
    return Section(
        id="triage",
        title="Triage",
        leads=(
            f"Undertriaged: {', '.join(under) or 'none'}.",
            f"Overtriaged: {', '.join(over) or 'none'}.",
        ),
        table=Table(head=head, rows=rows, right=(1, 2, 3), caption="Triage by what the case says"),
    )


def _list(evaluation: Evaluation) -> Section:
    lengths = evaluation.lengths
    rows = tuple(
        (str(n), str(cases), "#" * round(40 * cases / max(lengths.values()))) for n, cases in lengths.items()
    )
    return Section(
        id="list",
        title="Length of the list",
        leads=(f"Conditions that are likely or possible: median {evaluation.median_listed:g}.",),
        table=Table(
            head=("likely or possible", "cases", ""), rows=rows, right=(0, 1), caption="Length of the list"
        ),
    )


def _groups(evaluation: Evaluation) -> Section:
    head = ("group", "cases", "first", "within three", "undertriage", "overtriage")
    rows = tuple(
        (
            name.removeprefix("population: ").replace("_", " "),
            str(len(group.outcomes)),
            _brief(group.within(1)),
            _brief(group.within(3)),
            _brief(group.undertriage),
            _brief(group.overtriage),
        )
        for name, group in {"all": evaluation, **evaluation.groups}.items()
    )
    return Section(
        id="groups",
        title="Groups of cases",
        leads=("As the cases state it themselves; in brackets the 95 % interval in percent.",),
        table=Table(head=head, rows=rows, right=(1, 2, 3, 4, 5), caption="Figures by group"),
    )


def _cases(evaluation: Evaluation, names: Names) -> Section:
    head = ("case", "accepted", "rank", "verdict", "first", "triage", "urgent")
    return Section(
        id="cases",
        title="Every case",
        table=Table(
            head=head,
            rows=tuple(_case(each, names) for each in evaluation.outcomes),
            right=(2,),
            caption="Every case",
        ),
        folded=True,
    )


def _case(each: Outcome, names: Names) -> tuple[str, ...]:
    triage = urgency(each.triage).word.lower()
    mark = " (too low)" if each.undertriaged else " (too high)" if each.overtriaged else ""
    return (
        each.case,
        names.accepted(each.accepted),
        str(each.rank or "-"),
        VERDICT_WORDS.get(each.verdict, "-"),
        names.name(each.first),
        triage + mark,
        {True: "yes", False: "no", None: "-"}[each.urgent],
    )


def _left_out(bench: Bench) -> Section:
    items = [f"{name}: cannot be used; left out" for name in bench.broken]
    if bench.silent:
        items.append(f"state nothing that is expected; left out: {', '.join(bench.silent)}")
    return Section(id="left-out", title="Left out, and remarks", items=(*items, *bench.remarks))


def _of(share: Share) -> str:
    return f"{share.hits:g} of {share.total}"


def _interval(share: Share) -> str:
    if not share.total:
        return "-"
    low, high = (f"{100 * end:.0f}" for end in share.interval)
    return f"{low}% to {high}%"


def _brief(share: Share) -> str:
    if not share.total:
        return "-"
    low, high = (f"{100 * end:.0f}" for end in share.interval)
    return f"{share.hits:g}/{share.total} {percent(share.share)} ({low}-{high})"
