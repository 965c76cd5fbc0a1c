"""Hiding answers on the shipped knowledge: no flag is silenced, nothing fails, and unknown is never "no"."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

import hipexpert.knowledge.when as w
from hipexpert.case import Answer, Case, State
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.inference.reading import Reading
from hipexpert.knowledge.model import Rule
from tests.inference.shipped import NIGHTLY, PATHS, case, compiled, knowledge

CASES = tuple(path for path in PATHS if "cases" in path.parts)
MASKINGS = 10_000 if NIGHTLY else 200


@cache
def whole(n: int) -> Assessment:
    return assess(case(CASES[n]), knowledge())


@cache
def asks_for_ignorance() -> frozenset[str]:
    """Return the rules that test whether something is unknown, through conclusions too."""
    rules = knowledge().rules.values()
    found = {rule.id for rule in rules if any(isinstance(test, w.IsUnknown) for test in w.tests(rule.when))}
    drawn: frozenset[str] = frozenset()
    while True:
        more = {
            name
            for name, several in knowledge().concluding.items()
            if any(rule.id in found for rule in several)
        }
        if more == drawn:
            return frozenset(found)
        drawn = frozenset(more)
        found |= {r.id for r in rules if any(getattr(t, "conclusion", "") in drawn for t in w.tests(r.when))}


@st.composite
def maskings(draw: st.DrawFn) -> tuple[int, Case]:
    """Draw a case, and the same with whole answers or single options hidden."""
    n = draw(st.integers(0, len(CASES) - 1))
    full = case(CASES[n])
    names = sorted(full.answers)
    hidden = draw(st.sets(st.sampled_from(names))) if names else set()
    partly = [name for name in names if len(full.answers[name].present + full.answers[name].absent) > 1]
    answers = [
        _less(full.answers[name], draw(st.sets(st.sampled_from(_options(full.answers[name])))))
        for name in partly
        if name not in hidden and knowledge().findings[name].kind == "choices" and draw(st.booleans())
    ]
    return n, full.with_answers(*answers).without(hidden)


def _options(answer: Answer) -> tuple[str, ...]:
    return answer.present + answer.absent


def _less(answer: Answer, options: set[str]) -> Answer:
    present, absent = (
        tuple(o for o in several if o not in options) for several in (answer.present, answer.absent)
    )
    return replace(answer, present=present, absent=absent)


@settings(max_examples=MASKINGS)
@given(maskings())
def test_hiding_never_silences_a_flag_and_is_never_taken_for_no(masking: tuple[int, Case]) -> None:
    n, masked = masking
    before, after = whole(n), assess(masked, knowledge())
    raised = {status.flag for status in after.triage.flags}
    still = raised | {status.flag for status in after.triage.not_excluded}
    for status in before.triage.flags:
        assert status.flag in still, f"{status.flag} was raised and is silent now"
    for status in before.triage.not_excluded:
        assert status.flag in still, f"{status.flag} was not excluded and is denied now"
    rests_on_what_is_left(masked, after)
    moves_towards_unknown_only(case(CASES[n]), masked)


def rests_on_what_is_left(masked: Case, after: Assessment) -> None:
    """Every answer a rule rested on is still recorded, and recorded so."""
    for firing in after.firings:
        for match in firing.matched:
            if match.kind != "finding":
                continue
            if match.state == "unknown":
                assert not masked.known(match.id)
            elif knowledge().findings[match.id].kind == "number":
                assert masked.number(match.id) == float(match.value)
            else:
                assert masked.state(match.id, match.value) is State(match.state)


def moves_towards_unknown_only(full: Case, masked: Case) -> None:
    """A rule that was true or false is that still, or unknown; one that was unknown stays so."""
    rules: list[Rule] = [
        rule
        for phase in ("conclusions", "red_flags", "evidence")
        for rule in knowledge().rules_by_phase[phase]
        if rule.id not in asks_for_ignorance()
    ]
    before, after = (Reading(compiled().plan, one) for one in (full, masked))
    for rule in rules:
        assert after.truth(rule) in (before.truth(rule), None), rule.id


def test_most_rules_are_held_to_it() -> None:
    assert len(asks_for_ignorance()) * 10 < len(knowledge().rules)
    assert len(CASES) >= 100
