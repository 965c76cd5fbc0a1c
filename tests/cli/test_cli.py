"""The command line as scripts rely on it: what goes to stdout, exit codes, and errors without tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LATERAL = "examples/lateral-hip.yaml"
STRESS = "examples/stress-fracture.yaml"


def hipexpert(*arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hipexpert", *arguments],
        input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env}, check=False,
    )  # fmt: skip


def fails(code: int, *arguments: str, stdin: str = "") -> str:
    done = hipexpert(*arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def document(*arguments: str, **env: str) -> dict[str, object]:
    done = hipexpert("consult", *arguments, "--format", "json", **env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("layers", "leader", "said"),
    [
        (("--layer", "articles"), "trochanteric_bursitis", "paragraph 14"),
        ((), "gluteal_tendinopathy", "s-allison-2016"),
    ],
)
def test_the_lateral_hip_is_told_as_the_layers_tell_it(
    layers: tuple[str, ...], leader: str, said: str
) -> None:
    found = document(LATERAL, *layers)
    first = found["differential"][0]  # type: ignore[index]
    assert first["condition"] == leader
    assert {row["rule"] for row in first["ledger"]} <= {f["rule"] for f in found["trace"]["firings"]}  # type: ignore[index]
    text = hipexpert("consult", LATERAL, *layers).stdout
    assert "Trochanteric bursitis" in text
    for row in first["ledger"]:
        assert row["rule"] in text
    assert said in text, "the source is cited, and the place in it where it is known"


def test_the_stress_fracture_is_first_urgent_and_stops_the_running() -> None:
    found = document(STRESS)
    assert found["differential"][0]["condition"] == "hip_stress_fracture"  # type: ignore[index]
    assert found["triage"]["level"] in ("same_day", "emergency")  # type: ignore[index]
    said = json.dumps([found["triage"], found["advice"]]).casefold()
    assert "stop running" in said
    assert "doctor" in said


@pytest.mark.parametrize("case", [LATERAL, STRESS])
def test_every_rule_of_a_report_can_be_followed(case: str) -> None:
    from hipexpert import load
    from hipexpert.report.pages import page

    knowledge = load(ROOT / "rules")
    rules = [firing["rule"] for firing in document(case)["trace"]["firings"]]  # type: ignore[index]
    assert rules
    for rule in rules:
        shown = page(knowledge, rule)
        entry = knowledge.rules[rule]
        assert f"{entry.at}" in shown
        assert f"- id: {rule}" in shown
        for cite in entry.cites:
            said = knowledge.claims[cite].text if "." in cite else knowledge.sources[cite].title
            assert said.split()[0] in shown
    shown = hipexpert("kb", "show", rules[0])
    assert shown.returncode == 0
    assert rules[0] in shown.stdout


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "json"])
def test_a_report_is_the_same_under_any_hash_seed(format_: str) -> None:
    outputs = {
        hipexpert("consult", STRESS, "--format", format_, PYTHONHASHSEED=str(seed)).stdout
        for seed in (range(10) if format_ in ("json", "html") else range(2))
    }
    assert len(outputs) == 1
    assert outputs.pop()


def test_output_goes_to_a_file_and_its_ending_chooses_the_format(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    done = hipexpert("consult", LATERAL, "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text(encoding="utf-8").casefold().startswith("<!doctype html>")


def test_fail_on_reports_urgency_by_exit_code() -> None:
    assert hipexpert("consult", STRESS, "--fail-on", "same_day").returncode == 10
    assert hipexpert("consult", LATERAL, "--fail-on", "same_day").returncode == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "HX108 the file is empty"),
        (b"\x00\xff\xfe\x01", "HX102"),
        (b"- just\n- a list\n", "HX501 found a list"),
        (
            b"id: x\nfindings: {pain.sight: [lateral]}\n",
            "unknown finding 'pain.sight'\n  hint: did you mean 'pain.site'",
        ),
        (
            b"id: x\nfindings: {pain.site: [latteral]}\n",
            "has no answer 'latteral'\n  hint: did you mean 'lateral'",
        ),
        (
            b"id: x\nfindings: {pain.duration: 3 kilometres}\n",
            "HX512 pain.duration: unknown unit 'kilometres'",
        ),
        (b"id: x\nabout: {age: 340}\n", "HX511 age: 340 years is out of range"),
        (b"id: x\nabout: {age: .nan}\n", "HX105"),
        (b"id: x\nfindings: {fever: maybe}\n", "neither yes nor no"),
        (b"id: x\nfindings: {fever: yes, fever: no}\n", "HX104"),
        (b"id: x\nfindings: {a: &a [*a]}\n", "HX106"),
        (b"id: x\nfindings: [\n", "HX103"),
        (b"id: Jane Doe\nfindings: {fever: no}\n", "never a person's name"),
        (b"id: x\n", "HX501 neither 'about' nor 'findings'"),
        (b"id: x\nfindngs: {}\n", "did you mean 'findings'"),
    ],
)
def test_a_broken_case_ends_with_one_clear_message(tmp_path: Path, content: bytes, words: str) -> None:
    case = tmp_path / "case.yaml"
    case.write_bytes(content)
    message = fails(3, "consult", str(case))
    assert words in message
    assert str(case) in message


def test_a_missing_case_and_a_folder() -> None:
    assert "HX101 no such file" in fails(3, "consult", "nowhere.yaml")
    assert "HX101 this is a folder" in fails(3, "consult", "examples")


def test_broken_knowledge_ends_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("prefix: XX\nrules: [{id: XX-01}]\n", encoding="utf-8")
    message = fails(1, "consult", LATERAL, "--rules", str(tmp_path))
    assert "x.yaml:2:" in message
    assert "HX201 the field 'because' is missing" in message
    assert "problems found" in message
    fails(1, "kb", "check", "--rules", str(tmp_path / "nowhere"))


def test_wrong_usage_ends_with_exit_code_2() -> None:
    assert "No such command" in fails(2, "diagnose")
    assert "nothing to judge" in fails(2, "consult", "--no-input")
    assert "nothing to judge" in fails(2, "consult", stdin="")
    assert "no layer 'evidnce'; did you mean 'evidence'" in fails(2, "consult", LATERAL, "--layer", "evidnce")
    assert "did you mean 'trochanteric_bursitis'" in fails(2, "kb", "show", "trochanteric_bursitys")
    assert "not both" in fails(2, "consult", LATERAL, "--resume", LATERAL)


def test_answers_come_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    lines = "# a runner\npain.site: lateral\npain.worse_with: lying_on_painful_side, stairs\nage: 34\n"
    from_stdin = hipexpert("consult", "--answers", "-", "--format", "json", stdin=lines)
    file = tmp_path / "answers.txt"
    file.write_text(lines, encoding="utf-8")
    from_file = hipexpert("consult", "--answers", str(file), "--format", "json")
    assert from_stdin.returncode == 0, from_stdin.stderr
    assert from_stdin.stdout == from_file.stdout
    assert json.loads(from_stdin.stdout)["differential"][0]["condition"] == "gluteal_tendinopathy"
    assert "<standard input>:1" in fails(3, "consult", "--answers", "-", stdin="fevr: yes\n")


def test_a_dialogue_on_piped_input_never_invents_an_answer(tmp_path: Path) -> None:
    saved = tmp_path / "saved.yaml"
    done = hipexpert("consult", "--save", str(saved), "--format", "json", stdin="34\n2\nu\n")
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)["case"]
    assert findings["about"]["age"] == {"value": 34.0, "unit": "years", "state": "present"}
    assert len(findings["about"]) + len(findings["findings"]) == 3
    again = hipexpert("consult", "--resume", str(saved), "--format", "json", stdin="")
    assert json.loads(again.stdout)["case"]["about"] == findings["about"]
    assert (saved.stat().st_mode & 0o077) == 0 or os.name == "nt"


def test_the_knee_runs_without_a_change_in_python(tmp_path: Path) -> None:
    case = tmp_path / "knee.yaml"
    case.write_text(
        "id: k\nfindings: {front_pain: yes, worse_with: [stairs], swollen_hours: 30 minutes}\n",
        encoding="utf-8",
    )
    found = document(str(case), "--rules", "tests/knee")
    assert found["differential"][0]["condition"] == "kneecap_pain"  # type: ignore[index]
    assert found["triage"]["level"] == "same_day"  # type: ignore[index]
    html = hipexpert("consult", str(case), "--rules", "tests/knee", "--format", "html").stdout
    assert "Kneecap pain" in html
    assert "hip" not in html.casefold().replace("hipexpert", "")


def test_case_new_makes_a_form_that_reads_back(tmp_path: Path) -> None:
    form = tmp_path / "form.yaml"
    assert hipexpert("case", "new", str(form)).returncode == 0
    text = form.read_text(encoding="utf-8").replace("# fever: yes", "fever: yes").replace("# age: ", "age: ")
    form.write_text(text, encoding="utf-8")
    assert hipexpert("case", "check", str(form)).returncode == 0
    shown = hipexpert("case", "show", str(form)).stdout
    assert "fever: yes" in shown
    assert "exists already" in fails(3, "case", "new", str(form))
    assert "form.yaml: form, 2 findings" in hipexpert("case", "list", str(tmp_path)).stdout


@pytest.mark.parametrize(
    "command",
    [[], ["consult"], ["case"], ["case", "new"], ["kb"], ["kb", "show"], ["kb", "check"], ["kb", "test"]],
)
def test_help_works_everywhere_and_ends_with_examples(command: list[str]) -> None:
    done = hipexpert(*command, "-h")
    assert done.returncode == 0
    tail = done.stdout.rstrip().splitlines()[-2:]
    assert all(line.strip().startswith("hipexpert ") for line in tail)


def test_version_and_schema() -> None:
    assert hipexpert("--version").stdout.startswith("hipexpert, version ")
    schema = json.loads(hipexpert("kb", "schema").stdout)
    assert schema["$defs"]["when"]["properties"]["at_least"]
    for model, name in (("RuleModel", "when"), ("FindingModel", "only_if")):
        assert schema["$defs"][model]["properties"][name] == {"$ref": "#/$defs/when"}
    assert hipexpert("kb", "list", "conditions").stdout.count("\n") >= 10


def test_kb_commands_on_the_knee(tmp_path: Path) -> None:
    knee = ("--rules", "tests/knee")
    checked = hipexpert("kb", "check", *knee)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "No problem found" in checked.stderr
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "knee.yaml").write_text("- rule: KN-01\n  fires: {worse_with: [stairs]}\n", encoding="utf-8")
    tested = hipexpert("kb", "test", *knee, "--cases", str(cases))
    assert tested.returncode == 1
    assert "KN-02 has no case: fires, near_miss, unknown" in tested.stdout
    assert "1 rule cases run, 0 failed" in tested.stderr
    assert hipexpert("kb", "coverage", *knee).returncode == 0


def test_menus_off_a_terminal_are_refused_with_what_to_do() -> None:
    assert "use --face plain" in fails(2, "consult", "--face", "menu")


def test_menus_without_the_extra_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from hipexpert.cli import faces
    from hipexpert.errors import UsageError

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(faces, "find_spec", lambda name: None)
    monkeypatch.setattr(faces.sys, "stdin", Terminal())
    monkeypatch.setattr(faces.sys, "stdout", Terminal())
    with pytest.raises(UsageError, match=r"python -m pip install 'hipexpert\[tty\]'"):
        faces.menus_wanted("menu")
    assert not faces.menus_wanted("auto"), "nobody asked for them"


def test_the_help_says_what_a_screen_reader_needs() -> None:
    told = " ".join(hipexpert("consult", "-h").stdout.split())
    assert "For a screen reader, say plain, once and for all in $HIPEXPERT_FACE." in told


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "json"])
def test_watching_goes_to_standard_error_and_leaves_the_report_alone(format_: str) -> None:
    plain = hipexpert("consult", STRESS, "--format", format_)
    watched = hipexpert("consult", STRESS, "--format", format_, "--watch")
    assert watched.returncode == 0
    assert watched.stdout == plain.stdout
    assert plain.stderr == ""
    assert watched.stderr.startswith("WATCHING THE ENGINE")
    assert "The agenda is empty after" in watched.stderr


def test_stepping_waits_for_nobody_off_a_terminal() -> None:
    stepped = hipexpert("consult", STRESS, "--step")
    assert stepped.returncode == 0
    assert stepped.stderr == hipexpert("consult", STRESS, "--watch", "--engine", "rete").stderr
