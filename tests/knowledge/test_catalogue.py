"""Every code is explained, and every example of wrong and right is what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from hipexpert.errors import KnowledgeError
from hipexpert.knowledge.checks import Tried, check
from hipexpert.knowledge.checks.catalogue import SEVERITIES, catalogue
from hipexpert.knowledge.loader import load

KNEE = Path(__file__).parents[1] / "knee" / "knee.yaml"
AS_TEXT = {"HX103", "HX104", "HX105", "HX106"}
"""Their examples are about how YAML is written, and stand as they are."""
IN_WORDS = {"HX101", "HX102", "HX107", "HX108"}
"""Their examples are about files as a whole and are told in words."""

RULE = {"layer": "lessons", "status": "draft", "title": "An example", "because": "It shows what is meant."}


def filled(text: str) -> str:
    """Return an example with the fields that it leaves out because they do not matter."""
    data: Any = yaml.safe_load(text)
    for rule in data.get("rules", ()):
        rule |= {key: value for key, value in RULE.items() if key not in rule}
        if "cites" not in rule and "opinion" not in rule:
            rule["opinion"] = "An example."
        if rule["opinion" if "opinion" in rule else "cites"] == "":
            del rule["opinion"]
    if "findings" in data:
        data["section"] = {"id": "more", "title": "More", "order": 9}  # a finding stands in a chapter
    if {"rules", "advice"} & set(data):
        data["prefix"] = "ZZ"
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def codes_of(text: str, folder: Path) -> set[str]:
    """Return the codes that an example adds to those of the small knowledge base."""
    folder.mkdir()
    knee = KNEE.read_text(encoding="utf-8")
    knee = knee.replace("name: Lessons}]", "name: Lessons}, {id: more, name: More}]")
    knee = knee.replace("priors: {common: 0.1}", "priors: {common: 0.1, rare: 0.03}")
    if "jumping" in text and "HX314" not in folder.name:
        knee = knee.replace("  priors:", "  demands: {jumping: Jumping}\n  priors:")
    (folder / "knee.yaml").write_text(knee, encoding="utf-8")
    raw = folder.name[:5] in AS_TEXT
    (folder / "zz.yaml").write_text(text if raw else filled(text), encoding="utf-8")
    try:
        knowledge = load(folder, cache=False)
    except KnowledgeError as error:
        return {problem.code for problem in error.problems}
    checked = check(knowledge, Tried(rules=frozenset({"KN-03", "ZZ-02"})))
    return {defect.code for defect in checked.defects}


@pytest.mark.parametrize("code", sorted(set(catalogue()) - IN_WORDS))
def test_the_bad_example_has_the_defect_and_the_good_one_does_not(tmp_path: Path, code: str) -> None:
    entry = catalogue()[code]
    assert code in codes_of(entry.bad, tmp_path / f"{code}-bad")
    good = codes_of(entry.good, tmp_path / f"{code}-good")
    assert code not in good
    if code not in AS_TEXT:
        assert not {other for other in good if other < "HX700"}, "the good example loads"


def test_every_code_has_a_gravity_a_reason_and_two_examples() -> None:
    assert list(catalogue()) == sorted(catalogue())
    for entry in catalogue().values():
        assert entry.severity in SEVERITIES
        assert entry.title and entry.why.endswith(".") and entry.bad and entry.good
