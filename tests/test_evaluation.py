"""The figures of an evaluation, on cases whose outcome is known by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.case import Answer, Case
from hipexpert.errors import CaseError
from hipexpert.evaluation import Share, evaluate
from hipexpert.knowledge.loader import load
from hipexpert.report.evaluation_page import evaluation_page

KNEE = load(Path(__file__).parent / "knee")
YES = {"front_pain": Answer(finding="front_pain", present=("yes",))}
LOCKED = {"locked": Answer(finding="locked", present=("yes",))}


def case(name: str, answers: dict[str, Answer], **expected: object) -> Case:
    return Case(id=name, answers=answers, meta={"expected": expected})


CASES = [
    case("hit", YES, accepted=["kneecap_pain"], urgent=False),
    case("outside", YES, accepted=[], urgent=None),
    case("missed", YES, accepted=["ligament"], urgent=True),
    case("seen", LOCKED, accepted=["kneecap_pain"], urgent="yes"),
    case("over", LOCKED, accepted=["kneecap_pain"], urgent="no"),
    Case(id="nothing expected", answers=YES),
]


def test_shares_count_what_they_say() -> None:
    found = evaluate(CASES, KNEE)
    assert [o.case for o in found.outcomes] == ["hit", "outside", "missed", "seen", "over"]
    assert (found.within(1).hits, found.within(1).total) == (3, 4)
    assert (found.undertriage.hits, found.undertriage.total) == (1, 2)
    assert (found.overtriage.hits, found.overtriage.total) == (1, 2)
    assert found.median_listed == 0
    page = evaluation_page(found, KNEE)
    assert "Undertriaged: missed." in page
    assert "Overtriaged: over." in page
    assert "| outside | (not modelled) |" in page


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"), [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (0, 0, 0.0, 1.0)]
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    found = Share(hits=hits, total=total)
    assert found.interval == pytest.approx((low, high), abs=0.001)
    assert str(found).startswith(f"{hits} of {total}")


@pytest.mark.parametrize(
    "expected", ["yes", {"accepted": "kneecap_pain"}, {"accepted": [], "urgent": "soon"}]
)
def test_a_malformed_expectation_is_refused(expected: object) -> None:
    with pytest.raises(CaseError, match="HX520"):
        evaluate([Case(id="x", answers=YES, meta={"expected": expected})], KNEE)


def test_nothing_expected_is_an_error() -> None:
    with pytest.raises(CaseError, match="no case states what is expected"):
        evaluate([Case(id="x", answers=YES)], KNEE)
