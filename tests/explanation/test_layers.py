"""One case as each layer sees it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from hipexpert.case import Case
from hipexpert.case_files import read_case
from hipexpert.case_values import parse_answer
from hipexpert.errors import UsageError
from hipexpert.explanation.layers import Difference, LayersCompared, compare_layers
from hipexpert.explanation.serialise import to_json
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.knowledge.model import Knowledge
from hipexpert.report.explanations import render_explanation
from tests.explanation.small import ROOT, hip, knee, shipped


@lru_cache
def heel() -> Knowledge:
    return load(ROOT / "tests" / "two_layers", cache=False)


def sore(**findings: str) -> Case:
    entries = heel().findings
    return Case(id="heel", answers={k: parse_answer(entries[k], v) for k, v in findings.items()})


def rules_of(difference: Difference) -> dict[str, tuple[str, str, float | None]]:
    return {t.rule: (t.how, *t.ids, t.points) for t in difference.rules}


def test_side_by_side_is_what_each_restricted_knowledge_says() -> None:
    case = sore(sore="yes", morning="yes", night="yes")
    old, new, blank, all_ = compare_layers(case, heel()).views
    assert (old.layers, new.layers, all_.layers) == (("old",), ("new",), ("old", "new", "blank"))
    assert (old.triage, new.triage, all_.triage) == ("routine", "within_days", "within_days")
    assert (old.flags, new.flags) == ((), ("HF-NIGHT",))
    assert old.not_excluded == all_.not_excluded == ("HF-HOT",)
    assert [p.condition for p in old.places] == ["spur"]
    assert [p.condition for p in new.places] == ["band", "spur"], "the study speaks of the book's spur too"
    assert {p.condition: p.score for p in all_.places} == {"spur": -3.0, "band": -3.0}
    assert (old.silent, new.silent) == (0, 1), "what the study says of an inflamed heel needs the book"
    assert (blank.lacks, blank.rules, blank.triage, blank.places) == ("rules", 0, "", ())


def test_what_made_the_difference_to_the_old_book() -> None:
    case = sore(sore="yes", morning="yes", night="yes")
    difference = compare_layers(case, heel()).differences[0]
    assert (difference.triage_before, difference.triage_after) == ("routine", "within_days")
    assert (difference.raised, difference.lowered) == (("HF-NIGHT",), ())
    assert rules_of(difference) == {
        "HL-06": ("fires", "HF-NIGHT", None),
        "HL-03": ("fires", "spur", 7.0),
        "HL-05": ("fires", "band", 7.0),
        "HL-01": ("weighs", "spur", -3.0),
        "HL-04": ("fires", "rested", None),
    }
    assert [t.rule for t in difference.rules] == ["HL-06", "HL-03", "HL-05", "HL-01", "HL-04"]
    by_rule = {t.rule: t for t in difference.rules}
    assert by_rule["HL-01"].counted_by == "HL-03"
    assert by_rule["HL-03"].layer == "new"
    assert by_rule["HL-03"].because == "The study measured it."
    shifts = {
        s.condition: (s.before and s.before.score, s.after and s.after.score) for s in difference.shifts
    }
    assert shifts == {"spur": (-7.0, -3.0), "band": (None, -3.0)}
    assert (difference.advice, difference.no_advice) == (("HL-A2", "HL-A1"), ())


def test_points_add_up_to_what_moved() -> None:
    case = sore(sore="yes", morning="no")
    for difference in compare_layers(case, heel()).differences:
        for shift in difference.shifts:
            if shift.before and shift.after:
                moved = [t.points or 0.0 for t in difference.rules if t.ids == (shift.condition,)]
                assert round(sum(moved), 1) == round(shift.after.score - shift.before.score, 1)


def test_conflicts_are_told_when_both_layers_are_cited_and_the_case_is_touched() -> None:
    (found,) = compare_layers(sore(sore="yes", morning="yes"), heel()).disagreements
    assert found.conflict == "H1"
    assert [(side.layers, side.rules) for side in found.sides] == [
        (("old",), ("HL-01",)),
        (("new",), ("HL-05",)),
    ]
    assert compare_layers(sore(hot="no"), heel()).disagreements == ()


def test_a_layer_without_red_flags_or_conditions_is_no_system() -> None:
    calm = replace(heel(), rules={k: r for k, r in heel().rules.items() if k != "HL-06"})
    found = compare_layers(sore(sore="yes"), calm)
    assert found.views[1].lacks == "red_flags"
    assert [d.layers for d in found.differences] == [("old",)]
    only = replace(
        heel(),
        rules={
            k: r for k, r in heel().rules.items() if k not in ("HL-03", "HL-05", "HL-07", "HL-09", "HL-11")
        },
    )
    assert compare_layers(sore(sore="yes"), only).views[1].lacks == "conditions"


def test_one_layer_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="only the layer 'lessons'"):
        compare_layers(Case(id="x"), knee())


def check(case: Case, knowledge: Knowledge, found: LayersCompared) -> None:
    whole = assess(case, knowledge)
    last = found.views[-1]
    assert (last.triage, [p.score for p in last.places]) == (
        whole.triage.level,
        [s.score for s in whole.differential],
    )
    for view in found.views[:-1]:
        if not view.lacks:
            alone = assess(case, knowledge.restricted(view.layers))
            assert view.triage == alone.triage.level
            assert [p.condition for p in view.places] == [s.condition for s in alone.differential]
    fired = {firing.rule for firing in whole.firings}
    for difference in found.differences:
        for turned in difference.rules:
            assert (turned.rule in fired) is (turned.how != "stops")
            assert turned.layer == knowledge.rules[turned.rule].layer
        moved = {s.condition for s in difference.shifts}
        for turned in difference.rules:
            # rules of one group may cancel out, so only what is left over must show
            total = sum(t.points or 0.0 for t in difference.rules if t.ids == turned.ids)
            assert turned.kind != "condition" or not round(total, 1) or turned.ids[0] in moved


@pytest.mark.parametrize("path", shipped()[::6], ids=lambda p: p.stem)
def test_on_shipped_cases_each_column_is_a_fresh_assessment(path: object) -> None:
    case = read_case(str(path), hip())
    check(case, hip(), compare_layers(case, hip()))


@pytest.mark.parametrize("findings", [{}, {"sore": "yes"}, {"sore": "yes", "morning": "yes", "hot": "yes"}])
def test_every_format_says_it(findings: dict[str, str]) -> None:
    case = sore(**findings)
    found = compare_layers(case, heel())
    check(case, heel(), found)
    text = render_explanation(found, heel(), case, "text")
    assert not [line for line in text.splitlines() if len(line) > 79 or line != line.rstrip()]
    assert "Blank page alone is no system of its own: it has no rules yet." in " ".join(text.split())
    markdown = render_explanation(found, heel(), case, "markdown")
    assert "|  | Old book | New study | Blank page | All layers |" in markdown
    html = render_explanation(found, heel(), case, "html")
    assert html.count("<table") == html.count("</table>") == 1
    assert '"compare_layers": {' in to_json("compare-layers", found, heel(), case.id)


def test_a_reader_sees_which_side_decided() -> None:
    case = sore(sore="yes", morning="yes", night="yes")
    text = render_explanation(compare_layers(case, heel()), heel(), case, "text")
    said = " ".join(text.split())
    assert "Triage differs. Old book: routine; New study: within days;" in said
    assert "HL-03 measures the same and counts" in said
    assert "Old book: A spur. [ob.001] Rules that fired on it: HL-01." in said
    assert "New study: The band. [ns.001] Rules that fired on it: HL-05." in said
    assert "What the system does: Both are told; the study decides." in said
