"""A consultation on a real terminal: the installed command line behind a pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pexpect  # type: ignore[import-untyped]

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

ROOT = Path(__file__).resolve().parents[2]

ELBOW = """\
prefix: EL
knowledge:
  name: A tiny elbow
  version: 0.0.1
  licence: CC0-1.0
  intended_use: Tests of a terminal. Not for any patient.
  layers: [{id: lessons, name: Lessons}]
  strengths: {weak: 2.0, strong: 5.0}
  priors: {common: 0.1}
  verdicts: {likely: 3.0, possible: -5.5, against: -2.5, lead: 3.0}
section: {id: elbow, title: The elbow, order: 1}
findings:
  - {id: fever, name: fever, kind: yes_no, question: Is there a fever?, help: Measure it.}
  - id: grip
    name: grips that hurt
    kind: choices
    question: Which grips hurt?
    options: {mug: a mug, racket: a racket, pen: a pen}
  - id: since
    name: duration
    kind: number
    question: How long has it hurt?
    unit: weeks
    units: {days: 0.142857}
    minimum: 0
    maximum: 500
condition:
  id: tennis_elbow
  name: Tennis elbow
  layer: lessons
  prior: common
  summary: Pain at the outer side of the elbow.
flags:
  - {id: EL-F1, name: Infected joint, layer: lessons, urgency: emergency, action: Go now., opinion: A test.}
rules:
  - id: EL-01
    layer: lessons
    status: draft
    title: Fever and a sore elbow
    when: {fever: present}
    then: {raises: EL-F1}
    because: A joint may be infected.
    opinion: A test.
  - id: EL-02
    layer: lessons
    status: draft
    title: Hurts when gripping
    when: {all: [{grip: [mug, racket]}, {since: {at_least: 2}}]}
    then: {supports: tennis_elbow, strength: strong}
    because: Gripping pulls on the sore tendon.
    opinion: A test.
"""


ICE = """\
findings:
  - {id: likes_ice, name: fondness of ice, kind: yes_no, question: Does ice help?}
advice:
  - {id: EL-A1, layer: lessons, step: now, topic: Ice, text: Cool it., opinion: A test.}
rules:
  - id: EL-03
    layer: lessons
    status: draft
    title: Ice helps
    when: {likes_ice: present}
    then: {advises: [EL-A1]}
    because: What helps may be repeated.
    opinion: A test.
