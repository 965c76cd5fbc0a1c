"""Watching the engine: what is told is what happened, and telling it changes nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.inference import consultation
from hipexpert.inference.assess import assess
from hipexpert.inference.consultation import Result, consult
from hipexpert.inference.logic import Logic, Outcome
from hipexpert.inference.watching import Contender, Cycle, Declared, Watch
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import PHASES, Knowledge
from hipexpert.report.filters import WIDTH
from hipexpert.report.watched import watched, why_first
from tests.strategies import cases, knowledges

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def watch(case: Case, knowledge: Knowledge, engine: str = "ground") -> tuple[Watch, Result]:
    watching = Watch(knowledge)
    return watching, consult(case, knowledge, engine, watching)


def cycles(watching: Watch) -> list[Cycle]:
    return [event for event in watching.events if isinstance(event, Cycle)]


def check(case: Case, knowledge: Knowledge, engine: str) -> None:
    watching, result = watch(case, knowledge, engine)
    seen = cycles(watching)
    assert [cycle.fires.rule for cycle in seen] == [rule.id for rule in result.fired]
    assert [cycle.n for cycle in seen] == list(range(1, len(seen) + 1))
    assert [cycle.produced for cycle in seen] == [firing.produced for firing in result.firings]
    if seen:
        assert seen[-1].ranked == tuple((score.condition.id, score.tenths) for score in result.ranked)
    ids = sorted(knowledge.rules)
    for cycle in seen:
        order = [(PHASES.index(c.phase), [-n for n in c.recency], ids.index(c.rule)) for c in _all(cycle)]
        assert order == sorted(order, key=_newest_first), "phase, then newest fact, then id"
    _nothing_vanishes(seen)
    _all_is_true(seen, case, knowledge, result)
    _facts_are_numbered(watching)


def _all(cycle: Cycle) -> tuple[Contender, ...]:
    return (cycle.fires, *cycle.agenda)


def _newest_first(key: tuple[int, list[int], int]) -> tuple[int, list[int], int]:
    """Return the key with more facts before fewer where the first ones are the same."""
    phase, recency, rule = key
    return phase, [*recency, 0], rule


def _nothing_vanishes(seen: list[Cycle]) -> None:
    """Rules only declare, so what is on the agenda stays there until it fires."""
    for before, after in pairwise(seen):
        assert {c.rule for c in before.agenda} <= {c.rule for c in _all(after)}
    assert not seen or not seen[-1].agenda


def _all_is_true(seen: list[Cycle], case: Case, knowledge: Knowledge, result: Result) -> None:
    outcome = Outcome(
        flags=[status.flag for status in result.triage.flags],
        verdicts=result.verdicts,
        ranks={score.condition.id: rank for rank, score in enumerate(result.ranked, start=1)},
        triage=result.triage.level,
    )
    logic = Logic(knowledge, case, outcome)
    for cycle in seen:
        for contender in _all(cycle):
            assert logic.truth(knowledge.rules[contender.rule].when) is True


def _facts_are_numbered(watching: Watch) -> None:
    """Every fact a rule rests on was told before, from outside or by a firing."""
    known = {0}  # the initial fact
    for event in watching.events:
        if isinstance(event, Declared):
            known.update(range(event.first, event.last + 1))
        else:
            assert all(set(contender.recency) <= known for contender in _all(event))
            assert known.isdisjoint(event.added)
            known.update(event.added)


@given(knowledge=knowledges(), case=cases())
def test_what_is_told_is_what_happened(knowledge: Knowledge, case: Case) -> None:
    for engine in ("ground", "rete"):
        check(case, knowledge, engine)


@given(knowledge=knowledges(), case=cases())
def test_watching_changes_nothing_and_both_matchers_are_seen_alike(knowledge: Knowledge, case: Case) -> None:
    unwatched = assess(case, knowledge)
    seen = []
    for engine in ("ground", "rete"):
        watching = Watch(knowledge)
        assert assess(case, knowledge, engine, watching) == unwatched
        seen.append(watching.events)
    assert seen[0] == seen[1]


@given(knowledge=knowledges(), case=cases())
def test_the_text_tells_every_cycle_and_fits(knowledge: Knowledge, case: Case) -> None:
    watching = Watch(knowledge)
    assessment = assess(case, knowledge, observer=watching)
    blocks = list(watched(watching, knowledge, case, assessment.triage))
    assert len(blocks) == len(watching.events) + 2
    assert all(len(line) <= WIDTH for block in blocks for line in block.splitlines())
    told = [block for block in blocks if "    agenda" in block]
    for block, cycle in zip(told, cycles(watching), strict=True):
        assert f"{cycle.n}. {cycle.fires.rule} " in block
        assert ("    agenda    empty" in block) is (not cycle.agenda)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_examples_are_watched_truly_and_briefly(path: Path) -> None:
    knowledge = load(ROOT / "rules")
    case = read_case(path, knowledge)
    check(case, knowledge, "ground")
    watching = Watch(knowledge)
    assessment = assess(case, knowledge, observer=watching)
    text = "\n".join(watched(watching, knowledge, case, assessment.triage))
    assert len(text.splitlines()) <= 20 + 8 * len(assessment.firings)
    assert text == "\n".join(watched(watching, knowledge, case, assessment.triage))
    for firing in assessment.firings:
        assert f"{firing.n}. {firing.rule} {knowledge.rules[firing.rule].title}"[:70] in " ".join(
            text.split()
        )
    assert "Drawing conclusions: what the answers add up to" in text
    assert "The agenda is empty after" in text


@pytest.mark.parametrize(
    ("fires", "other", "words"),
    [
        (("evidence", (9, 3)), ("advice", (12,)), "the next, X-1, belongs to a later phase"),
        (("evidence", (9, 3)), ("evidence", (8, 7)), "f9 is newer than f8 of X-1"),
        (("evidence", (9, 8, 3)), ("evidence", (9, 8, 2)), "both rest on f9 and f8, but f3 is newer than f2"),
        (("evidence", (9, 3)), ("evidence", (9,)), "all that X-1 rests on, and on f3"),
        (("evidence", (9, 3)), ("evidence", (9, 3)), "the same as X-1; its id comes first"),
    ],
)
def test_why_a_rule_is_first(
    fires: tuple[str, tuple[int, ...]], other: tuple[str, tuple[int, ...]], words: str
) -> None:
    one = Contender(rule="A-1", phase=fires[0], recency=fires[1], facts=())
    two = Contender(rule="X-1", phase=other[0], recency=other[1], facts=())
    assert words in why_first(one, [two])
    assert why_first(one, []) == "nothing else is on the agenda"


def test_an_engine_that_was_watched_goes_back_unwatched() -> None:
    knowledge = load(ROOT / "tests" / "knee", cache=False)
    case = Case(id="x")
    watch(case, knowledge)
    engines = consultation._pools[knowledge].idle["ground"]
    assert engines
    assert all(engine.observer is None for engine in engines)
