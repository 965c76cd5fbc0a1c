"""The menu face without a terminal: what keys do, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from hipexpert.case import Answer, Case
from hipexpert.cli.face import run_dialogue
from hipexpert.cli.menu import KEYS, Menu
from hipexpert.cli.menu_screen import HIGH, WIDE, Screen
from hipexpert.cli.menu_style import ASCII
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.session import Session
from hipexpert.dialogue.wording import COMMANDS
from hipexpert.knowledge import model as m
from hipexpert.knowledge.when import Has

from .sample import FINDINGS, FIRST_ORDER, KNOWLEDGE, by_id, case, finding, knowledge, rule, said, supports

UNKNOWN = case(*(said(n, None) for n in FIRST_ORDER if n != "likes_ice"))
AT_SITE = case(*(said(n, None) for n in FIRST_ORDER if n not in ("pain.site", "pain.stairs", "pain.since")))


def opened(start: Case | None = None, base: m.Knowledge = KNOWLEDGE, kept: list[Case] | None = None) -> Menu:
    save = None if kept is None else kept.append
    return Menu(Session(Consultation.begin(base, start or case()), save, "runner.yaml" if save else ""))


def keys(line: str) -> Iterator[str]:
    """Return the keys of a text: words in angle brackets are keys of their own."""
    for match in re.finditer(r"<([a-z-]+)>|(.)", line):
        yield match[1] or ("space" if match[2] == " " else match[2])


def press(menu: Menu, line: str) -> Menu:
    for key in keys(line):
        menu.press(key)
    return menu


def screen(menu: Menu, width: int = 80, height: int = 24) -> str:
    drawn = Screen(width, height).draw(menu)
    return "\n".join(line.plain.rstrip() for line in Text.from_ansi(drawn).split("\n", allow_blank=True))


def test_a_whole_consultation_with_menus() -> None:
    kept: list[Case] = []
    menu = press(opened(kept=kept), "34<enter>1nnn1<down><down><space><space><enter>y3 weeks<enter>u<enter>")
    assert menu.done
    assert menu.session.result is not None
    assert menu.session.result.ending == "finished"
    assert kept == [menu.session.result.case]
    assert menu.now.case.number("age") == 34
    assert menu.now.case.answers["pain.site"] == Answer(
        finding="pain.site", present=("lateral",), absent=("groin",)
    )


def test_yes_and_no_with_arrows_and_enter() -> None:
    start = case(said("age", 34), said("sex", "male"))
    assert press(opened(start), "<down><enter>").now.case.answers["fever"] == said("fever", False)
    assert press(opened(start), "<enter>").now.case.answers["fever"] == said("fever", True)
    assert press(opened(start), "<up><enter>").now.case.answers["fever"] == said("fever", None)
    assert press(opened(start), "<space>").now.case.answers["fever"] == said("fever", True)


def test_a_number_is_typed_mended_and_refused() -> None:
    menu = press(opened(), "200<enter>")
    assert "200 years is out of range." in screen(menu)
    assert not menu.now.case.answers
    press(menu, "<backspace><backspace><backspace>45<escape>3x<backspace>6<enter>")
    assert menu.now.case.number("age") == 36
    assert "Recorded: 36 years" in screen(menu)


def test_letters_are_commands_until_a_number_is_begun() -> None:
    menu = press(opened(), "h")
    assert "Keys" in screen(menu)
    press(menu, "x3h")
    assert menu.typed == "3h"


def test_several_answers_need_a_tick() -> None:
    menu = press(opened(AT_SITE), "<enter>")
    assert "Tick with Space what applies" in screen(menu)
    press(menu, "1<end><enter>")
    assert "Something is ticked" in screen(menu)
    assert not menu.now.case.known("pain.site")
    press(menu, "10")
    assert "Something is ticked" in " ".join(screen(menu).split()), "a tick taken back leaves it unknown"
    press(menu, "10")
    assert menu.now.case.answers["pain.site"] == Answer(
        finding="pain.site", absent=("lateral", "groin", "buttock")
    )


def said_none() -> Answer:
    return Answer(finding="pain.site", absent=("lateral", "groin", "buttock"))


def test_a_long_list_can_be_searched() -> None:
    options = tuple(f"place{n}" for n in range(40))
    base = knowledge(
        findings=by_id(finding("where", "choices", options=options)),
        rules=by_id(rule("S-1", Has("where", ("place7",)), supports("bursitis"))),
    )
    menu = press(opened(base=base), "/")
    assert "40 of" not in screen(menu)
    press(menu, "the place17")
    assert "/ the place17" in screen(menu)
    assert "1 of 42" in screen(menu)
    press(menu, "<backspace>x<backspace><backspace>3<enter><space><escape><enter>")
    assert menu.now.case.answers["where"].present == ("place3",)
    menu = press(opened(base=base), "/zzz")
    assert "Nothing in the list has these words" in screen(menu)
    assert "more" in screen(press(menu, "<escape>"))
    assert not menu.active.sought if menu.active else False


def test_the_part_of_a_long_list_that_is_pointed_at_is_shown() -> None:
    options = tuple(f"place{n}" for n in range(40))
    base = knowledge(
        findings=by_id(finding("where", "choices", options=options)),
        rules=by_id(rule("S-1", Has("where", ("place7",)), supports("bursitis"))),
    )
    menu = opened(base=base)
    for place in range(42):
        shown = screen(menu)
        label = f"the place{place} one" if place < 40 else ("None of these", "Not known")[place - 40]
        (pointed,) = [
            line
            for line in shown.splitlines()
            if "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}" in line
        ]
        assert pointed.endswith(label)
        above = re.search(r"\N{UPWARDS ARROW} (\d+) more", shown)
        below = re.search(r"\N{DOWNWARDS ARROW} (\d+) more", shown)
        listed = len(re.findall(r"\[.\] the place|None of these|Not known", shown))
        assert listed + sum(int(found[1]) for found in (above, below) if found) == 42
        menu.press("down")
    assert menu.choosing is not None
    assert menu.choosing.at == "place0", "around the end"


def test_why_is_what_the_plain_face_says() -> None:
    menu = press(opened(case(said("age", None), said("sex", "female"))), "?")
    shown = screen(menu)
    for line in (
        "Why this is asked",
        "RF-01 Title of RF-01 [a1.002, a2.003]",
        "yes: red flag: Suspected infection",
    ):
        assert line in shown
    assert "Is there a fever" not in shown
    assert "Is there a fever" in screen(press(menu, "x"))


def test_a_long_page_is_leafed_through() -> None:
    menu = press(opened(case(said("age", None), said("sex", "female"))), "?")
    assert menu.page is not None
    menu.page.lines = [f"line {n}" for n in range(100)]
    assert "80 more lines" in screen(menu).replace("81", "80").replace("82", "80")
    assert "line 99" in screen(press(menu, "<end>"))
    assert "line 0" in screen(press(menu, "<home>"))
    press(menu, "<pagedown><down><up>")
    assert "line 8" in screen(menu)
    assert "line 7\n" not in screen(menu)


def test_back_review_edit_and_what_moved() -> None:
    menu = press(opened(), "b")
    assert "There is no step to undo." in screen(menu)
    press(menu, "34<enter>1b")
    assert "The last answer was taken back." in screen(menu)
    assert "sex" not in menu.now.case.answers
    press(menu, "1nr")
    assert "Answers so far; Enter changes one" in screen(menu)
    assert "age: 34 years" in screen(menu)
    press(menu, "<home><enter>")
    assert "Changing an answer" in screen(menu)
    assert "Recorded so far: 34 years" in screen(menu)
    press(menu, "35<enter>")
    assert menu.now.case.number("age") == 35
    assert "Nothing moved." in screen(menu)
    press(menu, "<escape>e<up><up><escape>")
    assert menu.review is None
    press(menu, "e<end><enter>y")
    assert "Red flag raised: Suspected infection" in screen(menu)
    assert "Triage: emergency" in screen(menu)


def test_an_edit_begins_at_what_is_recorded_and_can_be_dropped() -> None:
    menu = press(opened(case(said("sex", "male"))), "r<enter>")
    assert menu.choosing is not None
    assert menu.choosing.at == "male"
    press(menu, "<escape>")
    assert "The change was dropped." in screen(menu)
    press(menu, "rb")
    assert menu.review is None
    assert "Nothing has been answered yet." in screen(press(opened(), "r"))


def test_save_quit_and_finish() -> None:
    kept: list[Case] = []
    menu = press(opened(kept=kept), "34<enter>w")
    assert "Saved to runner.yaml" in screen(menu)
    assert kept == [menu.now.case]
    assert "Not saved: no file was named." in screen(press(opened(), "w"))
    assert "Nothing is answered yet" in screen(press(opened(), "f"))
    press(menu, "q")
    assert menu.session.result is not None
    assert (menu.session.result.ending, menu.session.result.saved) == ("quit", True)
    menu = press(opened(), "34<enter>f")
    assert menu.session.result is not None
    assert menu.session.result.ending == "finished"
    assert "questions were not asked" in " ".join(menu.said)


def test_quit_stays_when_saving_fails() -> None:
    def full(_: Case) -> None:
        raise OSError("disk full")

    menu = Menu(Session(Consultation.begin(KNOWLEDGE, case()), full, "runner.yaml"))
    press(menu, "34<enter>q")
    assert not menu.done
    assert "disk full" in screen(menu)


@pytest.mark.parametrize("key", ["ctrl-c", "ctrl-d"])
def test_breaking_off_keeps_the_answers(key: str) -> None:
    kept: list[Case] = []
    menu = press(opened(kept=kept), f"34<enter>?<{key}>")
    assert menu.session.result is not None
    assert menu.session.result.ending == "interrupted"
    assert menu.input_ended is (key == "ctrl-d")
    assert kept == [case(said("age", 34))]


def test_a_proposed_end() -> None:
    menu = opened(UNKNOWN)
    shown = screen(menu)
    assert "Enough is known" in shown
    assert "Not asked (1): likes ice." in shown
    assert "Report now" in shown
    assert "What about likes ice?" in screen(press(menu, "<down><enter>"))
    assert "Enough is known" in screen(press(menu, "b"))
    assert "What about likes ice?" in screen(press(menu, "g"))
    press(menu, "g")
    assert "Still asking" in screen(menu)
    press(menu, "b<end><enter>")
    assert menu.review is not None
    press(menu, "<escape>u0<home><enter>")
    assert menu.done
    assert not menu.now.case.known("likes_ice")
    ended = press(opened(UNKNOWN), "<ctrl-d>")
    assert ended.session.result is not None
    assert ended.session.result.ending == "finished"


def test_with_nothing_to_ask_it_is_over_at_once() -> None:
    menu = opened(base=knowledge(rules={}))
    assert menu.done
    assert menu.said == ["Nothing is left to ask."]


def test_where_it_stands_is_shown_where_there_is_room_and_on_request() -> None:
    start = case(said("pain.site", "lateral"), said("age", 34), said("sex", "male"))
    menu = opened(start)
    assert "Where it stands" not in screen(menu)
    assert re.search(r"^\d Bursitis .* -10\.0 ", screen(press(menu, "d")), re.MULTILINE)
    assert "Where it stands" not in screen(press(menu, "d"))
    menu = opened(start)
    assert "Where it stands" in screen(menu, WIDE, 24)
    assert "Where it stands" in screen(menu, 80, HIGH)
    assert "Where it stands" not in screen(press(menu, "d"), WIDE, 24)


def test_what_is_pointed_at_is_previewed() -> None:
    menu = press(opened(case(said("age", 34), said("sex", "male"))), "d")
    assert "With this: red flag Suspected infection; triage emergency" in screen(menu)
    assert "With this" not in screen(press(menu, "<down>"))
    menu = press(
        opened(
            case(*(said(n, None) for n in FIRST_ORDER if n != "pain.stairs"), said("pain.site", "lateral"))
        ),
        "d",
    )
    assert "\N{UPWARDS ARROW}-5.2" in screen(menu)


def test_every_command_of_the_plain_face_is_a_key_of_the_menu() -> None:
    told = {part.strip() for key, _ in KEYS for part in key.split(",")}
    assert {command.split()[0] for command, _ in COMMANDS} <= told


def test_colour_never_says_anything_alone() -> None:
    """Without colour the same words stand on the screen, and no code for a colour."""
    menu = press(opened(case(said("fever", True))), "d")
    drawn = [Screen(80, 24, colour=colour).draw(menu) for colour in (True, False)]
    texts = [Text.from_ansi(each).plain for each in drawn]
    assert texts[0] == texts[1]
    codes = {code for found in re.findall("\x1b\\[([0-9;]*)m", drawn[1]) for code in found.split(";")}
    assert codes <= {"", "0", "1", "2", "3"}
    assert re.search("\x1b\\[[0-9;]*3[1-7]m", drawn[0])


def test_a_terminal_without_unicode_gets_ascii() -> None:
    menu = press(opened(case(said("age", 34), said("sex", "female"))), "d")
    for width in (80, WIDE):
        text = Text.from_ansi(Screen(width, 24, ASCII).draw(menu)).plain
        assert text.isascii()
        assert "38 degrees C" in text


WORDS = st.text(min_size=1, max_size=200)


@settings(max_examples=60)
@given(
    WORDS, WORDS, WORDS, WORDS, st.integers(20, 240), st.integers(6, 60), st.text("?hdr/ebx123", max_size=6)
)
def test_the_screen_is_always_filled_exactly(
    question: str, help: str, safety: str, label: str, width: int, height: int, typed: str
) -> None:
    strange = m.Finding(
        id="odd", section="odd", name=label, kind="choices", question=question, help=help, safety=safety,
        options=tuple(m.Option(id=f"o{n}", label=label) for n in range(11)), cites=("a1.001",) * 20,
    )  # fmt: skip
    base = knowledge(
        sections=by_id(m.Section(id="odd", title=label, order=1)),
        findings=by_id(strange),
        rules=by_id(rule("S-1", Has("odd", ("o3",)), supports("bursitis"))),
    )
    menu = press(opened(base=base), typed)
    if not menu.done:
        lines = Screen(width, height).lines(menu)
        assert len(lines) == height
        drawn = Text.from_ansi(Screen(width, height).draw(menu)).split("\n", allow_blank=True)
        assert len(drawn) == height
        assert max(line.cell_len for line in drawn) <= width


def typed_and_pressed(menu: Menu, line: str) -> None:
    """Do in the menu what a line does in the plain face."""
    finding = menu.now.current
    if line.startswith("e "):
        press(menu, "e<home>" + "<down>" * (int(line[2:]) - 1) + "<enter>")
        return
    if finding is None or line in ("b", "g", "u", "r", "w", "d", "h", "?"):
        press(menu, line)
    elif finding.kind == "number":
        press(menu, line + "<enter><escape>")  # what was refused stays to be mended, until Esc
    elif finding.kind == "choices" and line != "0":
        for part in line.split(","):
            press(menu, part.rstrip("?") + ("<space>" if part.endswith("?") else ""))
        press(menu, "<enter>")
    else:
        press(menu, line)
    if menu.page is not None:
        menu.press("escape")


@settings(max_examples=100)
@given(st.data())
def test_both_faces_come_to_the_same(data: st.DataObject) -> None:
    """The same answers and commands lead to the same consultation, whichever face takes them."""
    menu, lines = opened(), list[str]()
    for _ in range(data.draw(st.integers(0, 25))):
        if menu.done:
            break
        current = menu.now.current
        choices = ["b", "g", "r", "d", "h", "?"]
        if menu.now.case.answers:
            choices.append(f"e {data.draw(st.integers(1, len(menu.now.case.answers)))}")
        if current is not None:
            choices += ["u", *_answers_to(current)]
        line = data.draw(st.sampled_from(choices))
        lines.append(line)
        typed_and_pressed(menu, line)
        menu.review = None  # the plain face shows the answers and asks on
    shown: list[str] = []
    given = iter(lines)

    def read(_: str) -> str:
        line = next(given, None)
        if line is None:
            raise KeyboardInterrupt
        return line

    result = run_dialogue(Consultation.begin(KNOWLEDGE, case()), read=read, write=shown.append, save=None)
    assert result.consultation == menu.now
    assert list(result.case.answers) == list(menu.now.case.answers)
    assert result.ending == (menu.session.result.ending if menu.session.result else "interrupted")


def _answers_to(current: m.Finding) -> Iterable[str]:
    if current.kind == "yes_no":
        return ("y", "n")
    if current.kind == "number":
        return ("34", "6", "3")
    if current.kind == "choice":
        return [str(n) for n in range(1, len(current.options) + 1)]
    return ("1", "2,3?", "1,2,3", "0")


def test_every_answer_of_the_sample_can_be_given() -> None:
    assert {FINDINGS[name].kind for name in FIRST_ORDER} == {"yes_no", "choice", "choices", "number"}
