"""Every way a knowledge file can be wrong has a file, a code, a place and words a person understands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from hipexpert.errors import KnowledgeError, Problem
from hipexpert.knowledge.loader import load

HERE = Path(__file__).parent.parent
BROKEN = HERE / "broken_rules"
KNEE = HERE / "knee" / "knee.yaml"


def table() -> list[tuple[str, str, int, list[str]]]:
    rows = []
    for line in (BROKEN / "expected.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, code, number, words = (part.strip() for part in line.split("|"))
            rows.append((name, code, int(number), [word.strip() for word in words.split(";")]))
    return rows


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "code", "line", "words"), table(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_defect_is_reported_at_its_place(
    tmp_path: Path, name: str, code: str, line: int, words: list[str]
) -> None:
    shutil.copy(KNEE, tmp_path / "knee.yaml")
    shutil.copy(BROKEN / f"{name}.yaml", tmp_path / f"z-{name}.yaml")
    found = [p for p in problems_of(tmp_path) if p.location.file.endswith(f"{name}.yaml")]
    matching = [p for p in found if (p.code, p.location.line) == (code, line)]
    assert matching, [str(p) for p in found]
    for word in words:
        assert word in f"{matching[0].message} {matching[0].hint}"
    assert {p.code for p in found} == {code}, "one defect, one kind of problem"


def test_every_broken_file_is_in_the_table() -> None:
    assert {p.stem for p in BROKEN.glob("*.yaml")} == {name for name, *_ in table()}


def test_all_problems_of_a_load_are_reported_at_once_and_in_order(tmp_path: Path) -> None:
    shutil.copy(KNEE, tmp_path / "knee.yaml")
    names = ("HX202-unknown-field", "HX301-unknown-finding", "HX406-no-source")
    for number, name in enumerate(names):
        text = (BROKEN / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{number}.yaml").write_text(text.replace("XX", f"X{number}"), encoding="utf-8")
    found = problems_of(tmp_path)
    assert [p.code for p in found] == ["HX202", "HX301", "HX406"]
    assert [p.location.file for p in found] == sorted(p.location.file for p in found)


def test_an_unreadable_file_does_not_make_its_names_look_unknown(tmp_path: Path) -> None:
    text = KNEE.read_text(encoding="utf-8")
    head, findings = text.split("condition:\n")[0], "condition:\n" + text.split("condition:\n")[1]
    (tmp_path / "a.yaml").write_text(head.replace("kind: yes_no", "kind: [yes_no", 1), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("prefix: KN\n" + findings, encoding="utf-8")
    assert {p.code for p in problems_of(tmp_path)} == {"HX103"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02\xff\xfe", "HX102"),
        (b"\xe9t\xe9: 1\n", "HX102"),
        (b"a: \x07\n", "HX102"),
        (b"", "HX108"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    assert problems_of(tmp_path)[0].code == code


def test_missing_folder_file_instead_of_folder_and_empty_folder(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "nowhere")[0].code == "HX101"
    assert problems_of(KNEE)[0].code == "HX101"
    assert problems_of(tmp_path)[0].code == "HX108"


def test_messages_have_the_documented_form(tmp_path: Path) -> None:
    shutil.copy(KNEE, tmp_path / "knee.yaml")
    shutil.copy(BROKEN / "HX302-unknown-answer.yaml", tmp_path)
    first = str(problems_of(tmp_path)[0]).splitlines()[0]
    assert re.fullmatch(r".*HX302-unknown-answer\.yaml:9:\d+: HX302 .+", first)
