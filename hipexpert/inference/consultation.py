"""Runs the engine on a case: facts in, firings out, ranking in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from hipexpert.case import Case
from hipexpert.errors import EngineError, HipExpertError
from hipexpert.inference import facts
from hipexpert.inference.assessment import Firing, Triage
from hipexpert.inference.compiler import Compiled, compile_rules
from hipexpert.inference.engine import ENGINES, Engine, Fired
from hipexpert.inference.logic import Logic, Outcome
from hipexpert.inference.triage import judge
from hipexpert.inference.weighing import Score, ranking, verdict, weigh
from hipexpert.knowledge.model import Advises, Concludes, Knowledge, Raises, Rule, Weighs


@dataclass(frozen=True, slots=True)
class Result:
    """Everything one run of the engine established.

    Attributes:
        fired: Rules in the order experta fired them.
        firings: The same, as the trace records them.
        logic: The three-valued logic on the same case, knowing the outcome.
    """

    fired: tuple[Rule, ...]
    firings: tuple[Firing, ...]
    ranked: tuple[Score, ...]
    verdicts: Mapping[str, str]
    triage: Triage
    logic: Logic


class _Pool:
    """Idle engines of one knowledge base. Building one costs; an engine serves one case at a time."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.compiled: Compiled = compile_rules(knowledge)
        self.idle: dict[str, list[Engine]] = {name: [] for name in ENGINES}

    def take(self, kind: str) -> Engine:
        try:
            return self.idle[kind].pop()
        except IndexError:
            return ENGINES[kind](self.compiled)


_pools: WeakKeyDictionary[Knowledge, _Pool] = WeakKeyDictionary()
_lock = Lock()


def consult(case: Case, knowledge: Knowledge, engine: str = "ground") -> Result:
    """Fire the rules on a case.

    Args:
        case: Findings already checked against the vocabulary.
        knowledge: Whose rules fire.
        engine: ``ground`` (the fast matcher) or ``rete`` (experta's own); both fire the same.

    Raises:
        EngineError: The engine failed; it has been discarded.
    """
    with _lock:
        pool = _pools.get(knowledge) or _pools.setdefault(knowledge, _Pool(knowledge))
    taken = pool.take(engine)
    try:
        result = _run(taken, pool.compiled, case, knowledge)
    except HipExpertError:
        raise
    except Exception as error:
        raise EngineError(f"inference failed on case {case.id}: {error}") from error
    pool.idle[engine].append(taken)
    return result


def _run(engine: Engine, compiled: Compiled, case: Case, knowledge: Knowledge) -> Result:
    engine.reset()
    given = tuple(facts.of_case(case, knowledge, compiled.asked_unknown))
    if given:
        engine.declare(*given)
    engine.run()
    ranked = ranking(weigh(knowledge, (fired.rule for fired in engine.fired_rules)).values())
    verdicts = {score.condition.id: verdict(score, knowledge.scale) for score in ranked}
    ranks = {score.condition.id: rank for rank, score in enumerate(ranked, start=1)}
    engine.declare(*(facts.StandingFact(condition=n, verdict=v, rank=ranks[n]) for n, v in verdicts.items()))
    engine.run()
    triage = _triage(engine, case, knowledge, verdicts, ranks)
    raised = {status.flag for status in triage.flags}
    flags = [facts.FlagFact(flag=flag, raised=flag in raised) for flag in sorted(knowledge.flags)]
    engine.declare(*flags, facts.TriageFact(level=triage.level))
    engine.run()
    outcome = Outcome(flags=raised, verdicts=verdicts, ranks=ranks, triage=triage.level)
    logic = Logic(knowledge, case, outcome)
    return Result(
        fired=tuple(fired.rule for fired in engine.fired_rules),
        firings=tuple(_firing(n, fired, logic) for n, fired in enumerate(engine.fired_rules, start=1)),
        ranked=ranked,
        verdicts=verdicts,
        triage=triage,
        logic=logic,
    )


def _triage(
    engine: Engine, case: Case, knowledge: Knowledge, verdicts: Mapping[str, str], ranks: Mapping[str, int]
) -> Triage:
    """Judge the red flags; those that follow from a standing are open while that standing is."""
    before = Logic(knowledge, case)
    open_ = [
        condition
        for condition, rules in knowledge.weighing.items()
        if any(before.truth(rule.when) is None for rule in rules)
    ]
    outcome = Outcome(verdicts=verdicts, ranks=ranks, open_conditions=open_)
    return judge(knowledge, Logic(knowledge, case, outcome), (f.rule for f in engine.fired_rules))


def _firing(n: int, fired: Fired, logic: Logic) -> Firing:
    """Record a firing with everything it rests on, not only the branch experta happened to match."""
    rule = fired.rule
    witness = logic.witness(rule.when)
    if not set(fired.facts) - {m for m in fired.facts if m.kind == "triage"} <= set(witness):
        raise EngineError(f"rule {rule.id} fired on facts that its own logic does not support")
    return Firing(n=n, rule=rule.id, phase=rule.phase, matched=witness, produced=_produced(rule))


def _produced(rule: Rule) -> tuple[tuple[str, str], ...]:
    then = rule.then
    if isinstance(then, Concludes):
        return (("conclusion", then.conclusion),)
    if isinstance(then, Weighs):
        return ((then.direction, then.condition),)
    if isinstance(then, Raises):
        return (("flag", then.flag),)
    assert isinstance(then, Advises)
    return tuple(("advice", advice) for advice in then.advice)
