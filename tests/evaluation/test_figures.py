"""The figures of an evaluation, on cases whose outcome is known by hand."""

from __future__ import annotations

import pytest

from hipexpert.case import Case
from hipexpert.errors import CaseError
from hipexpert.evaluation import Share, evaluate
from hipexpert.evaluation.expected import expectation, remarks
from hipexpert.evaluation.intervals import median
from tests.evaluation.small import CASES, KNEE, LOCKED, YES, case


def test_shares_count_what_they_say() -> None:
    found = evaluate(CASES, KNEE)
    assert [o.case for o in found.outcomes] == ["hit", "outside", "missed", "seen", "over", "flag only"]
    assert (found.within(1).hits, found.within(1).total) == (3, 5)
    assert (found.within(1, covered=True).hits, found.within(1, covered=True).total) == (3, 3)
    assert (found.within(3, also=True).hits, found.within(3, also=True).total) == (4, 5)
    assert (found.coverage.hits, found.coverage.total) == (3, 5)
    assert (found.on_list.hits, found.on_list.total) == (0, 5)
    assert (found.undertriage.hits, found.undertriage.total) == (1, 3)
    assert (found.overtriage.hits, found.overtriage.total) == (1, 2)
    assert (found.safe.hits, found.safe.total) == (4, 5)
    assert found.median_listed == 0
    assert found.lengths == {0: 6}
    assert found.levels["same_day"] == {True: 2, False: 1, None: 0}


def test_confusion_says_what_came_first() -> None:
    rows = {row.accepted: row for row in evaluate(CASES, KNEE).confusion}
    assert rows["kneecap_pain",].came == (("kneecap_pain", 3),)
    assert rows["kneecap_pain",].instead == ()
    assert (rows["kneecap_pain",].first, rows["kneecap_pain",].cases) == (3, 3)
    assert rows["ligament",].instead == (("kneecap_pain", 1),)
    assert list(rows)[-1] == (), "what is not modelled stands last"


def test_groups_are_what_the_cases_say() -> None:
    groups = evaluate(CASES, KNEE).groups
    assert {name: [o.case for o in group.outcomes] for name, group in groups.items()} == {
        "not sparse": ["hit"],
        "sparse": ["missed"],
        "population: runner": ["hit", "seen"],
    }


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (8, 10, 0.490, 0.943),
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (0, 0, 0.0, 1.0),
        (2.5, 10, 0.081, 0.558),
    ],
)
def test_the_interval_is_wilsons(hits: float, total: int, low: float, high: float) -> None:
    found = Share(hits=hits, total=total)
    assert found.interval == pytest.approx((low, high), abs=0.001)
    assert str(found).startswith(f"{hits} of {total}")


@pytest.mark.parametrize(("counts", "middle"), [([], 0), ([3], 3), ([1, 2], 1.5), ([5, 1, 2], 2)])
def test_the_median(counts: list[float], middle: float) -> None:
    assert median(counts) == middle


@pytest.mark.parametrize(
    "expected",
    [
        "yes",
        {"accepted": "kneecap_pain"},
        {"accepted": [], "urgent": "soon"},
        {"accepted": [1]},
        {"also": "x"},
        {"sparse": 3},
        {"population": ["runner"]},
        {"triage_at_least": "soon"},
    ],
)
def test_a_malformed_expectation_is_refused(expected: object) -> None:
    with pytest.raises(CaseError, match="HX520"):
        evaluate([Case(id="x", answers=YES, meta={"expected": expected})], KNEE)


def test_nothing_expected_is_an_error() -> None:
    with pytest.raises(CaseError, match="no case states what is expected"):
        evaluate([Case(id="x", answers=YES)], KNEE)


@pytest.mark.parametrize(
    ("stated", "urgent"),
    [
        ({"urgent": "yes", "triage": "routine"}, True),
        ({"triage": "emergency"}, True),
        ({"triage": "routine"}, False),
        ({"triage_at_least": "within_days", "triage_at_most": "within_days"}, True),
        ({"triage_at_most": "within_days"}, False),
        ({"triage_at_least": "routine"}, None),
        ({"accepted": []}, None),
    ],
)
def test_urgency_follows_from_the_triage_that_is_expected(
    stated: dict[str, object], urgent: bool | None
) -> None:
    found = expectation(case("x", LOCKED, **stated))
    assert found is not None
    assert found.urgent is urgent


def test_first_is_read_as_accepted_and_nothing_stated_is_not_an_empty_list() -> None:
    assert expectation(case("x", YES, first=["kneecap_pain"])).accepted == ("kneecap_pain",)  # type: ignore[union-attr]
    assert expectation(case("x", YES, accepted=[])).accepted == ()  # type: ignore[union-attr]
    assert expectation(case("x", YES, urgent=True)).accepted is None  # type: ignore[union-attr]


def test_names_that_do_not_exist_are_told_with_the_nearest() -> None:
    odd = case("x", YES, accepted=["kneecap_pian"], acepted=["kneecap_pain"], urgent=False)
    assert remarks(odd, KNEE.conditions) == (
        "x: 'kneecap_pian' is not in the knowledge base; did you mean 'kneecap_pain'?",
        "x: unknown field 'acepted' in expected; did you mean 'accepted'?",
    )
    assert remarks(CASES[0], KNEE.conditions) == ()
