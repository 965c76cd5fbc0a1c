"""Every defect that can be seeded is found, under its code, at its line, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.knowledge.checks import Tried, check
from hipexpert.knowledge.checks.catalogue import catalogue
from hipexpert.knowledge.loader import load

HERE = Path(__file__).parents[1]
SEEDED = HERE / "seeded_defects"
KNEE = (HERE / "knee" / "knee.yaml").read_text(encoding="utf-8")


def table() -> list[tuple[str, str, int]]:
    rows = [
        line.split(" | ") for line in (SEEDED / "expected.txt").read_text(encoding="utf-8").splitlines()[1:]
    ]
    return [(name, code, int(line)) for name, code, line in rows]


def sound(folder: Path) -> None:
    """Write the small knowledge base, with what seeds refer to: another layer, and a demand on the body."""
    text = KNEE.replace("name: Lessons}]", "name: Lessons}, {id: more, name: More}]")
    text = text.replace("  priors:", "  demands: {jumping: Jumping}\n  priors:")
    text = text.replace("priors: {common: 0.1}", "priors: {common: 0.1, frequent: 0.5}")
    text = text.replace("prior: common\n", "prior: frequent\n")  # so that seeds are all there is
    text = "\n".join(line for line in text.split("\n") if "{code: HX728" not in line)
    (folder / "knee.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("name", "code", "line"), table(), ids=lambda value: str(value))
def test_a_seeded_defect_is_found_at_its_line_and_nothing_else(
    tmp_path: Path, name: str, code: str, line: int
) -> None:
    sound(tmp_path)
    (tmp_path / "zz.yaml").write_text((SEEDED / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    knowledge = load(tmp_path, cache=False)
    cases = {"KN-03"} if code == "HX731" else set(knowledge.rules)
    found = check(knowledge, Tried(rules=frozenset(cases))).defects
    assert [(d.code, Path(d.at.file).name, d.at.line) for d in found] == [(code, "zz.yaml", line)], [
        str(defect.problem) for defect in found
    ]
    assert found[0].hint and found[0].about


def test_there_are_enough_of_them_and_every_check_has_one() -> None:
    rows = table()
    assert len(rows) >= 60
    assert {path.stem for path in SEEDED.glob("*.yaml")} == {name for name, _, _ in rows}
    assert {code for _, code, _ in rows} == {code for code in catalogue() if code.startswith("HX7")}


def test_the_small_knowledge_base_without_seeds_is_sound(tmp_path: Path) -> None:
    sound(tmp_path)
    knowledge = load(tmp_path, cache=False)
    assert check(knowledge, Tried(rules=frozenset(knowledge.rules))).defects == ()
