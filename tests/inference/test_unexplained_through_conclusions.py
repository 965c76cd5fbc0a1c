"""What a conclusion rests on is explained by whatever rests on the conclusion."""

from __future__ import annotations

from hipexpert.inference.assess import assess
from tests.case_paths import CASES
from tests.inference.shipped import case, knowledge


def test_findings_behind_a_conclusion_are_explained_through_it() -> None:
    met = 0
    for path in CASES[::6]:
        assessment = assess(case(path), knowledge())
        drawn: dict[str, set[object]] = {}
        for firing in assessment.firings:
            for kind, name in firing.produced:
                if kind == "conclusion":
                    drawn.setdefault(name, set()).update(m for m in firing.matched if m.kind == "finding")
        for standing in assessment.differential:
            rests_on = {m.id for row in standing.ledger for m in row.findings if m.kind == "conclusion"}
            behind = {match for name in rests_on for match in drawn[name]}
            assert behind.isdisjoint(standing.unexplained), (path.stem, standing.condition)
            met += len(behind)
    assert met > 50
