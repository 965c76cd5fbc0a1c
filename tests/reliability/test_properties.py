"""What holds of every case whatever it says, on the knowledge base that ships and on random ones."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hipexpert.case import Case
from hipexpert.case_files import case_text, from_document
from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_json
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import findings_of
from hipexpert.knowledge.yaml_reader import Document, read_text
from tests import strategies as small
from tests.inference.shipped import knowledge
from tests.reliability.strategies import case_of, cases, documents

MORE = settings(max_examples=max(60, settings.default.max_examples))


def reread(text: str) -> Case:
    return from_document(read_text(text, Document("saved"), yes_no=True), knowledge())


@MORE
@given(cases())
def test_any_case_that_validates_is_assessed_and_its_ledgers_sum(case: Case) -> None:
    assessment = assess(case, knowledge())
    assert [s.rank for s in assessment.differential] == list(range(1, len(knowledge().conditions) + 1))
    for standing in assessment.differential:
        tenths = round(standing.prior * 10) + sum(round(row.weight * 10) for row in standing.ledger)
        assert tenths == round(standing.score * 10)
        assert standing.score == tenths / 10


@settings(max_examples=max(300, settings.default.max_examples))
@given(documents(most=15))
def test_save_load_and_save_again_is_the_identity(data: dict[str, Any]) -> None:
    case = case_of(data, knowledge())
    text = case_text(case, knowledge())
    again = reread(text)
    assert again == case
    assert case_text(again, knowledge()) == text


@given(cases(most=15), st.randoms())
def test_the_order_of_answers_never_shows(case: Case, random: Any) -> None:
    answers = list(case.answers.items())
    random.shuffle(answers)
    shuffled = Case(id=case.id, answers=dict(answers), meta=case.meta)
    assert case_text(shuffled, knowledge()) == case_text(case, knowledge())
    assert to_json(assess(shuffled, knowledge()), knowledge()) == to_json(
        assess(case, knowledge()), knowledge()
    )


def readers(base: m.Knowledge, finding: str) -> set[str]:
    """Return the conditions whose ledger a finding can move, through any chain of conclusions."""
    by_conclusion: dict[str, set[str]] = {}
    for rule in base.rules.values():
        if isinstance(rule.then, m.Concludes):
            by_conclusion.setdefault(rule.then.conclusion, set()).add(rule.id)

    def rests_on(rule: m.Rule, seen: frozenset[str]) -> bool:
        if finding in findings_of(rule.when):
            return True
        drawn = set(m.conclusions_of(rule.when)) - seen
        return any(
            rests_on(base.rules[name], seen | {conclusion})
            for conclusion in drawn
            for name in by_conclusion.get(conclusion, ())
        )

    return {
        rule.then.condition
        for rule in base.rules.values()
        if isinstance(rule.then, m.Weighs) and rests_on(rule, frozenset())
    }


@MORE
@given(cases(most=15), st.data())
def test_another_finding_moves_only_ledgers_that_rest_on_it(case: Case, data: st.DataObject) -> None:
    name, raw = data.draw(st.sampled_from(sorted(knowledge().findings)), "finding"), None
    finding = knowledge().findings[name]
    raw = (finding.minimum or 0) if finding.kind == "number" else data.draw(st.sampled_from(["yes", "no"]))
    if finding.kind in ("choice", "choices"):
        raw = {data.draw(st.sampled_from(finding.option_ids)): raw}
    more = case_of({"id": "x", "findings": {name: raw}}, knowledge())
    before, after = assess(case, knowledge()), assess(case.with_answers(*more.answers.values()), knowledge())
    touched = readers(knowledge(), name)
    for standing in before.differential:
        if standing.condition not in touched:
            assert after.standing(standing.condition).ledger == standing.ledger, standing.condition


@given(small.knowledges(), small.cases(), st.data())
def test_another_finding_moves_only_ledgers_that_rest_on_it_in_any_knowledge(
    base: m.Knowledge, case: Case, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(small.FINDINGS)))
    changed = case.with_answers(data.draw(small.answers(name)))
    touched = readers(base, name)
    before, after = assess(case, base), assess(changed, base)
    for standing in before.differential:
        if standing.condition not in touched:
            assert after.standing(standing.condition).ledger == standing.ledger


@given(small.knowledges(), small.cases())
def test_the_same_case_gives_the_same_bytes(base: m.Knowledge, case: Case) -> None:
    text = to_json(assess(case, base), base)
    assert to_json(assess(case, base), base) == text
    assert json.loads(text)["schema"] == "hipexpert.assessment/1"


def test_the_strategies_reach_what_they_are_for() -> None:
    """A property over cases that hold nothing would show nothing."""
    sizes: list[int] = []

    @settings(max_examples=60)
    @given(cases())
    def collect(case: Case) -> None:
        sizes.append(len(case.answers))

    collect()
    assert max(sizes) >= 10
