"""Looks for what a knowledge base that loads may still get wrong: the part of ``kb check`` after loading.

Each check yields problems with a stable code. Loading has already refused everything that could make a
rule mean something else than it says (HX1xx to HX4xx).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from hipexpert.errors import Location, Problem
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import findings_of

Check = Callable[[m.Knowledge], Iterator[Problem]]


def check(knowledge: m.Knowledge) -> tuple[Problem, ...]:
    """Return every problem found, ordered by file and line."""
    return tuple(sorted(problem for found in CHECKS for problem in found(knowledge)))


def _active(knowledge: m.Knowledge) -> list[m.Rule]:
    return [rule for rule in knowledge.rules.values() if rule.status != "retired"]


def unused_findings(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX701: nothing rests on a finding, in a layer that has rules."""
    rules = _active(knowledge)
    used = {name for rule in rules for name in findings_of(rule.when)}
    used |= {name for f in knowledge.findings.values() if f.only_if for name in findings_of(f.only_if)}
    layers = {rule.layer for rule in rules}
    for finding in knowledge.findings.values():
        if finding.id not in used and finding.layer in layers and finding.section != "about":
            yield Problem(
                finding.at, "HX701", f"no rule uses the finding '{finding.id}'", "use it or remove it"
            )


def unbalanced_conditions(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX702, HX703: a condition nothing speaks for, or nothing speaks against."""
    sides: dict[str, set[str]] = {name: set() for name in knowledge.conditions}
    for rule in _active(knowledge):
        if isinstance(rule.then, m.Weighs):
            sides[rule.then.condition].add(rule.then.direction)
    for name, directions in sides.items():
        at = knowledge.conditions[name].at
        if "supports" not in directions:
            yield Problem(at, "HX702", f"no rule speaks for '{name}'", "it could never be likely")
        if "opposes" not in directions:
            yield Problem(at, "HX703", f"no rule speaks against '{name}'", "it could never be argued away")


def idle_conclusions(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX704, HX705: a conclusion nobody draws, or nobody tests."""
    rules = _active(knowledge)
    drawn = {rule.then.conclusion for rule in rules if isinstance(rule.then, m.Concludes)}
    tested = {name for rule in rules for name in m.conclusions_of(rule.when)}
    for name, conclusion in knowledge.conclusions.items():
        if name not in drawn:
            yield Problem(
                conclusion.at, "HX704", f"no rule draws the conclusion '{name}'", "add a rule or remove it"
            )
        if name not in tested:
            yield Problem(
                conclusion.at, "HX705", f"no rule tests the conclusion '{name}'", "use it or remove it"
            )


def idle_flags(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX706: a red flag that no rule raises."""
    raised = {rule.then.flag for rule in _active(knowledge) if isinstance(rule.then, m.Raises)}
    for name, flag in knowledge.flags.items():
        if name not in raised:
            yield Problem(
                flag.at, "HX706", f"no rule raises the red flag '{name}'", "add a rule or remove it"
            )


def unreached_advice(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX707: advice that no rule brings up."""
    rules = _active(knowledge)
    brought = {name for rule in rules if isinstance(rule.then, m.Advises) for name in rule.then.advice}
    for name, advice in knowledge.advice.items():
        if name not in brought:
            yield Problem(
                advice.at, "HX707", f"no rule brings up the advice '{name}'", "add a rule or remove it"
            )


def disordered_ids(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX708: the rules of a file do not stand in order of their ids."""
    last: dict[str, str] = {}
    for rule in knowledge.rules.values():
        before = last.get(rule.at.file, "")
        if rule.id < before:
            yield Problem(rule.at, "HX708", f"{rule.id} stands after {before}", "keep rules in order of id")
        last[rule.at.file] = rule.id


def echoing_reasons(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX709: a because that only repeats the title."""
    for rule in _active(knowledge):
        title, because = _words(rule.title), _words(rule.because)
        if because <= title:
            yield Problem(
                rule.at, "HX709", f"the because of {rule.id} only repeats its title", "say why it is so"
            )


def unsourced_ratio(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX710: a published ratio whose source the rule does not cite."""
    for rule in _active(knowledge):
        if isinstance(rule.then, m.Weighs) and rule.then.source and rule.then.source not in rule.cites:
            message = f"{rule.id} takes its ratio from '{rule.then.source}' but does not cite it"
            yield Problem(rule.at, "HX710", message, f"add {rule.then.source} to cites")


def repeated_rules(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX711: two rules that say the same on the same grounds."""
    first: dict[tuple[object, object], Location] = {}
    names: dict[tuple[object, object], str] = {}
    for rule in _active(knowledge):
        what = (m.target(rule.then), getattr(rule.then, "direction", ""))
        key = (rule.when, what)
        if key in first:
            message = f"{rule.id} has the same 'when' and the same target as {names[key]}"
            yield Problem(rule.at, "HX711", message, f"keep one of them; the other is at {first[key]}")
        first.setdefault(key, rule.at)
        names.setdefault(key, rule.id)


def farther_studies(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX712: another study of the same test and condition has a ratio nearer to 1."""
    for rule in _active(knowledge):
        then = rule.then
        if not isinstance(then, m.Weighs) or not then.study:
            continue
        used = knowledge.studies[then.study]
        mine = _distance(used, then.result)
        for other in knowledge.studies.values():
            same = other.test == used.test and other.condition == used.condition == then.condition
            if same and not other.doubt and _distance(other, then.result) < mine:
                message = (
                    f"{rule.id} takes its ratio from '{used.id}', but that of '{other.id}' is nearer to 1"
                )
                yield Problem(rule.at, "HX712", message, f"use {other.id}")


def _distance(study: m.Study, result: str) -> float:
    ratio = study.ratio(result)
    return abs(math.log(ratio)) if ratio else math.inf


def cleared_dangers(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX713: a negative test argues against what must not be missed."""
    for rule in _active(knowledge):
        then = rule.then
        if not isinstance(then, m.Weighs) or (then.result, then.direction) != ("negative", "opposes"):
            continue
        if knowledge.conditions[then.condition].must_not_miss:
            message = f"{rule.id} lets a negative test argue against '{then.condition}'"
            yield Problem(rule.at, "HX713", message, "figures come from selected people; leave it out")


def idle_demands(knowledge: m.Knowledge) -> Iterator[Problem]:
    """HX714: a rule withholds what no advice demands."""
    demanded = {word for entry in knowledge.advice.values() for word in entry.demands}
    for rule in _active(knowledge):
        if isinstance(rule.then, m.Withholds):
            for word in rule.then.demands:
                if word not in demanded:
                    yield Problem(rule.at, "HX714", f"no advice has the demand '{word}'", "name it there")


def _words(text: str) -> set[str]:
    return {word.strip(".,;:()").casefold() for word in text.split()}


CHECKS: tuple[Check, ...] = (
    unused_findings,
    unbalanced_conditions,
    idle_conclusions,
    idle_flags,
    unreached_advice,
    disordered_ids,
    echoing_reasons,
    unsourced_ratio,
    repeated_rules,
    farther_studies,
    cleared_dangers,
    idle_demands,
)
