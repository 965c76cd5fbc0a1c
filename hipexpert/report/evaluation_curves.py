"""The confusion and the masking curve of an evaluation, as sections."""

from __future__ import annotations

from collections.abc import Iterable

from hipexpert.evaluation.figures import Evaluation, Mistaken
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.masking import Masked, Masking, Point
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.plots import Lines, Matrix, lines, matrix
from hipexpert.report.sections import Section
from hipexpert.report.tables import Table
from hipexpert.report.wording import counted, listed


class Names:
    """Names of conditions, also of those the knowledge base does not have."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._conditions = knowledge.conditions

    def name(self, condition: str) -> str:
        """Return a condition's name; its id when it is not in the knowledge base."""
        known = self._conditions.get(condition)
        return known.name if known else condition or "nothing"

    def accepted(self, accepted: tuple[str, ...] | None) -> str:
        """Return accepted conditions in words."""
        if accepted is None:
            return "(not stated)"
        return listed([self.name(name) for name in accepted], "or") or "(not modelled)"


def percent(share: float | None) -> str:
    """Return a share in whole percent; ``-`` for none."""
    return "-" if share is None else f"{100 * share:.0f}%"


def told(share: Share) -> str:
    """Return a share as a sentence has it."""
    low, high = (f"{100 * end:.0f}" for end in share.interval)
    return (
        f"{share.hits:g} of {share.total} ({100 * (share.share or 0):.0f}%, 95 % interval {low}% to {high}%)"
    )


def confusion_section(evaluation: Evaluation, names: Names) -> Section:
    """Return for each diagnosis what came first."""
    rows = evaluation.confusion
    head = ("accepted", "cases", "first", "in three", "what came first instead")
    table = Table(
        head=head,
        rows=tuple(
            (
                names.accepted(row.accepted),
                str(row.cases),
                str(row.first),
                str(row.three),
                ", ".join(f"{names.name(name)} {count}" for name, count in row.instead) or "-",
            )
            for row in rows
        ),
        right=(1, 2, 3),
        caption="What came first, by accepted condition",
    )
    return Section(
        id="confusion", title="What came first instead", table=table, plots=(_matrix(rows, names),)
    )


def _matrix(rows: Iterable[Mistaken], names: Names) -> Matrix:
    several = tuple(rows)
    right = dict.fromkeys(name for row in several for name, _ in row.came if name in row.accepted)
    wrong = sorted({name for row in several for name, _ in row.came} - set(right))
    return matrix(
        [
            (names.accepted(row.accepted), [(name, n, name in row.accepted) for name, n in row.came])
            for row in several
        ],
        [(name, names.name(name)) for name in (*right, *wrong)],
        "What came first, by accepted condition",
        "Rows are what was right, columns what came first, cells how many cases. Outlined cells with bold "
        "numbers are right. The table below says the same.",
    )


def masking_section(masking: Masking) -> Section:
    """Return what is left when answers are hidden at random."""
    head = ("hidden", "first", "within three", "undertriage", "overtriage", "flags silenced")
    table = Table(
        head=head,
        rows=tuple(
            (
                f"{point.hidden}%",
                *(
                    _cell(figure)
                    for figure in (point.first, point.three, point.undertriage, point.overtriage)
                ),
                str(point.silenced),
            )
            for point in masking.points
        ),
        right=tuple(range(len(head))),
        caption="Accuracy and triage by the share of answers hidden",
    )
    silenced = [f"{s.flag} in {s.case} at {s.hidden} % (draw {s.draw + 1})" for s in masking.silenced]
    safe = "Every red flag stayed raised or turned not excluded." if not silenced else "This must not happen."
    return Section(
        id="masking",
        title="When answers are hidden",
        leads=(
            "Answers were taken out at random and became unknown, never no. "
            f"{counted(masking.draws, 'draw')} a case, seed {masking.seed}, {masking.maskings} cases with "
            "hidden answers judged. The mean of the draws; in brackets the 95 % interval for so many cases.",
            f"Red flags silenced by hiding an answer: {len(silenced)}. {safe}",
        ),
        table=table,
        plots=tuple(_curves(masking.points)),
        items=tuple(silenced),
    )


def _cell(masked: Masked) -> str:
    if masked.mean.share is None:
        return "-"
    low, high = (f"{100 * end:.0f}" for end in masked.mean.interval)
    return f"{100 * masked.mean.share:.0f}% ({low}-{high})"


def _curves(points: tuple[Point, ...]) -> Iterable[Lines]:
    for title, figures in (
        (
            "Accuracy when answers are hidden",
            {"within the first three": "three", "first": "first"},
        ),
        ("Triage when answers are hidden", {"undertriage": "undertriage", "overtriage": "overtriage"}),
    ):
        series = []
        for name, figure in figures.items():
            shares = [(point.hidden, getattr(point, figure).mean) for point in points]
            known = [(x, mean.share, *mean.interval) for x, mean in shares if mean.share is not None]
            if known:
                series.append((name, known))
        if series:
            yield lines(
                series,
                title,
                f"Lines: {listed([name for name, _ in series])}, from no answer hidden on the left to 90 % "
                "hidden on the right. Bands: 95 % intervals. The table below has every number.",
                "answers hidden",
            )
