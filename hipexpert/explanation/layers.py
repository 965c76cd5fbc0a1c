"""One case judged by each layer alone and by all together: what each says, and what made the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hipexpert.case import Case
from hipexpert.errors import UsageError
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment, LedgerRow
from hipexpert.knowledge.model import LEVELS, Conflict, Knowledge, target

KINDS = ("flag", "condition", "caution", "conclusion")
_KIND = {
    "red_flags": "flag",
    "alarms": "flag",
    "evidence": "condition",
    "cautions": "caution",
    "conclusions": "conclusion",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a condition stands."""

    condition: str
    rank: int
    verdict: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerView:
    """What some layers say of the case.

    Attributes:
        rules: How many active rules they have.
        silent: Rules of these layers that speak of what only another layer knows, and so say nothing here.
        lacks: Why they are no system of their own: ``rules``, ``conditions`` (nothing is weighed) or
            ``red_flags`` (none can be raised, so their triage would reassure falsely). Empty when they
            are one; otherwise nothing was judged and all that follows is empty.
        triage: The triage level.
        flags: Red flags raised; ``not_excluded`` those that unknown answers leave open, ``denied`` those
            that the answers exclude. Any other flag these layers do not know.
        settled: Whether the first condition is likely and leads clearly.
        places: Every condition, in order of rank.
    """

    layers: tuple[str, ...]
    rules: int
    silent: int
    lacks: str = ""
    triage: str = ""
    flags: tuple[str, ...] = ()
    not_excluded: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    settled: bool = False
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A condition that stands elsewhere; None where the layers do not have it."""

    condition: str
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A rule that does something else.

    Attributes:
        how: ``fires`` (it did not before), ``stops`` (it did), or ``weighs`` (it fires in both and counts
            otherwise, because a rule of its group is stronger or no longer is).
        kind: What it is about: ``flag``, ``condition``, ``caution`` or ``conclusion``; ``ids`` say which:
            for a caution the demands on the body by which it holds back advice.
        points: What it adds now less what it added before; None unless about a condition.
        ratio: The likelihood ratio behind its weight; None unless about a condition.
        study: The study a published ratio was taken from; empty for none.
        counted_by: The stronger rule of its group that counts in its place now; empty for none.
    """

    rule: str
    layer: str
    how: str
    kind: str
    ids: tuple[str, ...]
    points: float | None
    ratio: float | None
    study: str
    counted_by: str
    because: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changes when the other layers join one.

    Attributes:
        layers: The layers before; afterwards all are in use.
        raised: Red flags raised only with all layers; ``lowered`` those raised only before.
        shifts: Conditions whose rank, verdict or score is another, in the order of all layers.
        rules: The rules that made the difference: red flags first, then the weightiest.
        advice: Advice brought up only with all layers; ``no_advice`` only before.
        withheld: Advice held back only with all layers.
    """

    layers: tuple[str, ...]
    triage_before: str
    triage_after: str
    raised: tuple[str, ...]
    lowered: tuple[str, ...]
    shifts: tuple[Shift, ...]
    rules: tuple[Turned, ...]
    advice: tuple[str, ...]
    no_advice: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSide:
    """One side of a conflict: what it says, the layers it cites, and the rules that fired citing it."""

    says: str
    layers: tuple[str, ...]
    cites: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A conflict between layers that touches this case, and what the system does about it.

    Attributes:
        decided_by: The layer the judgement follows; empty when the safe side decides alone.
    """

    conflict: str
    title: str
    sides: tuple[TakenSide, ...]
    judgement: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersCompared:
    """One case as each layer sees it.

    Attributes:
        views: Each layer alone, in the order of the knowledge base; all together last.
        differences: For each layer that is a system of its own, what the others change.
        disagreements: Conflicts whose sides cite more than one layer and that touch this case.
    """

    views: tuple[LayerView, ...]
    differences: tuple[Difference, ...]
    disagreements: tuple[Disagreement, ...]


def compare_layers(case: Case, knowledge: Knowledge) -> LayersCompared:
    """Judge a case by each layer alone and by all together.

    Raises:
        UsageError: There are fewer than two layers to compare.
    """
    names = tuple(knowledge.layers)
    if len(names) < 2:
        raise UsageError(f"only the layer '{names[0]}' is in use; comparing takes at least two layers")
    alone = [knowledge.restricted([name]) for name in names]
    judged = [assess(case, one) if not _lacks(one) else None for one in alone]
    together = assess(case, knowledge)
    views = [
        _view((name,), one, found, knowledge) for name, one, found in zip(names, alone, judged, strict=True)
    ]
    differences = [
        _difference((name,), found, together, knowledge)
        for name, found in zip(names, judged, strict=True)
        if found is not None
    ]
    return LayersCompared(
        views=(*views, _view(names, knowledge, together, knowledge)),
        differences=tuple(differences),
        disagreements=tuple(_disagreements([*filter(None, judged), together], knowledge)),
    )


def _active(knowledge: Knowledge) -> int:
    return sum(map(len, knowledge.rules_by_phase.values()))


def _lacks(knowledge: Knowledge) -> str:
    if not _active(knowledge):
        return "rules"
    if not knowledge.weighing:
        return "conditions"
    return "" if knowledge.raising else "red_flags"


