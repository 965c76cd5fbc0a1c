"""The ground matcher against experta's own RETE and against brute force."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.inference import _experta as x
from hipexpert.inference.assess import assess
from hipexpert.inference.matcher import GroundMatcher
from hipexpert.inference.strategy import PhaseOrder
from hipexpert.knowledge import model as m
from tests import strategies

MANY = settings(max_examples=max(100, settings.default.max_examples))
"""At least a hundred random knowledge bases by day, a thousand at night."""


class Red(x.Fact):  # type: ignore[misc]
    pass


class Blue(x.Fact):  # type: ignore[misc]
    pass


def above_one(value: object) -> bool:
    return isinstance(value, int) and value > 1


PATTERNS = [
    Red(a=1), Red(a=2), Red(a=1, b=1), Blue(a=1), Blue(b=2), Blue(a=x.P(above_one)), Red(), Blue(a=x.L(2)),
]  # fmt: skip


@MANY
@given(strategies.knowledges(), strategies.cases())
def test_both_matchers_give_the_same_assessment(knowledge: m.Knowledge, case: Case) -> None:
    assert assess(case, knowledge, "ground") == assess(case, knowledge, "rete")


def numbered(lhs: list[tuple[Any, ...]]) -> list[x.Rule]:
    rules = []
    for n, parts in enumerate(lhs):

        def fire(engine: Any) -> None:
            return None

        fire.__name__ = f"r{n}"
        rules.append(x.Rule(*parts)(fire))
    return rules


def engine_of(rules: list[x.Rule], matcher: type) -> Any:
    class Strategy(PhaseOrder):
        def __init__(self) -> None:
            super().__init__()
            self.numbers = {rule.__name__: (0, n) for n, rule in enumerate(rules)}

    class Engine(x.KnowledgeEngine):  # type: ignore[misc]
        __matcher__ = matcher
        __strategy__ = Strategy

        def get_rules(self) -> list[x.Rule]:
            return rules

    engine = Engine()
    engine.reset()
    return engine


def agenda(engine: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [
        (a.rule.__name__, tuple(sorted(f["__factid__"] for f in a.facts))) for a in engine.agenda.activations
    ]


def brute_force(branches: list[list[list[Any]]], facts: list[Any]) -> set[tuple[str, tuple[int, ...]]]:
    found = set()
    for n, alternatives in enumerate(branches):
        for patterns in alternatives:
            for chosen in product(facts, repeat=len(patterns)):
                if all(map(fits, patterns, chosen)):
                    found.add((f"r{n}", tuple(sorted({f["__factid__"] for f in chosen}))))
    return found


def fits(pattern: Any, fact: Any) -> bool:
    def same(name: str, value: Any) -> bool:
        if name not in fact:
            return False
        if isinstance(value, x.P):
            return bool(value.match(fact[name]))
        return bool((value.value if isinstance(value, x.L) else value) == fact[name])

    return type(pattern) is type(fact) and all(same(k, v) for k, v in pattern.items())


alternatives = st.lists(
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3, unique_by=repr), min_size=1, max_size=3
)
steps = st.lists(
    st.tuples(st.sampled_from(("declare", "declare", "retract", "reset")), st.integers(0, 20)), max_size=12
)
FACTS = [
    (Red, {"a": 1}),
    (Red, {"a": 2}),
    (Red, {"a": 1, "b": 1}),
    (Blue, {"a": 1}),
    (Blue, {"a": 3, "b": 2}),
    (Blue, {"b": 2}),
    (Red, {"b": 1}),
]


@MANY
@given(st.lists(alternatives, min_size=1, max_size=5), steps)
def test_agendas_stay_equal_through_declare_retract_and_reset(
    branches: list[list[list[Any]]], script: list[tuple[str, int]]
) -> None:
    rules = numbered([_lhs(parts) for parts in branches])
    ground, rete = engine_of(rules, GroundMatcher), engine_of(rules, x.ReteMatcher)
    for action, n in script:
        for engine in (ground, rete):
            _step(engine, action, n)
        assert agenda(ground) == sorted(agenda(ground), key=lambda e: agenda(ground).index(e))
        known = [f for f in ground.facts.values() if not isinstance(f, x.InitialFact)]
        assert set(agenda(ground)) == brute_force(branches, known)
        assert set(agenda(rete)) == brute_force(branches, known)


def _lhs(parts: list[list[Any]]) -> tuple[Any, ...]:
    ands = [x.AND(*patterns) for patterns in parts]
    return (ands[0],) if len(ands) == 1 else (x.OR(*ands),)


def _step(engine: Any, action: str, n: int) -> None:
    if action == "reset":
        engine.reset()
        engine.strategy = type(engine).__strategy__()
    elif action == "declare":
        kind, values = FACTS[n % len(FACTS)]
        engine.declare(kind(**values))
    else:
        known = [i for i, f in engine.facts.items() if not isinstance(f, x.InitialFact)]
        if known:
            engine.retract(known[n % len(known)])


def test_rules_that_are_not_ground_go_to_rete_and_still_fire() -> None:
    from experta import MATCH, NOT

    fired: list[str] = []

    def joined(engine: Any) -> None:
        fired.append("joined")

    def lonely(engine: Any) -> None:
        fired.append("lonely")

    def plain(engine: Any) -> None:
        fired.append("plain")

    rules = [
        x.Rule(Red(a=MATCH.v), Blue(a=MATCH.v))(joined),
        x.Rule(Red(a=2), NOT(Blue(b=2)))(lonely),
        x.Rule(Red(a=2))(plain),
    ]
    engine = engine_of(rules, GroundMatcher)
    assert [rule.__name__ for rule in engine.matcher.index.others] == ["joined", "lonely"]
    engine.declare(Red(a=2), Blue(a=2))
    engine.run()
    assert sorted(fired) == ["joined", "lonely", "plain"]


@pytest.mark.parametrize("name", ["ground", "rete"])
def test_an_engine_serves_case_after_case(name: str) -> None:
    knowledge = strategies.knowledge_of({})
    assert assess(Case(id="a"), knowledge, name) == assess(Case(id="a"), knowledge, name)


def test_a_pattern_that_asks_for_no_number_at_all_is_left_to_rete() -> None:
    def odd(engine: Any) -> None:
        raise AssertionError("nothing equals what is not a number, itself included")

    rules = [x.Rule(Red(a=float("nan")))(odd)]
    engine = engine_of(rules, GroundMatcher)
    assert [rule.__name__ for rule in engine.matcher.index.others] == ["odd"]


def test_facts_declared_together_bring_what_they_bring_one_by_one() -> None:
    def pair(engine: Any) -> None: ...

    def same(engine: Any) -> None: ...

    rules = [x.Rule(Red(a=1), Blue(a=1))(pair), x.Rule(x.OR(x.AND(Red(a=1)), x.AND(Red(b=1))))(same)]
    known: list[Any] = [(Red, {"a": 1}), (Blue, {"a": 1}), (Red, {"a": 1, "b": 1}), (Blue, {"a": 1, "b": 2})]
    together, apart = engine_of(rules, GroundMatcher), engine_of(rules, GroundMatcher)
    together.declare(*(kind(**values) for kind, values in known))
    for kind, values in known:
        apart.declare(kind(**values))
    assert sorted(agenda(together)) == sorted(agenda(apart))
    assert len(set(agenda(together))) == len(agenda(together)) == 6
