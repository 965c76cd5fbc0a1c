"""What to ask next: the open questions whose answers would move the ranking most, cheap ones first.

How far an answer moves the list is counted in points: the points gained or lost by the conditions that
are among the first three before or after it, plus 10 when another condition leads, 3 when others are
among the first three, 2 when a verdict among them changes, and 20 when the triage does. A question is
worth the mean over its answers (of several options, each is a question of its own, yes or no), plus a
quarter of what two answers would do that only together make a rule fire. That is divided by its cost:
1 to ask, 3 to examine, 10 to test. Ties keep the order of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise

from hipexpert.case import Answer, Case
from hipexpert.case_values import chosen
from hipexpert.explanation.prospects import Prospect, Prospects, Reach
from hipexpert.explanation.rule_masks import RuleMasks, bits
from hipexpert.frozen import dataclass
from hipexpert.inference.logic import Logic
from hipexpert.knowledge.model import Finding, Knowledge
from hipexpert.knowledge.when import Measures

COSTS: Mapping[str, int] = {"ask": 1, "examine": 3, "test": 10}
TOP = 3
NEW_LEADER, NEW_TOP, NEW_VERDICT, NEW_TRIAGE = 10.0, 3.0, 2.0, 20.0
TOGETHER = 0.25
MOST_PAIRS = 800
"""Pairs of answers tried at most, in the order of the rules that wait for them."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one answer would do.

    Attributes:
        moves: Points gained or lost by each condition whose score changes, the largest change first.
        fires: Evidence and red-flag rules that would begin to fire.
        stops: Those that would no longer fire.
        leader: The condition that would lead.
        raises: Red flags that would be raised and are not now.
        triage: The triage level there would be.
        movement: How far the list would move, in points.
        decisive: Another condition would lead, or the triage would change.
    """

    answer: Answer
    moves: tuple[tuple[str, float], ...]
    fires: tuple[str, ...]
    stops: tuple[str, ...]
    leader: str
    raises: tuple[str, ...]
    triage: str
    movement: float
    decisive: bool


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An open question and what it is worth.

    Attributes:
        worth: Expected movement by cost, in points; the number that ranks it.
        effects: What each possible answer would do, also those that would do nothing.
        together: Whether an answer could decide something only with one to another question.
    """

    finding: Finding
    worth: float
    effects: tuple[Effect, ...]
    together: bool

    @property
    def decisive(self) -> bool:
        """Whether an answer, alone or with one other, could change the leader or the triage."""
        return self.together or any(effect.decisive for effect in self.effects)


@dataclass(frozen=True, kw_only=True)
class Next:
    """What to ask next on a case.

    Attributes:
        open: How many questions some rule still waits for.
        leader: The condition that leads now; empty when there is none.
        triage: The triage level now.
        questions: Those worth most, the first to ask in front.
    """

    open: int
    leader: str
    triage: str
    questions: tuple[Candidate, ...]


def what_next(knowledge: Knowledge, case: Case, limit: int | None = None) -> Next:
    """Return where things stand and the questions worth most.

    Args:
        knowledge: Whose rules wait.
        case: What is recorded.
        limit: How many questions; None for all.
    """
    prospects = Prospects(knowledge, case)
    ranked = candidates(prospects, prospects.reach(open_findings(knowledge, case)))
    now = prospects.now
    return Next(
        open=len(ranked),
        leader=now.leader,
        triage=now.triage,
        questions=ranked[:limit],
    )


def open_findings(knowledge: Knowledge, case: Case) -> tuple[str, ...]:
    """Return the findings, or those with an option, that nobody recorded and that apply to this runner."""
    logic = Logic(knowledge, case)
    return tuple(
        name
        for name, finding in knowledge.findings.items()
        if _is_open(finding, case.answers.get(name))
        and (finding.only_if is None or logic.truth(finding.only_if) is not False)
    )


def next_questions(knowledge: Knowledge, case: Case) -> tuple[Candidate, ...]:
    """Return the open questions that some rule still waits for, the one to ask next first."""
    return what_next(knowledge, case).questions


def candidates(
    prospects: Prospects, reach: Reach, among: Iterable[str] | None = None
) -> tuple[Candidate, ...]:
    """Return the questions within reach, or some of them, the one to ask next first."""
    knowledge, masks = prospects.knowledge, prospects.masks
    wanted = reach.findings if among is None else reach.findings.intersection(among)
    order = [name for name in knowledge.findings if name in wanted]
    pairs = _pairs(prospects, reach, wanted)
    found = []
    for name in order:
        finding = knowledge.findings[name]
        weighted = possible_answers(masks, finding, prospects.case.answers.get(name))
        effects = tuple(effect_of(prospects, answer) for _, answer in weighted)
        worth = sum(w * e.movement for (w, _), e in zip(weighted, effects, strict=True))
        extra, decisive = pairs.get(name, (0.0, False))
        value = round((worth + TOGETHER * extra) / COSTS[finding.cost], 2)
        found.append(Candidate(finding=finding, worth=value, effects=effects, together=decisive))
    return tuple(sorted(found, key=lambda candidate: -candidate.worth))


