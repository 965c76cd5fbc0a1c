"""How a conclusion was reached: the tree from what was concluded down to the answers it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.errors import UsageError, did_you_mean
from hipexpert.explanation.lacking import Lack, Ways
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Assessment, Firing, LedgerRow, Matched
from hipexpert.inference.logic import Outcome
from hipexpert.knowledge.model import Knowledge, Rule

KINDS = ("condition", "rule", "flag", "advice", "conclusion")
"""What may be asked about."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node of a derivation; its parts are what it rests on.

    A step without parts is something recorded, something nobody recorded (where a rule asks for that),
    a flag that was not raised, or a condition that no rule has counted for or against.

    Attributes:
        kind: ``condition``, ``rule``, ``flag``, ``advice``, ``conclusion``, ``triage`` or ``finding``.
        value: The option, number, verdict or level; empty where there is none.
        state: ``present``, ``absent`` or ``unknown``; ``absent`` for a flag that is not raised.
        weight: Points a rule adds to the condition above it; None elsewhere.
        counted_by: The stronger rule of its group that counts instead; empty when it counts itself.
        cites: The claims or sources a rule rests on.
        again: Its parts are left out here because they stand further up.
    """

    kind: str
    id: str
    value: str = ""
    state: str = "present"
    weight: float | None = None
    counted_by: str = ""
    cites: tuple[str, ...] = ()
    again: bool = False
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class How:
    """The derivation of one conclusion, or what it lacks.

    Attributes:
        reached: Whether it holds on this case; a condition always stands somewhere.
        prior: Points before any finding, for a condition; then ``score == prior + weights``.
        lacking: Where it was not reached, what its rules lack, the nearest first.
    """

    kind: str
    id: str
    reached: bool
    root: Step
    prior: float | None = None
    score: float | None = None
    lacking: tuple[Lack, ...] = ()


def how(assessment: Assessment, knowledge: Knowledge, name: str) -> How:
    """Explain how a condition, rule, red flag, advice or conclusion was reached.

    Raises:
        UsageError: Nothing of these kinds is called that.
    """
    kind = _kind(knowledge, name)
    tree = _Tree(assessment, knowledge)
    if kind == "condition":
        standing = assessment.standing(name)
        root = tree.condition(name)
        return How(kind=kind, id=name, reached=True, root=root, prior=standing.prior, score=standing.score)
    fired = tree.firings(kind, name)
    if not fired:
        lacking = _lacking(assessment, knowledge, _rules(knowledge, kind, name))
        return How(
            kind=kind, id=name, reached=False, root=Step(kind=kind, id=name, state="absent"), lacking=lacking
        )
    root = tree.rule(fired[0]) if kind == "rule" else tree.drawn(kind, name)
    return How(kind=kind, id=name, reached=True, root=root)


def _kind(knowledge: Knowledge, name: str) -> str:
    entries = (
        knowledge.conditions,
        knowledge.rules,
        knowledge.flags,
        knowledge.advice,
        knowledge.conclusions,
    )
    for kind, known in zip(KINDS, entries, strict=True):
        if name in known:
            return kind
    names = [other for known in entries for other in known]
    raise UsageError(
        f"no condition, rule, flag or advice '{name}'; {did_you_mean(name, names)}".removesuffix("; ")
    )


class _Tree:
    """Follows what fired from the top down; what was followed once is not followed again."""

    def __init__(self, assessment: Assessment, knowledge: Knowledge) -> None:
        self._assessment = assessment
        self._knowledge = knowledge
        self._by_rule = {firing.rule: firing for firing in assessment.firings}
        self._produced: dict[tuple[str, str], list[Firing]] = {}
        for firing in assessment.firings:
            for product in firing.produced:
                self._produced.setdefault(product, []).append(firing)
        self._followed: set[tuple[str, str]] = set()

    def firings(self, kind: str, name: str) -> list[Firing]:
        if kind == "rule":
            return [self._by_rule[name]] if name in self._by_rule else []
        return self._produced.get((kind, name), [])

    def drawn(self, kind: str, name: str) -> Step:
        """Return a conclusion, flag or piece of advice with the rules that brought it about."""
        if self._again(kind, name):
            return Step(kind=kind, id=name, again=True)
        parts = tuple(self.rule(firing) for firing in self.firings(kind, name))
        return Step(kind=kind, id=name, parts=parts)

    def condition(self, name: str) -> Step:
        """Return a condition with the rows of its ledger, the weightiest first."""
        standing = self._assessment.standing(name)
        if self._again("condition", name):
            return Step(kind="condition", id=name, value=standing.verdict, again=bool(standing.ledger))
        parts = tuple(self.rule(self._by_rule[row.rule], row) for row in standing.ledger)
        return Step(kind="condition", id=name, value=standing.verdict, parts=parts)

    def rule(self, firing: Firing, row: LedgerRow | None = None) -> Step:
        """Return a rule that fired with everything it rested on."""
        again = self._again("rule", firing.rule)
        return Step(
            kind="rule",
            id=firing.rule,
            weight=row.weight if row else None,
            counted_by=row.counted_by if row else "",
            cites=self._knowledge.rules[firing.rule].cites,
            again=again,
            parts=() if again else tuple(map(self._part, firing.matched)),
        )

    def _part(self, matched: Matched) -> Step:
        if matched.kind == "conclusion":
            return self.drawn("conclusion", matched.id)
        if matched.kind == "standing":
            return self.condition(matched.id)
        if matched.kind == "triage":
            return self._triage()
        if matched.kind == "flag" and matched.state == "present":
            return self.drawn("flag", matched.id)
        return Step(kind=matched.kind, id=matched.id, value=matched.value, state=matched.state)

    def _triage(self) -> Step:
        """Return the triage level with the flags that set it; routine may rest on none."""
        triage = self._assessment.triage
        if self._again("triage", "triage"):
            return Step(kind="triage", id="triage", value=triage.level, again=bool(triage.flags))
        deciding = [status.flag for status in triage.flags if status.urgency == triage.level]
        parts = tuple(self.drawn("flag", flag) for flag in deciding)
        return Step(kind="triage", id="triage", value=triage.level, parts=parts)

    def _again(self, kind: str, name: str) -> bool:
        seen = (kind, name) in self._followed
        self._followed.add((kind, name))
        return seen


def leaves(step: Step) -> Iterable[Step]:
    """Yield the steps that rest on nothing further, except those that stand further up."""
    if not step.parts and not step.again:
        yield step
    for part in step.parts:
        yield from leaves(part)


def _rules(knowledge: Knowledge, kind: str, name: str) -> Iterable[Rule]:
    if kind == "rule":
        return () if knowledge.rules[name].status == "retired" else (knowledge.rules[name],)
    if kind == "flag":
        return knowledge.raising.get(name, ())
    if kind == "conclusion":
        return knowledge.concluding.get(name, ())
    advising = knowledge.rules_by_phase["advice"]
    return [rule for rule in advising if name in getattr(rule.then, "advice", ())]


def outcome_of(assessment: Assessment) -> Outcome:
    """Return what an assessment established, for tests that look at it."""
    return Outcome(
        conclusions=assessment.conclusions,
        flags=[status.flag for status in assessment.triage.flags],
        verdicts={standing.condition: standing.verdict for standing in assessment.differential},
        ranks={standing.condition: standing.rank for standing in assessment.differential},
        triage=assessment.triage.level,
    )


def _lacking(assessment: Assessment, knowledge: Knowledge, rules: Iterable[Rule]) -> tuple[Lack, ...]:
    ways = Ways(knowledge, assessment.case, outcome_of(assessment))
    found = [lack for rule in rules if (lack := ways.nearest(rule)) is not None]
    return tuple(sorted(found, key=lambda lack: (lack.contradicted, len(lack.unmet), lack.rule)))


__all__ = ["KINDS", "How", "Step", "how", "leaves", "outcome_of"]
