"""A consultation on a real terminal: the installed command line behind a pseudo-terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

from .terminal import saved, started, with_rules

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_rules(tmp_path)


def test_a_consultation_from_the_first_question_to_the_report(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
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
    with started(folder, "--save", "runner.yaml") as screen:
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
    with started(folder, "--save", "runner.yaml") as screen:
        for line in ("h", "?", "x", "n", "r", "q"):
            screen.type(line)
        assert screen.end() == 130
    assert "\x1b" not in screen.text
    assert screen.text.isascii()
    assert max(map(len, re.split(r"\r?\n", screen.text))) <= 78


def test_quit_saves_what_was_answered_and_resume_goes_on_there(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("q")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 130
    assert "fever: no" in saved(folder).replace("'", "").replace('"', "")
    with started(folder, "--resume", "runner.yaml", "--save", "runner.yaml") as screen:
        screen.see("[2, about 1 left] The elbow\r\nWhich grips hurt?")
        screen.type("0")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 0
    assert "Is there a fever?" not in screen.text.split("Saved to")[0]


def test_control_c_keeps_the_answers(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.see("Recorded: no")
        screen.press("c")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 130
    assert "Traceback" not in screen.text
    assert "grip" not in saved(folder)


def test_control_d_keeps_the_answers_and_invents_none(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.see("Recorded: no")
        screen.press("d")
        screen.see("Stopped before the end.")
        screen.see("Saved to runner.yaml")
        screen.end()
    assert "Traceback" not in screen.text
    assert "grip" not in saved(folder)


def test_without_a_file_the_user_learns_how_to_keep_answers(folder: Path) -> None:
    with started(folder) as screen:
        screen.type("n")
        screen.type("w")
        screen.see("Not saved: no file was named. To keep answers, start with --save FILE.")
        screen.type("q")
        assert screen.end() == 130
    assert [path.name for path in folder.iterdir()] == ["rules"]


def test_the_live_differential_a_change_and_what_it_moved(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("2")
        screen.type("3")
        screen.see("Saved to runner.yaml")
        assert screen.end() == 0
    with started(folder, "--save", "runner.yaml") as screen:
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
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("?")
        screen.see("What an answer would do by itself:")
        screen.see("yes: red flag: Infected joint; triage: emergency (EL-01 [expert opinion])")
        screen.type("q")
        assert screen.end() == 130


def test_going_on_after_a_proposed_end(folder: Path) -> None:
    with_rules(folder, ice=True)
    for last in ("g", "", "d"):
        with started(folder, "--save", "runner.yaml") as screen:
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


def test_what_was_saved_survives_a_kill(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("w")
        screen.see("Saved to runner.yaml")
        screen.type("2")
        screen.see("Recorded: a racket")
        screen.kill()
    assert "grip" not in saved(folder), "what was not saved is lost, and nothing is half written"
    with started(folder, "--resume", "runner.yaml", "--save", "runner.yaml") as screen:
        screen.see("[2, about 1 left] The elbow\r\nWhich grips hurt?")
        screen.type("q")
        assert screen.end() == 130


def test_control_c_without_a_file_and_without_an_answer(folder: Path) -> None:
    with started(folder) as screen:
        screen.press("c")
        screen.see("Stopped before the end.")
        screen.see("Not saved: no file was named.")
        assert screen.end() == 130
    assert "Traceback" not in screen.text
    assert [path.name for path in folder.iterdir()] == ["rules"]


def test_the_end_of_input_before_any_answer_is_nothing_to_judge(folder: Path) -> None:
    with started(folder) as screen:
        screen.press("d")
        screen.see("nothing to judge: the input ended before any answer was given")
        assert screen.end() == 2


def test_the_end_of_input_after_an_answer_reports_on_it(folder: Path) -> None:
    with started(folder) as screen:
        screen.type("y")
        screen.see("Recorded: yes")
        screen.press("d")
        screen.see("Stopped before the end.")
        screen.see("Infected joint")
        assert screen.end() == 0


def test_enter_puts_the_question_once_more_and_g_waits_for_an_end(folder: Path) -> None:
    with started(folder) as screen:
        screen.type("")
        screen.see("Is there a fever?")
        screen.type("g")
        screen.see("Still asking")
        screen.type("b")
        screen.see("There is no step to undo.")
        screen.type("f")
        screen.see("Nothing is answered yet, so there is nothing to report.")
        screen.type("e 7")
        screen.see("Type e and the number of an answer")
        screen.type("q")
        assert screen.end() == 130


def test_a_terminal_that_goes_away_loses_no_saved_answer(folder: Path) -> None:
    with started(folder, "--save", "runner.yaml") as screen:
        screen.type("n")
        screen.type("w")
        screen.see("Saved to runner.yaml")
    assert "fever" in saved(folder)


def test_without_colour_and_on_a_dumb_terminal_the_plain_face_opens_by_itself(folder: Path) -> None:
    with started(folder, face="auto", TERM="dumb") as picture:
        picture.see("Is there a fever?")
        picture.see("y for yes, n for no, u for unknown")
        picture.keys("n\r")
        picture.see("Which grips hurt?")
        picture.keys("q\r")
        assert picture.end() == 130
    assert "\x1b" not in picture.text


def test_a_dialogue_can_be_watched_at_its_end_and_stepped_through(folder: Path) -> None:
    with started(folder, "--step") as screen:
        for line in ("y", "2", "3"):
            screen.type(line)
        screen.see("WATCHING THE ENGINE")
        screen.see("any key: the next cycle")
        screen.keys(" ")
        screen.see("The answers are told to the engine")
        screen.keys(" ")
        screen.see("1. EL-01 Fever and a sore elbow")
        screen.see("adds      f6 red flag: Infected joint (emergency)")
        screen.keys("r")
        screen.see("2. EL-02 Hurts when gripping")
        screen.see("The agenda is empty after 2 firings")
        assert screen.end() == 0
    assert screen.text.index("The agenda is empty") < screen.text.rindex("Infected joint")


def test_stepping_can_be_broken_off(folder: Path) -> None:
    with started(folder, "--step") as screen:
        for line in ("y", "2", "3"):
            screen.type(line)
        screen.see("any key: the next cycle")
        screen.keys("\x03")
        assert screen.end() == 130
    assert "Traceback" not in screen.text
