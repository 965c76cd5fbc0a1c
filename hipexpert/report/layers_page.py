"""A case as each layer sees it, as an outline: side by side, what moved, why, and where sources differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hipexpert.explanation.layers import (
    Difference,
    Disagreement,
    LayersCompared,
    LayerView,
    Place,
    Shift,
    Turned,
)
from hipexpert.knowledge.model import Weighs
from hipexpert.report.explained import Words
from hipexpert.report.outline import Item, Part, first_few
from hipexpert.report.tables import Table
from hipexpert.report.wording import DIRECTION_WORDS, VERDICT_WORDS, capital, listed, points, urgency

FEW = 5
LISTED = ("likely", "possible")
LACKS = {
    "rules": "it has no rules yet",
    "conditions": "it weighs no condition",
    "red_flags": "it raises no red flag, and its triage would reassure falsely",
}
ABOUT = {"fires": "fires only with all layers", "stops": "fires only alone", "weighs": "counts otherwise"}


def layers_page(compared: LayersCompared, words: Words) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
    """Return the title, the answer in a few sentences, and the parts that bear it out."""
    parts = [_side_by_side(compared, words)]
    for difference in compared.differences:
        parts.extend(_difference(difference, words))
    if compared.disagreements:
        items = [_disagreement(each, words) for each in compared.disagreements]
        parts.append(first_few("Where the layers disagree", items, FEW))
    else:
        lead = "No conflict between the layers that the knowledge base records touches this case."
        parts.append(Part(title="Where the layers disagree", lead=lead))
    return "Layers compared", tuple(_answer(compared, words)), (*parts, *words.claims())


def _answer(compared: LayersCompared, words: Words) -> Iterator[str]:
    views = [view for view in compared.views if not view.lacks]
    levels = {view.triage for view in views}
    leaders = [view.places[0].condition for view in views if view.places]
    if len(views) > 2 or len(levels) > 1 or len(set(leaders)) > 1:
        triage = "; ".join(f"{_names(v.layers, words)}: {urgency(v.triage).word.lower()}" for v in views)
        first = "; ".join(
            f"{_names(v.layers, words)}: {words.condition(v.places[0].condition)}" for v in views if v.places
        )
        if len(levels) == len(set(leaders)) == 1:
            yield "The same triage and the same leading condition, whichever layers judge."
        if len(levels) > 1:
            yield f"Triage differs. {triage}."
        if len(set(leaders)) > 1:
            yield f"The leading condition differs. {first}."
    for view in compared.views:
        if view.lacks:
            yield f"{_names(view.layers, words)} alone is no system of its own: {LACKS[view.lacks]}."
        elif view.silent:
            yield (
                f"Rules of {_names(view.layers, words)} that rest on what only another layer has, and so "
                f"are silent when it judges alone: {view.silent}."
            )


def _names(layers: Sequence[str], words: Words) -> str:
    if len(layers) == len(words.knowledge.layers):
        return "All layers"
    return listed([words.knowledge.layers[name].name for name in layers])


def _side_by_side(compared: LayersCompared, words: Words) -> Part:
    views = compared.views
    flags = dict.fromkeys(flag for view in reversed(views) for flag in view.flags)
    rows = [
        ("rules", *(str(view.rules) for view in views)),
        ("triage", *(urgency(v.triage).word if v.triage else "-" for v in views)),
    ]
    for flag in flags:
        cells = ("raised" if flag in v.flags else _without(v, flag) for v in views)
        rows.append((f"{words.knowledge.flags[flag].name} ({flag})", *cells))
    rows.append(
        ("red flags not excluded", *(str(len(v.not_excluded)) if not v.lacks else "-" for v in views))
    )
    for n in range(min(FEW, max(len(view.places) for view in views))):
        cells = (_place(v.places[n], words) if n < len(v.places) else "-" for v in views)
        rows.append((f"{n + 1}.", *cells))
    head = ("", *(_names(view.layers, words) for view in views))
    table = Table(head=head, rows=tuple(rows), caption="Each layer alone, and all together")
    return Part(title="Side by side", table=table)


def _without(view: LayerView, flag: str) -> str:
    if flag in view.not_excluded:
        return "not excluded"
    return "denied" if flag in view.denied else "-"


def _place(place: Place, words: Words) -> str:
    return f"{words.condition(place.condition)}: {VERDICT_WORDS[place.verdict]}, {points(place.score)}"


def _difference(difference: Difference, words: Words) -> Iterator[Part]:
    alone = _names(difference.layers, words)
    levels = [urgency(level).word for level in (difference.triage_before, difference.triage_after)]
    items = [Item(mark="+", text=words.other("flag", flag, "", "present")) for flag in difference.raised]
    items += [Item(mark="-", text=words.other("flag", flag, "", "absent")) for flag in difference.lowered]
    shifts = sorted(difference.shifts, key=lambda shift: not _telling(shift))
    few = len(items) + sum(map(_telling, shifts))
    items += [_shift(shift, words) for shift in shifts]
    triage = f"Triage: {' -> '.join(dict.fromkeys(levels))}."
    lead = (
        f"{triage} + raised now; - no longer raised." if difference.raised or difference.lowered else triage
    )
    if not items:
        lead += " Nothing else moves."
    yield first_few(f"From {alone} alone to all layers", items, few, lead)
    if difference.rules:
        rules = [_turned(turned, words) for turned in difference.rules]
        lead = "What each rule adds to or takes from its condition, in points."
        yield first_few(f"Rules that made the difference to {alone} alone", rules, 2 * FEW, lead)
    if difference.advice or difference.no_advice or difference.withheld:
        yield Part(title=f"Advice beside {alone} alone", items=tuple(_advice(difference, words)))


def _telling(shift: Shift) -> bool:
    """Return whether a move is worth a line: on the list, among the first, or with another verdict."""
    places = [place for place in (shift.before, shift.after) if place is not None]
    verdicts = {place.verdict for place in places}
    return (
        min(place.rank for place in places) <= FEW
        or not verdicts.isdisjoint(LISTED)
        or (len(places) > 1 and len(verdicts) > 1)
    )


def _shift(shift: Shift, words: Words) -> Item:
    old, new = shift.before, shift.after
    if old is None or new is None:
        there, said = (new, "only with all layers") if new else (old, "only alone")
        assert there is not None
        return Item(mark=str(there.rank), text=f"{_place(there, words)} points; {said}")
    rank = " -> ".join(dict.fromkeys((str(old.rank), str(new.rank))))
    verdict = " -> ".join(dict.fromkeys((VERDICT_WORDS[old.verdict], VERDICT_WORDS[new.verdict])))
    score = " -> ".join(dict.fromkeys((points(old.score), points(new.score))))
    return Item(mark=rank, text=f"{words.condition(shift.condition)}: {verdict}, {score} points")


def _turned(turned: Turned, words: Words) -> Item:
    sign = {"fires": "+", "stops": "-"}.get(turned.how, "")
    mark = points(turned.points) if turned.points is not None else sign
    layer = words.knowledge.layers[turned.layer].name
    if turned.kind == "flag":
        about = f"raises {turned.ids[0]}"
    elif turned.kind == "condition":
        about = f"{_way(turned, words)} {words.condition(turned.ids[0])}"
        if turned.study and turned.ratio:
            about += f", published likelihood ratio {turned.ratio:g} ({turned.study})"
    elif turned.kind == "caution":
        about = f"holds back advice that asks for {listed(turned.ids, 'or')}"
    else:
        about = f"draws the conclusion {words.knowledge.conclusions[turned.ids[0]].name}"
    instead = f"; {turned.counted_by} measures the same and counts" if turned.counted_by else ""
    text = f"{words.rule(turned.rule, cites=True)}: {about}; {layer}, {ABOUT[turned.how]}{instead}"
    return Item(mark=mark, text=text, note=turned.because)


def _way(turned: Turned, words: Words) -> str:
    then = words.knowledge.rules[turned.rule].then
    return DIRECTION_WORDS[then.direction] if isinstance(then, Weighs) else ""


def _advice(difference: Difference, words: Words) -> Iterator[Item]:
    for sign, names, said in (
        ("+", difference.advice, ""),
        ("-", difference.no_advice, ""),
        ("x", difference.withheld, ": held back"),
    ):
        for name in names:
            entry = words.knowledge.advice[name]
            layer = words.knowledge.layers[entry.layer].name
            yield Item(mark=sign, text=f"{entry.topic} ({name}; {layer}){said}")


def _disagreement(each: Disagreement, words: Words) -> Item:
    items = []
    for side in each.sides:
        took = f" Rules that fired on it: {', '.join(side.rules)}." if side.rules else " No rule fired on it."
        says = f"{capital(_names(side.layers, words))}: {side.says.rstrip('.')}. [{', '.join(side.cites)}]"
        items.append(Item(text=says + took))
        words.cited.update(dict.fromkeys(side.cites))
    decided = f" (The layer {_names([each.decided_by], words)} decides.)" if each.decided_by else ""
    items.append(Item(text=f"What the system does: {each.judgement}{decided}"))
    return Item(mark=each.conflict, text=each.title, items=tuple(items))
