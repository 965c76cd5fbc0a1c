"""A small result, and records made of it without judging anything."""

from __future__ import annotations

from hipexpert import audit
from hipexpert.summary import Place, Summary

AT = "2026-03-01T10:00:00Z"
SUMMARY = Summary(
    program="0.1.0", knowledge=("Small", "1.0.0", "0123456789abcdef"), layers=("lessons",),
    answers="a" * 64, report="b" * 64, triage="routine", settled=False, flags=(), not_excluded=("FL-A",),
    ranking=(Place(condition="ache", verdict="likely", score=3.0),
             Place(condition="cramp", verdict="unlikely", score=-12.5)),
    advice=("AD-1",), rules=("R-01", "R-02"),
)  # fmt: skip


def lines(count: int) -> list[bytes]:
    """Return a whole record of so many entries; every third is a later decision."""
    made: list[bytes] = []
    last = None
    for n in range(1, count + 1):
        if n % 3 == 0:
            decision = audit.Decision(override="cramp", reason="seen again")
            line = audit.later_decision(last, AT, n - 1, decision)  # type: ignore[arg-type]
        else:
            line = audit.consultation(last, AT, f"case-{n}", SUMMARY, audit.Decision() if n % 2 else None)
        made.append(line.encode())
        last = audit.parse(made[-1][:-1])
    return made
