"""Explanations as outlines: the answer first, then what bears it out. Renders them in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hipexpert.case import Case
from hipexpert.explanation.changes import COSTS
from hipexpert.explanation.compare import Compared, Observation, OnPatient
from hipexpert.explanation.how import How, Step
from hipexpert.explanation.lacking import Lack
from hipexpert.explanation.layers import LayersCompared
from hipexpert.explanation.next_question import Next
from hipexpert.explanation.turning import Outcome, Turn, Turning
from hipexpert.explanation.unexplained import LeftOver
from hipexpert.explanation.what_if import Moved, WhatIf
from hipexpert.explanation.why_not import Nearest, WhyNot
from hipexpert.inference.assessment import LedgerRow, Matched
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.asking_next import next_page
from hipexpert.report.explained import LEGEND, Words
from hipexpert.report.layers_page import layers_page
from hipexpert.report.outline import COLUMNS, Item, Outline, Part, first_few, render_outline
from hipexpert.report.wording import VERDICT_WORDS, capital, counted, listed, points, urgency

FEW = 5
"""How many lines of a list stand in the open."""

_Page = tuple[str, tuple[str, ...], tuple[Part, ...]]

HOLDS = {"flag": "Raised", "advice": "Brought up", "conclusion": "Drawn"}

FOOT = "This supports a clinician's judgement and never replaces it."


def render_explanation(explanation: Any, knowledge: Knowledge, case: Case | None, format: str) -> str:
    """Return an explanation as ``text``, ``markdown`` or ``html``.

    Args:
        explanation: What one of the functions of :mod:`hipexpert.explanation` returned.
        knowledge: The knowledge base it was made from.
        case: The case it is about; None for none.
        format: One of the three.
    """
    pages: Mapping[type, Callable[[Any, Words], _Page]] = {
        How: _how,
        WhyNot: _why_not,
        WhatIf: _what_if,
        Turning: _turning,
        Compared: _compare,
        LayersCompared: layers_page,
        Next: next_page,
        tuple: _unexplained,
    }
    words = Words(knowledge, case)
    title, answer, parts = pages[type(explanation)](explanation, words)
    kicker = "In general"
    if case is not None:
        kicker = f"Case {case.id}: {case.meta['title']}" if case.meta.get("title") else f"Case {case.id}"
    foot = f"By {knowledge.name} {knowledge.version}. {FOOT}"
    outline = Outline(title=title, kicker=kicker, answer=answer, parts=parts, foot=foot)
    return render_outline(outline, format)


def _standing(verdict: str, score: float) -> str:
    return f"{VERDICT_WORDS[verdict]}, {points(score)} points"


def _how(how: How, words: Words) -> _Page:
    name = _name(how.kind, how.id, words)
    title = f"How: {name}"
    if not how.reached:
        items = tuple(_lack(lack, words) for lack in how.lacking)
        said = "Not on this case, and nothing that could be recorded would bring it about."
        if items:
            open_ = any(not lack.contradicted for lack in how.lacking)
            said = f"Not on this case{', but unknown answers could still bring it about' * open_}."
        return title, (said,), (first_few("What it lacks", items, FEW, LEGEND),) if items else ()
    tree = [_step(step, words) for step in how.root.parts]
    if how.score is None:
        said = f"{HOLDS.get(how.kind, '')} by {counted(len(how.root.parts), 'rule')}."
        if how.kind == "rule":
            said = f"It fired: {words.knowledge.rules[how.id].because}"
            words.rule(how.id, cites=True)
        return title, (said,), (Part(title="Because", items=tuple(tree)), *words.claims())
    tree.insert(0, Item(mark=points(how.prior or 0.0), text="before any finding"))
    tree.append(Item(mark=points(how.score), text="in all"))
    answer = (f"{capital(_standing(how.root.value, how.score))}.",)
    return title, answer, (Part(title="Because", items=tuple(tree)), *words.claims())


def _name(kind: str, name: str, words: Words) -> str:
    knowledge = words.knowledge
    entries = {
        "condition": lambda: knowledge.conditions[name].name,
        "rule": lambda: words.rule(name),
        "flag": lambda: f"{knowledge.flags[name].name} ({name})",
        "advice": lambda: f"{knowledge.advice[name].topic} ({name})",
        "conclusion": lambda: knowledge.conclusions[name].name,
    }
    return entries[kind]()


def _step(step: Step, words: Words, *, folded: bool = False) -> Item:
    """Return a step with all it rests on; what only guards or does not count is folded."""
    guard = step.kind == "condition" and step.value not in ("likely", "possible")
    folded = folded or guard or bool(step.counted_by)
    parts = _together(_step(part, words, folded=folded) for part in step.parts)
    above = " (as above)" if step.again else ""
    if step.kind == "finding":
        match = Matched(kind=step.kind, id=step.id, value=step.value, state=step.state)
        return Item(text=words.matched(match))
    if step.kind != "rule":
        text = words.other(step.kind, step.id, step.value, step.state)
        return Item(text=text + above, items=parts, folded=folded)
    mark = points(step.weight) if step.weight is not None else ""
    if step.counted_by:
        text = f"{words.rule(step.id)}; {step.counted_by} measures the same and counts"
        return Item(mark=mark, text=text, items=parts, folded=True)
    note = "" if step.again or folded else words.knowledge.rules[step.id].because
    return Item(mark=mark, text=words.rule(step.id, cites=not folded) + above, note=note, items=parts)


def _together(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return lines in which answers to the same question stand on one."""
    found: dict[tuple[str, object], list[Item]] = {}
    for n, item in enumerate(items):
        name, colon, _ = item.text.partition(": ")
        plain = colon and not (item.mark or item.items or item.note)
        found.setdefault((name, None if plain else n), []).append(item)
    joined = []
    for (name, _), same in found.items():
        if len(same) == 1:
            joined.append(same[0])
        else:
            values = [item.text.partition(": ")[2] for item in same]
            joined.append(Item(text=f"{name}: {', '.join(dict.fromkeys(values))}"))
    return tuple(joined)


