"""The page in a real browser: accessible, whole, quiet, and as good on paper."""

from __future__ import annotations

import importlib.util
import io
import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hipexpert.case_files import read_case
from hipexpert.inference.assess import assess
from hipexpert.knowledge.loader import load
from hipexpert.report.notebook import Report
from hipexpert.report.render import render
from tests.browser.conftest import DENSE, ROOT
from tests.report.hostile import HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE

pytestmark = pytest.mark.heavy

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
SCREENS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "phone": PHONE,
}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"

Opened = Callable[..., Any]
Pages = Callable[..., Path]


@cache
def axe() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None, "pip install axe-playwright-python"
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    """Return what axe-core finds wrong, with the first places."""
    page.evaluate(f"() => {{ {axe()} }}")  # not a script tag: the page forbids those
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", WCAG)
    assert len(found["passes"]) > 10, "axe-core must have looked at something"
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:120] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


@pytest.mark.parametrize(
    ("style", "screen"),
    [*(("clinician", screen) for screen in SCREENS), ("teaching", "dark"), ("brief", "phone")],
)
def test_axe_finds_nothing(opened: Opened, style: str, screen: str) -> None:
    page = opened(style, **SCREENS[screen])
    assert violations(page) == []


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_axe_finds_nothing_when_all_is_unfolded(opened: Opened, screen: str) -> None:
    page = opened("clinician", **SCREENS[screen])
    page.evaluate(OPEN_ALL)
    assert violations(page) == []


def test_axe_finds_nothing_on_the_largest_page(opened: Opened, pages: Pages) -> None:
    page = opened(file=pages("clinician", DENSE))
    page.evaluate(OPEN_ALL)
    assert violations(page) == []


def test_axe_finds_nothing_as_it_is_printed(opened: Opened) -> None:
    page = opened("clinician")
    page.emulate_media(media="print")
    found = [each for each in violations(page) if not each.startswith("target-size")]  # paper has none
    assert found == []


def test_axe_would_find_something(opened: Opened, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><title>t</title><p style='color:#eee;background:#fff'>pale</p>")
    page = opened(file=bad)
    page.evaluate(f"() => {{ {axe()} }}")
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", WCAG)
    assert {each["id"] for each in found["violations"]} >= {"html-has-lang", "color-contrast"}


def test_nothing_leaves_the_page_and_its_policy_is_kept(chromium: Any, pages: Pages) -> None:
    page = chromium.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(pages("teaching").as_uri())
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    page.close()


def test_the_policy_stops_a_script_and_a_picture(chromium: Any, pages: Pages, tmp_path: Path) -> None:
    """So that the test above could fail: what the policy forbids does not run."""
    text = pages("brief").read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text(text.replace("</main>", "<script>window.ran = 1</script><img src='x.png'></main>"))
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(bad.as_uri())
    assert page.evaluate("window.ran") is None
    assert len([text for text in said if "Content Security Policy" in text]) == 2
    page.close()


def test_everything_can_be_reached_with_the_keyboard(opened: Opened) -> None:
    page = opened("clinician")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().x >= 0"), "seen once it has focus"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#glance"
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')]"
        ".filter(each => each.checkVisibility()).length"
    )
    page.evaluate("history.replaceState(null, '', ' ')")
    page.reload()
    page.evaluate("window.reached = new Set()")
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        page.evaluate("window.reached.add(document.activeElement)")
    reached = page.evaluate("[...window.reached].filter(each => each !== document.body).length")
    assert reached == wanted > 100


