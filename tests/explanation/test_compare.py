from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.errors import UsageError
from hipexpert.explanation.compare import Observation, compare
from hipexpert.inference.assess import assess
from hipexpert.knowledge.model import Knowledge
from tests.explanation.small import ROOT, hip
from tests.strategies import cases, knowledges

TB, GT = "trochanteric_bursitis", "gluteal_tendinopathy"


def turned(seen: tuple[Observation, ...]) -> list[tuple[object, ...]]:
    return [(o.tests, o.matched, o.points_b, o.points_a, -o.difference, o.rules) for o in seen]


def plain(seen: tuple[Observation, ...]) -> list[tuple[object, ...]]:
    return [(o.tests, o.matched, o.points_a, o.points_b, o.difference, o.rules) for o in seen]


@given(knowledge=knowledges(), case=cases())
def test_compare_is_antisymmetric(knowledge: Knowledge, case: Case) -> None:
    assessment = assess(case, knowledge)
    one, two = (compare(knowledge, *names, assessment) for names in (("ache", "break"), ("break", "ache")))
    assert plain(one.apart) == turned(two.apart)
    assert plain(one.alike) == turned(two.alike)
    assert one.patient is not None
    assert two.patient is not None
    assert plain(one.patient.recorded) == turned(two.patient.recorded)
    assert plain(one.patient.open) == turned(two.patient.open)


@given(knowledge=knowledges(), case=cases())
def test_what_is_recorded_sums_to_the_scores(knowledge: Knowledge, case: Case) -> None:
    found = compare(knowledge, "ache", "cramp", assess(case, knowledge))
    assert found.patient is not None
    recorded = found.patient.recorded
    assert round(found.prior_a + sum(o.points_a for o in recorded), 1) == found.patient.score_a
    assert round(found.prior_b + sum(o.points_b for o in recorded), 1) == found.patient.score_b


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_first_two_of_the_examples(path: Path) -> None:
    assessment = assess(read_case(path, hip()), hip())
    first, second = (standing.condition for standing in assessment.differential[:2])
    found = compare(hip(), first, second, assessment)
    assert found.patient is not None
    assert found.patient.open
    assert all(test.state == "unknown" for seen in found.patient.open for test in seen.tests)


def test_in_principle_needs_no_patient() -> None:
    found = compare(hip().restricted(["articles"]), TB, GT)
    assert found.patient is None
    rules = {rule for seen in found.apart for rule in seen.rules}
    assert "TB-04" in rules, "lying on that side tells them apart"
    shared = [seen.rules for seen in found.alike]
    assert ("GT-01", "TB-01") in shared, "the place does not"


@pytest.mark.parametrize(("a", "b"), [(TB, TB), (TB, "gluteal_tendinopaty"), ("nothing_like_it", TB)])
def test_a_wrong_name_is_refused(a: str, b: str) -> None:
    with pytest.raises(UsageError):
        compare(hip(), a, b)
