"""The plain terminal face of a consultation: one line read, some lines written, no colour, no cursor.

Everything goes through the callables it is given, so that tests can stand in for a terminal. An answer
is only ever what was typed: at the end of input the rest stays unasked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hipexpert.case import Answer, Case
from hipexpert.dialogue.answers import parse_line
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.session import Result, Session
from hipexpert.dialogue.standing import differential_lines
from hipexpert.dialogue.text import wrapped
from hipexpert.dialogue.wording import (
    INTRODUCTION,
    command_lines,
    enough_lines,
    problem_lines,
    question_lines,
    review_lines,
    why_lines,
)
from hipexpert.errors import CaseError
from hipexpert.knowledge.model import Finding

PROMPT = "> "

_WORDS = {
    "why": "?",
    "back": "b",
    "differential": "d",
    "go": "g",
    "review": "r",
    "edit": "e",
    "save": "w",
    "finish": "f",
    "quit": "q",
    "exit": "q",
    "help": "h",
}


def run_dialogue(
    consultation: Consultation,
    *,
    read: Callable[[str], str],
    write: Callable[[str], None],
    save: Callable[[Case], None] | None,
    where: str = "",
) -> Result:
    """Ask until nothing is left that could matter, or until the user stops.

    Args:
        consultation: Where to begin.
        read: Shows the short prompt it is given and returns the line typed; raises EOFError or
            KeyboardInterrupt when there is none.
        write: Shows one line, adding the line end.
        save: Keeps a case; None when the user named no file.
        where: The file that ``save`` writes, to be named to the user.
    """
    return _Face(Session(consultation, save, where), read, write).run()


class _Face:
    """One run of a dialogue."""

    def __init__(self, session: Session, read: Callable[[str], str], write: Callable[[str], None]) -> None:
        self._session = session
        self._read = read
        self._write = write
        self._commands: dict[str, Callable[[str], bool]] = {
            "?": lambda _: self._show(why_lines(self._now)),
            "b": self._back,
            "u": self._unknown,
            "w": lambda _: self._tell(session.keep()),
            "f": lambda _: self._tell(session.finish()),
            "q": lambda _: self._tell(session.quit()),
            "d": lambda _: self._show(differential_lines(self._now.knowledge, self._now.plan.now)),
            "g": self._go_on,
            "r": lambda _: self._show(review_lines(self._now)),
            "e": self._edit,
            "h": lambda _: self._show(command_lines()),
            "": lambda _: True,
        }

    @property
    def _now(self) -> Consultation:
        return self._session.now

    def run(self) -> Result:
        """Ask, listen, and say how it ended."""
        try:
            if self._now.current is not None:
                self._say(wrapped(INTRODUCTION))
            self._converse()
        except (EOFError, KeyboardInterrupt):
            self._say(self._session.interrupt())
        assert self._session.result is not None
        return self._session.result

    def _converse(self) -> None:
        repeat = True
        while self._session.waiting:
            if repeat:
                self._say(question_lines(self._now) or enough_lines(self._now))
            try:
                line = self._read(PROMPT)
            except EOFError:
                if self._now.current is not None:
                    raise
                self._say(self._session.end())  # the end was proposed, and nothing more came
                return
            repeat = self._heed(self._now.current, line)
            if self._session.result is not None:
                return
        self._say(self._session.run_out())

    def _heed(self, finding: Finding | None, line: str) -> bool:
        """Do what a line says; return whether a question is to be shown before the next one."""
        word, _, rest = line.strip().partition(" ")
        command = word.casefold()
        if command in _WORDS and not (finding and command in finding.option_ids):
            command = _WORDS[command]
        if finding is None and not command:
            command = "f"
        if command in self._commands and (command == "e" or not rest):
            return self._commands[command](rest.strip())
        if finding is None:
            return self._tell(["Type g to go on, f or Enter for the report, h for all commands."])
        try:
            return self._record(parse_line(finding, line))
        except CaseError as error:
            return self._tell(problem_lines(error))

    def _record(self, answer: Answer) -> bool:
        return self._show(self._session.record(answer))

    def _unknown(self, _: str) -> bool:
        said = self._session.unknown()
        return self._tell(["Nothing is being asked; g goes on."]) if said is None else self._show(said)

    def _go_on(self, _: str) -> bool:
        if self._session.go_on():
            return True
        return self._tell(["Still asking; g is for when an end is proposed."])

    def _back(self, _: str) -> bool:
        said = self._session.back()
        if said is None:
            return self._tell(["There is no step to undo. r lists the answers; e changes one."])
        return self._show(said)

    def _edit(self, which: str) -> bool:
        wrong = self._session.edit(which)
        return True if wrong is None else self._tell(wrong)

    def _show(self, lines: Iterable[str]) -> bool:
        """Say something after which the question is put again."""
        self._say(lines)
        return True

    def _tell(self, lines: Iterable[str]) -> bool:
        """Say something after which the question still stands on the screen."""
        self._say(lines)
        return False

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._write(line)
