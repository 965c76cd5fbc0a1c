"""How many questions a consultation asks, over the suite's cases; a case's own answers play the runner.

What a case does not say is answered "unknown". docs/validation.md states the figures.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from hipexpert.case import Answer, Case
from hipexpert.case_files import read_case
from hipexpert.dialogue.agenda import open_questions
from hipexpert.dialogue.planning import plan
from hipexpert.explanation.prospects import Prospects
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))
SHARE = 0.60
SAME_LEADER = 0.98


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


def consulted(case: Case, knowledge: Knowledge) -> Case:
    """Return the case as it is when the dialogue proposes to stop."""
    run = Case(id=case.id)
    while True:
        planned = plan(knowledge, run)
        if planned.enough or not planned.questions:
            return run
        name = planned.questions[0].id
        run = run.with_answers(case.answers.get(name) or Answer(finding=name))


def figures(paths: list[Path], knowledge: Knowledge) -> tuple[float, float, float]:
    """Return the median number of questions, and the shares with the same leader and the same triage."""
    lengths, leaders, triages = [], 0, 0
    for path in paths:
        case = read_case(path, knowledge)
        run = consulted(case, knowledge)
        now, whole = Prospects(knowledge, run).now, Prospects(knowledge, case).now
        lengths.append(len(run.answers))
        leaders += now.order[0] == whole.order[0]
        triages += now.triage == whole.triage
    return median(lengths), leaders / len(paths), triages / len(paths)


def test_every_eighth_case(knowledge: Knowledge) -> None:
    full = len(open_questions(knowledge, Case(id="empty")))
    length, leader, triage = figures(CASES[::8], knowledge)
    assert length <= SHARE * full * 1.05, "a small sample may be a little longer"
    assert leader >= 0.9
    assert triage == 1


@pytest.mark.slow
def test_all_cases(knowledge: Knowledge) -> None:
    full = len(open_questions(knowledge, Case(id="empty")))
    length, leader, triage = figures(CASES, knowledge)
    assert length <= SHARE * full
    assert leader >= SAME_LEADER
    assert triage == 1
