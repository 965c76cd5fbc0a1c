"""The plain terminal face of a consultation: the only part of a dialogue that reads and writes.

Everything goes through the callables it is given, so that tests and other faces can stand in for a
terminal. An answer is only ever what was typed: at the end of input the rest stays unasked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hipexpert.case import Answer, Case
from hipexpert.case_values import answer_text
from hipexpert.dialogue.answers import parse_line
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.standing import differential_lines, moved_lines
from hipexpert.dialogue.text import plain, wrapped
from hipexpert.dialogue.wording import (
    INTRODUCTION,
    answered,
    command_lines,
    enough_lines,
    out_of_place_lines,
    problem_lines,
    question_lines,
    review_lines,
    why_lines,
)
from hipexpert.errors import CaseError, HipExpertError, UsageError
from hipexpert.knowledge.model import Finding

Ending: TypeAlias = Literal["finished", "quit", "interrupted"]

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
_COUNT = re.compile(r"[0-9]{1,4}")
_NO_FILE = "Not saved: no file was named. To keep answers, start with --save FILE."


@dataclass(frozen=True, slots=True)
class Result:
    """How a dialogue ended.

    Attributes:
        consultation: The state it ended in, with every answer given.
        ending: ``finished`` when nothing was left to ask or the user wanted the report now, ``quit``
            when the user asked to stop,
            ``interrupted`` at the end of input or on Ctrl-C.
        saved: Whether the case was saved at the end.
    """

    consultation: Consultation
    ending: Ending
    saved: bool

    @property
    def case(self) -> Case:
        """The case with every answer given."""
        return self.consultation.case


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
    return _Face(consultation, read, write, save, where).run()


class _Face:
    """One run of a dialogue."""

    def __init__(
        self,
        consultation: Consultation,
        read: Callable[[str], str],
        write: Callable[[str], None],
        save: Callable[[Case], None] | None,
        where: str,
    ) -> None:
        self._now = consultation
        self._read = read
        self._write = write
        self._save = save
        self._where = where
        self._quitting = False
        self._finishing = False
        self._commands: dict[str, Callable[[str], bool]] = {
            "?": self._why,
            "b": self._back,
            "u": self._unknown,
            "w": self._keep,
            "f": self._finish,
            "q": self._quit,
            "d": self._differential,
            "g": self._go_on,
            "r": self._review,
            "e": self._edit,
            "h": self._help,
            "": lambda _: True,
        }

    def run(self) -> Result:
        """Ask, listen, and say how it ended."""
        try:
            if self._now.current is not None:
                self._say(wrapped(INTRODUCTION))
            return self._converse()
        except (EOFError, KeyboardInterrupt):
            self._say(["", "Stopped before the end."])
            return self._end("interrupted")

    def _converse(self) -> Result:
        repeat = True
        while self._now.current is not None or (self._now.enough and self._now.queue):
            if repeat:
                self._say(question_lines(self._now) or enough_lines(self._now))
            try:
                line = self._read(PROMPT)
            except EOFError:
                if self._now.current is not None:
                    raise
                return self._end("finished")  # the end was proposed, and nothing more came
            repeat = self._heed(self._now.current, line)
            if self._quitting:
                return Result(self._now, "quit", self._save is not None)
            if self._finishing:
                self._say(wrapped(f"Reporting now; {len(self._now.queue)} questions were not asked."))
                return self._end("finished")
        self._say(["", "Nothing is left to ask."])
        return self._end("finished")

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
            self._say(["Type g to go on, f or Enter for the report, h for all commands."])
            return False
        try:
            return self._record(parse_line(finding, line))
        except CaseError as error:
            self._say(problem_lines(error))
            return False

    def _record(self, answer: Answer) -> bool:
        before = self._now
        finding = before.knowledge.findings[answer.finding]
        self._now = before.answer(answer)
        self._say(wrapped(f"Recorded: {answer_text(finding, answer)}"))
        earlier = before.out_of_place
        self._say(out_of_place_lines([f for f in self._now.out_of_place if f not in earlier]))
        if before.editing is not None:
            self._say(moved_lines(before.knowledge, before.plan.now, self._now.plan.now))
        return True

    def _unknown(self, _: str) -> bool:
        if self._now.current is None:
            self._say(["Nothing is being asked; g goes on."])
            return False
        return self._record(Answer(finding=self._now.current.id))

    def _why(self, _: str) -> bool:
        self._say(why_lines(self._now))
        return True

    def _differential(self, _: str) -> bool:
        self._say(differential_lines(self._now.knowledge, self._now.plan.now))
        return True

    def _go_on(self, _: str) -> bool:
        if self._now.enough:
            self._now = self._now.go_on()
            return True
        self._say(["Still asking; g is for when an end is proposed."])
        return False

    def _help(self, _: str) -> bool:
        self._say(command_lines())
        return True

    def _review(self, _: str) -> bool:
        self._say(review_lines(self._now))
        return True

    def _back(self, _: str) -> bool:
        if self._now.previous is None:
            self._say(["There is no step to undo. r lists the answers; e changes one."])
            return False
        dropped, going_on = self._now.editing is not None, self._now.going_on
        self._now = self._now.back()
        said = "The last answer was taken back."
        if dropped:
            said = "The change was dropped."
        elif going_on and not self._now.going_on:
            said = "No longer going on."
        self._say([said])
        return True

    def _edit(self, which: str) -> bool:
        findings = answered(self._now)
        number = int(which) if _COUNT.fullmatch(which) else 0
        try:
            self._now = self._now.edit(findings[number - 1].id if 0 < number <= len(findings) else which)
        except UsageError:
            self._say(wrapped("Type e and the number of an answer, for example e 1; r lists them."))
            return False
        return True

    def _keep(self, _: str) -> bool:
        self._saved()
        return False

    def _quit(self, _: str) -> bool:
        kept = self._saved()
        if kept or self._save is None:
            self._quitting = True
        else:
            self._say(wrapped("Still here, so that nothing is lost. Ctrl-C leaves without saving."))
        return False

    def _finish(self, _: str) -> bool:
        self._finishing = bool(self._now.case.answers)
        if not self._finishing:
            self._say(["Nothing is answered yet, so there is nothing to report."])
        return False

    def _end(self, ending: Ending) -> Result:
        """Keep the answers when there is somewhere to keep them."""
        tell = ending == "interrupted" or self._save is not None
        return Result(self._now, ending, self._saved() if tell else False)

    def _saved(self) -> bool:
        """Save the case and say where; return whether that worked."""
        if self._save is None:
            self._say([_NO_FILE])
            return False
        try:
            self._save(self._now.case)
        except (OSError, HipExpertError) as error:
            self._say(wrapped(f"Not saved: {error}"))
            return False
        place = self._where.encode("ascii", "backslashreplace").decode()
        self._say([plain(f"Saved to {place}") if place else "Saved."])
        return True

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._write(line)
