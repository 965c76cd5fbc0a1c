from __future__ import annotations

from hypothesis import given

from hipexpert.case import Case, State
from hipexpert.case_files import read_case
from hipexpert.explanation.unexplained import unexplained
from hipexpert.inference.assess import assess
from hipexpert.knowledge.model import Knowledge
from tests.explanation.small import ROOT, hip, knee, runner
from tests.strategies import cases, knowledges


@given(knowledge=knowledges(), case=cases())
def test_what_is_said_is_recorded_so(knowledge: Knowledge, case: Case) -> None:
    assessment = assess(case, knowledge)
    found = unexplained(assessment, knowledge)
    assert [each.rank for each in found] == [1, 2, 3]
    for each in found:
        assert each.unexplained == assessment.standing(each.condition).unexplained
        for expected in each.expected:
            assert case.state(expected.finding, expected.option) is State.ABSENT
            for rule in expected.rules:
                assert knowledge.rules[rule].then.condition == each.condition  # type: ignore[union-attr]


def test_what_was_expected_and_is_not_there() -> None:
    (left,) = unexplained(assess(runner(front_pain="no", worse_with=["stairs"]), knee()), knee())
    (expected,) = left.expected
    assert (expected.finding, expected.rules, expected.points) == ("front_pain", ("KN-02", "KN-05"), 7.0)


def test_the_groin_is_expected_of_a_stress_fracture() -> None:
    articles = hip().restricted(["articles"])
    assessment = assess(read_case(ROOT / "examples" / "lateral-hip.yaml", articles), articles)
    third = unexplained(assessment, articles)[2]
    assert third.condition == "hip_stress_fracture"
    assert ("pain.site", "lateral") in {(match.id, match.value) for match in third.unexplained}
    assert third.expected[0].option == "groin"
