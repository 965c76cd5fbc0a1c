"""Where conditions and triage can ever stand, against what rules ask of them; and what must not be missed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hipexpert.knowledge import model as m
from hipexpert.knowledge.checks.base import Check, Defect, Survey
from hipexpert.knowledge.when import FlagRaised, TriageIs, VerdictIs, tests


def out_of_reach(survey: Survey) -> Iterator[Defect]:
    """HX728: all rules for a condition together do not make it likely."""
    scale = survey.knowledge.scale
    for name, weighing in survey.by_condition.items():
        entry = survey.knowledge.conditions[name]
        best = _points(scale.priors[survey.knowledge.prior(name)]) + _most(weighing, "supports")
        if weighing and _speaks(weighing, "supports") and best < scale.likely:
            message = f"'{name}' can never be likely: with every rule for it, it reaches {best:.1f} points"
            hint = f"likely begins at {scale.likely:g}; see its groups, strengths and prior"
            yield Defect(entry.at, "HX728", name, message, hint)


def unreached_triage(survey: Survey) -> Iterator[Defect]:
    """HX730: a rule tests a level of triage that no red flag has."""
    levels = {
        flag.urgency for name, flag in survey.knowledge.flags.items() if name in survey.knowledge.raising
    }
    levels.add(m.LEVELS[0])
    for rule in survey.rules:
        for test in tests(rule.when):
            if isinstance(test, TriageIs) and not levels & set(test.levels):
                message = f"{rule.id} tests triage for {' or '.join(test.levels)}, which no red flag sets"
                yield Defect(rule.at, "HX730", rule.id, message, "see the urgency of the red flags")


def unguarded_dangers(survey: Survey) -> Iterator[Defect]:
    """HX729: what must not be missed could be likely or possible and still be left at routine."""
    alarmed: set[str] = set()
    for rule in survey.rules:
        if isinstance(rule.then, m.Raises):
            standing = [t for t in tests(rule.when) if isinstance(t, VerdictIs)]
            alarmed |= {t.condition for t in standing if {"likely", "possible"} <= set(t.verdicts)}
    for name, entry in survey.knowledge.conditions.items():
        if entry.must_not_miss and name not in alarmed and survey.by_condition[name]:
            message = f"'{name}' must not be missed, but no red flag follows when it is likely or possible"
            hint = f"add a rule that raises one:  when: {{verdict: {{{name}: [likely, possible]}}}}"
            yield Defect(entry.at, "HX729", name, message, hint)


def rarer_dangers(survey: Survey) -> Iterator[Defect]:
    """HX759: a layer takes what must not be missed for rarer than the condition's own does."""
    priors = survey.knowledge.scale.priors
    for name, entry in survey.knowledge.conditions.items():
        for said in entry.frequencies if entry.must_not_miss else ():
            if priors[said.prior] < priors[entry.prior]:
                message = f"'{said.layer}' takes '{name}' for rarer, which must not be missed"
                hint = "a later layer may bring a danger nearer, never put it further off"
                yield Defect(entry.at, "HX759", name, message, hint)


def cleared_dangers(survey: Survey) -> Iterator[Defect]:
    """HX713, HX739: a negative test, or too heavy a sign, argues against what must not be missed."""
    for rule, then in survey.weighing:
        if then.direction != "opposes" or not survey.knowledge.conditions[then.condition].must_not_miss:
            continue
        if then.result == "negative":
            message = f"{rule.id} lets a negative test argue against '{then.condition}'"
            hint = "figures come from selected people; leave it out"
            yield Defect(rule.at, "HX713", rule.id, message, hint)
        elif then.ratio > _MODERATE:
            message = f"{rule.id} takes away {_points(then.ratio):.1f} points from '{then.condition}', "
            message += "which must not be missed"
            hint = (
                f"no sign may take away more than {_points(_MODERATE):.1f} points (a ratio of {_MODERATE:g})"
            )
            yield Defect(rule.at, "HX739", rule.id, message, hint)


def unraised_grounds(survey: Survey) -> Iterator[Defect]:
    """HX752: a red flag speaks of a condition that nothing weighs."""
    for flag in survey.knowledge.flags.values():
        for name in flag.concerns:
            if not survey.by_condition[name]:
                message = f"the red flag '{flag.id}' concerns '{name}', for which there is no rule"
                yield Defect(flag.at, "HX752", flag.id, message, "add rules for it, or name another", name)


def unmatched_flags(survey: Survey) -> Iterator[Defect]:
    """HX751: advice or a caution waits for a red flag that no rule raises."""
    for rule in survey.rules:
        for test in tests(rule.when):
            if isinstance(test, FlagRaised) and test.flag not in survey.knowledge.raising:
                message = f"{rule.id} waits for the red flag '{test.flag}', which no rule raises"
                yield Defect(rule.at, "HX751", rule.id, message, "raise it somewhere, or remove the test")


_MODERATE = 3.0
"""The greatest ratio by which a sign may speak against what must not be missed (docs/weights.md)."""


def _points(ratio: float) -> float:
    return round(100 * math.log10(ratio)) / 10


def _speaks(weighing: list[tuple[m.Rule, m.Weighs]], direction: str) -> bool:
    return any(then.direction == direction for _, then in weighing)


def _most(weighing: list[tuple[m.Rule, m.Weighs]], direction: str) -> float:
    """Return the points that all rules of one direction add up to; of a group the strongest counts."""
    groups: dict[str, float] = {}
    for rule, then in weighing:
        if then.direction == direction:
            key = then.group or rule.id
            groups[key] = max(groups.get(key, 0.0), _points(then.ratio))
    return sum(groups.values())


CHECKS: tuple[Check, ...] = (
    out_of_reach,
    unreached_triage,
    unguarded_dangers,
    rarer_dangers,
    cleared_dangers,
    unraised_grounds,
    unmatched_flags,
)
