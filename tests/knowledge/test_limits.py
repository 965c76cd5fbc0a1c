"""Edges that are easily off by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipexpert.errors import KnowledgeError
from hipexpert.knowledge import loader, yaml_reader
from hipexpert.knowledge.coverage import Coverage, Row
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.normal_form import Literal
from hipexpert.knowledge.situation import Situation
from hipexpert.knowledge.when import Concluded, RankWithin
from hipexpert.knowledge.yaml_reader import Document, read_text

KNEE = Path(__file__).parents[1] / "knee"


@pytest.mark.parametrize(("text", "line"), [("\x01", 1), ("a: 1\nb: 2\nc: \x01\n", 3)])
def test_a_character_that_may_not_stand_in_a_file_is_found_on_its_line(text: str, line: int) -> None:
    document = Document("some.yaml")
    read_text(text, document)
    assert [(p.code, p.location.line) for p in document.problems] == [("HX102", line)]


def test_more_files_than_a_knowledge_base_may_have_are_refused(tmp_path: Path) -> None:
    for number in range(2001):
        (tmp_path / f"{number}.yaml").write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, cache=False)
    assert "2,000" in str(caught.value) or "2000" in str(caught.value)


def test_a_rank_within_one_is_a_rank_within_two_and_not_the_other_way_round() -> None:
    knowledge = load(KNEE)
    condition = next(iter(knowledge.conditions))
    one, two = (Literal(RankWithin(condition=condition, at_most=n)) for n in (1, 2))
    assert Situation(knowledge, [one]).possible
    assert Situation(knowledge, [one]).entails_all((two,))
    assert not Situation(knowledge, [Literal(one.test, positive=False), one]).possible


def test_a_word_of_the_wrong_form_is_told_which_form_is_expected(tmp_path: Path) -> None:
    (tmp_path / "knee.yaml").write_text((KNEE / "knee.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "more.yaml").write_text("prefix: small\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, cache=False)
    (problem,) = caught.value.problems
    assert problem.code == "HX205"
    assert "expected the form ^[A-Z]" in problem.message


def test_the_longest_word_that_is_looked_at_is_looked_at() -> None:
    half = yaml_reader._LONGEST_WORD // 2
    assert not yaml_reader.is_plain("1_" * half)
    assert yaml_reader.is_plain("1_" * (half + 1))


def test_what_is_nowhere_in_a_file_is_placed_at_its_beginning() -> None:
    document = Document("some.yaml")
    read_text("# first\na: {b: 1}\n", document)
    assert document.where(("a", "b")).line == 2
    assert document.where(("z",)).line == 2
    assert document.where(()).line == 2


def test_the_share_set_aside_is_of_all_claims() -> None:
    first = Row(source="a1", use="diagnose", total=3, carried=1, set_aside=1, missing=("a1.001",))
    second = Row(source="a2", use="advise", total=1, carried=1, set_aside=0, missing=())
    assert Coverage(rows=(first, second), needless=()).share_set_aside == 0.25
    assert Coverage(rows=(), needless=()).share_set_aside == 0


def test_a_conclusion_follows_where_its_rule_is_true() -> None:
    knowledge = load(KNEE)
    name, (rule, *_) = next(iter(knowledge.concluding.items()))
    drawn = Literal(Concluded(conclusion=name))
    for branch in rule.branches:
        assert Situation(knowledge, branch).entails(drawn)
    assert not Situation(knowledge, []).entails(drawn)


def test_every_bound_at_once_is_two_too_many(tmp_path: Path) -> None:
    text = (KNEE / "knee.yaml").read_text(encoding="utf-8")
    every = "swollen_hours: {at_least: 1, above: 1, at_most: 9, below: 9}"
    changed = text.replace("when: {worse_with: [stairs, sitting]}", f"when: {{{every}}}")
    assert changed != text
    (tmp_path / "knee.yaml").write_text(changed, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path, cache=False)
    assert [(p.code, p.message) for p in caught.value.problems] == [("HX206", "two bounds on the same side")]


def test_a_plain_word_is_looked_at_up_to_the_longest_one() -> None:
    for length, codes in ((yaml_reader._LONGEST_WORD, ["HX105"]), (yaml_reader._LONGEST_WORD + 1, [])):
        document = Document("some.yaml")
        octal = "0" * (length - 1) + "7"
        read_text(f"a: {octal}\n", document)
        assert [problem.code for problem in document.problems] == codes


def test_as_many_files_as_there_may_be_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(loader, "MAX_FILES", 1)
    (tmp_path / "knee.yaml").write_text((KNEE / "knee.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert load(tmp_path, cache=False).rules
    (tmp_path / "more.yaml").write_text("{}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="found 2 files"):
        load(tmp_path, cache=False)