def _lack(lack: Lack, words: Words, mark: str = "", said: str = "") -> Item:
    return Item(mark=mark, text=words.rule(lack.rule) + said, items=words.unmet(lack.unmet))


def _why_not(why: WhyNot, words: Words) -> _Page:
    name = words.condition(why.condition)
    answer = [f"{name} is {_standing(why.verdict, why.score)}, rank {why.rank}."]
    if why.next_verdict:
        answer[0] += f" It lacks {why.lacks:.1f} points to be {VERDICT_WORDS[why.next_verdict]}."
    if why.rank > 1:
        answer[0] += f" It is {why.behind:.1f} points behind {words.condition(why.leader)}."
    near = _nearest(why.nearest, words)
    against = tuple(_row(row, words) for row in why.against)
    parts = []
    if against:
        parts.append(Part(title="What speaks against it", items=against))
    if near:
        parts.append(first_few("What would speak for it", near, FEW, LEGEND))
    return f"Why not: {name}", tuple(answer), tuple(parts)


def _nearest(several: Iterable[Nearest], words: Words) -> list[Item]:
    """Return rules that would add something; those of one group stand under the first of them."""
    groups: dict[str, list[Nearest]] = {}
    for nearest in several:
        if nearest.gain > 0:
            groups.setdefault(nearest.group or nearest.rule, []).append(nearest)
    items = []
    for first, *others in groups.values():
        said = ": this alone would do" if first.enough else ""
        item = _lack(first.lack, words, points(first.gain), said)
        if others:
            same = tuple(_lack(other.lack, words, points(other.gain)) for other in others)
            names = listed([other.rule for other in others], "or")
            instead = Item(text=f"or, counted once with it, {names}", items=same, folded=True)
            item = replace(item, items=(*item.items, instead))
        items.append(item)
    return items


