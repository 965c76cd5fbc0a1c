"""The menu face on a real terminal: keys in, and the screen as a person sees it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

from .terminal import saved, started, with_rules

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

DOWN, UP, PAGE_DOWN, PAGE_UP, HOME, END = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b[F"
CTRL_C, CTRL_D, ESCAPE, ENTER, BACKSPACE = "\x03", "\x04", "\x1b", "\r", "\x7f"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_rules(tmp_path)


def test_a_consultation_from_the_first_question_to_the_report(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml", face="menu") as picture:
        picture.see("Question 1, about 2 left")
        picture.see("Is there a fever?")
        picture.see("Measure it.")
        picture.keys(DOWN + ENTER)
        picture.see("Recorded: no")
        picture.see("[ ] 1 a mug")
        picture.keys(DOWN + " ")
        picture.see("[x] 2 a racket")
        picture.keys("3 ")
        picture.see("[?] 3 a pen")
        picture.keys(ENTER)
        picture.see("How long has it hurt?")
        picture.keys("21 dayz" + BACKSPACE + "s")
        picture.see("21 days")
        picture.keys(ENTER)
        picture.see("Saved to runner.yaml")
        assert picture.end() == 0
    assert "Tennis elbow" in picture.text
    assert "since: 3" in saved(folder)
    assert "racket: yes" in saved(folder).replace("'", "").replace('"', "")
    assert "pen" not in saved(folder), "unknown is not no"


def test_every_key(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml", face="menu") as picture:
        picture.see("Is there a fever?")
        picture.keys("h")
        picture.see("why this is asked, and what each answer would do")
        picture.keys("h")
        picture.gone("why this is asked, and what each answer would do")
        picture.keys("?")
        picture.see("EL-01 Fever and a sore elbow [expert opinion]")
        picture.see("yes: red flag: Infected joint; triage: emergency")
        picture.keys(ESCAPE)
        picture.see("Is there a fever?")
        picture.keys("g")
        picture.see("Still asking")
        picture.keys("f")
        picture.see("Nothing is answered yet")
        picture.keys("y")
        picture.see("Triage: emergency")
        picture.keys("b")
        picture.see("The last answer was taken back.")
        picture.see("Triage: routine")
        picture.keys("u")
        picture.see("Recorded: unknown")
        picture.keys("d")
        picture.see("Where it stands")
        picture.keys("d")
        picture.gone("Where it stands")
        picture.keys("/rack")
        picture.see("1 of 5")
        picture.keys(ENTER + " ")
        picture.see("[x] a racket")
        picture.keys(ESCAPE)
        picture.see("[ ] 1 a mug")
        picture.keys(END + HOME + PAGE_DOWN + PAGE_UP + UP + DOWN + ENTER)
        picture.see("How long has it hurt?")
        picture.keys("w")
        picture.see("Saved to runner.yaml")
        picture.keys("r")
        picture.see("Answers so far; Enter changes one")
        picture.see("fever: unknown")
        picture.keys("/fev" + ENTER + ENTER)
        picture.see("Changing an answer")
        picture.see("Recorded so far: unknown")
        picture.keys("y")
        picture.see("Red flag raised: Infected joint")
        picture.keys(ENTER)
        picture.gone("Red flag raised: Infected joint")
        picture.keys("e")
        picture.see("fever: yes")
        picture.keys("q" + ESCAPE)
        assert picture.end() == 130
    assert "fever: yes" in saved(folder).replace("'", "").replace('"', "")


def test_none_of_these_with_one_key(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml", face="menu") as picture:
        picture.keys("n0")
        picture.see("Nothing is left to ask.")
        assert picture.end() == 0
    assert "grip" in saved(folder)


def test_going_on_after_a_proposed_end(tmp_path: Path) -> None:
    folder = with_rules(tmp_path, ice=True)
    for last, code in ((ENTER, 0), ("f", 0), ("gy", 0), (DOWN + ENTER + "y", 0), (CTRL_C, 130), (CTRL_D, 0)):
        with started(folder, "--save", "runner.yaml", face="menu") as picture:
            picture.see("Is there a fever?")
            picture.keys("n")
            picture.see("Which grips hurt?")
            picture.keys("2" + ENTER)
            picture.see("How long has it hurt?")
            picture.keys("3" + ENTER)
            picture.see("Enough is known: no answer that is left can change")
            picture.see("Not asked (1): fondness of ice.")
            picture.keys(last)
            picture.see("Saved to runner.yaml")
            assert picture.end() == code
        assert ("likes_ice" in saved(folder)) is last.endswith("y")


@pytest.mark.parametrize(("key", "code"), [(CTRL_C, 130), (CTRL_D, 0)])
def test_breaking_off_keeps_the_answers(folder: Path, key: str, code: int) -> None:
    with started(folder, "--save", "runner.yaml", face="menu") as picture:
        picture.see("Is there a fever?")
        picture.keys("n")
        picture.see("Recorded: no")
        picture.keys(key)
        picture.see("Stopped before the end.")
        picture.see("Saved to runner.yaml")
        assert picture.end() == code
    assert "Traceback" not in picture.text
    assert "fever: no" in saved(folder).replace("'", "").replace('"', "")
    assert "grip" not in saved(folder)


def test_breaking_off_before_any_answer(folder: Path) -> None:
    for key, code in ((CTRL_C, 130), (CTRL_D, 2)):
        with started(folder, face="menu") as picture:
            picture.see("Is there a fever?")
            picture.keys(key)
            assert picture.end() == code
        assert "Traceback" not in picture.text


def test_resume_after_a_kill(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml", face="menu") as picture:
        picture.see("Is there a fever?")
        picture.keys("n")
        picture.see("Which grips hurt?")
        picture.keys("w")
        picture.see("Saved to runner.yaml")
        picture.keys("2" + ENTER)
        picture.see("How long has it hurt?")
        picture.kill()
    assert "grip" not in saved(folder), "what was not saved is lost, and nothing is half written"
    with started(folder, "--resume", "runner.yaml", "--save", "runner.yaml", face="menu") as picture:
        picture.see("Question 2, about 1 left")
        picture.see("Which grips hurt?")
        picture.keys("q")
        assert picture.end() == 130


def test_the_screen_follows_the_size_of_the_terminal(folder: Path) -> None:
    with started(folder, face="menu") as picture:
        picture.see("Is there a fever?")
        assert "Where it stands" not in picture.picture
        picture.resize(50, 200)
        picture.see("Where it stands")
        picture.see("1 Tennis elbow")
        picture.resize(12, 40)
        picture.gone("Where it stands")
        picture.see("Is there a fever?")
        picture.keys(CTRL_C)
        assert picture.end() == 130


def test_the_terminal_is_given_back_as_it_was(folder: Path) -> None:
    with started(folder, face="menu") as picture:
        picture.see("Is there a fever?")
        picture.keys("y" + "f")
        picture.see("Reporting now")
        assert picture.end() == 0
    assert picture.text.count("\x1b[?1049h") == picture.text.count("\x1b[?1049l") == 1, "a screen of its own"
    after = picture.text.rpartition("\x1b[?1049l")[2]
    assert "EMERGENCY" in after.upper()


def test_no_color_is_honoured(folder: Path) -> None:
    for no_color, coloured in (("", True), ("1", False)):
        with started(folder, face="menu", NO_COLOR=no_color) as picture:
            picture.see("Is there a fever?")
            picture.keys("y")
            picture.see("Triage: emergency")
            picture.keys(CTRL_C)
            assert picture.end() == 130
        codes = {code for found in re.findall("\x1b\\[([0-9;]*)m", picture.text) for code in found.split(";")}
        colours = {
            code for code in codes if code.isdigit() and 30 <= int(code) <= 49 and code not in ("39", "49")
        }
        assert bool(colours) is coloured


def test_menus_open_by_themselves_on_a_terminal(folder: Path) -> None:
    with started(folder, face="auto") as picture:
        picture.see("Question 1, about 2 left")
        picture.keys(CTRL_C)
        assert picture.end() == 130
    assert "\x1b[?1049h" in picture.text


def test_plain_can_be_asked_for(folder: Path) -> None:
    with started(folder, "--face", "plain", face="menu") as picture:
        picture.see("[1, about 2 left] The elbow")
        picture.keys("q\r")
        assert picture.end() == 130
    assert "\x1b" not in picture.text
