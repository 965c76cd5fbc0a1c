"""The plain terminal face, with a script in place of a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipexpert.case import Answer, Case
from hipexpert.cli.face import PROMPT, run_dialogue
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.session import Result
from hipexpert.dialogue.text import WIDTH, plain, wrapped
from hipexpert.dialogue.wording import RULES_SHOWN, problem_lines, question_lines, why_lines
from hipexpert.errors import CaseError, Location, Problem
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import Has

from .sample import (
    FINDINGS,
    FIRST_ORDER,
    KNOWLEDGE,
    by_id,
    case,
    finding,
    knowledge,
    rule,
    said,
    supports,
    yes,
)
from .strategies import lines_for

CTRL_C = "<ctrl-c>"


class Terminal:
    """Types the lines it was given, then ends; remembers what it was shown and asked to keep."""

    def __init__(self, lines: Iterable[str], *, fails: Iterable[Exception] = ()) -> None:
        self.lines = iter(lines)
        self.shown: list[str] = []
        self.kept: list[Case] = []
        self.fails = list(fails)

    def read(self, prompt: str) -> str:
        assert prompt == PROMPT
        line = next(self.lines, None)
        if line is None:
            raise EOFError
        if line == CTRL_C:
            raise KeyboardInterrupt
        self.shown.append(f"{PROMPT}{line}")
        return line

    def save(self, kept: Case) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.kept.append(kept)

    @property
    def text(self) -> str:
        return "\n".join(self.shown)

    def after(self, line: str) -> str:
        """Return what was shown after a typed line, up to the next one."""
        return self.text.split(f"{PROMPT}{line}\n", 1)[1].split(f"\n{PROMPT}", 1)[0]


def run(
    *lines: str,
    start: Case | None = None,
    base: m.Knowledge = KNOWLEDGE,
    saving: bool = True,
    where: str = "runner.yaml",
    fails: Iterable[Exception] = (),
) -> tuple[Result, Terminal]:
    terminal = Terminal(lines, fails=fails)
    result = run_dialogue(
        Consultation.begin(base, start or case()),
        read=terminal.read,
        write=terminal.shown.append,
        save=terminal.save if saving else None,
        where=where if saving else "",
    )
    return result, terminal


ALL = ["34", "1", "n", "n", "n", "1,3?", "y", "3 weeks", "u", "g", "n"]


def test_a_whole_consultation() -> None:
    result, terminal = run(*ALL)
    assert result.ending == "finished"
    assert result.saved
    assert terminal.kept == [result.case]
    assert result.case.number("age") == 34
    assert result.case.answers["pain.site"] == Answer(
        finding="pain.site", present=("lateral",), absent=("groin",)
    )
    assert "Nothing is left to ask.\nSaved to runner.yaml" in terminal.text
    assert set(result.case.answers) <= set(FIRST_ORDER)


def test_the_layout_of_a_question() -> None:
    _, terminal = run("34", start=case(said("sex", "female")))
    assert terminal.shown[:7] == [
        "Red flags are asked first. Type ? for why something is asked, u for unknown, f",
        "to finish and see the report, h for all commands.",
        "",
        "[2, about 9 left] About the runner",
        "How old is the runner?",
        "A number from 5 to 110 years, or u for unknown",
        "> 34",
    ]


def test_options_are_numbered_one_a_line_and_left_out_counts_as_no() -> None:
    red = [said(n, False) for n in ("fever", "no_weight", "pain.night")]
    _, terminal = run(start=case(said("age", 30), said("sex", "male"), *red))
    assert terminal.text.split("\n\n")[1].startswith(
        "[6, about 3 left] The pain\n"
        "Where does it hurt?\n"
        "  1. the lateral one\n"
        "  2. the groin one\n"
        "  3. the buttock one\n"
        "All that apply, by comma; what you leave out counts as no; 0 for none"
    )


def test_safety_stands_before_the_question_and_an_examination_is_named() -> None:
    done = ("age", "sex", "fever", "periods", "pain.night")
    _, terminal = run(start=case(said("no_weight", True), *(said(n, None) for n in done)))
    assert (
        "Take care: Stop at the first pain; never when a fracture is likely.\n"
        "What about exam hop?\n"
        "By examination; u when it was not done.\n"
        "y for yes, n for no, u for unknown"
    ) in terminal.text


def test_the_last_question_is_said_to_be_the_last() -> None:
    base = knowledge(rules=by_id(rule("S-1", yes("fever"), supports("bursitis"))))
    _, terminal = run(base=base)
    assert "[1, the last one] Safety" in terminal.text


def test_an_answer_is_repeated_in_words() -> None:
    _, terminal = run("34", "2")
    assert "> 34\nRecorded: 34 years\n" in terminal.text
    assert "> 2\nRecorded: the male one\n" in terminal.text


@pytest.mark.parametrize("line", ["U", "u", "unknown"])
def test_unknown(line: str) -> None:
    result, terminal = run(line)
    assert result.case.answers["age"] == said("age", None)
    assert "Recorded: unknown" in terminal.text


def test_what_is_not_understood_is_explained_and_asked_again() -> None:
    result, terminal = run("old", "200", "34 parsecs", "34")
    assert terminal.after("old").startswith("'old' is not a number.\nHint: expected a number from 5 to 110")
    assert terminal.after("200").startswith("200 years is out of range.\nHint: ")
    assert terminal.after("34 parsecs").startswith("Unknown unit 'parsecs'.\nHint: ")
    assert "HX5" not in terminal.text
    assert result.case.number("age") == 34


def test_why_names_help_rules_sources_flags_and_conditions() -> None:
    start = case(said("age", None), said("sex", "female"))
    _, terminal = run("?", start=start)
    assert terminal.after("?").startswith(
        "\n"
        "Why this is asked: fever\n"
        "  Red flags it concerns: Suspected infection (emergency); Night pain (within\n"
        "    days)\n"
        "  Rules that wait for it:\n"
        "    RF-01 Title of RF-01 [a1.002, a2.003]\n"
        "    RF-03 Title of RF-03 [a1.001]\n"
        "  What an answer would do by itself:\n"
        "    yes: red flag: Suspected infection; triage: emergency (RF-01 [a1.002,\n"
        "      a2.003])\n"
        "\n"
        "[3, about 8 left] Safety\n"
        "Is there a fever of 38 degrees C or more?\n"
    )


def test_why_shows_help_conditions_sources_and_opinion() -> None:
    done = [n for n in FIRST_ORDER if n not in ("pain.site", "pain.stairs", "pain.since")]
    _, terminal = run("?", start=case(*(said(n, None) for n in done)))
    why = terminal.after("?")
    assert "  Help: Ask the runner to point with one finger.\n  Sources: a1.056\n" in why
    assert "  Conditions it concerns: Bursitis; Tendinopathy\n" in why
    assert "    TB-01 Title of TB-01 [expert opinion]\n" in why


def test_why_shows_safety_advice_and_what_a_question_opens() -> None:
    _, terminal = run("34", "?")
    assert "  It decides whether to ask about: missed periods\n" in terminal.after("?")
    assert "  No rule waits for this answer at the moment.\n" in terminal.after("?")
    done = [n for n in FIRST_ORDER if n != "likes_ice"]
    _, terminal = run("g", "?", start=case(*(said(n, None) for n in done)))
    assert "  Advice it concerns: Ice\n" in terminal.after("?")
    start = case(*(said(n, n == "no_weight" or None) for n in FIRST_ORDER if n != "exam.hop"))
    _, terminal = run("?", start=start)
    assert "  Take care: Stop at the first pain" in terminal.after("?")


def test_why_counts_the_rules_it_does_not_list() -> None:
    many = by_id(*(rule(f"S-{n:02}", yes("fever"), supports("bursitis")) for n in range(RULES_SHOWN + 3)))
    _, terminal = run("?", base=knowledge(rules=many))
    assert "    S-11 Title of S-11 [a1.001]\n    and 3 more\n" in terminal.after("?")


def test_back_takes_answers_back_one_by_one() -> None:
    result, terminal = run("34", "1", "b", "back", "b")
    assert result.case == case()
    assert terminal.text.count("The last answer was taken back.") == 2
    assert terminal.after("b").endswith("Which sex?\n  1. the female one\n  2. the male one\n" + _HOW_SEX)
    assert "There is no step to undo." in terminal.text


_HOW_SEX = "One number from 1 to 2, or u for unknown"


def test_review_lists_answers_and_edit_changes_one() -> None:
    result, terminal = run("34", "1", "r", "e 1", "35")
    assert "Answers so far:\n  1. age: 34 years\n  2. sex: the female one\n" in terminal.after("r")
    assert terminal.after("e 1").startswith(
        "\n[change] About the runner\nHow old is the runner?\nRecorded so far: 34 years\n"
    )
    assert result.case.number("age") == 35
    assert list(result.case.answers) == ["age", "sex"]


def test_edit_takes_the_id_of_a_finding_and_back_drops_the_change() -> None:
    result, terminal = run("34", "E age", "b")
    assert "The change was dropped." in terminal.text
    assert result.case.number("age") == 34


@pytest.mark.parametrize("line", ["e", "e 0", "e 9", "e fever", "e \N{SUPERSCRIPT TWO}", "e 1 2", "edit"])
def test_edit_of_nothing_is_explained(line: str) -> None:
    _, terminal = run("34", line)
    assert "Type e and the number of an answer" in terminal.after(line)


def test_review_of_nothing() -> None:
    _, terminal = run("r")
    assert "Nothing has been answered yet." in terminal.after("r")


def test_a_change_that_hides_an_earlier_answer_says_so() -> None:
    result, terminal = run("e sex", "2", start=case(said("sex", "female"), said("periods", True)))
    note = " ".join(terminal.after("2").split())
    assert "these earlier answers no longer apply" in note
    assert "missed periods (periods)" in note
    assert result.case.known("periods")


def test_help_lists_every_command() -> None:
    _, terminal = run("h")
    listed = terminal.after("h").split("\n\n")[0]
    for command in ("?", "b", "u", "d", "r", "e 3", "w", "g", "f", "q", "h", "Enter"):
        assert f"\n  {command} " in listed


@pytest.mark.parametrize("line", ["", "   "])
def test_an_empty_line_shows_the_question_again(line: str) -> None:
    _, terminal = run(line)
    assert terminal.text.count("How old is the runner?") == 2


def test_save_asks_for_nothing_says_where_and_goes_on() -> None:
    result, terminal = run("34", "w", "1")
    assert "> w\nSaved to runner.yaml\n> 1" in terminal.text
    assert terminal.kept[0] == case(said("age", 34))
    assert result.case.known("sex")


def test_save_without_a_file_explains_how() -> None:
    result, terminal = run("w", saving=False)
    assert "> w\nNot saved: no file was named. To keep answers, start with --save FILE.\n" in terminal.text
    assert not result.saved


def test_save_without_a_known_place_says_that_it_saved() -> None:
    _, terminal = run("w", where="")
    assert "> w\nSaved.\n" in terminal.text + "\n"


@pytest.mark.parametrize("line", ["q", "Q", "quit", "exit"])
def test_quit_saves_and_stops(line: str) -> None:
    result, terminal = run("34", line, "1")
    assert (result.ending, result.saved) == ("quit", True)
    assert terminal.kept == [case(said("age", 34))] == [result.case]
    assert next(terminal.lines) == "1", "nothing is read after quitting"


def test_quit_without_a_file_still_quits_and_keeps_the_answers_in_the_result() -> None:
    result, terminal = run("34", "q", saving=False)
    assert (result.ending, result.saved) == ("quit", False)
    assert result.case == case(said("age", 34))
    assert "Not saved: no file was named." in terminal.text


def test_quit_stays_when_saving_fails_so_that_nothing_is_lost() -> None:
    refused = CaseError([Problem(Location("runner.yaml"), "HX505", "cannot be written")])
    result, terminal = run("34", "q", "q", "q", fails=[OSError("disk full"), refused])
    assert "Not saved: disk full\nStill here, so that nothing is lost." in terminal.text
    assert "Not saved: runner.yaml: HX505 cannot be written" in terminal.text
    assert (result.ending, result.saved) == ("quit", True)


@pytest.mark.parametrize("end", [[], [CTRL_C]])
def test_the_end_of_input_keeps_the_answers_and_invents_none(end: list[str]) -> None:
    result, terminal = run("34", *end)
    assert (result.ending, result.saved) == ("interrupted", True)
    assert terminal.kept == [case(said("age", 34))]
    assert terminal.shown[-3:] == ["", "Stopped before the end.", "Saved to runner.yaml"]


def test_the_end_of_input_without_a_file() -> None:
    result, terminal = run("34", saving=False)
    assert (result.ending, result.saved) == ("interrupted", False)
    assert terminal.shown[-1].startswith("Not saved: no file was named.")


def test_a_failing_save_at_the_end_is_told() -> None:
    result, terminal = run("34", fails=[OSError("disk full")])
    assert (result.ending, result.saved) == ("interrupted", False)
    assert terminal.shown[-1] == "Not saved: disk full"


def test_with_nothing_to_ask_it_is_finished_at_once() -> None:
    base = knowledge(rules={})
    result, terminal = run(base=base, saving=False)
    assert (result.ending, result.saved) == ("finished", False)
    assert terminal.shown == ["", "Nothing is left to ask."]


def test_words_that_are_options_are_answers_and_letters_are_commands() -> None:
    base = knowledge(
        findings=by_id(finding("where", "choice", options=("back", "b"))),
        rules=by_id(rule("S-1", Has("where", ("back",)), supports("bursitis"))),
    )
    result, _ = run("b", "back", base=base)
    assert result.case.answers["where"].present == ("back",)


def test_a_path_is_not_broken_and_stays_readable() -> None:
    place = "/home/jos\N{LATIN SMALL LETTER E WITH ACUTE}/" + "x" * 90 + ".yaml"
    _, terminal = run("w", where=place)
    assert "Saved to /home/jos\\xe9/" + "x" * 90 + ".yaml" in terminal.shown
    _, terminal = run("w", where="C:\\runners\\a  b.yaml")
    assert "Saved to C:\\runners\\a  b.yaml" in terminal.shown


WORDS = st.text(min_size=1, max_size=300)


@given(question=WORDS, help=WORDS, safety=WORDS, title=WORDS, label=WORDS)
def test_everything_shown_is_plain_and_fits(
    question: str, help: str, safety: str, title: str, label: str
) -> None:
    strange = m.Finding(
        id="odd", section="odd", name=label, kind="choices", question=question, help=help, safety=safety,
        options=tuple(m.Option(id=f"o{n}", label=label) for n in range(11)), cites=("a1.001",) * 20,
    )  # fmt: skip
    base = knowledge(
        sections=by_id(m.Section(id="odd", title=title, order=1)),
        findings=by_id(strange),
        rules=by_id(rule("S-1", Has("odd", ("o3",)), supports("bursitis"))),
    )
    _, terminal = run("?", "h", "x", "1,2?", base=base)
    for line in terminal.shown:
        assert line.isascii()
        assert not line or line.isprintable()
        assert len(line) <= WIDTH


@given(st.data())
def test_any_lines_lead_to_a_case_that_holds_only_what_was_typed(data: st.DataObject) -> None:
    question = data.draw(st.sampled_from(list(FINDINGS.values())))
    commands = st.sampled_from(["?", "b", "u", "w", "r", "h", "d", "g", "e 1", "e 2", "", CTRL_C])
    lines = data.draw(st.lists(st.one_of(commands, lines_for(question)), max_size=25))
    result, terminal = run(*lines)
    assert result.ending in {"finished", "quit", "interrupted"}
    assert result.saved
    assert terminal.kept[-1] == result.case
    assert len(result.case.answers) <= len(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("38 \N{DEGREE SIGN}C or \N{GREATER-THAN OR EQUAL TO} 5", "38 degrees C or >= 5"),
        ("bent to 90\N{DEGREE SIGN}.", "bent to 90 degrees."),
        (
            "L\N{LATIN SMALL LETTER E WITH ACUTE}gg\N{EN DASH}Calv\N{RIGHT SINGLE QUOTATION MARK}s",
            "Legg-Calv's",
        ),
        ("a\x1b[31mb\tc", "a [31mb c"),
        ("\N{SNOWMAN}", "?"),
        ("\N{VULGAR FRACTION ONE HALF}", "1/2"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_wrapped_text_keeps_ids_whole() -> None:
    lines = wrapped("word " * 14 + "RF-FRACTURE-SUSPECTED")
    assert lines[-1] == "RF-FRACTURE-SUSPECTED"


def test_without_a_question_there_is_nothing_to_put_or_to_explain() -> None:
    finished = Consultation.begin(knowledge(rules={}), case())
    assert question_lines(finished) == why_lines(finished) == []


def test_a_problem_without_a_hint_is_one_sentence() -> None:
    assert problem_lines(CaseError([Problem(Location(), "HX510", "odd")])) == ["Odd."]


def test_finish_reports_on_what_is_answered_and_not_on_nothing() -> None:
    lines = iter(["f", "34", "f"])
    said: list[str] = []
    start = Consultation.begin(KNOWLEDGE, Case(id="early"))
    result = run_dialogue(start, read=lambda _: next(lines), write=said.append, save=None)
    assert result.ending == "finished"
    assert len(result.case.answers) == 1
    assert "Nothing is answered yet, so there is nothing to report." in said
    assert any("questions were not asked" in line for line in said)


UNKNOWN = case(*(said(n, None) for n in FIRST_ORDER if n != "likes_ice"))


def test_a_proposed_end_says_what_was_left_and_the_user_can_go_on() -> None:
    result, terminal = run("u", "x", "g", "y", start=UNKNOWN)
    assert (
        "Enough is known: no answer that is left can change the first three or the\ntriage.\n"
        in terminal.text
    )
    assert "Not asked (1): likes ice.\n" in terminal.text
    assert "Nothing is being asked; g goes on." in terminal.after("u")
    assert "Type g to go on" in terminal.after("x")
    assert "What about likes ice?" in terminal.after("g")
    assert result.case.known("likes_ice")
    assert result.ending == "finished"


@pytest.mark.parametrize("line", ["", "f"])
def test_a_proposed_end_is_taken_with_enter_or_f(line: str) -> None:
    result, terminal = run(line, "y", start=UNKNOWN)
    assert result.ending == "finished"
    assert "Reporting now; 1 questions were not asked." in terminal.text
    assert not result.case.known("likes_ice")


def test_a_proposed_end_is_taken_when_the_input_ends_there_but_not_on_ctrl_c() -> None:
    assert run(start=UNKNOWN)[0].ending == "finished"
    assert run(CTRL_C, start=UNKNOWN)[0].ending == "interrupted"


def test_at_a_proposed_end_answers_can_still_be_reviewed_changed_and_taken_back() -> None:
    _, terminal = run("r", "e fever", "y", "g", "b", start=UNKNOWN)
    assert "Answers so far:" in terminal.after("r")
    assert "[change] Safety" in terminal.after("e fever")
    assert "What moved:\n  Red flag raised: Suspected infection\n" in terminal.after("y")
    assert "  Triage: routine -> emergency" in terminal.after("y")
    assert "No longer going on." in terminal.after("b")


def test_g_is_for_a_proposed_end_only() -> None:
    _, terminal = run("g")
    assert "Still asking" in terminal.after("g")


def test_the_live_differential() -> None:
    start = case(said("pain.site", "lateral"), said("pain.stairs", True), said("fever", True))
    _, terminal = run("d", start=start)
    shown = terminal.after("d").split("\n\n")[0].splitlines()
    assert shown[2].startswith("1. Bursitis ")
    assert "-5.2" in shown[2]
    assert "Triage: emergency (Suspected infection)" in shown
    assert max(map(len, shown)) <= WIDTH


def test_a_change_that_moves_nothing_says_so() -> None:
    _, terminal = run("e age", "31", start=case(said("age", 30)))
    assert "Nothing moved." in terminal.after("31")


def test_a_change_of_rank_is_told() -> None:
    start = case(said("pain.site", "lateral"), said("pain.stairs", False))
    _, terminal = run("e pain.stairs", "y", start=start)
    moved = terminal.after("y")
    assert "  Bursitis: rank stays 1, points -10.0 -> -5.2" in moved or "Bursitis: rank 2 -> 1" in moved