def possible_answers(
    masks: RuleMasks, finding: Finding, recorded: Answer | None = None
) -> tuple[tuple[float, Answer], ...]:
    """Return what could be answered, each with its share of the question.

    A number stands on every side of each bound that a rule tests; of several options every open one is
    present or absent alone.
    """
    if finding.kind == "number":
        numbers = _numbers(masks, finding)
        return tuple((1 / len(numbers), Answer(finding=finding.id, number=n)) for n in numbers)
    present, absent = (recorded.present, recorded.absent) if recorded else ((), ())
    open_ = [o for o in finding.option_ids if o not in present and o not in absent]
    if finding.kind == "choice":
        return tuple((1 / len(open_), chosen(finding, (option,))) for option in open_)
    found = []
    for option in open_:
        found.append((0.5, Answer(finding=finding.id, present=(*present, option), absent=absent)))
        found.append((0.5, Answer(finding=finding.id, present=present, absent=(*absent, option))))
    return tuple(found)


def effects_of(prospects: Prospects, finding: Finding) -> tuple[Effect, ...]:
    """Return what each possible answer to a question would do."""
    recorded = prospects.case.answers.get(finding.id)
    answers = possible_answers(prospects.masks, finding, recorded)
    return tuple(effect_of(prospects, answer) for _, answer in answers)


def effect_of(prospects: Prospects, answer: Answer) -> Effect:
    """Return what one answer would do."""
    now, then = prospects.now, prospects.after(answer)
    return Effect(
        answer=answer,
        moves=moves(now, then),
        fires=then.fires,
        stops=then.stops,
        leader=then.places[0].condition if then.places else "",
        raises=tuple(sorted(then.flags - now.flags)),
        triage=then.triage,
        movement=movement(now, then),
        decisive=decisive(now, then),
    )


def moves(now: Prospect, then: Prospect) -> tuple[tuple[str, float], ...]:
    """Return the points each condition gains or loses, the largest change first."""
    if now.places is then.places:
        return ()
    before = {place.condition: place.tenths for place in now.places}
    changed = [(p.condition, (p.tenths - before[p.condition]) / 10) for p in then.places]
    return tuple(sorted((m for m in changed if m[1]), key=lambda m: (-abs(m[1]), m[0])))


def movement(now: Prospect, then: Prospect) -> float:
    """Return how far the top of the list moves, in points."""
    value = NEW_TRIAGE if now.triage != then.triage else 0.0
    if now.places is then.places:
        return value
    before = {place.condition: place for place in now.places}
    first, later = now.places[:TOP], then.places[:TOP]
    names, later_names = {p.condition for p in first}, {p.condition for p in later}
    value += (
        sum(
            abs(p.tenths - before[p.condition].tenths)
            for p in then.places
            if p.condition in names or p.condition in later_names
        )
        / 10
    )
    value += NEW_LEADER if first[0].condition != later[0].condition else 0
    value += NEW_TOP if names != later_names else 0
    return value + (NEW_VERDICT if any(p.verdict != before[p.condition].verdict for p in later) else 0)


def decisive(now: Prospect, then: Prospect) -> bool:
    """Return whether another condition leads or the triage differs."""
    return now.triage != then.triage or now.leader != then.leader


def _is_open(finding: Finding, answer: Answer | None) -> bool:
    if answer is None or not answer.known:
        return True
    if finding.kind == "number" or (finding.kind != "choices" and answer.present):
        return False
    return len(answer.present) + len(answer.absent) < len(finding.option_ids)


def _numbers(masks: RuleMasks, finding: Finding) -> tuple[float, ...]:
    """Return one number below, at and above each bound that rules test, within the finding's range."""
    bounds: set[float] = set()
    for number in bits(masks.of_finding.get(finding.id, 0)):
        test = masks.literals[number].test
        if isinstance(test, Measures):
            bounds.update(b for b in (test.low, test.high) if b is not None)
    edges = sorted(bounds)
    between = [(a + b) / 2 for a, b in pairwise(edges)]
    outside = [edges[0] - 1, edges[-1] + 1] if edges else [finding.minimum or 0.0]
    low = float("-inf") if finding.minimum is None else finding.minimum
    high = float("inf") if finding.maximum is None else finding.maximum
    return tuple(n for n in sorted({*edges, *between, *outside}) if low <= n <= high) or (low,)


def _pairs(prospects: Prospects, reach: Reach, wanted: frozenset[str]) -> Mapping[str, tuple[float, bool]]:
    """Return for each question what it could move with one other, and whether that decides something."""
    found: dict[str, tuple[float, bool]] = {}
    for answers in islice(_joint(prospects, reach, wanted), MOST_PAIRS):
        then = prospects.after(*answers)
        value, decides = movement(prospects.now, then), decisive(prospects.now, then)
        for answer in answers:
            best, already = found.get(answer.finding, (0.0, False))
            found[answer.finding] = (max(best, value), already or decides)
    return found


def _joint(prospects: Prospects, reach: Reach, wanted: frozenset[str]) -> Iterator[tuple[Answer, Answer]]:
    """Yield the pairs of answers that an alternative of a rule waits for, each once."""
    masks = prospects.masks
    looks: dict[tuple[str, ...], int] = {}
    for rule, needs in reach.waiting:
        for need in needs:
            if len(need) == 2 and need <= wanted:
                pair = tuple(sorted(need))
                looks[pair] = looks.get(pair, 0) | masks.looks_at(rule)
    for (one, other), mask in sorted(looks.items()):  # in no order of hashes
        useful = [_useful(prospects, name, mask & ~prospects.true) for name in (one, other)]
        for first in useful[0]:
            for second in useful[1]:
                yield first, second


def _useful(prospects: Prospects, name: str, unmet: int) -> list[Answer]:
    """Return the answers to a question that make one of these bits true."""
    masks, recorded = prospects.masks, prospects.case.answers.get(name)
    answers = possible_answers(masks, prospects.knowledge.findings[name], recorded)
    return [answer for _, answer in answers if prospects.bits_of(answer) & unmet]
