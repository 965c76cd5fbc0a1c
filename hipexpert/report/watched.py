"""A watched run of the engine as text, for a class: one block of lines for each thing that happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hipexpert.case import Case
from hipexpert.inference.assessment import Triage
from hipexpert.inference.watching import Contender, Cycle, Declared, Watch
from hipexpert.knowledge.model import PHASES, Knowledge, Rule, Weighs
from hipexpert.report.explained import Words
from hipexpert.report.filters import WIDTH, fill
from hipexpert.report.wording import PHASE_WORDS, counted, listed, points, urgency

WAITING_SHOWN = 4
FACTS_SHOWN = 3
FIRST = 3
"""How much is told of the agenda, of what a rule rests on, and of the ranking: a class must keep up."""

_LABEL = 10
_PLAIN: Mapping[str, str] = {
    "conclusions": "what the answers add up to",
    "red_flags": "what must not wait",
    "evidence": "points for and against each condition",
    "alarms": "what must not wait because a condition stands high",
    "cautions": "advice that must be held back",
    "advice": "what to do",
}
_STAGES: Mapping[str, str] = {
    "case": "The answers are told to the engine",
    "standings": "No evidence is left; conditions are ranked, and where each stands is told to the engine",
    "outcome": "Red flags are settled: {triage}; each flag and the triage are told to the engine",
}


def watched(watch: Watch, knowledge: Knowledge, case: Case, triage: Triage) -> Iterator[str]:
    """Yield a watched run as blocks of text: a legend, then one for each cycle and each telling.

    Args:
        watch: What the engine told.
        knowledge: The knowledge base it ran on.
        case: The case it judged.
        triage: How the red flags were settled.
    """
    yield "\n".join(_legend(knowledge))
    teller = _Teller(watch, knowledge, case, triage)
    for event in watch.events:
        lines = teller.cycle(event) if isinstance(event, Cycle) else teller.declared(event)
        yield "\n".join(lines)
    yield "\n".join(teller.end())


def _legend(knowledge: Knowledge) -> Iterator[str]:
    yield _heading("WATCHING THE ENGINE", "=")
    yield fill(
        "The engine knows facts (f1, f2 ...; a higher number is newer) and has rules. In each cycle it puts "
        "every rule whose tests are all met on the agenda, fires the first, and adds what that rule says as "
        "a new fact, which may put other rules on the agenda. It ends when the agenda is empty."
    )
    yield fill(
        "First on the agenda is the rule of the earliest phase; within a phase, the rule that rests on the "
        "newest fact; on equal facts, the rule whose id comes first. No rule fires twice."
    )
    yield "The phases:"
    used = [phase for phase in PHASES if knowledge.rules_by_phase[phase]]
    for number, phase in enumerate(used, start=1):
        yield fill(f"{PHASE_WORDS[phase]}: {_PLAIN[phase]}", 5, f"  {number}.")


class _Teller:
    """Puts one run into words."""

    def __init__(self, watch: Watch, knowledge: Knowledge, case: Case, triage: Triage) -> None:
        self._knowledge, self._triage = knowledge, triage
        self._words = Words(knowledge, case)
        self._ranked = watch.start
        self._phase = ""
        self._fired = 0

    def declared(self, event: Declared) -> Iterator[str]:
        """Say what was declared from outside."""
        said = _STAGES[event.stage].format(triage=urgency(self._triage.level).word.lower())
        count = event.last - event.first + 1
        yield ""
        facts = f"{said}: {_numbered(event.first, event.last)}."
        yield fill(facts if count else "The case holds no answer.", 3, ">>")
        self._phase = ""

    def cycle(self, cycle: Cycle) -> Iterator[str]:
        """Say what one cycle did."""
        fires, rule = cycle.fires, self._knowledge.rules[cycle.fires.rule]
        if fires.phase != self._phase:
            self._phase = fires.phase
            yield ""
            yield _heading(PHASE_WORDS[fires.phase], "-")
        yield fill(f"{rule.id} {rule.title}", 5, f"{cycle.n:>3}.")
        yield self._line("facts", self._facts(fires))
        yield self._line("first", why_first(fires, cycle.agenda))
        yield self._line("agenda", _agenda(cycle.agenda))
        yield self._line("adds", "; ".join(self._adds(rule, cycle)))
        if self._ranked[:FIRST] != cycle.ranked[:FIRST]:
            yield self._line("leading", self._leading(cycle.ranked))
        self._ranked = cycle.ranked
        self._fired = cycle.n

    def end(self) -> Iterator[str]:
        """Say why it ended."""
        yield ""
        yield fill(f"The agenda is empty after {counted(self._fired, 'firing')}: the engine stops.", 3, ">>")

    def _line(self, label: str, text: str) -> str:
        return fill(text, 4 + _LABEL, f"    {label}".ljust(4 + _LABEL))

    def _facts(self, fires: Contender) -> str:
        said = [f"f{number} {self._words.matched(match)}" for number, match in fires.facts]
        more = [f"and {len(said) - FACTS_SHOWN} more"] if len(said) > FACTS_SHOWN else []
        return "; ".join([*said[:FACTS_SHOWN], *more]) or "none: it is always true"

    def _adds(self, rule: Rule, cycle: Cycle) -> Iterator[str]:
        mark = f"{_numbered(*_ends(cycle.added))} " if cycle.added else "nothing new: "
        if isinstance(rule.then, Weighs):
            yield mark + self._moved(rule.id, rule.then, cycle)
            return
        for kind, name in cycle.produced:
            yield mark + self._produced(kind, name)
            mark = ""

    def _moved(self, rule: str, then: Weighs, cycle: Cycle) -> str:
        old, new = self._standing(self._ranked, then.condition), self._standing(cycle.ranked, then.condition)
        name = self._words.condition(then.condition)
        way = "for" if then.direction == "supports" else "against"
        if old[1] == new[1]:
            return f"evidence {way} {name}; a rule that measures the same counts already"
        rank = f"rank {old[0]} -> {new[0]}" if old[0] != new[0] else f"stays {new[0]}"
        moved = f"{points((new[1] - old[1]) / 10)} {way} {name}"
        return f"{moved}: {points(old[1] / 10)} -> {points(new[1] / 10)}, {rank}"

    def _standing(self, ranked: Sequence[tuple[str, int]], condition: str) -> tuple[int, int]:
        return next((rank, value) for rank, (name, value) in enumerate(ranked, start=1) if name == condition)

    def _produced(self, kind: str, name: str) -> str:
        if kind == "flag":
            level = urgency(self._knowledge.flags[name].urgency).word.lower()
            return f"red flag: {self._knowledge.flags[name].name} ({level})"
        if kind == "withholds":
            return f"holds back advice that asks for {name.replace('_', ' ')}"
        word = "advice: " if kind == "advice" else ""
        return word + self._words.other(kind, name, "", "present")

    def _leading(self, ranked: Sequence[tuple[str, int]]) -> str:
        """Return the first conditions with their points, as many as fit on a line."""
        said = ""
        for name, value in ranked[:FIRST]:
            longer = f"{said}{'; ' if said else ''}{self._words.condition(name)} {points(value / 10)}"
            if said and len(longer) > WIDTH - _LABEL - 4:
                break
            said = longer
        return said


def why_first(fires: Contender, agenda: Sequence[Contender]) -> str:
    """Return why a rule fired before the one that was next on the agenda."""
    if not agenda:
        return "nothing else is on the agenda"
    other = agenda[0]
    if fires.phase != other.phase:
        return f"the next, {other.rule}, belongs to a later phase"
    pairs = zip(fires.recency, other.recency, strict=False)
    newer = next(((mine, theirs) for mine, theirs in pairs if mine != theirs), None)
    if newer is not None:
        equal = [n for n in fires.recency if n in other.recency and n > newer[0]]
        both = f"both rest on {listed([f'f{n}' for n in equal])}, but " if equal else ""
        return f"{both}f{newer[0]} is newer than f{newer[1]} of {other.rule}"
    if len(fires.recency) > len(other.recency):
        return f"it rests on all that {other.rule} rests on, and on f{fires.recency[len(other.recency)]}"
    return f"it rests on the same as {other.rule}; its id comes first"


def _agenda(agenda: Sequence[Contender]) -> str:
    if not agenda:
        return "empty"
    shown = [each.rule for each in agenda[:WAITING_SHOWN]]
    more = f" and {len(agenda) - WAITING_SHOWN} more" if len(agenda) > WAITING_SHOWN else ""
    return f"then {', '.join(shown)}{more}"


def _heading(text: str, sign: str) -> str:
    return f"{text} ".ljust(WIDTH, sign)


def _ends(numbers: Sequence[int]) -> tuple[int, int]:
    return numbers[0], numbers[-1]


def _numbered(first: int, last: int) -> str:
    return f"f{first}" if first == last else f"f{first} to f{last}"