def _view(
    layers: tuple[str, ...], knowledge: Knowledge, found: Assessment | None, whole: Knowledge
) -> LayerView:
    own = sum(rule.layer in layers for rules in whole.rules_by_phase.values() for rule in rules)
    rules = _active(knowledge)
    if found is None:
        return LayerView(layers=layers, rules=rules, silent=own - rules, lacks=_lacks(knowledge))
    return LayerView(
        layers=layers,
        rules=rules,
        silent=own - rules,
        triage=found.triage.level,
        flags=tuple(status.flag for status in found.triage.flags),
        not_excluded=tuple(status.flag for status in found.triage.not_excluded),
        denied=tuple(status.flag for status in found.triage.denied),
        settled=found.settled,
        places=tuple(_places(found).values()),
    )


def _places(found: Assessment) -> dict[str, Place]:
    return {
        s.condition: Place(condition=s.condition, rank=s.rank, verdict=s.verdict, score=s.score)
        for s in found.differential
    }


def _difference(
    layers: tuple[str, ...], before: Assessment, after: Assessment, knowledge: Knowledge
) -> Difference:
    old, new = _places(before), _places(after)
    flags = [tuple(status.flag for status in each.triage.flags) for each in (before, after)]
    advice = [tuple(item.advice for item in each.advice) for each in (before, after)]
    withheld = [tuple(item.advice.advice for item in each.withheld) for each in (before, after)]
    return Difference(
        layers=layers,
        triage_before=before.triage.level,
        triage_after=after.triage.level,
        raised=tuple(flag for flag in flags[1] if flag not in flags[0]),
        lowered=tuple(flag for flag in flags[0] if flag not in flags[1]),
        shifts=tuple(
            Shift(condition=name, before=old.get(name), after=new.get(name))
            for name in dict.fromkeys((*new, *old))
            if old.get(name) != new.get(name)
        ),
        rules=tuple(sorted(_turned(before, after, knowledge), key=lambda turned: _weight(turned, knowledge))),
        advice=tuple(name for name in advice[1] if name not in advice[0]),
        no_advice=tuple(name for name in advice[0] if name not in advice[1]),
        withheld=tuple(name for name in withheld[1] if name not in withheld[0]),
    )


def _weight(turned: Turned, knowledge: Knowledge) -> tuple[int, int, float, str]:
    """Return where a rule stands among those that made a difference: red flags, weights, conclusions."""
    urgency = LEVELS.index(knowledge.flags[turned.ids[0]].urgency) if turned.kind == "flag" else 0
    return KINDS.index(turned.kind), -urgency, -abs(turned.points or 0.0), turned.rule


def _turned(before: Assessment, after: Assessment, knowledge: Knowledge) -> Iterator[Turned]:
    fired = [{firing.rule for firing in each.firings} for each in (before, after)]
    rows = [_rows(each) for each in (before, after)]
    for name in sorted(fired[0] | fired[1]):
        rule, phase = knowledge.rules[name], knowledge.rules[name].phase
        if phase == "advice":
            continue
        old, new = (row.get(name) for row in rows)
        how = "weighs" if name in fired[0] & fired[1] else "fires" if name in fired[1] else "stops"
        moved = round((new.weight if new else 0.0) - (old.weight if old else 0.0), 1) + 0.0
        if how == "weighs" and not moved:
            continue
        row = new or old
        yield Turned(
            rule=name,
            layer=rule.layer,
            how=how,
            kind=_KIND[phase],
            ids=target(rule.then),
            points=moved if row else None,
            ratio=row.ratio if row else None,
            study=row.study if row else "",
            counted_by=new.counted_by if new else "",
            because=rule.because,
            cites=rule.cites,
        )


def _rows(found: Assessment) -> dict[str, LedgerRow]:
    return {row.rule: row for standing in found.differential for row in standing.ledger}


def _disagreements(several: Sequence[Assessment], knowledge: Knowledge) -> Iterator[Disagreement]:
    touched = {name for found in several for name in found.conflicts}
    fired = sorted({firing.rule for found in several for firing in found.firings})
    for name, conflict in knowledge.conflicts.items():
        if name in touched and len({*_layers_of(conflict, knowledge)}) > 1:
            yield Disagreement(
                conflict=name,
                title=conflict.title,
                sides=tuple(
                    TakenSide(
                        says=side.says,
                        layers=tuple(dict.fromkeys(_layer_of(cite, knowledge) for cite in side.cites)),
                        cites=side.cites,
                        rules=tuple(r for r in fired if set(knowledge.rules[r].cites) & set(side.cites)),
                    )
                    for side in conflict.sides
                ),
                judgement=conflict.judgement,
                decided_by=conflict.decided_by,
            )


def _layers_of(conflict: Conflict, knowledge: Knowledge) -> Iterator[str]:
    for side in conflict.sides:
        yield from (_layer_of(cite, knowledge) for cite in side.cites)


def _layer_of(cite: str, knowledge: Knowledge) -> str:
    """Return the layer of a claim or a source."""
    claim = knowledge.claims.get(cite)
    return knowledge.sources[claim.source if claim else cite].layer
