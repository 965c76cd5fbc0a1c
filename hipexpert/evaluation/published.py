"""Published figures of others, to read ours beside. All were measured on other cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One published figure.

    Attributes:
        figure: Which of ours it stands beside: ``first``, ``three``, ``listed`` or ``safe``.
        who: Whose figure it is.
        share: 0 to 1.
        source: A key of :data:`SOURCES`.
        note: What it counts, where that differs from ours; empty when it does not.
    """

    figure: str
    who: str
    share: float
    source: str
    note: str = ""


SOURCES = {
    "Semigran 2015": "Semigran HL et al. BMJ 2015;351:h3480. 23 symptom checkers, 45 vignettes.",
    "Semigran 2016": "Semigran HL et al. JAMA Intern Med 2016, doi 10.1001/jamainternmed.2016.6001. "
    "Physicians and the same symptom checkers on the same 45 vignettes, history only.",
    "Gilbert 2020": "Gilbert S et al. BMJ Open 2020;10:e040269. Seven general practitioners, 200 vignettes "
    "of primary care.",
    "Bisson 2014": "Bisson LJ et al. Am J Sports Med 2014, doi 10.1177/0363546514541654. A rule-based "
    "program, 527 patients with knee pain.",
}

BARS = (
    Bar(figure="first", who="symptom checkers", share=0.34, source="Semigran 2015"),
    Bar(figure="first", who="physicians", share=0.721, source="Semigran 2016"),
    Bar(figure="three", who="symptom checkers", share=0.512, source="Semigran 2016"),
    Bar(figure="three", who="physicians", share=0.843, source="Semigran 2016"),
    Bar(figure="three", who="general practitioners", share=0.821, source="Gilbert 2020"),
    Bar(
        figure="listed",
        who="rule-based knee program",
        share=0.89,
        source="Bisson 2014",
        note="a list of about five, with a specificity of 27 %",
    ),
    Bar(
        figure="safe",
        who="general practitioners",
        share=0.97,
        source="Gilbert 2020",
        note="at most one level below the right one",
    ),
)

CAVEAT = (
    "The published figures were measured on other cases, by other rules of scoring, mostly on written "
    "vignettes with the history alone. They show what is usual, not who is better."
)


def beside(figure: str) -> tuple[Bar, ...]:
    """Return the published figures that stand beside one of ours."""
    return tuple(bar for bar in BARS if bar.figure == figure)
