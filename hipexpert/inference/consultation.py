"""Runs the engine on a case: facts in, firings out, ranking in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hipexpert.case import Case
from hipexpert.errors import EngineError, HipExpertError
from hipexpert.frozen import dataclass
from hipexpert.inference.assessment import Firing, Matched, Triage
from hipexpert.inference.compiler import Compiled, compile_rules
from hipexpert.inference.engine import ENGINES, Engine
from hipexpert.inference.logic import Outcome
from hipexpert.inference.reading import Reading
from hipexpert.inference.triage import judge
from hipexpert.inference.weighing import Score, ranking, verdict, weigh
from hipexpert.knowledge.model import Knowledge, Rule

if TYPE_CHECKING:
    from hipexpert.inference.watching import Observer


@dataclass(frozen=True)
class Result:
    """Everything one run of the engine established.

    Attributes:
        fired: Rules in the order experta fired them.
        firings: The same, as the trace records them.
        reading: The rules in three values on the same case, knowing the outcome.
    """

    fired: tuple[Rule, ...]
    firings: tuple[Firing, ...]
    ranked: tuple[Score, ...]
    verdicts: Mapping[str, str]
    triage: Triage
    reading: Reading


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


def consult(
    case: Case, knowledge: Knowledge, engine: str = "ground", observer: Observer | None = None
) -> Result:
    """Fire the rules on a case.

    Args:
        case: Findings already checked against the vocabulary.
        knowledge: Whose rules fire.
        engine: ``ground`` (the fast matcher) or ``rete`` (experta's own); both fire the same.
        observer: Told of every cycle while it happens.

    Raises:
        EngineError: The engine failed; it has been discarded.
    """
    with _lock:
        pool = _pools.get(knowledge) or _pools.setdefault(knowledge, _Pool(knowledge))
    taken = pool.take(engine)
    taken.observer = observer
    try:
        result = _run(taken, pool.compiled, case, knowledge)
    except HipExpertError:
        raise
    except Exception as error:
        raise EngineError(f"inference failed on case {case.id}: {error}") from error
    taken.observer = None
    pool.idle[engine].append(taken)
    return result


def _run(engine: Engine, compiled: Compiled, case: Case, knowledge: Knowledge) -> Result:
    stock = compiled.stock
    engine.reset()
    engine.tell("case", stock.of_case(case))
    standing = Standings.of(knowledge, _rules(engine))
    engine.tell("standings", stock.standings(standing.verdicts, standing.ranks))
    before = Reading(compiled.plan, case)
    triage = settle(before, standing, _rules(engine))
    raised = [status.flag for status in triage.flags]
    engine.tell("outcome", stock.outcome(raised, triage.level))
    reading = before.given(
        Outcome(flags=raised, verdicts=standing.verdicts, ranks=standing.ranks, triage=triage.level)
    )
    return Result(
        fired=tuple(_rules(engine)),
        firings=tuple(
            record(n, fired.rule, fired.facts, reading) for n, fired in enumerate(engine.fired_rules, start=1)
        ),
        ranked=standing.ranked,
        verdicts=standing.verdicts,
        triage=triage,
        reading=reading,
    )


def _rules(engine: Engine) -> list[Rule]:
    return [fired.rule for fired in engine.fired_rules]


@dataclass(frozen=True)
class Standings:
    """Where the conditions stand once the evidence is in."""

    ranked: tuple[Score, ...]
    verdicts: Mapping[str, str]
    ranks: Mapping[str, int]

    @classmethod
    def of(cls, knowledge: Knowledge, fired: Iterable[Rule]) -> Standings:
        """Weigh the evidence of the rules that fired, and rank."""
        ranked = ranking(weigh(knowledge, fired).values())
        return cls(
            ranked,
            {score.condition.id: verdict(score, knowledge.scale) for score in ranked},
            {score.condition.id: rank for rank, score in enumerate(ranked, start=1)},
        )


def settle(before: Reading, standing: Standings, fired: Iterable[Rule]) -> Triage:
    """Judge the red flags; those that follow from a standing are open while that standing is."""
    open_ = list(filter(before.may_move, before.plan.weighing))
    outcome = Outcome(verdicts=standing.verdicts, ranks=standing.ranks, open_conditions=open_)
    return judge(before.given(outcome), fired)


def record(n: int, rule: Rule, facts: Iterable[Matched], reading: Reading) -> Firing:
    """Record a firing with everything it rests on, not only the branch that happened to match.

    Raises:
        EngineError: The rule fired on something its own logic does not name.
    """
    witness = reading.witness(rule)
    for fact in facts:
        if fact not in witness and fact.kind != "triage":
            raise EngineError(f"rule {rule.id} fired on facts that its own logic does not support")
    return Firing(n=n, rule=rule.id, phase=rule.phase, matched=witness, produced=rule.declared)
