"""What to ask next as a page: each question with what its answers would do, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hipexpert.explanation.next_question import Candidate, Effect, Next
from hipexpert.knowledge.model import Finding
from hipexpert.report.explained import Words
from hipexpert.report.outline import Item, Part, first_few
from hipexpert.report.wording import counted, listed, points, urgency

ANSWERS_SHOWN = 6
MOVES_SHOWN = 3
RULES_SHOWN = 3
_COSTS = {"ask": "by asking", "examine": "by examining", "test": "by a test or an image"}


def next_page(what: Next, words: Words) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
    """Return title, answer and parts of the page."""
    title = "What to ask next"
    if not what.questions:
        return title, ("No rule waits for an answer that nobody gave.",), ()
    leader = f"{words.condition(what.leader)} leads" if what.leader else "Nothing leads"
    now = f"{leader}; triage is {urgency(what.triage).word.lower()}."
    are = "is" if what.open == 1 else "are"
    most = "This" if len(what.questions) == 1 else "These"
    said = f"{counted(what.open, 'question')} {are} open. {most} would move the list most:"
    parts = [_question(n, c, what, words) for n, c in enumerate(what.questions, start=1)]
    return title, (now, said), (*parts, _legend(), *words.claims())


def _question(place: int, candidate: Candidate, what: Next, words: Words) -> Part:
    finding = candidate.finding
    worth = f"Worth {candidate.worth:.1f} points, {_COSTS[finding.cost]} ({finding.id})."
    groups = _alike(candidate.effects, what)
    items = [_effect(finding, effects, what, words) for effects in groups]
    if not items:
        worth += " No answer alone moves anything; it counts together with others."
    lead = " ".join(filter(None, (worth, words.care([finding.id]))))
    return first_few(f"{place}. {finding.question}", items, ANSWERS_SHOWN, lead)


def _alike(effects: Sequence[Effect], what: Next) -> list[list[Effect]]:
    """Return the answers that do something, those that do the very same together."""
    groups: dict[tuple[object, ...], list[Effect]] = {}
    for effect in effects:
        if effect.moves or effect.raises or effect.triage != what.triage:
            same = (effect.moves, effect.raises, effect.triage, effect.fires, effect.stops)
            groups.setdefault(same, []).append(effect)
    return list(groups.values())


def _effect(finding: Finding, effects: Sequence[Effect], what: Next, words: Words) -> Item:
    first = effects[0]
    rules = (*first.fires, *first.stops)
    shown = [words.rule(name, cites=True) for name in rules[:RULES_SHOWN]]
    left = len(rules) - RULES_SHOWN
    more = [f"and {counted(left, 'more rule')}"] if left > 0 else []
    answers = listed([words.answered(finding, effect.answer) for effect in effects], "or")
    return Item(
        mark=f"{first.movement:.1f}",
        text=f"{answers}: {'; '.join(_does(first, what, words))}",
        note=f"By {'; '.join([*shown, *more])}." if rules else "",
    )


def _does(effect: Effect, what: Next, words: Words) -> Iterator[str]:
    for flag in effect.raises:
        yield f"raises {words.knowledge.flags[flag].name}"
    if effect.triage != what.triage:
        yield f"triage {urgency(effect.triage).word.lower()}"
    if effect.leader and effect.leader != what.leader:
        yield f"{words.condition(effect.leader)} would lead"
    for condition, moved in effect.moves[:MOVES_SHOWN]:
        yield f"{words.condition(condition)} {points(moved)}"
    if len(effect.moves) > MOVES_SHOWN:
        left = len(effect.moves) - MOVES_SHOWN
        yield "1 more moves" if left == 1 else f"{left} more move"


def _legend() -> Part:
    lead = (
        "The number before an answer says how far it would move the top of the list, in points: what the "
        "first three gain or lose, 10 for another leader, 3 for others among the first three, 2 for another "
        "verdict there, 20 for another triage. What a question is worth is the mean over its answers (of "
        "several options, each is a question of its own), plus a quarter of what two answers would do that "
        "only together make a rule fire, divided by the cost: 1 to ask, 3 to examine, 10 to test."
    )
    return Part(title="How this is counted", lead=lead)