"""


class Screen:
    """A program on a pseudo-terminal, and everything it has shown so far."""

    def __init__(self, child: Any) -> None:
        self._child = child
        self.text = ""

    def see(self, what: str) -> None:
        """Wait until some text has appeared."""
        self._child.expect_exact(what)
        self.text += self._child.before + what

    def prompt(self) -> None:
        self.see("\r\n> ")

    def type(self, line: str) -> None:
        """Type a line at the prompt."""
        self.prompt()
        self._child.sendline(line)

    def press(self, key: str) -> None:
        """Press control and a key at the prompt."""
        self.prompt()
        self._child.sendcontrol(key)

    def kill(self) -> None:
        """End the program at once, as a crash would."""
        self._child.kill(signal.SIGKILL)
        self._child.wait()

    def end(self) -> int:
        """Wait for the program to end and return its exit code."""
        self._child.expect(pexpect.EOF)
        self.text += self._child.before
        self._child.close()
        assert self._child.signalstatus is None, self.text
        code = self._child.exitstatus
        assert isinstance(code, int)
        return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "elbow.yaml").write_text(ELBOW, encoding="utf-8")
    return tmp_path


@contextmanager
def consult(folder: Path, *options: str) -> Iterator[Screen]:
    environment: dict[str, str] = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": "utf-8",
    }
    arguments = ["-m", "hipexpert", "consult", "--rules", "rules", *options]
    child = pexpect.spawn(
        sys.executable,
        arguments,
        cwd=str(folder),
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 80),
    )
    try:
        yield Screen(child)
    finally:
        child.close(force=True)


def saved(folder: Path) -> str:
    return (folder / "runner.yaml").read_text(encoding="utf-8")


def test_a_consultation_from_the_first_question_to_the_report(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.see("[1, about 2 left] The elbow\r\nIs there a fever?")
        screen.type("n")
        screen.see("Recorded: no")
        screen.see("  1. a mug\r\n  2. a racket\r\n  3. a pen\r\n")
        screen.see("All that apply, by comma; what you leave out counts as no; 0 for none")
        screen.type("2,3?")
        screen.see("[3, the last one]")
        screen.type("21 days")
        screen.see("Recorded: 3 weeks")
        screen.see("Saved to runner.yaml")
        screen.see("Tennis elbow")
        assert screen.end() == 0
    assert "since: 3" in saved(folder)
    assert "racket: yes" in saved(folder).replace("'", "").replace('"', "")


def test_help_why_back_review_edit_and_mistakes(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("h")
        screen.see("Commands:")
        screen.type("?")
        screen.see("Help: Measure it.")
        screen.see("EL-01 Fever and a sore elbow [expert opinion]")
        screen.type("perhaps")
        screen.see("'perhaps' is neither yes nor no.")
        screen.type("y")
        screen.type("b")
        screen.see("The last answer was taken back.")
        screen.type("n")
        screen.type("r")
        screen.see("  1. fever: no")
        screen.type("e 1")
        screen.see("[change] The elbow")
        screen.type("u")
        screen.type("w")
        screen.see("Saved to runner.yaml")
        assert "fever: unknown" in saved(folder)
        screen.press("c")
        screen.see("Stopped before the end.")
        assert screen.end() == 130


def test_nothing_in_a_dialogue_needs_colour_or_a_wide_screen(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        for line in ("h", "?", "x", "n", "r", "q"):
            screen.type(line)
        assert screen.end() == 130
    assert "\x1b" not in screen.text
    assert screen.text.isascii()
    assert max(map(len, re.split(r"\r?\n", screen.text))) <= 78


def test_quit_saves_what_was_answered_and_resume_goes_on_there(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("q")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 130
    assert "fever: no" in saved(folder).replace("'", "").replace('"', "")
    with consult(folder, "--resume", "runner.yaml", "--save", "runner.yaml") as screen:
        screen.see("[2, about 1 left] The elbow\r\nWhich grips hurt?")
        screen.type("0")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 0
    assert "Is there a fever?" not in screen.text.split("Saved to")[0]


def test_control_c_keeps_the_answers(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.see("Recorded: no")
        screen.press("c")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 130
    assert "Traceback" not in screen.text
    assert "grip" not in saved(folder)


def test_control_d_keeps_the_answers_and_invents_none(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.see("Recorded: no")
        screen.press("d")
        screen.see("Stopped before the end.")
        screen.see("Saved to runner.yaml")
        screen.end()
    assert "Traceback" not in screen.text
    assert "grip" not in saved(folder)


def test_without_a_file_the_user_learns_how_to_keep_answers(folder: Path) -> None:
    with consult(folder) as screen:
        screen.type("n")
        screen.type("w")
        screen.see("Not saved: no file was named. To keep answers, start with --save FILE.")
        screen.type("q")
        assert screen.end() == 130
    assert [path.name for path in folder.iterdir()] == ["rules"]


def test_the_live_differential_a_change_and_what_it_moved(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("2")
        screen.type("3")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 0
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("2")
        screen.type("d")
        screen.see("1. Tennis elbow")
        screen.see("Triage: routine")
        screen.type("e fever")
        screen.see("[change] The elbow")
        screen.type("y")
        screen.see("What moved:\r\n  Red flag raised: Infected joint\r\n  Triage: routine -> emergency")
        screen.type("b")
        screen.see("[change] The elbow")
        screen.type("b")
        screen.see("The change was dropped.")
        screen.type("f")
        screen.see("Reporting now; 1 questions were not asked.")
        assert screen.end() == 0


def test_what_each_answer_would_do(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("?")
        screen.see("What an answer would do by itself:")
        screen.see("yes: red flag: Infected joint; triage: emergency (EL-01 [expert opinion])")
        screen.type("q")
        assert screen.end() == 130


def test_going_on_after_a_proposed_end(folder: Path) -> None:
    text = ELBOW.replace("rules:\n", "ADVICE", 1)
    extra = {part.split(":")[0]: part.split("\n", 1)[1] for part in _parts(ICE)}
    text = text.replace("condition:\n", extra["findings"] + "condition:\n", 1)
    text = text.replace("ADVICE", "advice:\n" + extra["advice"] + "rules:\n" + extra["rules"], 1)
    (folder / "rules" / "elbow.yaml").write_text(text, encoding="utf-8")
    for last in ("g", "", "d"):
        with consult(folder, "--save", "runner.yaml") as screen:
            for line in ("n", "2", "3"):
                screen.type(line)
            screen.see("Enough is known: no answer that is left can change")
            screen.see("Not asked (1): fondness of ice.")
            screen.type(last)
            if last == "g":
                screen.see("Does ice help?")
                screen.type("y")
            elif last == "d":
                screen.see("1. Tennis elbow")
                screen.press("c")
            screen.see("Saved to runner.yaml")
            assert screen.end() == (130 if last == "d" else 0)
    assert "likes_ice" not in saved(folder)


def _parts(text: str) -> list[str]:
    """Return the top-level blocks of a small YAML text."""
    return [block for block in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE) if block]


def test_what_was_saved_survives_a_kill(folder: Path) -> None:
    with consult(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("w")
        screen.see("Saved to runner.yaml")
        screen.type("2")
        screen.see("Recorded: a racket")
        screen.kill()
    assert "grip" not in saved(folder), "what was not saved is lost, and nothing is half written"
    with consult(folder, "--resume", "runner.yaml", "--save", "runner.yaml") as screen:
        screen.see("[2, about 1 left] The elbow\r\nWhich grips hurt?")
        screen.type("q")
        assert screen.end() == 130
