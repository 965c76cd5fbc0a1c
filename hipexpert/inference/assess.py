"""From a case to an assessment: the one function the rest of the program asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from hipexpert.case import Case
from hipexpert.inference.assessment import (
    AdviceItem,
    Assessment,
    Firing,
    KnowledgeStamp,
    LedgerRow,
    Matched,
    Standing,
    Withheld,
)
from hipexpert.inference.consultation import Result, consult
from hipexpert.inference.weighing import Row, Score, settled
from hipexpert.knowledge.model import STEPS, Advises, Knowledge, Rule, Weighs, Withholds
from hipexpert.version import __version__

if TYPE_CHECKING:
    from hipexpert.inference.watching import Observer


def assess(
    case: Case, knowledge: Knowledge, engine: str = "ground", observer: Observer | None = None
) -> Assessment:
    """Judge a case.

    Args:
        case: Findings already checked against the vocabulary.
        knowledge: The knowledge base, restricted to the layers wanted.
        engine: ``ground``, or ``rete`` for experta's own matcher; the result is the same.
        observer: Told of every cycle of the engine; a :class:`~hipexpert.inference.watching.Watch` keeps it.

    Returns:
        The differential, triage, advice and full trace; the same for the same case, always.

    Raises:
        EngineError: Inference failed for a reason the case cannot explain.
    """
    result = consult(case, knowledge, engine, observer)
    roots = _Roots(result.firings)
    advice, withheld = _held_back(_advice(result, roots, knowledge), result.fired, knowledge)
    leftover = _Leftover(result.fired, roots, knowledge)
    return Assessment(
        program=__version__,
        knowledge=KnowledgeStamp(
            name=knowledge.name,
            version=knowledge.version,
            digest=knowledge.digest,
            layers=tuple(knowledge.layers),
        ),
        case=case,
        triage=result.triage,
        settled=settled(result.ranked, knowledge.scale),
        differential=tuple(
            _standing(rank, score, result, roots, leftover)
            for rank, score in enumerate(result.ranked, start=1)
        ),
        advice=advice,
        conflicts=_conflicts(result, advice, knowledge),
        firings=result.firings,
        conclusions=tuple(
            dict.fromkeys(id_ for f in result.firings for kind, id_ in f.produced if kind == "conclusion")
        ),
        not_modelled=knowledge.not_modelled,
        withheld=withheld,
    )


def assess_many(
    cases: Iterable[Case],
    knowledge: Knowledge,
    progress: Callable[[int], object] | None = None,
    engine: str = "ground",
) -> Iterator[Assessment]:
    """Judge many cases, one after the other; each comes out as soon as it is judged.

    Args:
        cases: Findings already checked against the vocabulary; read one at a time.
        knowledge: The knowledge base, restricted to the layers wanted.
        progress: Called after each case with the number of cases judged so far.
        engine: As for :func:`assess`.

    Yields:
        What :func:`assess` returns for each case, in their order.

    Raises:
        EngineError: Inference failed on one of them.
    """
    for done, case in enumerate(cases, start=1):
        assessment = assess(case, knowledge, engine)
        if progress is not None:
            progress(done)
        yield assessment


class _Roots:
    """The findings behind each firing, with conclusions followed down to the answers."""

    def __init__(self, firings: Iterable[Firing]) -> None:
        self.by_rule = {firing.rule: firing for firing in firings}
        self._drawn: dict[str, list[Firing]] = {}
        self._found: dict[str, frozenset[Matched]] = {}
        for firing in self.by_rule.values():
            for kind, id_ in firing.produced:
                if kind == "conclusion":
                    self._drawn.setdefault(id_, []).append(firing)

    def matched(self, rule: str) -> tuple[Matched, ...]:
        """Return what a fired rule itself rested on."""
        return self.by_rule[rule].matched

    def findings(self, rule: str) -> frozenset[Matched]:
        """Return the findings a fired rule rested on, through conclusions too."""
        found = self._found.get(rule)
        if found is None:
            found = self._found[rule] = frozenset(self._follow(rule))
        return found

    def _follow(self, rule: str) -> Iterator[Matched]:
        waiting, seen = [self.by_rule[rule]], {rule}
        while waiting:
            for match in waiting.pop().matched:
                if match.kind == "finding":
                    yield match
                elif match.kind == "conclusion":
                    more = [f for f in self._drawn.get(match.id, ()) if f.rule not in seen]
                    seen.update(f.rule for f in more)
                    waiting.extend(more)


class _Leftover:
    """Present findings that spoke for some condition, and those of them that others leave unexplained."""

    def __init__(self, fired: Iterable[Rule], roots: _Roots, knowledge: Knowledge) -> None:
        self._roots = roots
        speaking: set[Matched] = set()
        for rule in fired:
            if isinstance(rule.then, Weighs) and rule.then.direction == "supports":
                speaking.update(roots.findings(rule.id))
        place = {name: number for number, name in enumerate(knowledge.findings)}
        present = (match for match in speaking if match.state == "present")
        self._present = tuple(sorted(present, key=lambda m: (place[m.id], m.value)))

    def by(self, score: Score) -> tuple[Matched, ...]:
        """Return present findings that spoke for other conditions and that no row here rests on."""
        if not score.rows:
            return self._present
        own = frozenset[Matched]().union(*(self._roots.findings(row.rule.id) for row in score.rows))
        return tuple(match for match in self._present if match not in own)


def _standing(rank: int, score: Score, result: Result, roots: _Roots, leftover: _Leftover) -> Standing:
    condition = score.condition
    return Standing(
        condition=condition.id,
        name=condition.name,
        icd10cm=condition.icd10cm,
        layer=condition.layer,
        must_not_miss=condition.must_not_miss,
        rank=rank,
        verdict=result.verdicts[condition.id],
        score=score.tenths / 10,
        prior=score.prior / 10,
        ledger=tuple(_ledger_row(row, roots) for row in score.rows),
        missing=result.reading.missing_for(condition.id),
        unexplained=leftover.by(score),
    )


def _ledger_row(row: Row, roots: _Roots) -> LedgerRow:
    return LedgerRow(
        rule=row.rule.id,
        direction=row.then.direction,
        strength=row.then.strength,
        ratio=row.then.ratio,
        weight=row.tenths / 10,
        group=row.then.group,
        counted_by=row.counted_by,
        layer=row.rule.layer,
        findings=roots.matched(row.rule.id),
        cites=row.rule.cites,
        because=row.rule.because,
        study=row.then.study,
        result=row.then.result,
    )


def _advice(result: Result, roots: _Roots, knowledge: Knowledge) -> tuple[AdviceItem, ...]:
    brought: dict[str, list[Rule]] = {}
    for rule in result.fired:
        if isinstance(rule.then, Advises):
            for name in rule.then.advice:
                brought.setdefault(name, []).append(rule)
    ranks = {score.condition.id: rank for rank, score in enumerate(result.ranked, start=1)}
    items = [_advice_item(name, rules, roots, knowledge) for name, rules in brought.items()]

    def place(item: AdviceItem) -> tuple[int, int, int, str]:
        best = min((ranks[condition] for condition in item.conditions), default=0)
        return STEPS.index(item.step), knowledge.advice[item.advice].order, best, item.advice

    return tuple(sorted(items, key=place))


def _advice_item(name: str, rules: Iterable[Rule], roots: _Roots, knowledge: Knowledge) -> AdviceItem:
    entry = knowledge.advice[name]
    ids = tuple(sorted(rule.id for rule in rules))
    firings = sorted((roots.by_rule[id_] for id_ in ids), key=lambda firing: firing.n)
    matched = (m for firing in firings for m in firing.matched)
    # a condition tested only as a guard ("not while a fracture is likely") is not what the advice is for
    standings = (m.id for m in matched if m.kind == "standing" and m.value in ("likely", "possible"))
    return AdviceItem(
        advice=name,
        step=entry.step,
        topic=entry.topic,
        text=entry.text,
        how=entry.how,
        cautions=entry.cautions,
        rules=ids,
        conditions=tuple(dict.fromkeys(standings)),
        cites=entry.cites,
    )


def _held_back(
    advice: tuple[AdviceItem, ...], fired: Iterable[Rule], knowledge: Knowledge
) -> tuple[tuple[AdviceItem, ...], tuple[Withheld, ...]]:
    """Return the advice that may be given, and what a caution holds back."""
    cautions = [(rule.id, rule.then) for rule in fired if isinstance(rule.then, Withholds)]
    if not cautions:
        return advice, ()
    given, withheld = [], []
    for item in advice:
        demands = knowledge.advice[item.advice].demands
        spared = tuple(word for word in demands if any(word in then.demands for _, then in cautions))
        rules = tuple(sorted(id_ for id_, then in cautions if set(then.demands) & set(demands)))
        if rules:
            withheld.append(Withheld(advice=item, demands=spared, rules=rules))
        else:
            given.append(item)
    return tuple(given), tuple(withheld)


def _conflicts(result: Result, advice: Iterable[AdviceItem], knowledge: Knowledge) -> tuple[str, ...]:
    """Return conflicts between sources in which a rule that fired, or its advice, takes a side."""
    cited = {cite for rule in result.fired for cite in rule.cites}
    cited |= {cite for item in advice for cite in item.cites}
    return tuple(
        name
        for name, conflict in knowledge.conflicts.items()
        if any(cited & set(side.cites) for side in conflict.sides)
    )


__all__ = ["assess", "assess_many"]
