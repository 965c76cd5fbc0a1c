"""The explanations as scripts and readers get them."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from tests.cli.test_cli import LATERAL, STRESS, fails, hipexpert

HEEL = "tests/explanation/sore-heel.yaml"
ASKED = {
    "how": ("how", LATERAL, "trochanteric_bursitis"),
    "how a flag": ("how", STRESS, "RF-FRACTURE"),
    "how a rule": ("how", LATERAL, "TB-04"),
    "how advice": ("how", LATERAL, "TB-A01"),
    "how, not": ("how", LATERAL, "RF-FRACTURE"),
    "why not": ("why-not", LATERAL, "gluteal_tendinopathy"),
    "what if": ("what-if", LATERAL, "fever=yes", "pain.site=groin"),
    "what would": ("what-if", STRESS),
    "compare": ("compare", LATERAL, "trochanteric_bursitis", "gluteal_tendinopathy"),
    "compare in general": ("compare", "hip_stress_fracture", "labral_tear"),
    "unexplained": ("unexplained", STRESS),
    "compare layers": ("compare-layers", STRESS),
    "compare layers that differ": (
        "compare-layers",
        "tests/explanation/sore-heel.yaml",
        "--rules",
        "tests/two_layers",
    ),
    "next": ("next", LATERAL),
}
KINDS = {"what would": "turning", "compare in general": "compare"}


def explained(*arguments: str, **env: str) -> str:
    done = hipexpert("explain", *arguments, **env)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("asked", ASKED)
def test_a_text_fits_a_terminal_and_ends_with_a_line(asked: str) -> None:
    text = explained(*ASKED[asked])
    assert text.endswith("\n")
    assert not [line for line in text.splitlines() if len(line) > 79 or line != line.rstrip()]


@pytest.mark.parametrize("asked", [name for name in ASKED if name != "next"])  # it has a schema of its own
def test_json_says_what_it_is(asked: str) -> None:
    found = json.loads(explained(*ASKED[asked], "--format", "json"))
    assert found["schema"] == "hipexpert.explanation/1"
    kind = KINDS.get(asked, ASKED[asked][0])
    assert found["explains"] == kind
    assert found[kind.replace("-", "_")]
    assert found["case"] in (None, "demo-lateral", "demo-stress-fracture", "sore-heel")


@pytest.mark.parametrize("asked", ASKED)
def test_markdown_has_one_heading_and_no_html(asked: str) -> None:
    text = explained(*ASKED[asked], "--format", "markdown")
    assert text.count("\n# ") + text.startswith("# ") == 1
    assert "<" not in text.replace("&lt;", "")


class Page(HTMLParser):
    open_: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.open_ = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        assert not any(name.startswith("on") or name == "src" for name, _ in attrs)
        if tag not in ("meta", "link"):
            self.open_.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open_.pop() == tag


@pytest.mark.parametrize("asked", ASKED)
def test_html_stands_alone_and_is_well_formed(asked: str) -> None:
    text = explained(*ASKED[asked], "--format", "html")
    page = Page()
    page.feed(text)
    assert page.open_ == []
    assert text.startswith("<!doctype html>")
    assert "http" not in text.replace("http-equiv", "")


def test_nothing_of_a_case_becomes_markup(tmp_path: object) -> None:
    import pathlib

    case = pathlib.Path(str(tmp_path)) / "x.yaml"
    case.write_text("title: <b>\x41&</b>*x*\nfindings: {fever: no}\n", encoding="utf-8")
    assert "&lt;b&gt;A&amp;" in explained("unexplained", str(case), "--format", "html")
    assert "&lt;b>A&amp;&lt;/b>\\*x\\*" in explained("unexplained", str(case), "--format", "markdown")


def test_output_goes_to_a_file_whose_ending_chooses_the_format(tmp_path: object) -> None:
    import pathlib

    target = pathlib.Path(str(tmp_path)) / "why.json"
    done = hipexpert("explain", *ASKED["why not"], "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["why_not"]["condition"] == "gluteal_tendinopathy"


@pytest.mark.parametrize("asked", ["what would", "compare", "how", "next", "compare layers that differ"])
def test_the_same_case_gives_the_same_bytes(asked: str) -> None:
    outputs = {explained(*ASKED[asked], "--format", "json", PYTHONHASHSEED=seed) for seed in "123"}
    assert len(outputs) == 1


@pytest.mark.parametrize(
    "command", ["", "how", "why-not", "what-if", "compare", "compare-layers", "unexplained", "next"]
)
def test_help_ends_with_two_examples(command: str) -> None:
    lines = explained(*filter(None, [command]), "-h").rstrip().splitlines()
    assert lines[-3].strip() == "Examples:"
    assert all("hipexpert explain" in line for line in lines[-2:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("how", LATERAL, "trochanteric_burs"), "did you mean 'trochanteric_bursitis'"),
        (("how", LATERAL, "RF-FRACTUR"), "did you mean 'RF-FRACTURE'"),
        (("why-not", LATERAL, "labral_taer"), "did you mean 'labral_tear'"),
        (("what-if", LATERAL, "fevr=yes"), "did you mean 'fever'"),
        (("what-if", LATERAL, "pain.site=grion"), "did you mean 'groin'"),
        (("what-if", LATERAL, "fever"), "finding=value"),
        (("compare", LATERAL, "labral_taer", "osteonecrosis"), "did you mean 'labral_tear'"),
        (("compare-layers", LATERAL, "--layer", "articles"), "at least two layers"),
        (("compare", "osteonecrosis"), "name two conditions"),
        (("compare", "osteonecrosis", "osteonecrosis"), "with itself"),
    ],
)
def test_a_wrong_name_ends_with_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    assert words in fails(2, "explain", *arguments)


def test_a_missing_case_ends_with_exit_code_3() -> None:
    assert "HX101" in fails(3, "explain", "how", "nowhere.yaml", "labral_tear")
