"""The bench as people and scripts get it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest

from hipexpert.evaluation.bench import Bench
from hipexpert.evaluation.figures import evaluate, stating
from hipexpert.evaluation.masking import masking
from hipexpert.evaluation.published import BARS, SOURCES, beside
from hipexpert.evaluation.serialise import to_json
from hipexpert.report.evaluation_page import markdown_sections, render_evaluation
from hipexpert.report.tables import Table, text_table
from tests.evaluation.small import CASES, KNEE, LOCKED, ROOT, YES, case

HOSTILE = case("x", YES, accepted=["<b>|*`"], urgent=True, population="<i>&_\x1b[31m")


def bench(*more: object, mask: bool = True) -> Bench:
    cases = [*CASES, *more]
    return Bench(
        name="knees",
        evaluation=evaluate(cases, KNEE),  # type: ignore[arg-type]
        masking=masking(stating(cases), KNEE, draws=2) if mask else None,  # type: ignore[arg-type]
        silent=("nothing expected",),
        remarks=("missed: 'ligament' is not in the knowledge base",),
        broken=("bad.yaml",),
    )


@pytest.fixture(scope="module")
def schema() -> Any:
    text = (ROOT / "docs" / "evaluation.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.mark.parametrize("mask", [True, False])
def test_json_fits_its_schema_and_says_what_the_figures_say(schema: Any, mask: bool) -> None:
    found = bench(mask=mask)
    document = json.loads(to_json(found, KNEE))
    schema.validate(document)
    assert document["figures"]["first"]["hits"] == found.evaluation.within(1).hits
    assert document["undertriaged"] == ["missed"]
    assert document["overtriaged"] == ["over"]
    assert sum(row["cases"] for row in document["confusion"]) == len(found.evaluation.stated)
    assert {o["case"]: o["accepted"] for o in document["outcomes"]}["flag only"] is None
    assert (document["masking"] is not None) is mask
    assert document["left_out"] == {"states_nothing": ["nothing expected"], "cannot_be_used": ["bad.yaml"]}


def test_published_figures_name_a_source() -> None:
    assert all(bar.source in SOURCES for bar in BARS)
    assert [bar.share for bar in beside("first")] == [0.34, 0.721]
    assert {bar.share for bar in beside("three")} == {0.512, 0.843, 0.821}
    assert beside("nothing") == ()


@pytest.mark.parametrize("mask", [True, False])
def test_a_text_fits_a_terminal_and_names_the_cases(mask: bool) -> None:
    text = render_evaluation(bench(HOSTILE, mask=mask), KNEE, "text")
    assert text.endswith("\n")
    assert not [line for line in text.splitlines() if len(line) > 79 or line != line.rstrip()]
    assert "\x1b" not in text
    assert "Undertriaged: missed (routine, 1 red flag not excluded)" in text
    assert "Overtriaged: over (same day)." in text
    assert ("Red flags silenced by hiding an answer: 0." in text) is mask
    assert "bad.yaml: cannot be used" in text
    assert "measured on other cases" in " ".join(text.split())


def test_markdown_has_one_title_and_no_markup_of_a_case() -> None:
    text = render_evaluation(bench(HOSTILE), KNEE, "markdown")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert "<b>" not in text
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
    parts = markdown_sections(bench(HOSTILE), KNEE)
    assert set(parts) > {"figures", "published", "triage", "confusion", "masking", "cases"}
    assert all(part.strip() in text for part in parts.values())


class PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open_: list[str] = []
        self.ids: list[str] = []
        self.plots: list[dict[str, str | None]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "b", "i")
        assert not any(name.startswith("on") or name == "src" for name, _ in attrs)
        found = dict(attrs)
        if "id" in found:
            self.ids.append(str(found["id"]))
        if tag == "svg":
            self.plots.append(found)
        if "svg" in self.open_:
            self.inside.append(tag)
        if tag not in ("meta", "link"):
            self.open_.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_.pop() == tag


def test_html_stands_alone_with_plots_that_say_what_they_show() -> None:
    text = render_evaluation(bench(HOSTILE), KNEE, "html")
    page = PageReader()
    page.feed(text)
    assert page.open_ == []
    assert len(page.ids) == len(set(page.ids))
    assert "http" not in text.replace("http-equiv", "")
    assert len(page.plots) == 4
    for plot in page.plots:
        assert float(str(plot["width"])) > 100
        assert float(str(plot["height"])) > 50
        assert plot["role"] == "img"
        for name in str(plot["aria-labelledby"]).split():
            assert name in page.ids
    assert page.inside.count("title") == page.inside.count("desc") == 4


def test_plots_tell_lines_apart_without_colour() -> None:
    text = render_evaluation(bench(), KNEE, "html")
    lines = re.findall(r'<polyline class="line"[^>]*>', text)
    assert len(lines) == 4
    assert sum("stroke-dasharray" in line for line in lines) == 2, "one of two in each plot is dashed"


def test_nothing_but_triage_still_makes_a_page() -> None:
    only = Bench(name="x", evaluation=evaluate([case("f", LOCKED, urgent=True)], KNEE))
    for format_ in ("text", "markdown", "html"):
        text = render_evaluation(only, KNEE, format_)
        assert "0 of 0" in text
        assert "What came first instead" not in text


def test_words_are_cut_only_when_a_table_cannot_fit_otherwise() -> None:
    wide = Table(head=("a", "b"), rows=(("word " * 30, "1"), ("x" * 20, "22")), right=(1,))
    lines = text_table(wide, 40).splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert "x" * 20 in "".join(lines)
    assert all(len(line) <= 10 for line in text_table(wide, 10).splitlines())


def test_the_bench_says_when_it_is_unsafe() -> None:
    assert bench(mask=False).unsafe
    calm = Bench(name="x", evaluation=evaluate([CASES[0]], KNEE))
    assert not calm.unsafe
