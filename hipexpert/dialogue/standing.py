"""Where things stand in the middle of a consultation, and what moved, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hipexpert.case_values import answer_text
from hipexpert.dialogue.text import plain, wrapped
from hipexpert.explanation.next_question import TOP, Effect
from hipexpert.explanation.prospects import Place, Prospect
from hipexpert.knowledge.model import Finding, Knowledge

SHOWN = 5
EFFECTS_SHOWN = 12
MOVES_SHOWN = 3
RULES_SHOWN = 3
_NAME, _BAR, _POINTS = 34, 20, 20.0


def differential_lines(knowledge: Knowledge, now: Prospect) -> list[str]:
    """Return the first conditions with a bar and their points, and the triage."""
    lines = ["", "Where it stands (points; a bar from -20 to +20):"]
    for rank, place in enumerate(now.places[:SHOWN], start=1):
        name = plain(knowledge.conditions[place.condition].name)
        short = name if len(name) <= _NAME else name[: _NAME - 3] + "..."
        words = f"{_points(place.tenths)} {place.verdict.replace('_', ' ')}"
        lines.append(f"{rank}. {short:<{_NAME}} {_bar(place)} {words}"[:78])
    return lines + _triage_lines(knowledge, now)


def moved_lines(knowledge: Knowledge, before: Prospect, after: Prospect) -> list[str]:
    """Return what a changed answer moved: ranks and points, red flags, triage."""
    earlier = {place.condition: (rank, place) for rank, place in enumerate(before.places, start=1)}
    lines: list[str] = []
    for rank, place in enumerate(after.places, start=1):
        was, old = earlier[place.condition]
        touched = old.tenths != place.tenths or old.verdict != place.verdict
        if touched or (was != rank and min(was, rank) <= TOP):
            name = knowledge.conditions[place.condition].name
            ranks = f"{was} -> {rank}" if was != rank else f"stays {rank}"
            points = f"{_points(old.tenths).strip()} -> {_points(place.tenths).strip()}"
            lines += wrapped(f"{name}: rank {ranks}, points {points}", "  ", "    ")
    for flag in sorted(after.flags - before.flags):
        lines += wrapped(f"Red flag raised: {knowledge.flags[flag].name}", "  ", "    ")
    for flag in sorted(before.flags - after.flags):
        lines += wrapped(f"Red flag no longer raised: {knowledge.flags[flag].name}", "  ", "    ")
    if before.triage != after.triage:
        lines += wrapped(f"Triage: {_words(before.triage)} -> {_words(after.triage)}", "  ")
    return ["What moved:", *lines] if lines else ["Nothing moved."]


def effect_lines(
    knowledge: Knowledge, finding: Finding, effects: Sequence[Effect], now: Prospect
) -> list[str]:
    """Return what each answer would do by itself: points, rules with their sources, flags, triage."""
    telling = [effect for effect in effects if effect.moves or effect.raises or effect.triage != now.triage]
    if not telling:
        return ["  No answer alone moves anything; it counts together with others."]
    lines = ["  What an answer would do by itself:"]
    for effect in telling[:EFFECTS_SHOWN]:
        parts = [f"{knowledge.conditions[c].name} {p:+.1f}" for c, p in effect.moves[:MOVES_SHOWN]]
        parts += [f"{knowledge.conditions[effect.leader].name} would lead"] * _leads(effect, now)
        parts += [f"red flag: {knowledge.flags[flag].name}" for flag in effect.raises]
        parts += [f"triage: {_words(effect.triage)}"] * (effect.triage != now.triage)
        rules = _rules(knowledge, (*effect.fires, *effect.stops))
        lines += wrapped(f"{_said(finding, effect)}: {'; '.join(parts)} ({rules})", "    ", "      ")
    if len(telling) > EFFECTS_SHOWN:
        lines.append(f"    and {len(telling) - EFFECTS_SHOWN} more answers that would move something")
    return lines


def _said(finding: Finding, effect: Effect) -> str:
    answer = effect.answer
    if finding.kind != "choices":
        return answer_text(finding, answer)
    given = answer.present or answer.absent
    return ("" if answer.present else "not ") + ", ".join(map(finding.label, given[-1:]))


def _rules(knowledge: Knowledge, rules: Sequence[str]) -> str:
    shown = [
        f"{name} [{', '.join(knowledge.rules[name].cites) or 'expert opinion'}]"
        for name in rules[:RULES_SHOWN]
    ]
    rest = [f"{len(rules) - RULES_SHOWN} more"] if len(rules) > RULES_SHOWN else []
    return ", ".join([*shown, *rest]) or "by rank"


def _leads(effect: Effect, now: Prospect) -> bool:
    return bool(now.places) and effect.leader != now.places[0].condition


def _triage_lines(knowledge: Knowledge, now: Prospect) -> list[str]:
    flags: Iterable[str] = (knowledge.flags[flag].name for flag in sorted(now.flags))
    named = "; ".join(flags)
    return wrapped(f"Triage: {_words(now.triage)}" + (f" ({named})" if named else ""))


def bar_share(place: Place) -> float:
    """Return how much of a condition's bar is filled, from 0 at -20 points to 1 at +20."""
    return min(1.0, max(0.0, (place.tenths / 10 + _POINTS) / (2 * _POINTS)))


def _bar(place: Place) -> str:
    filled = round(bar_share(place) * _BAR)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}]"


def _points(value: int) -> str:
    return f"{value / 10:+6.1f}"


def _words(word: str) -> str:
    return word.replace("_", " ")
