"""``--audit`` and ``hipexpert audit``, as a clinic would use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.test_cli import LATERAL, STRESS, fails, hipexpert


def done(*arguments: str) -> tuple[str, str]:
    found = hipexpert(*arguments)
    assert found.returncode == 0, found.stderr
    return found.stdout, found.stderr


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


def test_a_record_is_kept_listed_verified_and_decided_on(record: Path) -> None:
    report, said = done("consult", LATERAL, "--audit", str(record), "--agree")
    assert report == done("consult", LATERAL)[0], "the report is the same with and without a record"
    head = re.search(r"entry 1 in .*; its hash is ([0-9a-f]{64})", said)
    assert head
    done("consult", STRESS, "--audit", str(record))
    reason = ("--override", "labral_tear", "--reason", "seen on\n arthrography")
    done("audit", "decide", str(record), "2", *reason)
    listed = done("audit", "list", str(record))[0].splitlines()
    assert [line.split()[2] for line in listed] == ["demo-lateral", "demo-stress-fracture", "on"]
    assert "within_days  gluteal_tendinopathy (likely)  agreed" in listed[0]
    assert listed[2].endswith("on entry 2  overridden: labral_tear, because seen on arthrography")
    out, err = done("audit", "verify", str(record), "--head", head[1])
    assert "3 entries, none changed, missing or moved" in out
    assert "--head" not in err
    assert "--head" in done("audit", "verify", str(record))[1], "says what it cannot see"


def test_a_record_holds_nothing_of_what_was_written_about_the_runner(record: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    words = "title: SECRETTITLE\nnote: SECRETNOTE\nsource: SECRETSOURCE\n"
    case.write_text(f"id: r-1\n{words}about: {{age: 34, sex: female}}\nfindings: {{pain.site: [lateral]}}\n")
    done("consult", str(case), "--audit", str(record))
    text = record.read_text()
    assert "SECRET" not in text
    entry = json.loads(text)
    assert entry["case"] == "r-1"
    assert set(entry) == {
        "schema", "n", "previous", "at", "kind", "case", "result", "decision", "hash",
    }  # fmt: skip
    assert not re.search(r'"(age|sex|pain\.site)"', text), "answers are kept as a digest only"


def test_a_changed_record_is_refused_by_every_command(record: Path) -> None:
    done("consult", LATERAL, "--audit", str(record))
    whole = record.read_text()
    record.write_text(whole.replace("within_days", "emergency"))
    for arguments in (
        ("audit", "verify", str(record)),
        ("audit", "list", str(record)),
        ("audit", "decide", str(record), "--agree"),
        ("consult", LATERAL, "--audit", str(record)),
    ):
        assert "HX530" in fails(3, *arguments)
    record.write_text("")
    assert done("audit", "verify", str(record))[0].startswith(f"{record}: 0 entries")


def test_an_unfinished_line_is_mended(record: Path) -> None:
    done("consult", LATERAL, "--audit", str(record))
    whole = record.read_text()
    record.write_text(whole + whole[:50])
    assert "HX532" in fails(3, "consult", LATERAL, "--audit", str(record))
    assert "unfinished" in done("audit", "mend", str(record))[1]
    assert record.read_text() == whole
    assert "Nothing to mend" in done("audit", "mend", str(record))[1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--agree",), "--audit FILE"),
        (("--override", ""), "no condition '' was judged"),
        (("--audit", "R", "--agree", "--override", "labral_tear", "--reason", "x"), "not both"),
        (("--audit", "R", "--override", "labral_tear"), "needs a reason"),
        (("--audit", "R", "--override", "labral_teer", "--reason", "x"), "did you mean 'labral_tear'"),
        (("--audit", "R", "--reason", "x"), "goes with"),
        (("--audit", "R", "--agree", "--reason", "x" * 501), "longer than"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_before_anything_is_judged(
    options: tuple[str, ...], says: str, record: Path
) -> None:
    given = [str(record) if option == "R" else option for option in options]
    assert says in fails(2, "consult", LATERAL, *given)
    assert not record.exists()


def test_decide_needs_a_consultation_and_a_decision(record: Path) -> None:
    done("consult", LATERAL, "--audit", str(record))
    assert "say what was decided" in fails(2, "audit", "decide", str(record))
    assert "entry 2 is not a consultation" in fails(2, "audit", "decide", str(record), "2", "--agree")
    assert "64 hexadecimal" in fails(2, "audit", "verify", str(record), "--head", "abc")
    assert "HX101" in fails(3, "audit", "list", str(record.parent / "none"))


def test_no_report_leaves_without_its_entry(record: Path) -> None:
    assert "HX505" in fails(3, "consult", LATERAL, "--audit", str(record.parent))
