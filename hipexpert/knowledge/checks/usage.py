"""Entries that nothing uses, draws, raises, reaches or tries."""

from __future__ import annotations

from collections.abc import Iterator

from hipexpert.knowledge import model as m
from hipexpert.knowledge.checks.base import Check, Defect, Survey
from hipexpert.knowledge.coverage import carried_by, measure
from hipexpert.knowledge.when import findings_of


def unused_findings(survey: Survey) -> Iterator[Defect]:
    """HX701: nothing rests on a finding, in a layer that has rules."""
    knowledge = survey.knowledge
    used = {name for rule in survey.rules for name in findings_of(rule.when)}
    used |= {name for f in knowledge.findings.values() if f.only_if for name in findings_of(f.only_if)}
    layers = {rule.layer for rule in survey.rules}
    for finding in knowledge.findings.values():
        if finding.id not in used and finding.layer in layers and finding.section != "about":
            message = f"no rule uses the finding '{finding.id}'"
            yield Defect(finding.at, "HX701", finding.id, message, "use it or remove it")


def questions_for_nothing(survey: Survey) -> Iterator[Defect]:
    """HX726: a finding that only decides whether idle questions are asked, or serves idle conclusions."""
    knowledge = survey.knowledge
    idle = _dead_ends(survey)
    useful = {
        name
        for rule in survey.rules
        if not (isinstance(rule.then, m.Concludes) and rule.then.conclusion in idle)
        for name in findings_of(rule.when)
    }
    waiting = list(useful)
    while waiting:
        only_if = knowledge.findings[waiting.pop()].only_if
        for name in findings_of(only_if) if only_if else ():
            if name not in useful:
                useful.add(name)
                waiting.append(name)
    some = {name for rule in survey.rules for name in findings_of(rule.when)}
    some |= {name for f in knowledge.findings.values() if f.only_if for name in findings_of(f.only_if)}
    for name in knowledge.findings:
        if name in some and name not in useful:
            entry = knowledge.findings[name]
            message = f"the question '{name}' serves nothing: whatever rests on it leads nowhere"
            yield Defect(entry.at, "HX726", name, message, "use what it leads to, or remove both")


def unbalanced_conditions(survey: Survey) -> Iterator[Defect]:
    """HX702, HX703: a condition nothing speaks for, or nothing speaks against."""
    for name, weighing in survey.by_condition.items():
        at = survey.knowledge.conditions[name].at
        directions = {then.direction for _, then in weighing}
        if "supports" not in directions:
            yield Defect(at, "HX702", name, f"no rule speaks for '{name}'", "it could never be likely")
        if "opposes" not in directions:
            yield Defect(
                at, "HX703", name, f"no rule speaks against '{name}'", "it could never be argued away"
            )


def idle_conclusions(survey: Survey) -> Iterator[Defect]:
    """HX704, HX705: a conclusion nobody draws, or nobody tests."""
    drawn = {rule.then.conclusion for rule in survey.rules if isinstance(rule.then, m.Concludes)}
    tested = {name for rule in survey.rules for name in m.conclusions_of(rule.when)}
    for name, entry in survey.knowledge.conclusions.items():
        if name not in drawn:
            message = f"no rule draws the conclusion '{name}'"
            yield Defect(entry.at, "HX704", name, message, "add a rule or remove it")
        if name not in tested:
            message = f"no rule tests the conclusion '{name}'"
            yield Defect(entry.at, "HX705", name, message, "use it or remove it")


def dead_ends(survey: Survey) -> Iterator[Defect]:
    """HX725: a conclusion that only leads to conclusions nobody uses."""
    tested = {name for rule in survey.rules for name in m.conclusions_of(rule.when)}
    for name in _dead_ends(survey):
        if name in tested:
            entry = survey.knowledge.conclusions[name]
            message = f"the conclusion '{name}' leads only to conclusions that nothing uses"
            yield Defect(entry.at, "HX725", name, message, "use what follows from it, or remove it")


