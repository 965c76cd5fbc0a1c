"""Hiding answers: what is hidden, what is left, and that the count of silenced flags can count."""

from __future__ import annotations

from itertools import pairwise

import pytest

import hipexpert.evaluation.masking as m
from hipexpert.case import Answer, Case
from hipexpert.evaluation.figures import stating
from hipexpert.evaluation.masking import SHARES, Point, masking, masks, usual_draws
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from tests.evaluation.small import CASES, KNEE, LOCKED, YES, case

FULL = {
    **YES,
    **LOCKED,
    "worse_with": Answer(finding="worse_with", present=("stairs",), absent=("sitting", "twisting")),
    "swollen_hours": Answer(finding="swollen_hours"),
}


def test_a_larger_share_hides_all_that_a_smaller_one_does() -> None:
    one = case("full", FULL, accepted=["kneecap_pain"], urgent=True)
    for draw in range(20):
        hidden = list(masks(one, 7, draw))
        assert [percent for percent, _ in hidden] == list(SHARES)
        assert hidden[0][1] == frozenset()
        assert all(less <= more for (_, less), (_, more) in pairwise(hidden))
        assert [len(names) for _, names in hidden] == [0, 0, 1, 1, 1, 2, 2, 2, 2, 3]
        assert "swollen_hours" not in hidden[-1][1], "what nobody knew cannot be hidden"


def test_what_is_hidden_depends_on_seed_case_and_draw_alone() -> None:
    one = case("full", FULL, urgent=True)
    turned = Case(id="full", answers=dict(reversed(FULL.items())))
    assert list(masks(one, 1, 0)) == list(masks(turned, 1, 0))
    orders = {tuple(masks(one, seed, draw)) for seed in range(4) for draw in range(4)}
    assert len(orders) > 3


def test_without_hiding_the_curve_is_the_evaluation() -> None:
    found = masking(stating(CASES), KNEE, draws=3, seed=5)
    start: Point = found.points[0]
    assert (start.first.mean.hits, start.first.mean.total) == (3, 5)
    assert (start.first.least, start.first.most) == (0.6, 0.6)
    assert (start.undertriage.mean.hits, start.overtriage.mean.hits) == (1, 1)
    assert found.points[-1].undertriage.mean.hits == 3, "one answer each: at 90 % nothing is left"
    assert found.points[-1].overtriage.mean.hits == 0
    assert found.silenced == ()
    assert found.maskings == 6, "each distinct masking once"


def test_the_same_seed_gives_the_same_curve_in_any_order() -> None:
    known = stating([*CASES, case("full", FULL, accepted=["kneecap_pain"], urgent=True)])
    one, other = (masking(several, KNEE, draws=4, seed=3) for several in (known, known[::-1]))
    assert one == other


def test_a_hidden_answer_is_unknown_and_never_no(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Case] = []

    def watched(cases: object, *rest: object) -> object:
        for one in cases:  # type: ignore[attr-defined]
            seen.append(one)
            yield assess(one, KNEE)

    monkeypatch.setattr(m, "assess_many", watched)
    masking(stating([case("full", FULL, urgent=True)]), KNEE, draws=5)
    assert len(seen) > 5
    for one in seen:
        for name, answer in one.answers.items():
            assert answer is FULL[name]


def test_a_silenced_flag_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets what is not excluded must be caught."""
    from dataclasses import replace

    def forgetful(cases: object, *rest: object) -> object:
        for one in cases:  # type: ignore[attr-defined]
            found: Assessment = assess(one, KNEE)
            yield replace(found, triage=replace(found.triage, not_excluded=()))

    monkeypatch.setattr(m, "assess_many", forgetful)
    found = masking(stating([case("full", FULL, urgent=True)]), KNEE, draws=2)
    assert {(each.case, each.flag) for each in found.silenced} == {("full", "KF-LOCKED")}
    assert sum(point.silenced for point in found.points) == len(found.silenced)
    assert found.points[-1].silenced == 2


@pytest.mark.parametrize("cases", [0, 1, 49, 106, 300, 5000])
def test_few_cases_get_more_draws_and_many_at_least_two(cases: int) -> None:
    draws = usual_draws(cases)
    assert 2 <= draws <= 10
    assert draws == 2 or draws * cases * 9 <= 3000


def test_progress_is_told_of_every_judgement() -> None:
    told: list[tuple[int, int]] = []
    found = masking(stating(CASES), KNEE, draws=2, progress=lambda done, of: told.append((done, of)))
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert len(told) == found.maskings + len(stating(CASES))
