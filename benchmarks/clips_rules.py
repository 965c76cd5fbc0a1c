"""The rules of a knowledge base in CLIPS: a template a kind of fact, a defrule a branch.

Phases are saliences. A rule fires once: a fact says that it has. Fields keep their names. Patterns on
where things stand come first in a rule, which measured fastest of the orders tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import clips

from hipexpert.case import Case, State
from hipexpert.inference.compiler import LATE
from hipexpert.knowledge.model import (
    PHASES,
    Concludes,
    Knowledge,
    Raises,
    Rule,
    Weighs,
    Withholds,
)
from hipexpert.knowledge.normal_form import Literal
from hipexpert.knowledge.when import (
    Concluded,
    FlagRaised,
    Has,
    IsUnknown,
    Measures,
    RankWithin,
    TriageIs,
    VerdictIs,
)

TEMPLATES = (
    "(deftemplate finding (slot finding) (slot option) (slot state))",
    "(deftemplate measure (slot finding) (slot value))",
    "(deftemplate conclusion (slot conclusion))",
    "(deftemplate flag (slot flag) (slot raised))",
    "(deftemplate evidence (slot rule) (slot condition) (slot direction))",
    "(deftemplate raised (slot rule) (slot flag))",
    "(deftemplate withheld (slot rule) (slot demand))",
    "(deftemplate advice (slot rule) (slot advice))",
    "(deftemplate standing (slot condition) (slot verdict) (slot rank))",
    "(deftemplate triage (slot level))",
    "(deftemplate fired (slot rule))",
)
_LATE = (FlagRaised, VerdictIs, RankWithin, TriageIs)


def constructs(knowledge: Knowledge) -> Iterator[str]:
    """Yield the whole knowledge base as CLIPS constructs."""
    yield from TEMPLATES
    for phase, rules in knowledge.rules_by_phase.items():
        for rule in rules:
            for number, branch in enumerate(rule.branches):
                yield _defrule(rule, number, branch, -10 * PHASES.index(phase))


def _defrule(rule: Rule, number: int, branch: Iterable[Literal], salience: int) -> str:
    ordered = sorted(branch, key=lambda literal: not isinstance(literal.test, _LATE))
    patterns = [_pattern(literal, place) for place, literal in enumerate(ordered)]
    if rule.phase in LATE:
        patterns.append("(triage)")
    patterns.append(f"(not (fired (rule {rule.id})))")
    return (
        f"(defrule {rule.id}@{number} (declare (salience {salience})) {' '.join(patterns)}"
        f" => (assert (fired (rule {rule.id}))) {' '.join(_products(rule))})"
    )


def _pattern(literal: Literal, place: int) -> str:
    test, positive = literal.test, literal.positive
    if isinstance(test, Has):
        return _finding(test.finding, _together(test), "present" if positive else "absent")
    if isinstance(test, Measures):
        return f"(measure (finding {test.finding}) (value ?v{place}&:{_bounds(test, positive, place)}))"
    if isinstance(test, IsUnknown):
        return _finding(test.finding, "none", "unknown")
    if isinstance(test, Concluded):
        return f"(conclusion (conclusion {test.conclusion}))"
    if isinstance(test, FlagRaised):
        return _flag(test.flag, positive)
    if isinstance(test, VerdictIs):
        return f"(standing (condition {test.condition}) (verdict {_one_of(test.verdicts, positive)}))"
    if isinstance(test, RankWithin):
        sign = "<=" if positive else ">"
        return f"(standing (condition {test.condition}) (rank ?r{place}&:({sign} ?r{place} {test.at_most})))"
    return f"(triage (level {_one_of(test.levels, positive)}))"


def _together(test: Has) -> str:
    return "-or-".join(test.options)


def _bounds(test: Measures, positive: bool, place: int) -> str:
    parts = []
    if test.low is not None:
        parts.append(f"({'>' if test.low_open else '>='} ?v{place} {test.low})")
    if test.high is not None:
        parts.append(f"({'<' if test.high_open else '<='} ?v{place} {test.high})")
    both = parts[0] if len(parts) == 1 else f"(and {' '.join(parts)})"
    return both if positive else f"(not {both})"


def _one_of(values: Iterable[str], positive: bool) -> str:
    return "|".join(values) if positive else "&".join(f"~{value}" for value in values)


def _finding(name: str, option: str, state: str) -> str:
    return f"(finding (finding {name}) (option {option}) (state {state}))"


def _flag(name: str, raised: bool) -> str:
    return f"(flag (flag {name}) (raised {'yes' if raised else 'no'}))"


def _products(rule: Rule) -> Iterator[str]:
    then = rule.then
    if isinstance(then, Concludes):
        yield f"(assert (conclusion (conclusion {then.conclusion})))"
    elif isinstance(then, Weighs):
        about = f"(condition {then.condition}) (direction {then.direction})"
        yield f"(assert (evidence (rule {rule.id}) {about}))"
    elif isinstance(then, Raises):
        yield f"(assert (raised (rule {rule.id}) (flag {then.flag})))"
    elif isinstance(then, Withholds):
        for demand in then.demands:
            yield f"(assert (withheld (rule {rule.id}) (demand {demand})))"
    else:
        for advice in then.advice:
            yield f"(assert (advice (rule {rule.id}) (advice {advice})))"


Asserted = tuple[str, Mapping[str, object]]
"""A fact to assert: its template and slots. clipspy asserts these much faster than it reads text."""


@lru_cache(maxsize=16384)
def _fact(template: str, **slots: str) -> Asserted:
    return template, {name: clips.Symbol(value) for name, value in slots.items()}


def case_facts(
    case: Case, knowledge: Knowledge, asked_unknown: Iterable[str], asked_together: Iterable[Has]
) -> Iterator[Asserted]:
    """Yield the facts of a case, in the same order as for experta."""
    together: dict[str, list[Has]] = {}
    for test in asked_together:
        together.setdefault(test.finding, []).append(test)
    for finding in knowledge.findings.values():
        answer = case.answers.get(finding.id)
        if answer is None or not answer.known:
            continue
        if answer.number is not None:
            yield "measure", {"finding": clips.Symbol(finding.id), "value": answer.number}
        for option in finding.option_ids:
            if option in answer.present:
                yield _fact("finding", finding=finding.id, option=option, state="present")
            elif option in answer.absent:
                yield _fact("finding", finding=finding.id, option=option, state="absent")
        for test in together.get(finding.id, ()):
            if answer.state_of(test) is not State.UNKNOWN:
                state = answer.state_of(test).value
                yield _fact("finding", finding=finding.id, option=_together(test), state=state)
    for name in asked_unknown:
        if not case.known(name):
            yield _fact("finding", finding=name, option="none", state="unknown")


@lru_cache(maxsize=16384)
def standing_fact(condition: str, verdict: str, rank: int) -> Asserted:
    """Return where a condition stands."""
    name, slots = _fact("standing", condition=condition, verdict=verdict)
    return name, {**slots, "rank": rank}


def outcome_facts(flags: Iterable[str], raised: Iterable[str], level: str) -> Iterator[Asserted]:
    """Yield every red flag, raised or not, and the triage level."""
    known = frozenset(raised)
    for flag in sorted(flags):
        yield _fact("flag", flag=flag, raised="yes" if flag in known else "no")
    yield _fact("triage", level=level)