def _dead_ends(survey: Survey) -> list[str]:
    """Return the conclusions from which no rule of another kind can be reached."""
    rests: dict[str, set[str]] = {}
    alive: set[str] = set()
    for rule in survey.rules:
        below = m.conclusions_of(rule.when)
        if isinstance(rule.then, m.Concludes):
            rests.setdefault(rule.then.conclusion, set()).update(below)
        else:
            alive.update(below)
    waiting = list(alive)
    while waiting:
        more = rests.get(waiting.pop(), set()) - alive
        alive |= more
        waiting.extend(more)
    return [name for name in survey.knowledge.conclusions if name not in alive]


def idle_flags(survey: Survey) -> Iterator[Defect]:
    """HX706: a red flag that no rule raises."""
    for name, flag in survey.knowledge.flags.items():
        if name not in survey.knowledge.raising:
            message = f"no rule raises the red flag '{name}'"
            yield Defect(flag.at, "HX706", name, message, "add a rule or remove it")


def untried_flags(survey: Survey) -> Iterator[Defect]:
    """HX731: a red flag that no case raises."""
    tried = survey.tried
    if tried is None:
        return
    for name, rules in survey.knowledge.raising.items():
        if name not in tried.flags and not any(rule.id in tried.rules for rule in rules):
            flag = survey.knowledge.flags[name]
            message = f"no whole runner and no rule case raises the red flag '{name}'"
            yield Defect(flag.at, "HX731", name, message, f"add a rule case for {rules[0].id}")


def unreached_advice(survey: Survey) -> Iterator[Defect]:
    """HX707: advice that no rule brings up."""
    brought = {name for rule in survey.rules if isinstance(rule.then, m.Advises) for name in rule.then.advice}
    for name, advice in survey.knowledge.advice.items():
        if name not in brought:
            message = f"no rule brings up the advice '{name}'"
            yield Defect(advice.at, "HX707", name, message, "add a rule or remove it")


def idle_demands(survey: Survey) -> Iterator[Defect]:
    """HX714: a rule withholds what no advice demands."""
    demanded = {word for entry in survey.knowledge.advice.values() for word in entry.demands}
    for rule in survey.rules:
        if isinstance(rule.then, m.Withholds):
            for word in rule.then.demands:
                if word not in demanded:
                    message = f"no advice has the demand '{word}'"
                    yield Defect(rule.at, "HX714", rule.id, message, "name it there")


def uncarried_claims(survey: Survey) -> Iterator[Defect]:
    """HX732, HX733: a claim that nothing carries, or that is set aside although something does."""
    knowledge = survey.knowledge
    found = measure(knowledge)
    for name in found.missing:
        claim = knowledge.claims[name]
        message = f"nothing carries the claim '{name}', which is there to {claim.use}"
        hint = "cite it where it is said, or set it aside with a reason"
        yield Defect(claim.at, "HX732", name, message, hint)
    for name in found.needless:
        message = f"the claim '{name}' is set aside, but {carried_by(knowledge)[name][0]} carries it"
        yield Defect(knowledge.set_aside[name].at, "HX733", name, message, "take it off the list")


def uncited_sources(survey: Survey) -> Iterator[Defect]:
    """HX734: a source that no entry, claim or study goes back to."""
    knowledge = survey.knowledge
    cited = {study.source for study in knowledge.studies.values()}
    cited |= {claim.source for claim in knowledge.claims.values()}
    cited |= set(_citations(knowledge))
    for name, source in knowledge.sources.items():
        if name not in cited:
            message = f"nothing cites the source '{name}'"
            yield Defect(source.at, "HX734", name, message, "cite it or remove it")


def _citations(knowledge: m.Knowledge) -> Iterator[str]:
    for kind in (
        knowledge.rules, knowledge.flags, knowledge.advice, knowledge.conditions, knowledge.findings,
        knowledge.conclusions,
    ):  # fmt: skip
        for entry in kind.values():
            yield from entry.cites
    for condition in knowledge.conditions.values():
        for note in condition.background:
            yield from note.cites
    for topic in knowledge.topics.values():
        for note in topic.notes:
            yield from note.cites
    for conflict in knowledge.conflicts.values():
        for side in conflict.sides:
            yield from side.cites


CHECKS: tuple[Check, ...] = (
    unused_findings,
    questions_for_nothing,
    unbalanced_conditions,
    idle_conclusions,
    dead_ends,
    idle_flags,
    untried_flags,
    unreached_advice,
    idle_demands,
    uncarried_claims,
    uncited_sources,
)
