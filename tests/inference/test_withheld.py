"""Advice that fits is still held back when a caution says what the body must be spared."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.case import Case
from hipexpert.case_values import parse_answer
from hipexpert.inference.assess import assess
from hipexpert.inference.engine import ENGINES
from hipexpert.inference.serialise import to_document
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge

KNEE = (Path(__file__).parents[1] / "knee" / "knee.yaml").read_text(encoding="utf-8")
CAUTION = """
prefix: CA
rules:
  - id: CA-01
    layer: lessons
    status: draft
    title: Spare a locked knee
    when: {flag: KF-LOCKED}
    then: {withholds: [jumping]}
    because: Something may be torn.
    opinion: A test.
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("knee")
    text = KNEE.replace("  priors:", "  demands: {jumping: Jumping}\n  priors:")
    changed = text.replace("    step: now\n", "    step: now\n    demands: [jumping]\n", 1)
    assert changed != text
    (folder / "knee.yaml").write_text(changed, encoding="utf-8")
    (folder / "cautions.yaml").write_text(CAUTION, encoding="utf-8")
    return load(folder, cache=False)


def runner(knowledge: Knowledge, **findings: str) -> Case:
    answers = {name: parse_answer(knowledge.findings[name], value) for name, value in findings.items()}
    return Case(id="knee", answers=answers)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_caution_holds_back_what_makes_its_demand(knowledge: Knowledge, engine: str) -> None:
    sore = {"front_pain": "yes", "worse_with": "stairs"}
    free = assess(runner(knowledge, **sore), knowledge, engine)
    locked = assess(runner(knowledge, **sore, locked="yes"), knowledge, engine)
    given = [item.advice for item in free.advice]
    assert given and not free.withheld
    (held,) = locked.withheld
    assert (held.advice.advice, held.demands, held.rules) == (given[0], ("jumping",), ("CA-01",))
    assert held.advice.advice not in [item.advice for item in locked.advice]
    firing = next(f for f in locked.firings if f.rule == "CA-01")
    assert (firing.phase, firing.produced) == ("cautions", (("withholds", "jumping"),))


def test_the_document_names_what_is_held_back(knowledge: Knowledge) -> None:
    case = runner(knowledge, front_pain="yes", worse_with="stairs", locked="yes")
    document = to_document(assess(case, knowledge), knowledge)
    (held,) = document["withheld"]
    assert held["demands"] == ["jumping"] and held["rules"] == ["CA-01"] and held["brought_up_by"]


def test_an_unknown_flag_holds_nothing_back(knowledge: Knowledge) -> None:
    assert not assess(runner(knowledge, front_pain="yes", worse_with="stairs"), knowledge).withheld
