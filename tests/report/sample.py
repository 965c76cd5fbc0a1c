"""A case and its assessment written by hand, so that reports can be tested without the engine."""

from __future__ import annotations

from typing import Any

from hipexpert.case import Answer, Case
from hipexpert.inference import assessment as a
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import YES
from tests.report.sample_knowledge import ADVICE, HELD_BACK, KNOWLEDGE

CASE = Case(
    id="demo-lateral",
    answers={
        answer.finding: answer
        for answer in (
            Answer(finding="age", number=34.0),
            Answer(finding="sex", present=("female",), absent=("male",)),
            Answer(finding="pain.site", present=("lateral",), absent=("groin", "buttock")),
            Answer(finding="pain.worse_with", present=("lying_on_side",)),
            Answer(finding="fever", absent=(YES,)),
            Answer(finding="rotation_pain", present=(YES,)),
            Answer(finding="weight_loss"),
        )
    },
    meta={"title": "Outer hip pain since spring", "expected": "SECRET-DIAGNOSIS", "note": "SECRET-NOTE"},
)

SIDE = a.Matched(kind="finding", id="pain.worse_with", value="lying_on_side")
OUTER = a.Matched(kind="finding", id="pain.site", value="lateral")
NO_GROIN = a.Matched(kind="finding", id="pain.site", value="groin", state="absent")
OVERUSE = a.Matched(kind="conclusion", id="overuse")
ROTATION = a.Matched(kind="finding", id="rotation_pain", value=YES)


def _row(rule: str, weight: float, matched: a.Matched, counted_by: str = "") -> a.LedgerRow:
    known = KNOWLEDGE.rules[rule]
    then = known.then
    assert isinstance(then, m.Weighs)
    return a.LedgerRow(
        rule=rule,
        direction=then.direction,
        strength=then.strength,
        ratio=then.ratio,
        weight=weight,
        group=then.group,
        counted_by=counted_by,
        layer=known.layer,
        findings=(matched,),
        cites=known.cites,
        because=known.because,
        study=then.study,
        result=then.result,
    )


def _standing(
    condition: str, rank: int, verdict: str, prior: float, *ledger: a.LedgerRow, **more: Any
) -> a.Standing:
    known = KNOWLEDGE.conditions[condition]
    return a.Standing(
        condition=condition,
        name=known.name,
        icd10cm=known.icd10cm,
        layer=known.layer,
        rank=rank,
        verdict=verdict,
        must_not_miss=known.must_not_miss,
        prior=prior,
        score=round(prior + sum(row.weight for row in ledger), 1),
        ledger=ledger,
        **{"missing": (), "unexplained": (), **more},
    )


def _status(flag: str, state: str, rules: tuple[str, ...] = (), open_: tuple[str, ...] = ()) -> a.FlagStatus:
    known = KNOWLEDGE.flags[flag]
    return a.FlagStatus(
        flag=flag,
        name=known.name,
        urgency=known.urgency,
        state=state,
        action=known.action,
        do_not=known.do_not,
        rules=rules,
        open=open_,
    )


def _firing(n: int, rule: str, matched: a.Matched, *produced: tuple[str, str]) -> a.Firing:
    return a.Firing(n=n, rule=rule, phase=KNOWLEDGE.rules[rule].phase, matched=(matched,), produced=produced)


def _advice(entry: m.Advice) -> a.AdviceItem:
    return a.AdviceItem(
        advice=entry.id,
        step=entry.step,
        topic=entry.topic,
        text=entry.text,
        how=entry.how,
        cautions=entry.cautions,
        rules=("AD-01",),
        conditions=("bursitis",),
        cites=entry.cites,
    )


DIFFERENTIAL = (
    _standing(
        "bursitis",
        1,
        "possible",
        -10.0,
        _row("GT-01", -2.0, SIDE),
        _row("TB-03", 7.0, SIDE),
        _row("TB-04", 0.0, OUTER, "TB-03"),
        missing=(a.Missing(rule="TB-05", direction="supports", findings=("night_pain",)),),
    ),
    _standing("tendinopathy", 2, "possible", -10.0, _row("GT-02", 7.0, OUTER), unexplained=(SIDE, ROTATION)),
    _standing(
        "fracture",
        3,
        "not_settled",
        -17.0,
        missing=(a.Missing(rule="FX-09", direction="supports", findings=("night_pain", "weight_loss")),),
    ),
    _standing("labral_tear", 4, "argued_against", -13.0, _row("TB-06", -10.0, NO_GROIN)),
)

ASSESSMENT = a.Assessment(
    program="0.1.0",
    knowledge=a.KnowledgeStamp(
        name="Sample", version="0.1.0", digest="sha256:0123456789abcdef", layers=("articles", "evidence")
    ),
    case=CASE,
    triage=a.Triage(
        level="same_day",
        flags=(_status("RF-FRACTURE", "raised", ("RF-01",)),),
        not_excluded=(_status("RF-TUMOUR", "not_excluded", ("RF-03",), ("weight_loss",)),),
        denied=(_status("RF-INFECTION", "denied"),),
    ),
    settled=False,
    differential=DIFFERENTIAL,
    advice=tuple(map(_advice, ADVICE)),
    withheld=(a.Withheld(advice=_advice(HELD_BACK), demands=("running",), rules=("CA-01",)),),
    conflicts=("C17",),
    firings=(
        _firing(1, "OV-01", SIDE, ("conclusion", "overuse")),
        _firing(2, "RF-01", ROTATION, ("flag", "RF-FRACTURE")),
        _firing(3, "GT-01", SIDE, ("opposes", "bursitis")),
        _firing(4, "GT-02", OUTER, ("supports", "tendinopathy")),
        _firing(5, "TB-03", SIDE, ("supports", "bursitis")),
        _firing(6, "TB-04", OVERUSE, ("supports", "bursitis")),
        _firing(7, "TB-06", NO_GROIN, ("opposes", "labral_tear")),
        _firing(8, "CA-01", OUTER, ("withholds", "running"), ("withholds", "loading")),
        _firing(
            9,
            "AD-01",
            a.Matched(kind="standing", id="bursitis", value="possible"),
            ("advice", "AD-A1"),
            ("advice", "AD-A2"),
        ),
    ),
    conclusions=("overuse",),
    not_modelled=KNOWLEDGE.not_modelled,
)
