"""A saved case is judged again: the same byte for byte, or what moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hipexpert.case_files import case_text, read_case
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.summary import Place, from_document, moved, summarise, to_document
from tests.audit.sample import SUMMARY
from tests.cli.test_cli import LATERAL, ROOT, STRESS, fails, hipexpert
from tests.inference.shipped import PATHS, case, knowledge


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "saved.yaml"
    assert hipexpert("consult", LATERAL, "--save", str(path)).returncode == 0
    return path


def test_a_saved_case_replays_byte_for_byte(saved: Path) -> None:
    first = saved.read_bytes()
    done = hipexpert("case", "replay", str(saved))
    assert (done.returncode, done.stdout) == (0, f"{saved}: the same, byte for byte\n")
    again = hipexpert("consult", str(saved), "--save", str(saved), "--format", "json")
    assert again.stdout == hipexpert("consult", LATERAL, "--format", "json").stdout
    assert saved.read_bytes() == first


def test_the_layers_of_that_time_are_used_again(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    hipexpert("consult", LATERAL, "--save", str(path), "--layer", "articles")
    assert hipexpert("case", "replay", str(path)).returncode == 0
    both = hipexpert("case", "replay", str(path), "--layer", "articles", "--layer", "evidence")
    assert both.returncode == 1
    assert "layers: articles -> articles, evidence" in both.stdout


def test_changed_knowledge_says_what_moved(tmp_path: Path) -> None:
    """A flag made less urgent: the replay says so, and that triage fell."""
    path = tmp_path / "saved.yaml"
    assert hipexpert("consult", STRESS, "--save", str(path)).returncode == 0
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    changed = 0
    for file in rules.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        changed += text.count("urgency: same_day")
        file.write_text(text.replace("urgency: same_day", "urgency: within_days"), encoding="utf-8")
    assert changed
    done = hipexpert("case", "replay", str(path), "--rules", str(rules))
    assert done.returncode == 1
    assert f"{path}: something moved" in done.stdout
    assert "triage: same_day -> within_days (LESS urgent)" in done.stdout
    resumed = hipexpert("consult", "--resume", str(path), "--no-input", "--rules", str(rules))
    assert "case replay says what moved" in resumed.stderr
    assert "replay" not in hipexpert("consult", "--resume", str(path), "--no-input").stderr


def test_other_answers_are_not_taken_for_other_knowledge(saved: Path) -> None:
    saved.write_text(saved.read_text().replace("age: 34", "age: 35"))
    done = hipexpert("case", "replay", str(saved))
    assert done.returncode == 1
    assert "answers: not the ones judged then" in done.stdout


def test_judging_what_was_resumed_writes_only_where_asked(saved: Path) -> None:
    before = saved.read_bytes()
    assert hipexpert("consult", "--resume", str(saved), "--no-input").returncode == 0
    assert saved.read_bytes() == before


def test_a_case_without_a_result_or_with_a_broken_one_is_refused(saved: Path) -> None:
    assert "HX521 this case keeps no result" in fails(3, "case", "replay", LATERAL)
    saved.write_text(saved.read_text().replace("triage: within_days", "triage: never"))
    assert "HX521 judged: triage is not a level" in fails(3, "case", "replay", str(saved))
    assert "HX521" in fails(3, "consult", "--resume", str(saved), "--no-input")


@pytest.mark.parametrize("path", PATHS[::9], ids=lambda path: path.stem)
def test_every_summary_survives_the_case_file(path: Path, tmp_path: Path) -> None:
    summary = summarise(assess(case(path), knowledge()), knowledge())
    assert from_document(to_document(summary)) == summary
    kept = tmp_path / "case.yaml"
    one = case(path)
    meta = {**one.meta, "judged": to_document(summary)}
    text = case_text(type(one)(id=one.id, answers=one.answers, meta=meta), knowledge())
    kept.write_text(text, encoding="utf-8")
    again = read_case(kept, knowledge())
    assert from_document(again.meta["judged"]) == summary
    assert case_text(again, knowledge()) == text


def test_what_moved_is_told_in_words() -> None:
    from dataclasses import replace

    assert moved(SUMMARY, SUMMARY) == ()
    after = replace(
        SUMMARY,
        program="0.2.0",
        triage="same_day",
        settled=True,
        flags=("FL-A",),
        not_excluded=(),
        ranking=(Place(condition="break", verdict="likely", score=9.0), *SUMMARY.ranking),
        advice=(),
        rules=("R-02", "R-01"),
    )
    assert moved(SUMMARY, after) == (
        "program: 0.1.0 -> 0.2.0",
        "triage: routine -> same_day (more urgent)",
        "red flag raised now: FL-A",
        "red flag not excluded no longer: FL-A",
        "settled: no -> yes",
        "break: not there -> rank 1, likely, +9.0",
        "ache: rank 1, likely, +3.0 -> rank 2, likely, +3.0",
        "cramp: rank 2, unlikely, -12.5 -> rank 3, unlikely, -12.5",
        "advice no longer: AD-1",
        "rule fired: in another order",
    )
    assert moved(SUMMARY, replace(SUMMARY, report="c" * 64))[0].startswith("something in the report")


def test_those_only_pushed_along_are_counted() -> None:
    from dataclasses import replace

    places = [Place(condition=f"c{n}", verdict="unlikely", score=-1.0) for n in range(8)]
    before = replace(SUMMARY, ranking=tuple(places))
    after = replace(SUMMARY, ranking=(*places[:3], places[7], *places[3:7]))
    assert moved(before, after) == ("only the rank of others: 5",)


def test_restricted_knowledge_has_its_own_summary() -> None:
    articles = load(ROOT / "rules").restricted(["articles"])
    summary = summarise(assess(case(PATHS[-1]), articles), articles)
    assert summary.layers == ("articles",)
