"""How common a condition is may be said by each layer; the last one in use decides, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.case import Case
from hipexpert.errors import KnowledgeError
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.render import FORMATS, render

KNEE = (Path(__file__).parents[1] / "knee" / "knee.yaml").read_text(encoding="utf-8")
FREQUENCY = """  prior: common
  frequencies:
    - {layer: more, prior: frequent, because: Half of all sore knees hurt there., cites: [s-paper]}
"""


def written(folder: Path, frequency: str = FREQUENCY) -> Path:
    text = KNEE.replace("name: Lessons}]", "name: Lessons}, {id: more, name: More}]")
    text = text.replace("priors: {common: 0.1}", "priors: {common: 0.1, frequent: 0.5}")
    text = text.replace("  prior: common\n", frequency, 1)
    (folder / "knee.yaml").write_text(text, encoding="utf-8")
    (folder / "paper.yaml").write_text(
        "sources: [{id: s-paper, title: A paper, layer: more}]\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    return load(written(tmp_path), cache=False)


def test_the_last_layer_in_use_decides(knowledge: Knowledge) -> None:
    alone = knowledge.restricted(["lessons"])
    (name,) = knowledge.conditions
    assert (alone.prior(name), knowledge.prior(name)) == ("common", "frequent")
    before, after = (assess(Case(id="empty"), each).standing(name) for each in (alone, knowledge))
    assert (before.prior, after.prior) == (-10.0, -3.0)


def test_it_survives_the_cache(tmp_path: Path) -> None:
    written(tmp_path)
    first, second = load(tmp_path), load(tmp_path)
    assert first.conditions == second.conditions
    assert second.frequencies


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_says_why(knowledge: Knowledge, format: str) -> None:
    from hipexpert.case_values import parse_answer

    answers = {"front_pain": parse_answer(knowledge.findings["front_pain"], True)}
    assessment = assess(Case(id="one", answers=answers), knowledge)
    report = " ".join(render(assessment, knowledge, format).split())
    assert "Half of all sore knees hurt there" in report
    alone = knowledge.restricted(["lessons"])
    assert "Half of all" not in render(assess(assessment.case, alone), alone, format)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (FREQUENCY.replace("layer: more", "layer: mroe"), "HX311"),
        (FREQUENCY.replace("prior: frequent", "prior: freqent"), "HX312"),
        (FREQUENCY.replace("s-paper", "s-papre"), "HX307"),
        (FREQUENCY.replace(", cites: [s-paper]", ""), "HX201"),
    ],
)
def test_what_is_wrong_with_it_is_told(tmp_path: Path, wrong: str, code: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(written(tmp_path, wrong), cache=False)
    assert [problem.code for problem in caught.value.problems] == [code]
