"""The three formats: complete, safe, repeatable, and open to a user's own templates."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hipexpert.errors import TemplateError, UsageError
from hipexpert.inference.assessment import Assessment
from hipexpert.report.filters import WIDTH, fill, md
from hipexpert.report.render import FORMATS, render
from hipexpert.report.studies import figures
from tests.report.hostile import HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE
from tests.report.sample import ASSESSMENT
from tests.report.sample_knowledge import KNOWLEDGE

VOID = {"meta", "link", "br", "path", "rect", "circle"}


class Page(HTMLParser):
    """An HTML page taken apart: elements, ids, addresses, headings and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.headings: list[int] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        found = dict(attrs)
        if "id" in found:
            self.ids.append(str(found["id"]))
        self.addresses += [str(found[name]) for name in ("href", "src") if name in found]
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag, f"{tag} closes in line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


@pytest.fixture(scope="module")
def reports() -> dict[str, str]:
    return {format: render(ASSESSMENT, KNOWLEDGE, format) for format in FORMATS}


@pytest.fixture(scope="module")
def page(reports: dict[str, str]) -> Page:
    return Page(reports["html"])


@pytest.mark.parametrize("format", FORMATS)
def test_every_fired_rule_appears(reports: dict[str, str], format: str) -> None:
    for firing in ASSESSMENT.firings:
        assert firing.rule in reports[format], firing.rule


def test_the_page_says_all_of_every_fired_rule(reports: dict[str, str], page: Page) -> None:
    for firing in ASSESSMENT.firings:
        rule = KNOWLEDGE.rules[firing.rule]
        assert f"rule-{rule.id}" in page.ids
        for text in (rule.title, rule.because, rule.opinion, *rule.cites, *rule.pitfalls):
            assert text in reports["html"], text


@pytest.mark.parametrize("format", FORMATS)
def test_the_report_begins_with_what_matters(reports: dict[str, str], format: str) -> None:
    text = Page(reports[format]).text if format == "html" else reports[format]
    glance = " ".join(text.split()).split("Safety first" if format != "text" else "SAFETY FIRST")[0].lower()
    for part in (
        "same day",
        "stop running and see a doctor today.",
        "do not test it by hopping.",
        "trochanteric bursitis",
        "possible",
        "worse lying on the painful side",
        "tb-03",
        "gt-01",
        "stress fracture of the hip",
        "do thing 1.",
        "1 red flag is not excluded.",
        "any weight loss?",
    ):
        assert part in glance, part


def _large() -> Assessment:
    """The sample with very many flags, questions, advice and rules."""
    triage, first = ASSESSMENT.triage, ASSESSMENT.differential[0]
    missing = tuple(replace(first.missing[0], findings=(name,)) for name in KNOWLEDGE.findings)
    weighing = tuple(firing for firing in ASSESSMENT.firings if firing.rule == "TB-06")
    return replace(
        ASSESSMENT,
        triage=replace(
            triage,
            not_excluded=tuple(
                replace(triage.not_excluded[0], open=tuple(KNOWLEDGE.findings)) for _ in range(60)
            ),
        ),
        differential=(replace(first, missing=missing * 10), *ASSESSMENT.differential[1:]),
        advice=ASSESSMENT.advice * 10,
        conflicts=ASSESSMENT.conflicts * 30,
        firings=(*ASSESSMENT.firings[:-1], *weighing * 100, ASSESSMENT.firings[-1]),
    )


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_a_large_case_is_still_told_in_few_lines(format: str) -> None:
    assert len(render(_large(), KNOWLEDGE, format).splitlines()) <= 260


@pytest.mark.parametrize("format", FORMATS)
def test_everything_a_reader_needs_appears(reports: dict[str, str], format: str) -> None:
    text = " ".join(reports[format].split())
    for part in (
        "demo-lateral",
        "34 years, female",
        "Outer hip pain since spring",
        "Needs to be seen by a doctor today.",
        "Stop running and see a doctor today.",
        "Do not test it by hopping.",
        "Possible tumour",
        "Any weight loss?",
        "Possible joint infection",
        "The answers do not settle it between Trochanteric bursitis and Gluteal tendinopathy.",
        "counted in",
        "LR- 0.62",
        "women with outer-hip pain; against ultrasound; 877 studied",
        "Held back",
        "running again",
        "Load can displace it.",
        "Going back to running",
        "decided by the layer",
        "Not excluded: assess now",
        "Labral tear",
        *(f"Do thing {n}." for n in range(1, 5)),
        "Ice schedule",
        "Fifteen to twenty minutes; protect the skin.",
        "asked, not known",
        "For tests only.",
        "Runners under 18",
        "0123456789abcdef",
        f"hipexpert consult CASE --format {format}",
        "supports a clinician",
        "never replaces it",
    ):
        assert part in text.replace("&#39;", "'"), part


