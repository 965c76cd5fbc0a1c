"""What differs between two knowledge bases is said field by field, and every case that moves is named."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from hipexpert.case import Answer, Case
from hipexpert.errors import CaseError, UsageError
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.diff_page import Difference, page
from hipexpert.upkeep.difference import changes
from hipexpert.upkeep.moves import moves
from hipexpert.upkeep.revisions import check_out
from hipexpert.upkeep.signed_off import read_signed_off
from tests.upkeep.shipped import KNEE, knee

LOCKED = Case(id="locked", answers={"locked": Answer(finding="locked", present=("yes",))})
FRONT = Case(
    id="front",
    answers={
        "front_pain": Answer(finding="front_pain", present=("yes",)),
        "worse_with": Answer(finding="worse_with", present=("stairs",)),
    },
)
SIGNED = "- {case: locked, from: same_day, to: routine, by: Dr A. Example, reason: It was a test.}\n"


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Knowledge:
    text = (KNEE / "knee.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "knee.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path, cache=False)


def difference(new: Knowledge, *cases: Case, signed: str = "", folder: Path | None = None) -> Difference:
    entries = ()
    if signed and folder:
        (folder / "signed.txt").write_text(signed, encoding="utf-8")
        entries = read_signed_off(folder / "signed.txt")
    found = tuple(moves(cases, knee(), new))
    return Difference(knee(), new, changes(knee(), new), found, len(cases), entries)


def test_nothing_differs_from_itself() -> None:
    found = difference(knee(), LOCKED, FRONT)
    assert (found.changes, found.moves, found.passes) == ((), (), True)
    assert "no entry changed; 0 of 2 cases move." in page(found, "text")


def test_a_changed_rule_is_shown_field_by_field(tmp_path: Path) -> None:
    new = changed(
        tmp_path,
        ("title: No front pain", "title: The front does not hurt"),
        ("when: {front_pain: absent}", "when: {swollen_hours: {at_least: 2, below: 5}}"),
        ("weak: 2.0", "weak: 2.5"),
    )
    found = {(c.kind, c.id): c for c in changes(knee(), new)}
    assert set(found) == {("rules", "KN-05"), ("knowledge", "scale")}
    fields = {f.name: (f.old, f.new) for f in found["rules", "KN-05"].fields}
    assert fields["title"] == ("No front pain", "The front does not hurt")
    assert fields["when"] == ("none(front_pain: yes)", "swollen_hours: at least 2 and below 5")
    assert "ratio: 2.5" in fields["then"][1]


def test_entries_added_removed_and_revived(tmp_path: Path) -> None:
    draft = "- id: KN-05\n    layer: lessons\n    status: draft"
    old = changed(tmp_path, (draft, draft.replace("draft", "retired")))
    assert [(c.what, c.id) for c in changes(old, knee())] == [("revived", "KN-05")]
    assert [(c.what, c.id) for c in changes(knee(), old)] == [("changed", "KN-05")]
    found = Difference(old, knee(), changes(old, knee()), (), 0)
    assert not found.passes
    assert "give the rule a new id" in page(found, "text")


def test_a_triage_that_falls_fails_unless_it_is_signed_off(tmp_path: Path) -> None:
    new = changed(tmp_path, ("{any: [{locked: present}, ", "{any: [{swollen_hours: {above: 900}}, "))
    found = difference(new, LOCKED, FRONT)
    assert [(m.case, m.what, m.fell) for m in found.moves] == [("locked", ("triage",), True)]
    assert not found.passes
    assert "TRIAGE FALLS" in page(found, "text")
    signed = difference(new, LOCKED, FRONT, signed=SIGNED, folder=tmp_path)
    assert signed.passes
    assert "signed off by Dr A. Example" in page(signed, "markdown")
    other = difference(new, LOCKED, signed=SIGNED.replace("to: routine", "to: within_days"), folder=tmp_path)
    assert not other.passes, "another fall than the one signed off"
    document = json.loads(page(signed, "json"))
    assert document["schema"] == "hipexpert.diff/1"
    assert document["cases"]["moved"][0]["signed_off"]["by"] == "Dr A. Example"


def test_a_triage_that_rises_is_named_and_passes(tmp_path: Path) -> None:
    any_ = "{any: [{locked: present}, "
    new = changed(tmp_path, (any_, any_.replace("[", "[{worse_with: stairs}, ")))
    found = difference(new, LOCKED, FRONT)
    assert [(m.case, m.fell) for m in found.moves] == [("front", False)]
    assert found.passes


def test_what_the_older_vocabulary_does_not_know_is_left_out(tmp_path: Path) -> None:
    new = changed(tmp_path, ("{stairs: stairs, ", "{kneeling: kneeling, stairs: stairs, "))
    case = Case(id="new", answers={"worse_with": Answer(finding="worse_with", present=("kneeling",))})
    assert tuple(moves([case], knee(), new)) == ()


UNUSABLE = [
    "- {case: locked}\n",
    "- 3\n",
    "case: x\n",
    SIGNED.replace("same_day", "soon"),
    SIGNED.replace("It was a test.", '""'),
]


@pytest.mark.parametrize("text", UNUSABLE)
def test_a_sign_off_without_name_or_reason_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signed.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match="HX521"):
        read_signed_off(path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    rules = home / "rules"
    rules.mkdir(parents=True)
    (rules / "knee.yaml").write_bytes((KNEE / "knee.yaml").read_bytes())
    (home / "tests" / "cases").mkdir(parents=True)
    (home / "tests" / "cases" / "locked.yaml").write_text("findings: {locked: yes}\n", encoding="utf-8")
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *command], cwd=home, check=True, capture_output=True)
    return home


def test_a_revision_is_taken_from_git_with_its_cases(repository: Path, tmp_path: Path) -> None:
    (repository / "rules" / "knee.yaml").write_text("broken", encoding="utf-8")
    rules = check_out("HEAD", repository / "rules", tmp_path / "out")
    assert load(rules, cache=False).rules.keys() == knee().rules.keys()
    assert (rules.parent / "tests" / "cases" / "locked.yaml").is_file()


@pytest.mark.parametrize("revision", ["nothing-like-that", "--output=x", "HEAD~7"])
def test_what_is_neither_a_folder_nor_a_revision_is_said(
    repository: Path, tmp_path: Path, revision: str
) -> None:
    with pytest.raises(UsageError, match="neither a folder nor a revision"):
        check_out(revision, repository / "rules", tmp_path / "out")
