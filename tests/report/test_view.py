"""The view: display words, sums and citations, from data alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hipexpert.inference.assessment import Standing
from hipexpert.report.ledger import bar
from hipexpert.report.lexicon import Lexicon, Match
from hipexpert.report.view import ReportView, build_view
from hipexpert.report.wording import first_sentence, listed, one_line, points
from tests.report.sample import ASSESSMENT, NO_GROIN, OUTER, SIDE
from tests.report.sample_knowledge import HEADING, KNOWLEDGE, TITLE


@pytest.fixture(scope="module")
def view() -> ReportView:
    return build_view(ASSESSMENT, KNOWLEDGE)


def _number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def test_header_names_the_case_and_nothing_else_of_its_file(view: ReportView) -> None:
    assert (view.case, view.title, view.about) == (
        "demo-lateral",
        "Outer hip pain since spring",
        "34 years, female",
    )
    assert "SECRET" not in repr(view)


def test_findings_are_told_in_the_words_of_the_vocabulary(view: ReportView) -> None:
    sections = {section.title: section.findings for section in view.findings.sections}
    assert list(sections) == ["Warning signs", "The runner", "The pain"]
    site = sections["The pain"][0]
    assert (site.name, site.present, site.absent) == (
        "Site of the pain",
        "outer side of the hip",
        "groin, buttock",
    )
    assert (sections["The runner"][1].present, sections["The runner"][1].absent) == ("female", "")
    fever, rotation, weight = sections["Warning signs"]
    assert (fever.present, fever.absent) == ("", "no")
    assert rotation.present == "yes"
    assert weight.unknown and not weight.present and not weight.absent
    assert (view.findings.known, view.findings.vocabulary) == (6, 8)


def test_every_ledger_sums_to_its_score(view: ReportView) -> None:
    for standing in (*view.differential.leading, *view.differential.others):
        ledger = standing.ledger
        rows = [_number(ledger.prior), *(_number(row.points) for row in ledger.rows)]
        assert round(sum(rows), 1) == _number(ledger.total) == _number(standing.score)


def test_rows_for_stand_before_rows_against_and_a_weaker_twin_names_the_stronger(view: ReportView) -> None:
    rows = view.differential.leading[0].ledger.rows
    assert [(row.rule.id, row.direction) for row in rows] == [
        ("TB-03", "for"),
        ("TB-04", "for"),
        ("GT-01", "against"),
    ]
    assert [row.counted_in.id if row.counted_in else "" for row in rows] == ["", "TB-03", ""]
    assert [row.strength for row in rows] == ["strong", "moderate", "LR- 0.625"]
    assert "s-long" in [cite.mark for cite in rows[2].cites]


def test_a_condition_not_to_be_missed_stays_in_sight(view: ReportView) -> None:
    assert [item.name for item in view.differential.leading] == [
        "Trochanteric bursitis",
        "Gluteal tendinopathy",
    ]
    assert [item.name for item in view.differential.in_sight] == ["Stress fracture of the hip"]
    assert [item.name for item in view.differential.others] == ["Labral tear"]


def test_what_is_not_settled_says_between_which(view: ReportView) -> None:
    statement = view.differential.statement
    assert "do not settle it between Trochanteric bursitis and Gluteal tendinopathy" in statement


def test_glance_names_the_weightiest_reasons_and_what_to_ask(view: ReportView) -> None:
    glance = view.glance
    assert [order.action for order in glance.orders] == ["Stop running and see a doctor today."]
    assert glance.orders[0].do_not == ("Do not test it by hopping.",)
    assert [item.standing.name for item in glance.leading] == [
        "Trochanteric bursitis",
        "Gluteal tendinopathy",
    ]
    assert [row.rule.id for row in glance.leading[0].reasons] == ["TB-03", "GT-01"]
    assert [item.name for item in glance.in_sight] == ["Stress fracture of the hip"]
    assert [item.topic for item in glance.do_now] == ["Topic 1", "Topic 2", "Topic 3", "Topic 4"]
    assert [ask.question.id for ask in glance.asks] == ["weight_loss"]
    assert glance.still_open == 1


def test_questions_behind_flags_stand_once_the_most_urgent_and_cheapest_first() -> None:
    tumour = ASSESSMENT.triage.not_excluded[0]
    tumour = replace(tumour, open=("weight_loss", "night_pain"))
    infection = replace(
        ASSESSMENT.triage.denied[0], state="not_excluded", open=("rotation_pain", "night_pain", "fever")
    )
    triage = replace(ASSESSMENT.triage, not_excluded=(tumour, infection), denied=())
    asks = build_view(replace(ASSESSMENT, triage=triage), KNOWLEDGE).safety.asks
    assert [ask.question.id for ask in asks] == ["night_pain", "fever", "rotation_pain", "weight_loss"]
    assert [ask.urgency.level for ask in asks] == ["emergency", "emergency", "emergency", "within_days"]
    assert [flag.id for flag in asks[0].flags] == ["RF-TUMOUR", "RF-INFECTION"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Rest. Then run.", "Rest."),
        ("Take 1.5 cups. Wait.", "Take 1.5 cups."),
        ("No end", "No end"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text) == first


def _statement(*standings: Standing, settled: bool = False) -> str:
    return build_view(
        replace(ASSESSMENT, differential=standings, settled=settled), KNOWLEDGE
    ).differential.statement


def test_statement_of_every_other_outcome() -> None:
    first, second, _, last = ASSESSMENT.differential
    likely = replace(first, verdict="likely", score=4.0)
    assert _statement(likely, last, settled=True).startswith(
        "Trochanteric bursitis is likely and clearly ahead"
    )
    assert "is likely, but not clearly ahead" in _statement(likely, last)
    assert "comes first, but is no more than possible" in _statement(first, last)
    assert "nothing recorded makes any condition likely or possible" in _statement(last)
    assert "comes first" in _statement(replace(second, score=2.0, rank=1), replace(first, score=-4.0, rank=2))


def test_red_flags_carry_action_rules_and_open_questions(view: ReportView) -> None:
    raised, open_ = view.safety.raised[0], view.safety.not_excluded[0].flags[0]
    assert (raised.urgency.word, raised.action) == ("Same day", "Stop running and see a doctor today.")
    assert [rule.id for rule in raised.rules] == ["RF-01"]
    assert raised.do_not == ("Do not test it by hopping.",)
    assert [question.text for question in open_.questions] == ["Any weight loss?"]
    assert [flag.name for flag in view.safety.denied] == ["Possible joint infection"]
    assert view.safety.urgency.level == "same_day"
    assert view.safety.not_excluded[0].urgency.word == "Within days"
    assert view.safety.statement == "1 red flag was raised. 1 red flag is not excluded."


def test_citation_names_title_section_paragraph_and_claim(view: ReportView) -> None:
    cite = view.differential.leading[0].cites[0]
    assert cite.text == f"{TITLE}, section “{HEADING}”, paragraph 14 [a1.064]"
    assert cite.says.startswith("Lying on the affected side")
    assert (
        view.safety.raised[0].support.cites[0].text == f"{TITLE}, section “Stress Fracture”, heading [a1.089]"
    )


def test_bibliography_holds_what_is_cited_and_nothing_else(view: ReportView) -> None:
    held = {source.id: [claim.id for claim in source.claims] for source in view.sources}
    assert held == {"a1": ["a1.064", "a1.069", "a1.089"], "a3": ["a3.050"], "s-long": ["s-long.1"]}


def test_only_a_plain_web_address_becomes_one(view: ReportView) -> None:
    assert [source.url for source in view.sources] == ["", "", "https://doi.org/10.2214/AJR.12.10038"]


def test_reasoning_keeps_order_and_names_what_has_not_fired(view: ReportView) -> None:
    firings = [firing for phase in view.reasoning.phases for firing in phase.firings]
    assert [firing.n for firing in firings] == list(range(1, 10))
    assert [phase.name for phase in view.reasoning.phases] == [
        "Drawing conclusions",
        "Raising red flags",
        "Weighing evidence",
        "Holding advice back",
        "Choosing advice",
    ]
    assert [item.rule.id for item in view.reasoning.waiting] == ["FX-09", "RF-03", "TB-05"]
    assert [product.words for product in view.reasoning.waiting[0].would] == ["counts for"]
    assert (view.reasoning.fired, view.reasoning.drafts, view.reasoning.opinions) == (9, 9, 1)


def test_what_a_rule_rested_on_is_linked_to_where_it_is_recorded(view: ReportView) -> None:
    matched = {
        firing.rule.id: firing.matched[0] for phase in view.reasoning.phases for firing in phase.firings
    }
    assert matched["TB-04"] == Match(name="overuse pattern", value="", anchor="conclusion-overuse")
    assert matched["TB-06"].text == "site of the pain: not groin"
    assert matched["AD-01"].text == "Trochanteric bursitis: possible"


def test_what_concerns_one_finding_stands_together() -> None:
    matched = (OUTER, SIDE, NO_GROIN, NO_GROIN)
    words = Lexicon(ASSESSMENT, KNOWLEDGE).matches(matched)
    assert [match.text for match in words] == [
        "site of the pain: outer side of the hip, not groin",
        "what makes it worse: lying on the painful side",
    ]


def test_opinion_is_called_opinion(view: ReportView) -> None:
    rules = {firing.rule.id: firing.rule for phase in view.reasoning.phases for firing in phase.firings}
    assert rules["TB-06"].support.cites == ()
    assert rules["TB-06"].support.opinion == "clinical habit"


def test_long_steps_are_folded(view: ReportView) -> None:
    (step,) = view.advice
    assert (step.name, len(step.shown), len(step.folded)) == ("Now", 6, 2)


def test_command_repeats_the_layers_that_took_part(view: ReportView) -> None:
    assert view.limits.command == "hipexpert consult CASE"
    stamp = replace(ASSESSMENT.knowledge, layers=("articles",))
    limits = build_view(replace(ASSESSMENT, knowledge=stamp), KNOWLEDGE).limits
    assert limits.command == "hipexpert consult CASE --layer articles"


def test_view_of_restricted_knowledge() -> None:
    known = KNOWLEDGE.restricted(["articles"])
    kept = tuple(firing for firing in ASSESSMENT.firings if firing.rule in known.rules)
    first, _, fracture, _ = ASSESSMENT.differential
    first = replace(first, ledger=first.ledger[1:], score=-3.0)
    assessment = replace(ASSESSMENT, firings=kept, differential=(first, fracture))
    assert len(build_view(assessment, known).reasoning.phases) == 5


def test_a_higher_score_is_a_longer_bar() -> None:
    scores = [-500.0, -40.0, -20.0, -19.9, -5.5, 0.0, 3.0, 12.0, 80.0]
    fills = [bar(score, KNOWLEDGE.scale).fill for score in scores]
    assert fills == sorted(set(fills))
    assert fills[0] > 0 and fills[-1] < 1
    assert all(1 <= bar(score, KNOWLEDGE.scale).cells <= 19 for score in scores)


@pytest.mark.parametrize(
    ("value", "text"), [(7, "+7.0"), (-0.04, "0.0"), (0.0, "0.0"), (-4.8, "\N{MINUS SIGN}4.8")]
)
def test_points(value: float, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_one_line_drops_what_could_move_a_cursor_or_turn_text_around() -> None:
    assert one_line("a\x1b[31mb\x00c\u202ed\r\n e\x9b\ud800") == "abcd e"
