"""The fast way against experta's own matcher and against the plain logic, on the knowledge that ships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hipexpert.inference import _experta as x
from hipexpert.inference.assess import assess, assess_many
from hipexpert.inference.assessment import Assessment
from hipexpert.inference.engine import Engine, ReteEngine
from hipexpert.inference.logic import Logic, Outcome
from hipexpert.inference.reading import Reading
from hipexpert.inference.stock import Stock
from tests.inference.shipped import PATHS, case, compiled, knowledge, some

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("path", some(6), ids=lambda path: path.stem)
def test_both_engines_say_the_same_of_a_shipped_case(path: Path) -> None:
    ground, rete = (assess(case(path), knowledge(), engine) for engine in ("ground", "rete"))
    assert [f.rule for f in ground.firings] == [f.rule for f in rete.firings]
    assert ground == rete


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[Engine, Engine]]:
    yield Engine(compiled()), ReteEngine(compiled())


def agenda(engine: Engine) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (a.rule.__name__, tuple(sorted(f["__factid__"] for f in a.facts))) for a in engine.agenda.activations
    ]


class Doubles:
    """Activations that RETE lists twice, as it does when two branches of a rule match the very same facts.

    The second stays behind when the first has fired; the strategy lets no rule fire twice.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[str, tuple[int, ...]]] = set()

    def without(self, ground: Engine, rete: Engine) -> list[tuple[str, tuple[int, ...]]]:
        listed, once = Counter(agenda(rete)), set(agenda(ground))
        self._seen |= {entry for entry, times in listed.items() if times > 1}
        fired = {each.rule.id for each in rete.fired_rules}
        return [e for e in listed if e in once or e not in self._seen or e[0] not in fired]


@pytest.mark.parametrize("path", some(27), ids=lambda path: path.stem)
def test_both_engines_go_in_lockstep(path: Path, engines: tuple[Engine, Engine]) -> None:
    assessment = assess(case(path), knowledge())
    stock: Stock = engines[0].compiled.stock
    doubles = Doubles()
    for engine in engines:
        engine.reset()
    for declared in _phases(stock, path, assessment):
        for engine in engines:
            engine.declare(*(kind(**content) for kind, content in declared))
        while True:
            ground, rete = engines
            assert agenda(ground) == doubles.without(ground, rete)
            before = len(ground.fired_rules)
            for engine in engines:
                engine.run(1)
            if len(ground.fired_rules) == before:
                break
            assert _last(ground) == _last(rete)
    ground, rete = engines
    assert [f.rule.id for f in ground.fired_rules] == [f.rule for f in assessment.firings]
    assert {n: dict(f) for n, f in ground.facts.items()} == {n: dict(f) for n, f in rete.facts.items()}


def _phases(
    stock: Stock, path: Path, assessment: Assessment
) -> Iterator[list[tuple[type, dict[str, object]]]]:
    verdicts = {s.condition: s.verdict for s in assessment.differential}
    ranks = {s.condition: s.rank for s in assessment.differential}
    raised = [flag.flag for flag in assessment.triage.flags]
    for facts in (
        stock.of_case(case(path)),
        stock.standings(verdicts, ranks),
        stock.outcome(raised, assessment.triage.level),
    ):
        yield [(type(fact), dict(fact)) for fact in facts]


def _last(engine: Engine) -> tuple[str, frozenset[object]]:
    fired = engine.fired_rules[-1]
    return fired.rule.id, frozenset(fired.facts)


@pytest.mark.parametrize("path", some(3), ids=lambda path: path.stem)
def test_the_prepared_reading_is_the_plain_logic(path: Path) -> None:
    assessment = assess(case(path), knowledge())
    outcome = Outcome(
        flags=[flag.flag for flag in assessment.triage.flags],
        verdicts={s.condition: s.verdict for s in assessment.differential},
        ranks={s.condition: s.rank for s in assessment.differential},
        triage=assessment.triage.level,
    )
    plan = compiled().plan
    early = Reading(plan, case(path))
    pairs = [
        (early, Logic(knowledge(), case(path))),
        (early.given(outcome), Logic(knowledge(), case(path), outcome)),
    ]
    for reading, logic in pairs:
        for rules in knowledge().rules_by_phase.values():
            for rule in rules:
                truth = logic.truth(rule.when)
                assert reading.truth(rule) is truth, rule.id
                assert reading.open_findings(rule) == logic.open_findings(rule.when), rule.id
                if truth is True and (logic is pairs[1][1] or rule.phase not in ("alarms", "advice")):
                    assert reading.witness(rule) == logic.witness(rule.when), rule.id


def test_many_cases_come_out_in_order_with_progress() -> None:
    seen: list[int] = []
    cases = [case(path) for path in PATHS[:7]]
    many = list(assess_many(iter(cases), knowledge(), progress=seen.append))
    assert many == [assess(one, knowledge()) for one in cases]
    assert seen == list(range(1, 8))
    assert list(assess_many([], knowledge(), progress=seen.append)) == []


def test_experta_can_be_watched_while_it_works(caplog: pytest.LogCaptureFixture) -> None:
    one = case(PATHS[-1])
    x.watch()
    try:
        with caplog.at_level("DEBUG", logger="experta"):
            fired = assess(one, knowledge()).firings
    finally:
        x.unwatch()
    lines = [record.getMessage() for record in caplog.records]
    for n, firing in enumerate(fired, start=1):
        assert any(line.startswith("FIRE ") and f" {firing.rule}: " in line for line in lines), n
    assert any("==>" in line and "FindingFact(" in line for line in lines)
