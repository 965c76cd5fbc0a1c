"""Pages about the knowledge base: every entry has one, and it says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.errors import UsageError
from hipexpert.knowledge.coverage import measure
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.coverage_page import coverage_page
from hipexpert.report.pages import KINDS, listing, page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_has_a_line_and_a_page(kind: str, knowledge: Knowledge) -> None:
    entries = getattr(knowledge, kind)
    lines = listing(knowledge, kind).splitlines()
    assert len(lines) == len(entries) > 0
    for line, (name, entry) in zip(lines, entries.items(), strict=True):
        assert line.startswith(name)
        if kind == "claims" and not name.endswith("0"):
            continue  # a tenth of 841 is enough
        shown = page(knowledge, name)
        assert shown.strip()
        for cite in getattr(entry, "cites", ()):
            assert cite in shown


def test_a_condition_page_is_a_summary_with_sources(knowledge: Knowledge) -> None:
    for name, condition in knowledge.conditions.items():
        shown = page(knowledge, name)
        assert shown.startswith(condition.name)
        for part in ("Speaks for it", "Speaks against it"):
            assert part in shown
        for rule in knowledge.weighing[name]:
            assert rule.id in shown


def test_a_rule_page_shows_its_own_lines_of_the_file(knowledge: Knowledge) -> None:
    for rule in list(knowledge.rules.values())[::25]:
        shown = page(knowledge, rule.id)
        assert f"    - id: {rule.id}\n" in shown
        others = [r.id for r in knowledge.rules.values() if r.at.file == rule.at.file and r.id != rule.id]
        assert not any(f"- id: {other}\n" in shown for other in others)


def test_an_unknown_name_gets_the_nearest(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match="did you mean 'labral_tear'"):
        page(knowledge, "labral_tears")


def test_coverage_lists_what_is_missing_with_its_text() -> None:
    bare = load(ROOT / "tests" / "knee")
    assert coverage_page(measure(bare), bare).startswith("source")


def test_a_claim_nothing_carries_is_listed_and_may_be_set_aside(tmp_path: Path) -> None:
    knee = (ROOT / "tests" / "knee" / "knee.yaml").read_text(encoding="utf-8")
    claims = (
        "sources: [{id: k1, title: On knees, layer: lessons}]\nclaims:\n"
        "  - {id: k1.001, text: Stairs hurt., use: diagnose}\n"
        "  - {id: k1.002, text: Knees bend., use: educate}\n"
    )
    (tmp_path / "knee.yaml").write_text(knee, encoding="utf-8")
    (tmp_path / "claims.yaml").write_text(claims, encoding="utf-8")
    open_ = load(tmp_path)
    assert measure(open_).missing == ("k1.001", "k1.002")
    assert "k1.001  Stairs hurt." in coverage_page(measure(open_), open_, list_missing=True)
    aside = "set_aside: [{claim: k1.001, reason: A test.}]\n"
    (tmp_path / "aside.yaml").write_text(aside, encoding="utf-8")
    left = load(tmp_path)
    assert measure(left).missing == ("k1.002",)
    assert not measure(left).complete, "half of all claims is more than may be set aside"
    assert "k1.001  A test." in coverage_page(measure(left), left)
