"""What the keys of the menu face do. Nothing here draws or reads: a key comes in, the state changes.

The consultation itself, its endings and its wording are the plain face's own
(:class:`~hipexpert.dialogue.session.Session`); here are only the things a menu needs besides: what is
pointed at, what is half typed, which page is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hipexpert.case import Answer
from hipexpert.case_values import answer_text
from hipexpert.dialogue.answers import parse_line
from hipexpert.dialogue.choosing import NONE, Choosing, Entry
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.session import Session
from hipexpert.dialogue.text import legible, unwrapped
from hipexpert.dialogue.wording import INTRODUCTION, answered, problem_lines, why_lines
from hipexpert.errors import CaseError
from hipexpert.explanation.prospects import Prospect
from hipexpert.knowledge.model import Finding

KEYS: tuple[tuple[str, str], ...] = (
    ("Up, Down", "move; Page Up, Page Down, Home and End too"),
    ("Enter", "answer with what is pointed at, or with what is ticked"),
    ("Space", "tick: yes, then unknown, then no"),
    ("y, n", "answer yes or no at once"),
    ("1 to 9", "answer with, or tick, that line of a short list"),
    ("0", "none of these"),
    ("u", "unknown: asked, but nobody knows"),
    ("?", "why this is asked, and what each answer would do"),
    ("b", "back: undo the last step"),
    ("r, e", "review the answers; Enter changes one"),
    ("d", "show or hide where it stands"),
    ("/", "look for words in a list; Esc shows all again"),
    ("w", "save now and go on"),
    ("g", "go on asking when an end is proposed"),
    ("f", "finish: report on what is answered so far"),
    ("q", "save and quit, without a report"),
    ("Ctrl-C", "break off; answers are kept if --save names a file"),
    ("h", "this list"),
)

SHORT = 9
"""Lists up to this long are numbered, and a digit picks from them."""

_STEPS = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8, "home": -10_000, "end": 10_000}
_PROPOSED = (("f", "Report now"), ("g", "Go on asking"), ("r", "Look through the answers"))
_TICK = "Tick with Space what applies, then press Enter; 0 for none of these, u for not known."
_TICKED = "Something is ticked: point at a tick and press Enter, or take the ticks away first."
_DIGITS = frozenset("0123456789")


@dataclass(slots=True)
class Page:
    """Something to read; any key closes it but those that move."""

    title: str
    lines: list[str]
    top: int = 0


class Menu:
    """The state of the menu face.

    Attributes:
        session: The consultation and its endings.
        choosing: The list on the screen; None while a number is typed.
        typed: What was typed of a number.
        review: The list of earlier answers, while it is open.
        page: What is being read, if anything.
        said: What the last key brought about.
        panel: Whether to show where it stands; None for what the screen has room for.
        roomy: Whether the screen has room for it; whoever draws sets this.
        input_ended: The user said that no more input will come.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.choosing: Choosing | None = None
        self.review: Choosing | None = None
        self.page: Page | None = None
        self.typed = ""
        self.said: list[str] = []
        self.panel: bool | None = None
        self.roomy = False
        self.input_ended = False
        self._commands: Mapping[str, Callable[[], object]] = {
            "?": lambda: self._read("Why this is asked", why_lines(self.now)[2:]),
            "b": self._back,
            "u": self._unknown,
            "d": self._toggle_panel,
            "r": self._review,
            "e": self._review,
            "w": lambda: self._say(session.keep()),
            "g": self._go_on,
            "f": lambda: self._say(session.finish()),
            "q": lambda: self._say(session.quit()),
            "h": lambda: self._read("Keys", [f"{key:<9} {meaning}" for key, meaning in KEYS]),
            "/": self._seek,
            "0": self._none,
            "enter": self._enter,
            "space": self._tick,
            "escape": self._escape,
            "backspace": lambda: None,
        }
        self._begin()
        if not self.done and self.now.current is not None:
            self._say([INTRODUCTION])

    @property
    def now(self) -> Consultation:
        """The consultation as it stands."""
        return self.session.now

    @property
    def done(self) -> bool:
        """Whether the dialogue has ended."""
        return self.session.result is not None

    @property
    def active(self) -> Choosing | None:
        """The list that keys act on."""
        return self.review if self.review is not None else self.choosing

    @property
    def numbered(self) -> bool:
        """Whether a digit picks a line."""
        finding = self.now.current
        short = finding is not None and 0 < len(finding.options) <= SHORT
        return short and self.review is None and self.choosing is not None and not self.choosing.sought

    @property
    def proposal(self) -> Answer | None:
        """What would be recorded now: on Enter, or of several when what is pointed at were ticked too."""
        finding, choosing = self.now.current, self.choosing
        if finding is None:
            return None
        if choosing is None:
            return self._typed_answer(finding)
        if choosing.many and choosing.at not in choosing.yes | choosing.unsure:
            choosing = choosing.ticked()
        return choosing.answer(finding)

    @property
    def preview(self) -> Prospect | None:
        """Where things would stand after the proposal; None when there is none."""
        proposal = self.proposal if self.review is None else None
        return None if proposal is None else self.now.plan.prospects.after(proposal)

    def press(self, key: str) -> None:
        """Do what a key says: a character, or ``up``, ``enter``, ``escape`` and the like."""
        self.said = []
        if key == "ctrl-c":
            self._say(self.session.interrupt())
        elif key == "ctrl-d":
            self.input_ended = True
            self._say(self.session.end() if self.now.current is None else self.session.interrupt())
        elif self.page is not None:
            self._leaf(self.page, key)
        elif not (self._type(key) or self._search(key) or self._pick(key)):
            if key in _STEPS and self.active is not None:
                self._show(self.active.moved(_STEPS[key], around=key in ("up", "down")))
            elif key.casefold() in self._commands:
                self._commands[key.casefold()]()

    def _begin(self) -> None:
        """Put the question that is to be asked now, or propose the end."""
        self.review, self.typed = None, ""
        finding = self.now.current
        if finding is not None:
            recorded = self.now.case.answers.get(finding.id) if self.now.editing else None
            self.choosing = Choosing.among_answers(finding, recorded)
        elif self.session.waiting:
            self.choosing = Choosing.of(Entry(*each) for each in _PROPOSED)
        elif not self.done:
            self._say(self.session.run_out())

    def _say(self, lines: list[str]) -> None:
        self.said = [line for line in unwrapped(lines) if line]

    def _read(self, title: str, lines: list[str]) -> None:
        if lines:
            self.page = Page(title, lines)

    def _leaf(self, page: Page, key: str) -> None:
        if key in _STEPS:
            page.top = min(max(page.top + _STEPS[key], 0), max(len(page.lines) - 1, 0))
        else:
            self.page = None

    def _show(self, changed: Choosing) -> None:
        if self.review is not None:
            self.review = changed
        else:
            self.choosing = changed

    def _type(self, key: str) -> bool:
        """Take a key as part of a number; return whether it is one."""
        finding = self.now.current
        if finding is None or self.active is not None:
            return False
        if len(key) == 1 and (self.typed or key in _DIGITS or key in "-."):
            self.typed += key
        elif self.typed and key in ("space", "backspace", "escape"):
            self.typed = {"space": self.typed + " ", "backspace": self.typed[:-1]}.get(key, "")
        else:
            return False
        return True

    def _search(self, key: str) -> bool:
        """Take a key as part of what is looked for; return whether it is one."""
        choosing = self.active
        if choosing is None or not choosing.seeking:
            return False
        if len(key) == 1 or key == "space":
            self._show(choosing.looking(choosing.sought + (" " if key == "space" else key)))
        elif key == "backspace":
            self._show(choosing.looking(choosing.sought[:-1], seeking=bool(choosing.sought)))
        elif key == "enter":
            self._show(choosing.looking(choosing.sought, seeking=False))
        else:
            return False
        return True

    def _pick(self, key: str) -> bool:
        """Answer at once with a letter or a digit, where that is plain; return whether it was."""
        finding, choosing = self.now.current, self.choosing
        if finding is None or choosing is None or self.review is not None:
            return False
        if finding.kind == "yes_no" and key.casefold() in ("y", "n"):
            self._show(choosing.pointing("yes" if key.casefold() == "y" else "no"))
            self._enter()
        elif self.numbered and key in _DIGITS and 0 < int(key) <= len(finding.options):
            self._show(choosing.pointing(finding.options[int(key) - 1].id))
            self._commands["space" if choosing.many else "enter"]()
        else:
            return False
        return True

    def _enter(self) -> None:
        finding = self.now.current
        if self.review is not None:
            self._change(self.review.at)
        elif finding is None and self.choosing is not None:
            self._commands[self.choosing.at]()
        elif finding is not None and self.choosing is None:
            self._enter_number(finding)
        elif finding is not None and self.choosing is not None:
            answer = self.choosing.answer(finding)
            if answer is None:
                self._say([_TICKED if self.choosing.yes or self.choosing.unsure else _TICK])
            else:
                self._record(answer)

    def _enter_number(self, finding: Finding) -> None:
        try:
            self._record(parse_line(finding, self.typed))
        except CaseError as error:
            self._say(problem_lines(error))

    def _typed_answer(self, finding: Finding) -> Answer | None:
        try:
            return parse_line(finding, self.typed)
        except CaseError:
            return None

    def _record(self, answer: Answer) -> None:
        changed = self.now.editing is not None
        said = self.session.record(answer)
        self._begin()
        if changed:
            self._read("The change", said)
        elif not self.done:
            self._say(said)

    def _unknown(self) -> None:
        if self.now.current is not None and self.review is None:
            self._record(Answer(finding=self.now.current.id))

    def _none(self) -> None:
        if self.choosing is not None and self.choosing.many and self.review is None:
            self._show(self.choosing.pointing(NONE))
            self._enter()

    def _tick(self) -> None:
        choosing = self.active
        if choosing is not None and choosing.many:
            self._show(choosing.ticked())
        else:
            self._enter()

    def _seek(self) -> None:
        if self.active is not None and len(self.active.entries) > 1:
            self._show(self.active.looking("", seeking=True))

    def _escape(self) -> None:
        if self.active is not None and (self.active.sought or self.active.seeking):
            self._show(self.active.looking("", seeking=False))
        elif self.review is not None:
            self.review = None
        elif self.now.editing is not None:
            self._back()

    def _back(self) -> None:
        if self.review is not None:
            self.review = None
            return
        said = self.session.back()
        if said is not None:
            self._begin()
        self._say(said or ["There is no step to undo."])

    def _go_on(self) -> None:
        if self.session.go_on():
            self._begin()
        else:
            self._say(["Still asking; g is for when an end is proposed."])

    def _review(self) -> None:
        case = self.now.case
        entries = [
            Entry(f.id, legible(f"{f.name}: {answer_text(f, case.answers[f.id])}"))
            for f in answered(self.now)
        ]
        if entries:
            self.review = Choosing.of(entries, entries[-1].value)
        else:
            self._say(["Nothing has been answered yet."])

    def _change(self, finding: str) -> None:
        if finding and self.session.edit(finding) is None:
            self._begin()

    def _toggle_panel(self) -> None:
        self.panel = not (self.roomy if self.panel is None else self.panel)