def test_the_page_tells_what_shorter_reports_only_name(reports: dict[str, str]) -> None:
    for part in (
        "Pain at night?",
        *(f"Do thing {n}." for n in range(5, 9)),
        "First this.",
        "expert opinion: a habit of the clinic",
        "Too much, too soon.",
        "Night pain speaks for bone",
        "Most painful outer hips show no bursitis on ultrasound.",
    ):
        assert part in reports["html"], part


@pytest.mark.parametrize("format", FORMATS)
def test_no_secret_and_no_probability(reports: dict[str, str], format: str) -> None:
    text = Page(reports[format]).text if format == "html" else reports[format]
    assert "SECRET" not in text
    for figure in (figure for study in KNOWLEDGE.studies.values() for figure in figures(study)):
        text = text.replace(figure, "")
    assert "%" not in text
    assert "probab" not in text.lower()


@pytest.mark.parametrize("format", FORMATS)
def test_two_renders_are_the_same(reports: dict[str, str], format: str) -> None:
    assert render(ASSESSMENT, KNOWLEDGE, format) == reports[format]
    assert reports[format].endswith("\n")


def test_safety_comes_before_the_differential_and_sources_before_limits(reports: dict[str, str]) -> None:
    for report in reports.values():
        places = [
            report.lower().index(name)
            for name in ("suspected stress fracture", "labral tear", "ice schedule")
        ]
        assert places == sorted(places)


def test_every_link_has_its_place_and_every_id_is_there_once(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    inside = {address[1:] for address in page.addresses if address.startswith("#")}
    assert inside <= set(page.ids)
    assert {"rule-TB-03", "rule-FX-09", "flag-RF-FRACTURE", "claim-a1-064", "source-s-long"} <= inside


def test_page_asks_nothing_of_the_network(reports: dict[str, str], page: Page) -> None:
    outside = [address for address in page.addresses if not address.startswith("#")]
    assert outside == ["data:,", "https://doi.org/10.2214/AJR.12.10038"]
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form"}
    assert "url(" not in reports["html"] and "@import" not in reports["html"]
    assert "default-src 'none'" in reports["html"]


def test_page_is_in_order_for_a_screen_reader(page: Page) -> None:
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(page.headings, page.headings[1:], strict=False))
    assert {"main", "nav", "header", "footer", "section", "table", "caption", "details"} <= page.tags


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(reports: dict[str, str], theme: str) -> None:
    light, dark = (block.split("}")[0] for block in reports["html"].split(":root {")[1:3])
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if theme == "light" else dark))
    levels = ("emergency", "same_day", "within_days", "routine")
    pairs = [(ink, paper) for ink in ("ink", "soft", "accent") for paper in ("bg", "card", "tint")]
    pairs += [(level, paper) for level in levels for paper in ("bg", f"{level}-tint")]
    pairs += [("card", "fill"), *(("ink", f"{level}-tint") for level in levels)]
    for ink, paper in pairs:
        assert _contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)
    assert _contrast(colours["edge"], colours["card"]) >= 3


def test_text_fits_a_terminal(reports: dict[str, str]) -> None:
    assert max(map(len, reports["text"].splitlines())) <= WIDTH


def test_hostile_text_stays_text_in_html() -> None:
    page = Page(render(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE, "html"))
    assert not page.tags & {"script", "img", "iframe"}
    assert "onclick" not in page.attributes
    assert not [address for address in page.addresses if not address.startswith(("#", "data:,"))]
    assert "demo-lateral<script>alert(1)</script> **x** [a](javascript:x) {{7*7}}" in page.text
    assert page.text.count("<script>alert(1)</script>") > 100


def test_hostile_text_stays_text_in_markdown() -> None:
    report = render(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE, "markdown")
    assert "&lt;script>" in report and "\\{\\{7\\*7\\}\\}" in report
    for raw in ("<script", "<b ", "**x**", "[a](", "\n# h"):
        assert raw not in report, raw
    assert re.findall(r"^# .*$", report, re.MULTILINE) == [report.splitlines()[0]]


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_has_no_control_characters(format: str) -> None:
    report = render(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE, format)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", report)


