"""Where a published likelihood ratio comes from: the figures of a study, and the nearer to 1 of two."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.knowledge.model import Interval, Knowledge, Study, Weighs
from tests.explanation.small import hip


def study(**figures: float | None) -> Study:
    return Study(id="t-x", test="x", target="y", source="s-x", **figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figures", "result", "ratio"),
    [
        ({"lr_positive": 3.0}, "positive", 3.0),
        ({"lr_positive": 3.0}, "negative", None),
        ({"sensitivity": 0.8, "specificity": 0.9}, "positive", 8.0),
        ({"sensitivity": 0.8, "specificity": 0.9}, "negative", 0.2 / 0.9),
        ({"sensitivity": 0.71, "specificity": 0.84, "lr_positive": 5.5}, "positive", 0.71 / 0.16),
        ({"sensitivity": 0.61, "specificity": 0.92, "lr_negative": 0.25}, "negative", 0.39 / 0.92),
        ({"sensitivity": 0.94, "specificity": 0.08, "lr_negative": 0.48}, "negative", 0.06 / 0.08),
        ({"sensitivity": 0.38, "specificity": 1.0}, "positive", None),
        ({"sensitivity": 1.0, "specificity": 0.97}, "negative", None),
        ({"sensitivity": 0.9}, "positive", None),
    ],
)
def test_the_ratio_nearer_to_one_counts(figures: dict[str, float], result: str, ratio: float | None) -> None:
    found = study(**figures).ratio(result)
    assert found == (None if ratio is None else pytest.approx(ratio))


shares = st.floats(0, 1)


@given(shares, shares, st.floats(0.01, 100) | st.none(), st.sampled_from(["positive", "negative"]))
def test_no_other_figure_of_the_study_is_nearer(
    sensitivity: float, specificity: float, printed: float | None, result: str
) -> None:
    entry = study(sensitivity=sensitivity, specificity=specificity, **{f"lr_{result}": printed})
    found = entry.ratio(result)
    given_ = [ratio for ratio in (printed, entry.computed(result)) if ratio]
    assert (found is None) == (not given_)
    assert all(abs(math.log(found)) <= abs(math.log(ratio)) for ratio in given_ if found)


def test_an_interval_is_found_by_its_figure() -> None:
    entry = Study(
        id="t-x", test="x", target="y", source="s", intervals=(Interval(of="lr_positive", low=2, high=9),)
    )
    assert entry.interval("lr_positive") == Interval(of="lr_positive", low=2, high=9)
    assert entry.interval("sensitivity") is None


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return hip()


def test_every_rule_with_a_ratio_takes_it_from_a_study_of_the_literature(knowledge: Knowledge) -> None:
    weighing = [(rule, rule.then) for rule in knowledge.rules.values() if isinstance(rule.then, Weighs)]
    published = [(rule, then) for rule, then in weighing if not then.strength]
    assert len(published) >= 30
    for rule, then in published:
        entry = knowledge.studies[then.study]
        ratio = entry.ratio(then.result)
        assert ratio is not None and not entry.doubt
        turned = ratio if then.direction == "supports" else 1 / ratio
        assert then.ratio == pytest.approx(turned), rule.id
        assert then.source == entry.source and entry.source in rule.cites
        assert rule.layer == knowledge.sources[entry.source].layer == "evidence"


def test_the_figures_of_every_study_hang_together(knowledge: Knowledge) -> None:
    for entry in knowledge.studies.values():
        assert any(
            v is not None
            for v in (entry.sensitivity, entry.specificity, entry.lr_positive, entry.lr_negative)
        )
        for interval in entry.intervals:
            value = getattr(entry, interval.of)
            ordered = (
                [interval.low, value, interval.high] if value is not None else [interval.low, interval.high]
            )
            assert all(a <= b for a, b in pairwise(ordered)), (entry.id, interval)
        for name in entry.derived:
            computed = entry.computed(name.removeprefix("lr_"))
            printed = getattr(entry, name)
            if computed is not None and printed:
                assert printed == pytest.approx(computed, rel=0.02, abs=0.006), entry.id
