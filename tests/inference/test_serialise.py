"""The JSON that scripts rely on: it fits its schema and says what the assessment says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_document, to_json
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge

ROOT = Path(__file__).parents[2]
CASES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "tests" / "cases").rglob("*.yaml")])


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT / "rules")


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = json.loads((ROOT / "docs" / "assessment.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", CASES[::2], ids=lambda p: p.stem)
def test_every_assessment_fits_the_schema(path: Path, knowledge: Knowledge, schema: Any) -> None:
    document = json.loads(to_json(assess(read_case(path, knowledge), knowledge), knowledge))
    schema.validate(document)
    for standing in document["differential"]:
        total = round(10 * standing["prior"]) + sum(round(10 * row["weight"]) for row in standing["ledger"])
        assert total == round(10 * standing["score"])
    fired = {firing["rule"] for firing in document["trace"]["firings"]}
    for row in (row for standing in document["differential"] for row in standing["ledger"]):
        assert row["rule"] in fired
    for flag in document["triage"]["flags"]:
        assert set(flag["rules"]) <= fired
    for item in document["advice"]:
        assert item["rules"]
        assert set(item["rules"]) <= fired


def test_every_recorded_finding_is_in_the_document(knowledge: Knowledge) -> None:
    for path in CASES[::7]:
        case = read_case(path, knowledge)
        shown = to_document(assess(case, knowledge), knowledge)["case"]
        assert set(shown["about"]) | set(shown["findings"]) == set(case.answers)


def test_a_ledger_row_says_its_group_and_what_counted_in_its_place(knowledge: Knowledge) -> None:
    rows = [
        (row, said)
        for path in CASES[::6]
        for assessment in [assess(read_case(path, knowledge), knowledge)]
        for standing, document in zip(
            assessment.differential, to_document(assessment, knowledge)["differential"], strict=True
        )
        for row, said in zip(standing.ledger, document["ledger"], strict=True)
    ]
    for row, said in rows:
        assert (said["group"] or "", said["counted_by"] or "") == (row.group, row.counted_by)
        assert "" not in (said["group"], said["counted_by"])
    assert any(row.counted_by for row, _ in rows)
