"""``kb check``, ``kb diff`` and ``kb mutate`` as scripts call them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNEE = ROOT / "tests" / "knee" / "knee.yaml"
SEEDED = ROOT / "tests" / "seeded_defects"


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hipexpert", "kb", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    shutil.copy(KNEE, folder / "knee.yaml")
    return folder


def seed(folder: Path, name: str) -> None:
    shutil.copy(SEEDED / f"{name}.yaml", folder / "zz.yaml")


def test_an_error_fails_and_a_warning_only_when_strict(rules: Path) -> None:
    assert run("check", "--rules", str(rules), "--strict").returncode == 0
    seed(rules, "HX706-nothing-raises-it")
    failed = run("check", "--rules", str(rules))
    assert failed.returncode == 1
    assert "zz.yaml:2:5: error HX706 no rule raises the red flag 'ZF-HOT'\n  hint: " in failed.stdout
    assert "1 problem found: 1 error." in failed.stderr
    seed(rules, "HX743-full-stop-after-a-title")
    assert run("check", "--rules", str(rules)).returncode == 0
    assert run("check", "--rules", str(rules), "--strict").returncode == 1


def test_one_defect_of_one_rule_can_be_left_out(rules: Path) -> None:
    seed(rules, "HX706-nothing-raises-it")
    left = run("check", "--rules", str(rules), "--exclude", "HX706:ZF-HOT")
    assert (left.returncode, left.stdout) == (0, "")
    needless = run("check", "--rules", str(rules), "--exclude", "HX706:ZF-COLD")
    assert needless.returncode == 1
    assert "warning HX758 the exclusion of HX706 for ZF-COLD excludes nothing" in needless.stdout
    for wrong in ("HX706", "HX799:ZF-HOT", ":ZF-HOT"):
        assert run("check", "--exclude", wrong).returncode == 2


def test_json_and_github_say_the_same_as_text(rules: Path) -> None:
    seed(rules, "HX706-nothing-raises-it")
    document = json.loads(run("check", "--rules", str(rules), "--format", "json").stdout)
    assert document["schema"] == "hipexpert.check/1"
    (problem,) = document["problems"]
    assert (problem["code"], problem["severity"], problem["line"]) == ("HX706", "error", 2)
    assert (problem["about"], problem["hint"]) == ("ZF-HOT", "add a rule or remove it")
    assert {entry["code"] for entry in document["excluded"]} == {"HX728", "HX737"}
    line = run("check", "--rules", str(rules), "--format", "github").stdout
    assert re.fullmatch(
        r"::error file=.*zz\.yaml,line=2,col=5,title=HX706::no rule raises the red flag 'ZF-HOT'%0Ahint: "
        r".*\n",
        line,
    )


@pytest.mark.parametrize("format_", ["json", "github"])
def test_what_does_not_load_is_reported_in_the_same_form(rules: Path, format_: str) -> None:
    (rules / "zz.yaml").write_text("prefix: ZZ\nrules: [{id: ZZ-01}]\n", encoding="utf-8")
    failed = run("check", "--rules", str(rules), "--format", format_)
    assert failed.returncode == 1
    assert "HX201" in failed.stdout and "the field 'because' is missing" in failed.stdout


def test_codes_are_listed_and_explained() -> None:
    lines = run("check", "--list").stdout.splitlines()
    assert len(lines) > 90 and all(re.match(r"HX\d{3}  (error|warning|note) ", line) for line in lines)
    explained = run("check", "--explain", "hx718").stdout
    assert "Wrong:" in explained and "Right:" in explained and "exclusions:" in explained
    unknown = run("check", "--explain", "HX799")
    assert unknown.returncode == 2 and "no code 'HX799'" in unknown.stderr


def test_diff_names_what_moved_and_fails_on_a_fall(rules: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(rules, other)
    text = (other / "knee.yaml").read_text(encoding="utf-8")
    (other / "knee.yaml").write_text(text.replace("{locked: present}, ", ""), encoding="utf-8")
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "stuck.yaml").write_text("findings: {locked: yes}\n", encoding="utf-8")
    failed = run("diff", str(rules), str(other), "--cases", str(cases))
    assert failed.returncode == 1
    assert "changed  rules KN-03: A locked knee must be seen" in failed.stdout
    assert "moved    stuck (triage): TRIAGE FALLS" in failed.stdout
    signed = tmp_path / "signed.yaml"
    signed.write_text(
        "- {case: stuck, from: same_day, to: routine, by: Dr A. Example, reason: A test.}\n", encoding="utf-8"
    )
    assert (
        run("diff", str(rules), str(other), "--cases", str(cases), "--signed-off", str(signed)).returncode
        == 0
    )
    assert run("diff", str(other), str(rules), "--cases", str(cases)).returncode == 0
    assert run("diff", "no-such-revision", str(rules)).returncode == 2


def test_mutate_lists_survivors_and_writes_cases_for_them(rules: Path, tmp_path: Path) -> None:
    cases = tmp_path / "tests" / "rule_cases"
    cases.mkdir(parents=True)
    (cases / "knee.yaml").write_text("- rule: KN-01\n  fires: {worse_with: [stairs]}\n", encoding="utf-8")
    more = cases / "more.yaml"
    first = run("mutate", "--rules", str(rules), "--suggest", str(more))
    assert first.returncode == 1
    assert "survived: KN-05: drop front_pain: yes" in first.stdout
    share = [
        float(re.search(r"([\d.]+) % caught", done.stderr)[1])
        for done in (first, run("mutate", "--rules", str(rules)))
    ]  # type: ignore[index]
    assert share[1] > share[0] + 30
    assert run("mutate", "--rules", str(rules), "--at-least", "0").returncode == 0
