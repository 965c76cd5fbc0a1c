"""Whole runners: what must come out was written from the claims before the rules were run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hipexpert.case_files import case_text, read_case
from hipexpert.inference.assess import assess
from hipexpert.inference.assessment import Assessment
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import LEVELS, Knowledge
from hipexpert.upkeep.expectations import unmet

CASES = Path(__file__).parent / "cases"
KNOWN = CASES / "known_failures.txt"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(Path(__file__).parents[1] / "rules")


@pytest.fixture(scope="module")
def articles(knowledge: Knowledge) -> Knowledge:
    return knowledge.restricted(["articles"])


def known_failures() -> dict[str, str]:
    """Return cases that fail and why, as docs/validation.md lists them."""
    lines = [line for line in KNOWN.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {name.strip(): reason.strip() for name, _, reason in (line.partition(":") for line in lines)}


def failures(assessment: Assessment, expected: dict[str, Any]) -> list[str]:
    return unmet(
        expected,
        [s.condition for s in assessment.differential],
        {s.condition: s.verdict for s in assessment.differential},
        assessment.triage.level,
        assessment.settled,
    )


def paths(folder: str) -> list[Path]:
    return sorted((CASES / folder).glob("*.yaml"))


@pytest.mark.parametrize("path", paths("articles"), ids=lambda p: p.stem)
def test_what_the_articles_lead_one_to_expect_comes_out(path: Path, articles: Knowledge) -> None:
    case = read_case(path, articles)
    found = failures(assess(case, articles), case.meta["expected"])
    if path.stem in known_failures():
        assert found, f"{path.stem} passes now: take it off the list of known failures"
    else:
        assert not found


def test_the_list_of_known_failures_names_real_cases_and_is_short() -> None:
    names = {path.stem for path in paths("articles")}
    assert set(known_failures()) <= names
    assert all(known_failures().values()), "each with its cause"
    assert len(known_failures()) <= len(names) // 10


def test_every_condition_has_its_runners(knowledge: Knowledge) -> None:
    named = {
        name
        for path in paths("articles")
        for key in ("first", "within_three")
        for name in read_case(path, knowledge).meta["expected"].get(key, [])
    }
    assert named >= {c.id for c in knowledge.conditions.values() if c.layer == "articles"}
    assert len(paths("articles")) >= 40


@pytest.mark.parametrize("path", paths("published") + paths("articles"), ids=lambda p: p.stem)
def test_saving_and_loading_is_the_identity(path: Path, knowledge: Knowledge, tmp_path: Path) -> None:
    case = read_case(path, knowledge)
    copy = tmp_path / path.name
    copy.write_text(case_text(case, knowledge), encoding="utf-8")
    again = read_case(copy, knowledge)
    assert again == case
    assert case_text(again, knowledge) == case_text(case, knowledge)


@pytest.mark.parametrize("path", paths("published") + paths("articles"), ids=lambda p: p.stem)
def test_the_literature_never_lowers_what_the_articles_call_urgent(
    path: Path, knowledge: Knowledge, articles: Knowledge
) -> None:
    case = read_case(path, knowledge)
    alone, both = assess(case, articles).triage, assess(case, knowledge).triage
    raised_by_findings = {
        flag.flag
        for flag in alone.flags
        if any(knowledge.rules[rule].phase == "red_flags" for rule in flag.rules)
    }
    assert raised_by_findings <= {flag.flag for flag in both.flags}
    assert LEVELS.index(both.level) >= LEVELS.index(alone.level)


@pytest.mark.parametrize("path", paths("published"), ids=lambda p: p.stem)
def test_no_urgent_case_of_the_development_set_is_left_at_routine(path: Path, knowledge: Knowledge) -> None:
    case = read_case(path, knowledge)
    if case.meta["expected"]["urgent"]:
        assert assess(case, knowledge).triage.level != "routine"


@pytest.mark.parametrize("path", paths("published"), ids=lambda p: p.stem)
def test_a_condition_not_to_be_missed_is_never_left_at_routine(path: Path, knowledge: Knowledge) -> None:
    assessment = assess(read_case(path, knowledge), knowledge)
    suspected = [
        s for s in assessment.differential if s.must_not_miss and s.verdict in ("likely", "possible")
    ]
    if suspected:
        assert LEVELS.index(assessment.triage.level) >= LEVELS.index("within_days")


def test_every_published_case_names_its_source(knowledge: Knowledge) -> None:
    for path in paths("published"):
        source = read_case(path, knowledge).meta["source"]
        assert source["title"]
        assert source["identifier"]