def _row(row: LedgerRow, words: Words) -> Item:
    mark = points(row.weight)
    items = _together(Item(text=words.matched(match)) for match in row.findings)
    if row.counted_by:
        text = f"{words.rule(row.rule)}; {row.counted_by} measures the same and counts"
        return Item(mark=mark, text=text, items=items, folded=True)
    return Item(mark=mark, text=words.rule(row.rule), items=items)


def _what_if(what: WhatIf, words: Words) -> _Page:
    asked = tuple(Item(text=words.answers(a.finding, a.before, a.after)) for a in what.asked)
    before, after = what.before, what.after
    levels = [urgency(each.triage.level).word for each in (before, after)]
    triage = (
        f"Triage stays: {levels[0]}." if levels[0] == levels[1] else f"Triage: {levels[0]} -> {levels[1]}."
    )
    leaders = [each.differential[0].name for each in (before, after)]
    first = (
        f"{leaders[0]} stays first." if leaders[0] == leaders[1] else f"First: {leaders[0]} -> {leaders[1]}."
    )
    parts = [Part(title="What if", items=asked)]
    flags = [Item(mark="+", text=words.other("flag", flag, "", "present")) for flag in what.raised]
    flags += [Item(mark="-", text=words.other("flag", flag, "", "absent")) for flag in what.lowered]
    if flags:
        parts.append(Part(title="Red flags", items=tuple(flags)))
    if what.moved:
        parts.append(first_few("What moves", [_moved(moved, words) for moved in _telling(what.moved)], FEW))
    rules = [Item(mark="+", text=words.rule(rule)) for rule in what.fires]
    rules += [Item(mark="-", text=words.rule(rule)) for rule in what.stops]
    if rules:
        lead = "+ fires now; - no longer fires."
        parts.append(first_few("Rules", rules, 2 * FEW, lead))
    return "What if", (f"{first} {triage}",), tuple(parts)


def _telling(moved: Sequence[Moved]) -> list[Moved]:
    """Return conditions whose own points or verdict changed before those merely overtaken."""
    return sorted(moved, key=lambda m: (m.score_before == m.score_after, m.rank_after))


def _moved(moved: Moved, words: Words) -> Item:
    rank = f"{moved.rank_before} -> {moved.rank_after}"
    if moved.rank_before == moved.rank_after:
        rank = str(moved.rank_after)
    verdicts = [VERDICT_WORDS[verdict] for verdict in (moved.verdict_before, moved.verdict_after)]
    scores = [points(score) for score in (moved.score_before, moved.score_after)]
    said = [" -> ".join(dict.fromkeys(pair)) for pair in (verdicts, scores)]
    return Item(mark=rank, text=f"{words.condition(moved.condition)}: {', '.join(said)} points")


def _turning(turning: Turning, words: Words) -> _Page:
    leader = f"{words.condition(turning.leader)} leads" if turning.leader else "Nothing leads"
    now = f"{leader}; triage is {urgency(turning.triage).word.lower()}."
    tried = f"{counted(turning.tried, 'answer')} that could still change, alone and by twos, were tried."
    parts = []
    for kind, title in (("leader", "Another condition would lead"), ("triage", "Triage would change")):
        outcomes = [outcome for outcome in turning.outcomes if outcome.kind == kind]
        items = tuple(_outcome(outcome, words) for outcome in outcomes)
        nothing = "No answer and no two answers would change this."
        more = f"{turning.more} more could lead." if kind == "leader" and turning.more else ""
        parts.append(Part(title=title, items=items, lead=more if items else nothing))
    return "What would change the answer", (now, tried), tuple(parts)


def _outcome(outcome: Outcome, words: Words) -> Item:
    leads = outcome.kind == "leader"
    name = words.condition(outcome.becomes) if leads else urgency(outcome.becomes).word
    items = [_turn(turn, outcome, words) for turn in outcome.turns]
    if outcome.others:
        items.append(Item(text=f"and {outcome.others} more like these"))
    return Item(text=name, items=tuple(items))