def test_hostile_text_fits_a_terminal() -> None:
    report = render(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE, "text")
    assert max(map(len, report.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain - text, 3.5 (a) > b", "plain - text, 3.5 (a) > b"),
        ("# head", "\\# head"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("> quote", "\\> quote"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("+7.0", "+7.0"),
        ("a|b", "a\\|b"),
        ("a\n\n# b", "a \\# b"),
        ("&copy; <b>", "&amp;copy; &lt;b>"),
        ("http://x.org", "http\\://x.org"),
        ("www.x.org", "www\\.x.org"),
        ("a_b ~~c~~ `d` \\e ![f](g)", "a\\_b \\~\\~c\\~\\~ \\`d\\` \\\\e !\\[f\\](g)"),
    ],
)
def test_md(text: str, safe: str) -> None:
    assert md(text) == safe


def test_fill_wraps_with_a_bullet_or_a_hanging_indent() -> None:
    assert fill("word " * 30, 2, "* ").splitlines()[0].startswith("* word")
    assert fill("word " * 30, 4, "  ").splitlines()[1].startswith("    word")
    assert fill("x" * 200).splitlines()[0] == "x" * WIDTH
    assert fill("") == ""


def test_a_settled_answer_still_names_what_nobody_asked() -> None:
    report = render(replace(ASSESSMENT, settled=True), KNOWLEDGE, "text")
    assert "Settled among what was asked. Trochanteric bursitis is likely" in report


def test_only_rendering_needs_jinja() -> None:
    code = "import sys, hipexpert.report.view, hipexpert.report.filters; assert 'jinja2' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_users_template_wins(tmp_path: Path) -> None:
    (tmp_path / "report.txt.j2").write_text("Only {{ view.case }} as {{ format }}\n")
    assert render(ASSESSMENT, KNOWLEDGE, "text", tmp_path) == "Only demo-lateral as text\n"


def test_a_user_overrides_one_part_of_ours(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "shipped/report.html.j2" %}{% block advice %}<p>Ask {{ view.case }}.</p>{% endblock %}'
    )
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "sources.html.j2").write_text("<p>No sources here.</p>")
    report = render(ASSESSMENT, KNOWLEDGE, "html", tmp_path)
    assert "<p>Ask demo-lateral.</p>" in report and "<p>No sources here.</p>" in report
    assert 'id="advice-AD-A1"' not in report and "Suspected stress fracture" in report


@pytest.mark.parametrize(
    ("name", "text", "code", "line", "reason"),
    [
        ("report.txt.j2", "one\n{% if %}\n", "HX602", 2, "Expected an expression"),
        ("report.txt.j2", "one\ntwo\n{{ view.nothing }}\n", "HX603", 3, "nothing"),
        ("report.txt.j2", "{{ nobody }}", "HX603", 1, "'nobody' is undefined"),
        ("report.txt.j2", "\n{{ 1 / 0 }}", "HX603", 2, "division by zero"),
        ("report.txt.j2", '\n\n{% include "other.j2" %}', "HX601", 3, "other.j2"),
        ("report.txt.j2", '{% extends "report.txt.j2" %}', "HX603", 1, "extends or includes itself"),
        ("report.txt.j2", "{{ view.__class__.__mro__ }}", "HX603", 1, "unsafe"),
        ("text/safety.txt.j2", "\n{{ view.safety.colour }}", "HX603", 2, "colour"),
        ("text/safety.txt.j2", "\n\n{% endfor %}", "HX602", 3, "endfor"),
    ],
)
def test_a_broken_template_says_where(
    tmp_path: Path, name: str, text: str, code: str, line: int, reason: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    with pytest.raises(TemplateError) as caught:
        render(ASSESSMENT, KNOWLEDGE, "text", tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.file, problem.location.line) == (code, str(file), line)
    assert reason in problem.message


def test_a_template_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "report.txt.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"HX602.*UTF-8"):
        render(ASSESSMENT, KNOWLEDGE, "text", tmp_path)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="HX601"):
        render(ASSESSMENT, KNOWLEDGE, "text", tmp_path / "nowhere")


def test_an_unknown_format() -> None:
    with pytest.raises(UsageError, match="did you mean 'html'"):
        render(ASSESSMENT, KNOWLEDGE, "htm")
