"""The tiny knee, and cases whose outcome is known by hand."""

from __future__ import annotations

from pathlib import Path

from hipexpert.case import Answer, Case
from hipexpert.knowledge.loader import load

ROOT = Path(__file__).parents[2]
KNEE = load(ROOT / "tests" / "knee", cache=False)
YES = {"front_pain": Answer(finding="front_pain", present=("yes",))}
LOCKED = {"locked": Answer(finding="locked", present=("yes",))}


def case(name: str, answers: dict[str, Answer], **expected: object) -> Case:
    return Case(id=name, answers=answers, meta={"expected": expected})


CASES = [
    case("hit", YES, accepted=["kneecap_pain"], urgent=False, sparse=False, population="runner"),
    case("outside", YES, accepted=[], also=["kneecap_pain"], urgent=None),
    case("missed", YES, accepted=["ligament"], urgent=True, sparse="yes"),
    case("seen", LOCKED, accepted=["kneecap_pain"], urgent="yes", population="runner"),
    case("over", LOCKED, accepted=["kneecap_pain"], urgent="no"),
    case("flag only", LOCKED, triage_at_least="within_days"),
    Case(id="nothing expected", answers=YES),
]