def _turn(turn: Turn, outcome: Outcome, words: Words) -> Item:
    findings = words.knowledge.findings
    costs = [findings[change.finding].cost for change in turn.changes]
    cost = max(costs, key=COSTS.index)
    said = " and ".join(words.change(change) for change in turn.changes)
    also = f"; triage {urgency(turn.triage).word.lower()}" if outcome.kind == "leader" else ""
    care = words.care(change.finding for change in turn.changes)
    return Item(text=f"{said} [{cost}{also}]", note=care)


def _compare(compared: Compared, words: Words) -> _Page:
    a, b = words.condition(compared.a), words.condition(compared.b)
    few = FEW if compared.patient else 2 * FEW
    columns = f"Points for {a} | for {b}"
    answer = f"Before any finding {points(compared.prior_a)} | {points(compared.prior_b)} points."
    parts: list[Part] = []
    if compared.patient:
        answer = _both(a, b, compared.patient)
        parts += _patient(compared, words, columns)
    for name, other, sign in ((a, b, 1), (b, a, -1)):
        favour = [o for o in compared.apart if o.difference * sign > 0]
        if favour:
            title = f"In principle, for {name} rather than {other}"
            parts.append(first_few(title, [_seen(o, words) for o in favour], few, columns))
    if compared.alike:
        lines = [_seen(o, words) for o in compared.alike]
        parts.append(first_few("In principle, for or against both alike", lines, 3, columns))
    return f"Compare: {a} and {b}", (answer,), tuple(parts)


def _both(a: str, b: str, patient: OnPatient) -> str:
    first = f"{a} is {_standing(patient.verdict_a, patient.score_a)}"
    second = f"{b} {_standing(patient.verdict_b, patient.score_b)}"
    return f"{first}; {second}: {abs(round(patient.score_a - patient.score_b, 1)):.1f} apart."


def _patient(compared: Compared, words: Words, columns: str) -> list[Part]:
    patient = compared.patient
    assert patient is not None
    start = Item(mark=_columns(compared.prior_a, compared.prior_b), text="before any finding")
    end = Item(mark=_columns(patient.score_a, patient.score_b), text="in all")
    items = (start, *(_seen(o, words) for o in patient.recorded if o.points_a or o.points_b), end)
    parts = [Part(title="On this patient", lead=columns, items=items)]
    if patient.open:
        lines = [_seen(o, words) for o in patient.open]
        parts.append(first_few("What would tell them apart next", lines, FEW, columns))
    return parts


def _columns(a: float, b: float) -> str:
    return f"{points(a)}{COLUMNS}{points(b)}"


def _seen(seen: Observation, words: Words) -> Item:
    items = _together(Item(text=words.matched(match)) for match in seen.matched)
    text = words.in_a_line(seen.tests) or "; ".join(item.text for item in items)
    mark = _columns(seen.points_a, seen.points_b)
    care = words.care(test.id for test in seen.tests) if words.case.id else ""
    return Item(mark=mark, text=f"{text} ({', '.join(seen.rules)})", note=care)


def _unexplained(left: tuple[LeftOver, ...], words: Words) -> _Page:
    parts = []
    for each in left:
        title = f"{each.rank}. {words.condition(each.condition)}: {VERDICT_WORDS[each.verdict]}"
        found = _together(Item(text=words.matched(match)) for match in each.unexplained)
        missing = tuple(
            Item(
                mark="x",
                text=f"expected, but recorded absent: {words.expected(e.finding, e.option)} "
                f"({', '.join(e.rules[:3])})",
            )
            for e in each.expected[:FEW]
        )
        items = tuple(Item(mark="?", text=item.text) for item in found) + missing
        lead = "" if items else "Accounts for everything recorded that speaks for anything."
        parts.append(Part(title=title, lead=lead, items=items))
    answer = "? present, but it does not account for it; x it would lead one to expect it."
    return "What the leading conditions leave over", (answer,), tuple(parts)
