"""Published accuracy figures in words: what a likelihood ratio was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hipexpert.case import number_text
from hipexpert.knowledge.model import Study, Weighs
from hipexpert.report.lexicon import Lexicon

FIGURES: Final = {
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "lr_positive": "LR+",
    "lr_negative": "LR-",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyView:
    """The study behind a published likelihood ratio.

    Attributes:
        ratio: The ratio used, with its interval when one was printed: "LR+ 5.4 (2.1 to 13)".
        figures: Every figure of the study in words.
        about: Population, reference standard and number studied on one line.
    """

    id: str
    test: str
    target: str
    ratio: str
    figures: tuple[str, ...]
    about: str


def figures(study: Study) -> tuple[str, ...]:
    """Return each published figure with its interval; one computed here says so."""
    return tuple(
        figure(study, name)
        + (" (computed from sensitivity and specificity)" if name in study.derived else "")
        for name in FIGURES
        if getattr(study, name) is not None
    )


def figure(study: Study, name: str) -> str:
    """Return one figure with its 95 % interval, when one was printed."""
    share = name in ("sensitivity", "specificity")
    interval = study.interval(name)
    printed = f" ({_number(interval.low, share)} to {_number(interval.high, share)})" if interval else ""
    return f"{FIGURES[name]} {_number(getattr(study, name), share)}{printed}"


def study_view(then: Weighs, lexicon: Lexicon) -> StudyView | None:
    """Return the study a rule took its ratio from; None when it used a strength word."""
    if not then.study:
        return None
    study = lexicon.knowledge.studies[then.study]
    counted = f"{study.n} studied" if study.n else ""
    against = f"against {study.reference}" if study.reference else ""
    return StudyView(
        id=study.id,
        test=study.test,
        target=study.target,
        ratio=_used(study, then),
        figures=figures(study),
        about="; ".join(part for part in (study.population, against, counted) if part),
    )


def _used(study: Study, then: Weighs) -> str:
    """Return the ratio a rule used; it is the printed one or, when nearer to 1, the one that follows."""
    name = f"lr_{then.result}"
    ratio = round(then.ratio if then.direction == "supports" else 1 / then.ratio, 2)
    printed: float | None = getattr(study, name)
    if printed is None or abs(printed - ratio) < 0.01:
        return figure(study, name) if printed is not None else f"{FIGURES[name]} {number_text(ratio)}"
    follows = f"from sensitivity and specificity; printed {number_text(printed)}"
    return f"{FIGURES[name]} {number_text(ratio)} ({follows})"


def _number(value: float, share: bool) -> str:
    return f"{number_text(round(100 * value, 1))} %" if share else number_text(value)
