"""Questions that always have one answer: what excluding some answers tells."""

from __future__ import annotations

import pytest

from hipexpert.case import Answer, Case, State
from hipexpert.case_values import parse_answer, to_document
from hipexpert.errors import CaseError
from hipexpert.explanation.changes import apply_answers
from hipexpert.explanation.why_not import why_not
from hipexpert.inference.assess import assess
from hipexpert.inference.consultation import consult
from hipexpert.knowledge.when import Has
from hipexpert.report.explanations import render_explanation
from tests.inference.shipped import knowledge

STANDING = "weight_bearing"
TROUBLE = Has(STANDING, ("struggle", "impossible"), ("normal", "sore"))


@pytest.mark.parametrize(
    ("present", "absent", "state"),
    [
        (("struggle",), (), State.PRESENT),
        (("normal",), (), State.ABSENT),
        ((), ("normal", "sore"), State.PRESENT),
        ((), ("struggle", "impossible"), State.ABSENT),
        ((), ("normal",), State.UNKNOWN),
        ((), ("normal", "struggle"), State.UNKNOWN),
        ((), (), State.UNKNOWN),
    ],
)
def test_several_answers_together_are_told_by_the_others(
    present: tuple[str, ...], absent: tuple[str, ...], state: State
) -> None:
    answer = Answer(finding=STANDING, present=present, absent=absent)
    assert answer.state_of(TROUBLE) is state
    grounds = dict(answer.grounds(TROUBLE)) if state is not State.UNKNOWN else {}
    assert all(answer.state(option) is what for option, what in grounds.items())
    assert bool(grounds) is (state is not State.UNKNOWN)


def test_without_others_an_exclusion_tells_nothing() -> None:
    alone = Has(STANDING, TROUBLE.options)
    assert Answer(finding=STANDING, absent=("normal", "sore")).state_of(alone) is State.UNKNOWN


def standing(raw: object) -> Case:
    answer = parse_answer(knowledge().findings[STANDING], raw)
    return Case(id="standing", answers={STANDING: answer})


def test_a_leg_that_is_neither_well_nor_merely_sore_raises_what_a_struggle_raises() -> None:
    told = assess(standing("struggle"), knowledge())
    excluded = assess(standing({"normal": "no", "sore": "no"}), knowledge())
    flags = {status.flag for status in excluded.triage.flags}
    assert flags and flags == {status.flag for status in told.triage.flags}
    assert excluded.triage.level == told.triage.level
    firing = next(f for f in excluded.firings if f.phase == "red_flags")
    assert {(m.value, m.state) for m in firing.matched if m.id == STANDING} == {
        ("normal", "absent"),
        ("sore", "absent"),
    }


def test_an_exclusion_that_leaves_several_answers_decides_nothing_by_itself() -> None:
    open_ = assess(standing({"normal": "no"}), knowledge())
    assert not {f for f in open_.triage.flags if f in assess(standing("struggle"), knowledge()).triage.flags}
    assert open_.triage.level == assess(standing("sore"), knowledge()).triage.level


def test_the_last_answer_left_is_the_answer() -> None:
    finding = knowledge().findings[STANDING]
    left = parse_answer(finding, {"normal": "no", "sore": "no", "impossible": "no"})
    assert left == parse_answer(finding, "struggle")
    assert to_document(finding, left) == "struggle"
    assert knowledge().findings["pain.side"].exhaustive is False, "pain in the middle has no side"
    side = parse_answer(knowledge().findings["pain.side"], {"left": "no", "right": "no"})
    assert side.present == ()


def test_a_question_with_every_answer_excluded_is_refused() -> None:
    finding = knowledge().findings[STANDING]
    with pytest.raises(CaseError, match="excludes every answer"):
        parse_answer(finding, dict.fromkeys(finding.option_ids, "no"))


def test_what_is_lacking_is_told_as_one_of_several() -> None:
    case = standing({"normal": "no"})
    base = knowledge()
    found = why_not(assess(case, base), base, "displaced_hip_fracture")
    page = render_explanation(found, base, case, "text")
    assert "standing on the leg: a struggle or impossible" in page
    wanted = [lack for lack in found.nearest if any(u.values == TROUBLE.options for u in lack.lack.unmet)]
    assert wanted
    for nearest in wanted:
        settled = apply_answers(case, nearest.lack.settled_by)
        assert nearest.rule in {firing.rule for firing in consult(settled, base).firings}
