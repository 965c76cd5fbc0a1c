"""Rules that repeat, cover, contradict or double each other. Rules are compared within one target only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations

from hipexpert.errors import Location
from hipexpert.knowledge import model as m
from hipexpert.knowledge.checks.base import Check, Defect, Survey
from hipexpert.knowledge.normal_form import branches
from hipexpert.knowledge.situation import Situation
from hipexpert.knowledge.when import Has


def repeated_rules(survey: Survey) -> Iterator[Defect]:
    """HX711: two rules that say the same on the same grounds.

    The same grounds in other words count within a layer only: each layer may have to stand alone.
    """
    first: dict[tuple[object, ...], tuple[str, Location]] = {}
    for rule in survey.rules:
        what = (m.target(rule.then), getattr(rule.then, "direction", type(rule.then).__name__))
        names = {first.setdefault((*what, key), (rule.id, rule.at)) for key in (rule.when, _grounds(rule))}
        for name, at in sorted(names - {(rule.id, rule.at)})[:1]:
            message = f"{rule.id} has the same 'when' and the same target as {name}"
            hint = f"keep one of them; the other is at {at}"
            yield Defect(rule.at, "HX711", rule.id, message, hint, name)


def _grounds(rule: m.Rule) -> tuple[str, frozenset[frozenset[object]]]:
    """Return a ``when`` so that two ways of writing the same in one layer are equal."""
    return rule.layer, frozenset(frozenset(branch) for branch in branches(rule.when))


def contradicting_rules(survey: Survey) -> Iterator[Defect]:
    """HX715, HX716: for and against the same condition, on the same grounds or where one covers the other."""
    for weighing in survey.by_condition.values():
        for (rule, then), (other, against) in permutations(weighing, 2):
            if then.direction == against.direction or not _implies(survey, rule, other):
                continue
            if _implies(survey, other, rule):
                if rule.id > other.id:
                    message = f"{rule.id} {then.direction} '{then.condition}' on the same grounds on which "
                    message += f"{other.id} {against.direction} it"
                    yield Defect(rule.at, "HX715", rule.id, message, "decide for one of them", other.id)
                continue
            if not _same_kind(survey, then, against, other):
                continue  # a sign within the place where it is felt is another sign than the place
            message = f"{rule.id} {then.direction} '{then.condition}', and wherever it fires {other.id} "
            message += f"{against.direction} it"
            hint = "keep them apart, or say in an exclusion why the narrower rule is an exception"
            yield Defect(rule.at, "HX716", rule.id, message, hint, other.id)


def _same_kind(survey: Survey, then: m.Weighs, against: m.Weighs, wide: m.Rule) -> bool:
    if not then.group or not against.group or then.group == against.group:
        return True
    return min((len(each.subjects) for each in survey.situations(wide)), default=0) > 1


def covered_rules(survey: Survey) -> Iterator[Defect]:
    """HX717: a rule that adds nothing, because a wider one of its layer says no less."""
    for rules in _by_target(survey):
        for rule, other in permutations(rules, 2):
            if rule.layer != other.layer or not _no_less(other.then, rule.then):
                continue
            if _grounds(rule) != _grounds(other) and _implies(survey, rule, other):
                if _implies(survey, other, rule) and rule.id < other.id:
                    continue  # the same in other words: the later one is reported
                message = f"{rule.id} adds nothing: wherever it fires, {other.id} does, and says no less"
                hint = f"remove it, or narrow {other.id}"
                yield Defect(rule.at, "HX717", rule.id, message, hint, other.id)


def _by_target(survey: Survey) -> Iterable[list[m.Rule]]:
    """Return lists of rules that declare the same kind of thing about the same entry."""
    found: dict[tuple[object, ...], list[m.Rule]] = {}
    for rule in survey.rules:
        if isinstance(rule.then, m.Weighs):
            if rule.then.group:
                key: tuple[object, ...] = (rule.then.direction, rule.then.condition, rule.then.group)
                found.setdefault(key, []).append(rule)
            continue
        found.setdefault((type(rule.then).__name__, m.target(rule.then)[0]), []).append(rule)
        for name in m.target(rule.then)[1:]:
            found.setdefault((type(rule.then).__name__, name), []).append(rule)
    return found.values()


def _no_less(wide: m.Then, narrow: m.Then) -> bool:
    if isinstance(wide, m.Weighs) and isinstance(narrow, m.Weighs):
        return narrow.ratio <= wide.ratio
    return set(m.target(narrow)) <= set(m.target(wide))


def doubled_signs(survey: Survey) -> Iterator[Defect]:
    """HX718: two rules of different groups that count the same sign, or the same combination, twice."""
    for weighing in survey.by_condition.values():
        for (rule, then), (other, also) in permutations(weighing, 2):
            if then.direction != also.direction or (then.group and then.group == also.group):
                continue
            if rule.when == other.when or _grounds(rule) == _grounds(other):
                continue  # repeated_rules says so
            if _same_sign(survey, rule, other) or _same_combination(survey, rule, other):
                message = f"{rule.id} and {other.id} count the same sign twice for '{then.condition}'"
                if then.direction == "opposes":
                    message = f"{rule.id} and {other.id} count the same sign twice against '{then.condition}'"
                groups = " and ".join(repr(each.group) if each.group else "none" for each in (then, also))
                hint = f"put them in one group (now {groups}): the stronger then counts once"
                yield Defect(rule.at, "HX718", rule.id, message, hint, other.id)


def _same_sign(survey: Survey, rule: m.Rule, other: m.Rule) -> bool:
    """Return whether both rest on one and the same finding, with an answer in common (said once a pair)."""
    about = survey.subjects(rule)
    if rule.id < other.id or len(about) != 1 or about != survey.subjects(other):
        return False
    return any(
        {x for x in branch if isinstance(x.test, Has)} & set(also)
        and Situation(survey.knowledge, (*branch, *also)).possible
        for branch in branches(rule.when)
        for also in branches(other.when)
    )


def _same_combination(survey: Survey, rule: m.Rule, other: m.Rule) -> bool:
    """Return whether the combination of signs that one rule counts is all counted by another."""
    if min((len(each.subjects) for each in survey.situations(other)), default=0) < 2:
        return False  # a sign and where it is felt may count for themselves
    if not _implies(survey, rule, other):
        return False
    return rule.id > other.id or not _implies(survey, other, rule)


def _implies(survey: Survey, narrow: m.Rule, wide: m.Rule) -> bool:
    quick = survey.subjects(narrow) & survey.subjects(wide) or m.conclusions_of(wide.when)
    return bool(quick) and bool(survey.situations(narrow)) and survey.implies(narrow, wide)


def withheld_advice(survey: Survey) -> Iterator[Defect]:
    """HX727: advice that a caution always holds back when it is brought up."""
    cautions = [(rule, rule.then) for rule in survey.rules if isinstance(rule.then, m.Withholds)]
    bringing: dict[str, list[m.Rule]] = {}
    for rule in survey.rules:
        for name in rule.then.advice if isinstance(rule.then, m.Advises) else ():
            bringing.setdefault(name, []).append(rule)
    for name, rules in bringing.items():
        entry = survey.knowledge.advice[name]
        holding = [caution for caution, then in cautions if set(then.demands) & set(entry.demands)]
        blocked = [next((c for c in holding if survey.implies(rule, c)), None) for rule in rules]
        if blocked[0] is not None and None not in blocked:
            message = f"the advice '{name}' can never be given: {blocked[0].id} withholds it whenever "
            message += f"{rules[0].id} brings it up"
            hint = "narrow the caution, or bring the advice up elsewhere"
            yield Defect(entry.at, "HX727", name, message, hint, blocked[0].id)


CHECKS: tuple[Check, ...] = (
    repeated_rules,
    contradicting_rules,
    covered_rules,
    doubled_signs,
    withheld_advice,
)
