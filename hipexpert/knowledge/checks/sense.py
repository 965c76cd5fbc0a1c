"""Rules and questions that can never come true, or whose tests make no difference."""

from __future__ import annotations

from collections.abc import Iterator

from hipexpert.knowledge import model as m
from hipexpert.knowledge.checks.base import Check, Defect, Survey
from hipexpert.knowledge.normal_form import Alternative, Literal, TooManyBranches, branches
from hipexpert.knowledge.situation import Situation, can_be
from hipexpert.knowledge.when import Has, IsUnknown, Measures, Test, VerdictIs, When, findings_of, tests


def impossible_rules(survey: Survey) -> Iterator[Defect]:
    """HX719, HX721: a rule that can never fire, or a test of it that never helps it to."""
    for rule in survey.rules:
        every = branches(rule.when)
        possible = [branch for branch in every if can_be(survey.knowledge, branch)]
        if not possible:
            message = f"{rule.id} can never fire: its tests exclude each other"
            yield Defect(rule.at, "HX719", rule.id, message, "see what its findings and conclusions allow")
        elif len(possible) < len(every):
            left = _literals(possible)
            for literal in dict.fromkeys(literal for branch in every for literal in branch):
                if literal not in left:
                    message = f"{rule.id} can never fire by its test on {_words(literal)}"
                    yield Defect(rule.at, "HX721", rule.id, message, "remove it or mend it")


def idle_tests(survey: Survey) -> Iterator[Defect]:
    """HX722, HX757: a test that makes no difference, or that every known value meets."""
    for rule in survey.rules:
        every = branches(rule.when)
        literals = _literals(every)
        for test in dict.fromkeys(tests(rule.when)):
            if _always(test, survey.knowledge):
                message = f"{rule.id}: every value that can be known meets the test on {_about(test)}"
                yield Defect(rule.at, "HX757", rule.id, message, "narrow it or remove it")
            elif not _matters(test, literals):
                message = f"{rule.id}: the test on {_about(test)} makes no difference"
                yield Defect(rule.at, "HX722", rule.id, message, "what it adds is covered; remove it")
        for literal in dict.fromkeys(x for branch in every for x in branch):
            if _follows(literal, every, survey.knowledge) and not _always(literal.test, survey.knowledge):
                message = f"{rule.id}: the test on {_words(literal)} follows from its other tests"
                yield Defect(rule.at, "HX722", rule.id, message, "remove it")


def _literals(every: tuple[Alternative, ...] | list[Alternative]) -> set[Literal]:
    return {literal for branch in every for literal in branch}


def _matters(test: Test, literals: set[Literal]) -> bool:
    single = isinstance(test, Has) and not test.others
    parts = [Has(test.finding, (o,)) for o in test.options] if isinstance(test, Has) and single else [test]
    return all(any(Literal(part, sign) in literals for sign in (True, False)) for part in parts)


def _follows(literal: Literal, every: tuple[Alternative, ...], knowledge: m.Knowledge) -> bool:
    """Return whether a test is implied by the others of each branch it stands in."""
    if isinstance(literal.test, Has) and not literal.positive:
        return False  # naming what is absent beside what is present is how a rule is made plain
    holding = [branch for branch in every if literal in branch]
    others = ([other for other in branch if other != literal] for branch in holding)
    return all(rest and Situation(knowledge, rest).entails(literal) for rest in others)


def _always(test: Test, knowledge: m.Knowledge) -> bool:
    if isinstance(test, Measures):
        entry = knowledge.findings[test.finding]
        return test.holds(entry.minimum) and test.holds(entry.maximum)
    situation = Situation(knowledge)
    return not isinstance(test, (Has, IsUnknown)) and situation.entails(Literal(test))


def skipped_questions(survey: Survey) -> Iterator[Defect]:
    """HX720: a rule asks for a finding whose question its other tests make us skip."""
    findings = survey.knowledge.findings
    for rule in survey.rules:
        for name in findings_of(rule.when):
            only_if = findings[name].only_if
            if (
                only_if is not None
                and _can_be_true(only_if, survey.knowledge)
                and _skipped(name, only_if, rule, survey)
            ):
                message = f"{rule.id} asks for '{name}' where that question is skipped"
                yield Defect(rule.at, "HX720", rule.id, message, f"see only_if of {findings[name].at}")


def _skipped(name: str, only_if: When, rule: m.Rule, survey: Survey) -> bool:
    needed = [b for b in branches(rule.when) if any(getattr(x.test, "finding", "") == name for x in b)]
    known = [[x for x in branch if not isinstance(x.test, IsUnknown)] for branch in needed]
    return bool(known) and not any(
        Situation(survey.knowledge, (*branch, *condition)).possible
        for branch in known
        for condition in branches(only_if)
    )


def closed_questions(survey: Survey) -> Iterator[Defect]:
    """HX723, HX724: an ``only_if`` that can never be true, or that waits for its own question."""
    findings = survey.knowledge.findings
    for finding in findings.values():
        if finding.only_if is None:
            continue
        if not _can_be_true(finding.only_if, survey.knowledge):
            message = f"the only_if of '{finding.id}' can never be true"
            yield Defect(finding.at, "HX723", finding.id, message, "the question would always be skipped")
        if _waits_for(finding.id, finding.id, survey.knowledge, set()):
            message = f"the question '{finding.id}' waits for its own answer"
            yield Defect(finding.at, "HX724", finding.id, message, "only_if may not form a circle")


def _can_be_true(when: When, knowledge: m.Knowledge) -> bool:
    try:
        return any(Situation(knowledge, branch).possible for branch in branches(when))
    except TooManyBranches:
        return True


def _waits_for(start: str, goal: str, knowledge: m.Knowledge, seen: set[str]) -> bool:
    only_if = knowledge.findings[start].only_if
    below = findings_of(only_if) if only_if else ()
    new = [name for name in below if name not in seen]
    seen.update(new)
    return goal in below or any(_waits_for(name, goal, knowledge, seen) for name in new)


def _about(test: Test) -> str:
    if isinstance(test, Has):
        return f"'{test.finding}: {', '.join(test.options)}'"
    if isinstance(test, VerdictIs):
        return f"'{test.condition}: {', '.join(test.verdicts)}'"
    for name in ("finding", "conclusion", "condition", "flag"):
        if value := getattr(test, name, ""):
            return f"'{value}'"
    return "triage"


def _words(literal: Literal) -> str:
    return _about(literal.test) + ("" if literal.positive else " (absent)")


CHECKS: tuple[Check, ...] = (impossible_rules, idle_tests, skipped_questions, closed_questions)