def test_a_fold_opens_with_enter(opened: Opened) -> None:
    page = opened("clinician")
    summary = page.query_selector("details.fold:not([open]) > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert summary.evaluate("each => each.parentElement.open")


def test_focus_can_be_seen_on_every_kind_of_thing(opened: Opened) -> None:
    page = opened("clinician")
    for selector in (".leader a", "summary", ".graph a", ".fall a", "cite a", "a.rule"):
        page.evaluate("document.activeElement.blur()")
        element = page.locator(selector).first
        before = _look(element)
        element.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert element.evaluate("each => document.activeElement === each"), selector
        assert _look(element) != before, f"{selector} looks the same with focus"


def _look(element: Any) -> str:
    return element.evaluate(
        "each => [each, each.querySelector('rect')].filter(Boolean).map(each => {"
        "const look = getComputedStyle(each);"
        "return look.outline + look.stroke + look.strokeWidth}).join()"
    )


@pytest.mark.parametrize("style", ["teaching", "brief"])
@pytest.mark.parametrize("width", [320, 640, 2560])
def test_nothing_scrolls_sideways_but_pictures(opened: Opened, pages: Pages, style: str, width: int) -> None:
    """640 is 1280 at 200 %; 320 is 1280 at 400 %, as WCAG asks of reflow."""
    page = opened(file=pages(style, DENSE), viewport={"width": width, "height": 800})
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(each => !each.closest('.figure, .hidden')"
        " && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 80))"
    )
    assert wide == []


def test_text_can_be_twice_as_large(opened: Opened, pages: Pages) -> None:
    page = opened(file=pages("clinician", DENSE), viewport={"width": 1280, "height": 800})
    page.add_style_tag(content="html { font-size: 200% }")
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("style", ["clinician", "teaching"])
def test_words_stay_in_their_boxes(opened: Opened, pages: Pages, style: str) -> None:
    page = opened(file=pages(style, DENSE))
    page.evaluate(OPEN_ALL)
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.graph a, .graph g')].flatMap(group => {
            const frame = group.querySelector(':scope > rect:first-child');
            if (!frame) return [];
            const box = frame.getBBox();
            return [...group.querySelectorAll(':scope > text')].filter(text => {
                const own = text.getBBox();
                return own.x < box.x || own.x + own.width > box.x + box.width
                    || own.y < box.y - 1 || own.y + own.height > box.y + box.height + 1;
            }).map(text => text.textContent);
        })"""
    )
    assert page.locator(".graph a > rect").count() > 40
    assert outside == []


def test_points_do_not_run_into_titles(opened: Opened, pages: Pages) -> None:
    page = opened(file=pages("teaching", DENSE))
    page.evaluate(OPEN_ALL)
    clash = page.evaluate(
        """() => [...document.querySelectorAll('.graph .r a, .fall a')].filter(row => {
            const points = row.querySelector('.pt');
            if (!points) return false;
            const left = points.getBBox().x;
            return [...row.querySelectorAll('text:not(.pt):not(.id)')]
                .some(text => text.getBBox().x + text.getBBox().width > left);
        }).map(row => row.textContent)"""
    )
    assert page.locator(".graph .r .pt").count() > 20
    assert clash == []


def test_bars_of_a_waterfall_join_and_end_at_the_score(opened: Opened, pages: Pages) -> None:
    page = opened(file=pages("clinician", DENSE))
    charts = page.evaluate(
        """() => [...document.querySelectorAll('.fall')].map(chart =>
            [...chart.querySelectorAll('.prior, .for, .against, .total')].map(bar =>
                [bar.getAttribute('class'), +bar.getAttribute('x'), +bar.getAttribute('width')]))"""
    )
    assert len(charts) >= 5
    for bars in charts:
        edges = [{x, x + width} for _, x, width in bars]
        for above, below in itertools.pairwise(edges):
            assert any(abs(a - b) <= 1 for a in above for b in below), bars
        assert (bars[0][0], bars[-1][0]) == ("prior", "total")


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_print(opened: Opened, paper: str, size: tuple[int, int]) -> None:
    from pypdf import PdfReader

    page = opened("clinician")
    made = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=False, print_background=False)))
    texts = [each.extract_text() for each in made.pages]
    width, height = made.pages[0].mediabox.width, made.pages[0].mediabox.height
    assert abs(width - size[0]) <= 1 and abs(height - size[1]) <= 1
    assert "Triage" in texts[0] and "Leading conditions" in texts[0] and "Safety first" not in texts[0]
    assert f"{len(texts)} / {len(texts)}" in texts[-1], "pages are numbered"
    assert any("The inference graph" in text for text in texts)


def test_what_must_stay_together_on_paper_does(opened: Opened) -> None:
    page = opened("clinician")
    page.emulate_media(media="print")
    for selector in (".figure", ".flag", ".leaders > li", "tr", ".rule-card", ".measure .bar"):
        kept = page.locator(selector).first.evaluate(
            "each => getComputedStyle(each).breakInside === 'avoid' || each.tagName === 'SPAN'"
        )
        assert kept, selector


def test_a_notebook_frame_shows_the_page_and_runs_nothing(chromium: Any, tmp_path: Path) -> None:
    knowledge = load(ROOT / "rules")
    report = Report(assess(read_case(DENSE, knowledge), knowledge), knowledge, "brief")
    file = tmp_path / "notebook.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><h1>mine</h1>{report._repr_html_()}", encoding="utf-8"
    )
    page = chromium.new_page()
    page.goto(file.as_uri())
    frame = page.frames[1]
    assert "Iliopsoas" in frame.locator(".leader").first.inner_text()
    font = "each => getComputedStyle(each).fontFamily"
    assert page.locator("h1").evaluate(font) != frame.locator("h1").evaluate(font), "its look stays inside"
    page.close()


def test_hostile_text_is_only_text(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(render(HOSTILE_ASSESSMENT, HOSTILE_KNOWLEDGE, "html", None, "teaching"), encoding="utf-8")
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(file.as_uri())
    page.evaluate(OPEN_ALL)
    assert said == []
    assert page.locator("script, img, iframe, object, embed, form").count() == 0
    assert page.evaluate("document.querySelectorAll('[onclick]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert "<script>alert(1)</script>" in page.locator(".graph").first.text_content()
    page.close()
