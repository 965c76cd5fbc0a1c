"""Text, Markdown and HTML say what the JSON says: triage, flags, order, scores, ledgers, rules, advice."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from hipexpert.inference.assess import assess
from hipexpert.inference.serialise import to_json
from hipexpert.report.render import FORMATS, render
from tests.case_paths import CASES, EXAMPLES
from tests.inference.shipped import case, knowledge

PATHS = (*EXAMPLES, *CASES[::16])
LEVELS = {
    "routine": "Routine",
    "within_days": "Within days",
    "same_day": "Same day",
    "emergency": "Emergency",
}


class _Words(HTMLParser):
    """The words of a page, without pictures and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._inside += tag in ("svg", "style", "script")
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in ("svg", "style", "script")
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)


def plain(report: str, format: str) -> str:
    """Return a report as words with single spaces, whatever they are wrapped in."""
    if format == "html":
        words = _Words()
        words.feed(report)
        report = "".join(words.found)
    if format == "markdown":
        report = re.sub(r"\\(?=[^\w\s])", "", report).replace("**", "").replace("`", "").replace("|", " ")
    report = report.replace("−", "-").replace("“", '"').replace("”", '"')
    return re.sub(r" ([.,;:)])", r"\1", " ".join(report.split()))


@cache
def told(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the JSON says of a case, and the words of the three reports."""
    assessment = assess(case(path), knowledge())
    said = json.loads(to_json(assessment, knowledge()))
    return said, {name: plain(render(assessment, knowledge(), name), name) for name in FORMATS}


def words(text: str) -> str:
    return " ".join(text.replace("“", '"').replace("”", '"').split())


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_report_says_what_the_json_says(path: Path, format: str) -> None:
    said, reports = told(path)
    report = reports[format]
    assert f"triage: {LEVELS[said['triage']['level']]}".lower() in report.lower()
    for flag in said["triage"]["flags"]:
        assert words(flag["action"]) in report, flag["flag"]
        assert all(words(text) in report for text in flag["do_not"]), flag["flag"]
    for flag in (*said["triage"]["flags"], *said["triage"]["not_excluded"]):
        assert flag["name"] in report, flag["flag"]
    missing = {firing["rule"] for firing in said["trace"]["firings"]} - set(
        re.findall(r"[A-Z]+-[0-9]+", report)
    )
    assert not missing
    for advice in said["advice"]:
        whole = (advice["text"], *advice["how"], *advice["cautions"])
        for text in whole if format == "html" else (advice["topic"],):  # elsewhere some is only named
            assert words(text).lower() in report.lower(), advice["id"]
        assert advice["id"] in report


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_conditions_stand_in_the_order_and_with_the_points_of_the_json(path: Path, format: str) -> None:
    said, reports = told(path)
    report = reports[format]
    leading = [each for each in said["differential"] if each["verdict"] in ("likely", "possible")]
    place = 0
    for each in leading:
        place = report.find(each["name"], place)
        assert place >= 0, f"{each['name']} is not there, or out of order"
        assert f"{each['score']:+.1f}" in report[place:]
        for row in each["ledger"]:
            assert f"{row['rule']}" in report[place:]
            assert row["weight"] == 0 or f"{row['weight']:+.1f}" in report[place:]
    for each in said["differential"]:
        assert each["name"] in report, each["condition"]


def test_the_words_of_a_page_leave_its_pictures_out() -> None:
    assert plain("<p>a<svg><text>no</text></svg> <b>b</b>.</p>", "html") == "a b."
