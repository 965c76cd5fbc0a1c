"""How many questions a consultation asks, over the suite's cases; a case's own answers play the runner.

What a case does not say is answered "unknown". docs/validation.md states the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from hipexpert.case import Answer, Case
from hipexpert.case_files import read_case
from hipexpert.dialogue.agenda import open_questions
from hipexpert.dialogue.planning import SMALL, WORTH_SAVING, Plan, plan
from hipexpert.explanation.prospects import Prospects
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from tests.case_paths import CASES, NIGHTLY

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[2]
SHARE = 0.60
SAME_LEADER = 0.98
THRESHOLDS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0)
"""Worths, in points, that were weighed as the one below which an end is proposed."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@dataclass(frozen=True)
class Step:
    """One moment of a dialogue at which an end could be proposed.

    Attributes:
        asked: Questions so far.
        worth: Points the best question left is worth; the end is proposed where that is small enough.
        leader: The same condition leads as with all answers of the case.
        triage: The triage is the same too.
    """

    asked: int
    worth: float
    leader: bool
    triage: bool


def steps(case: Case, knowledge: Knowledge, least: float) -> list[Step]:
    """Return the moments until the best question left is worth no more than ``least`` points."""
    whole, run, found = Prospects(knowledge, case).now, Case(id=case.id), list[Step]()
    while True:
        planned = plan(knowledge, run)
        over = planned.enough == "settled" or not planned.questions
        if over or may_stop(planned):
            worth = 0.0 if over else max((c.worth for c in planned.by_finding.values()), default=0.0)
            now = planned.now
            same = now.order[0] == whole.order[0], now.triage == whole.triage
            found.append(Step(len(run.answers), worth, *same))
            if worth <= least:
                return found
        name = planned.questions[0].id
        run = run.with_answers(case.answers.get(name) or Answer(finding=name))


def may_stop(planned: Plan) -> bool:
    """Return whether only the worth of what is left decides about proposing an end."""
    left = planned.by_finding.values()
    return (
        not planned.urgent
        and len(planned.reach.findings) >= WORTH_SAVING
        and not any(c.decisive for c in left)
    )


def stop(run: list[Step], small: float) -> Step:
    """Return the moment at which an end is proposed with a threshold."""
    return next(step for step in run if step.worth <= small)


Figures = tuple[float, float, float]


def figures(stops: list[Step]) -> Figures:
    """Return the median number of questions, and the shares with the same leader and the same triage."""
    count = len(stops)
    leaders, triages = sum(step.leader for step in stops), sum(step.triage for step in stops)
    return median(step.asked for step in stops), leaders / count, triages / count


def chosen(runs: list[list[Step]]) -> float:
    """Return the largest threshold that keeps the triage always and the leader nearly always."""
    kept = [s for s in THRESHOLDS if good(figures([stop(run, s) for run in runs]))]
    return max(kept, default=min(THRESHOLDS))


def good(found: Figures) -> bool:
    return found[1] >= SAME_LEADER and found[2] == 1


def test_every_twelfth_case(knowledge: Knowledge) -> None:
    full = len(open_questions(knowledge, Case(id="empty")))
    runs = [steps(read_case(path, knowledge), knowledge, SMALL) for path in CASES[::12]]
    length, leader, triage = figures([stop(run, SMALL) for run in runs])
    assert length <= SHARE * full * 1.05, "a small sample may be a little longer"
    assert leader >= 0.9
    assert triage == 1


def test_the_moments_are_those_of_the_dialogue(knowledge: Knowledge) -> None:
    for path in CASES[::40]:
        case = read_case(path, knowledge)
        run = Case(id=case.id)
        while (planned := plan(knowledge, run)).questions and not planned.enough:
            name = planned.questions[0].id
            run = run.with_answers(case.answers.get(name) or Answer(finding=name))
        assert stop(steps(case, knowledge, SMALL), SMALL).asked == len(run.answers)


@pytest.mark.skipif(not NIGHTLY, reason="takes an hour; make nightly runs it")
def test_all_cases_and_five_folds(knowledge: Knowledge) -> None:
    full = len(open_questions(knowledge, Case(id="empty")))
    runs = [steps(read_case(path, knowledge), knowledge, min(THRESHOLDS)) for path in CASES]
    length, leader, triage = figures([stop(run, SMALL) for run in runs])
    assert length <= SHARE * full
    assert leader >= SAME_LEADER
    assert triage == 1
    unseen = [step for _, stops in folds(runs) for step in stops]
    length, leader, triage = figures(unseen)
    assert length <= SHARE * full * 1.05
    assert leader >= SAME_LEADER - 0.03
    assert triage == 1


def folds(runs: list[list[Step]], count: int = 5) -> list[tuple[float, list[Step]]]:
    """Return for each fold the threshold chosen on the others, and where it stops on this one."""
    found = []
    for fold in range(count):
        small = chosen([run for n, run in enumerate(runs) if n % count != fold])
        found.append((small, [stop(run, small) for run in runs[fold::count]]))
    return found
