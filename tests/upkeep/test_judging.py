"""Judging without the engine comes to the same as the engine."""

from __future__ import annotations

import pytest

from hipexpert.case import Case
from hipexpert.inference.consultation import consult
from hipexpert.inference.weighing import settled
from hipexpert.knowledge.model import Knowledge, Weighs
from hipexpert.upkeep.judging import Judge
from tests.upkeep.shipped import hip, hip_rule_cases, hip_runners


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(hip())


def same(case: Case, judge: Judge, knowledge: Knowledge) -> None:
    judged, result = judge(case), consult(case, knowledge)
    assert judged.ranked == tuple(score.condition.id for score in result.ranked)
    assert judged.verdicts == result.verdicts
    assert judged.triage == result.triage.level
    assert judged.flags == {status.flag for status in result.triage.flags}
    assert judged.settled == settled(result.ranked, knowledge.scale)
    assert {r.id for r in judged.fired} == {r.id for r in result.fired if isinstance(r.then, Weighs)}


@pytest.mark.parametrize("case", hip_runners(), ids=lambda case: case.id)
def test_every_whole_runner_comes_out_the_same(case: Case, judge: Judge) -> None:
    same(case, judge, hip())


def test_one_in_ten_rule_cases_comes_out_the_same(judge: Judge) -> None:
    for entry in hip_rule_cases()[::10]:
        same(entry.case, judge, hip())
