"""Gates on counts, and on ratios of one run with ample slack; never on milliseconds."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest

from benchmarks.growth import grown, grown_case
from hipexpert.case import Answer, Case
from hipexpert.inference import consultation
from hipexpert.inference.consultation import consult
from hipexpert.inference.engine import Engine
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import YES, All, AnyOf, AtLeast, Has, NoneOf, VerdictIs, When
from tests import strategies
from tests.inference.shipped import PATHS, ROOT, case, compiled, knowledge

MUCH_FASTER = 12
"""Half of what the ground matcher gains on the random rules below; on the shipped ones it gains far more."""


def medium(rules: int, findings: int) -> m.Knowledge:
    """Return a random knowledge base, the same every time."""
    pick = random.Random(rules)
    names = [f"f{n}" for n in range(findings)]

    def has() -> When:
        return Has(pick.choice(names), (YES,))

    def when() -> When:
        kind = pick.randrange(4)
        if kind == 0:
            return All((has(), has(), NoneOf((has(),))))
        if kind == 1:
            return All((has(), AnyOf((has(), has(), has()))))
        return AtLeast(2, (has(), has(), has())) if kind == 2 else All((has(), has()))

    made = {}
    for n in range(rules):
        condition = pick.choice(strategies.CONDITIONS)
        weighs = m.Weighs(
            condition=condition, direction=pick.choice(("supports", "opposes")), ratio=2.0, strength="some"
        )
        advises = m.Advises(advice=(pick.choice(strategies.ADVICE),))
        late = n % 5 == 0
        made[f"R-{n:04}"] = m.Rule(
            id=f"R-{n:04}", layer=strategies.LAYER, status="draft", title=f"rule {n}", because="so",
            when=All((VerdictIs(condition, ("likely", "possible")), when())) if late else when(),
            then=advises if late else weighs, opinion="test",
        )  # fmt: skip
    base = strategies.knowledge_of(made)
    return replace(base, findings={name: strategies._finding(name, "yes_no") for name in names})


def answered(knowledge: m.Knowledge) -> Case:
    """Return a case in which a third of the findings are present, a third absent, a third unknown."""
    states = {0: ((YES,), ()), 1: ((), (YES,))}
    answers = {
        name: Answer(finding=name, present=states[n % 3][0], absent=states[n % 3][1])
        for n, name in enumerate(knowledge.findings)
        if n % 3 in states
    }
    return Case(id="third", answers=answers)


def least_time(case: Case, knowledge: m.Knowledge, engine: str, runs: int) -> float:
    """Return the least processor time of some runs: what a busy machine adds is never the least."""
    consult(case, knowledge, engine)
    times = []
    for _ in range(runs):
        start = process_time()
        consult(case, knowledge, engine)
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("path", PATHS[::6], ids=lambda path: path.stem)
def test_a_consultation_looks_at_few_branches_and_declares_no_more_than_it_must(path: Path) -> None:
    result = consult(case(path), knowledge())
    engine = Engine(compiled())
    stock = compiled().stock
    given = list(stock.of_case(case(path)))
    engine.reset()
    engine.declare(*given)
    engine.run()
    engine.declare(
        *stock.standings(result.verdicts, {s.condition.id: n for n, s in enumerate(result.ranked, 1)})
    )
    engine.run()
    raised = [status.flag for status in result.triage.flags]
    engine.declare(*stock.outcome(raised, result.triage.level))
    engine.run()
    produced = sum(len(firing.produced) for firing in result.firings)
    needed = 1 + len(given) + len(result.verdicts) + len(knowledge().flags) + 1 + produced
    assert len(engine.facts) <= needed
    branches = len(compiled().index.branches)
    assert engine.matcher.visits <= branches / 2, "most branches wait for something that never comes"


@pytest.mark.heavy  # where nothing counts coverage: that slows our matcher and not experta's
def test_the_ground_matcher_is_much_faster_than_rete() -> None:
    knowledge = medium(rules=240, findings=90)
    one = answered(knowledge)
    assert consult(one, knowledge).firings == consult(one, knowledge, "rete").firings
    ratio = least_time(one, knowledge, "rete", 3) / least_time(one, knowledge, "ground", 15)
    assert ratio >= MUCH_FASTER


@pytest.mark.heavy
def test_four_times_the_rules_cost_at_most_twelve_times_the_time() -> None:
    base = medium(rules=200, findings=80)
    one = answered(base)
    large, many = grown(base, 4), grown_case(one, 4)
    assert len(consult(many, large).fired) >= len(consult(one, base).fired)
    ratio = least_time(many, large, "ground", 15) / least_time(one, base, "ground", 15)
    assert ratio <= 12


@pytest.mark.parametrize(("code", "most"), [("import hipexpert", 6), ("import hipexpert.cli.main", 12)])
def test_little_of_the_program_is_loaded_before_it_is_needed(code: str, most: int) -> None:
    script = f"{code}; import sys; print(sum(name.split('.')[0] == 'hipexpert' for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert int(done.stdout) <= most


def test_what_is_remembered_does_not_grow_with_the_consultations() -> None:
    base = medium(rules=60, findings=30)
    one = answered(base)
    for _ in range(3):
        consult(one, base)
    remembered = consultation._pools[base].compiled.index._met_by
    before = len(remembered)
    for _ in range(20):
        consult(one, base)
    assert len(remembered) == before > 0
