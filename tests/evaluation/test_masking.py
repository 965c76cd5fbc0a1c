"""Hiding answers: what is hidden, what is left, and that the count of silenced flags can count."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import hipexpert.evaluation.hiding as h
from hipexpert.case import Answer, Case
from hipexpert.evaluation.expected import Expected
from hipexpert.evaluation.figures import stating
from hipexpert.evaluation.hiding import Hiding, silenced_flags
from hipexpert.evaluation.masking import SHARES, Point, masking, masks, usual_draws
from hipexpert.evaluation.outcome import outcome
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.inference.plan import Plan
from hipexpert.knowledge.model import Knowledge
from tests.evaluation.small import CASES, KNEE, LOCKED, YES, case
from tests.inference.shipped import PATHS, knowledge
from tests.inference.shipped import case as shipped_case
from tests.strategies import cases, knowledges

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


def check(case_: Case, accepted: list[str], knowledge: Knowledge, draws: int) -> None:
    """Hold what is predicted while answers are hidden against the engine, on a case without them."""
    expected = Expected(accepted=tuple(accepted), urgent=True)
    hiding = Hiding(case_, expected, knowledge, Plan(knowledge))
    before = [status.flag for status in assess(case_, knowledge).triage.flags]
    for draw in range(draws):
        for _, hidden in masks(case_, 11, draw):
            seen, masked = hiding.seen(hidden), case_.without(hidden)
            fresh = assess(masked, knowledge)
            assert seen.rank == outcome(case_, expected, fresh).rank
            assert seen.triage == fresh.triage.level
            assert seen.flags == {status.flag for status in fresh.triage.flags}
            assert hiding.silenced(before, hidden) == silenced_flags(masked, before, knowledge)


@given(knowledge=knowledges(), case_=cases())
def test_what_is_hidden_is_judged_as_the_engine_judges_it(knowledge: Knowledge, case_: Case) -> None:
    check(case_, ["break"], knowledge, 1)


@pytest.mark.parametrize("path", PATHS[::9], ids=lambda path: path.stem)
def test_on_shipped_cases_too(path: Path) -> None:
    check(shipped_case(path), ["hip_stress_fracture"], knowledge(), 1)


def test_a_silenced_flag_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets what is not excluded must be caught; the quick look alone convicts nobody."""
    known = stating([case("full", FULL, urgent=True)])
    monkeypatch.setattr(h.Hiding, "_open", lambda *_: False)
    assert masking(known, KNEE, draws=2).silenced == ()

    def forgetful(*arguments: Any) -> Assessment:
        found = assess(*arguments)
        return replace(found, triage=replace(found.triage, not_excluded=()))

    monkeypatch.setattr(h, "assess", forgetful)
    found = masking(known, KNEE, draws=2)
    assert {(each.case, each.flag) for each in found.silenced} == {("full", "KF-LOCKED")}
    assert sum(point.silenced for point in found.points) == len(found.silenced)
    assert found.points[-1].silenced == 2


@pytest.mark.parametrize("cases_", [0, 1, 49, 106, 300, 5000])
def test_few_cases_get_more_draws_and_many_still_several(cases_: int) -> None:
    draws = usual_draws(cases_)
    assert 5 <= draws <= 20
    assert draws == 5 or draws * cases_ * 9 <= 20_000


def test_progress_is_told_after_every_case() -> None:
    told: list[tuple[int, int]] = []
    masking(stating(CASES), KNEE, draws=2, progress=lambda done, of: told.append((done, of)))
    assert told == [(n, 6) for n in range(1, 7)]
