"""One run of a dialogue, whichever face shows it: each step is taken here and told as lines. No I/O.

The only thing a session does to the world is to call the ``save`` it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hipexpert.case import Answer, Case
from hipexpert.case_values import answer_text
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.standing import moved_lines
from hipexpert.dialogue.text import plain, wrapped
from hipexpert.dialogue.wording import answered, out_of_place_lines
from hipexpert.errors import HipExpertError, UsageError

Ending: TypeAlias = Literal["finished", "quit", "interrupted"]

_NO_FILE = "Not saved: no file was named. To keep answers, start with --save FILE."
_NO_CHANGE = "Type e and the number of an answer, for example e 1; r lists them."


@dataclass(frozen=True, slots=True)
class Result:
    """How a dialogue ended.

    Attributes:
        consultation: The state it ended in, with every answer given.
        ending: ``finished`` when nothing was left to ask or the user wanted the report now, ``quit``
            when the user asked to stop, ``interrupted`` at the end of input or on Ctrl-C.
        saved: Whether the case was saved at the end.
    """

    consultation: Consultation
    ending: Ending
    saved: bool

    @property
    def case(self) -> Case:
        """The case with every answer given."""
        return self.consultation.case


class Session:
    """The consultation as it stands now, and how it ended. Every step returns what to tell the user.

    Attributes:
        now: The consultation.
        result: How it ended; None while it goes on.
    """

    def __init__(self, consultation: Consultation, save: Callable[[Case], None] | None, where: str) -> None:
        """Begin.

        Args:
            consultation: Where to begin.
            save: Keeps a case; None when the user named no file.
            where: The file that ``save`` writes, to be named to the user.
        """
        self.now = consultation
        self.result: Result | None = None
        self._save = save
        self._where = where
        self._kept = False

    @property
    def waiting(self) -> bool:
        """Whether something is asked, or an end is proposed."""
        return self.now.current is not None or bool(self.now.enough and self.now.queue)

    def record(self, answer: Answer) -> list[str]:
        """Answer the current question; after a change of answer, say what moved."""
        before = self.now
        finding = before.knowledge.findings[answer.finding]
        self.now = before.answer(answer)
        lines = wrapped(f"Recorded: {answer_text(finding, answer)}")
        earlier = before.out_of_place
        lines += out_of_place_lines([f for f in self.now.out_of_place if f not in earlier])
        if before.editing is not None:
            lines += moved_lines(before.knowledge, before.plan.now, self.now.plan.now)
        return lines

    def unknown(self) -> list[str] | None:
        """Answer "asked, but nobody knows"; None when nothing is asked."""
        if self.now.current is None:
            return None
        return self.record(Answer(finding=self.now.current.id))

    def back(self) -> list[str] | None:
        """Undo the last step; None when there is none."""
        if self.now.previous is None:
            return None
        dropped, going_on = self.now.editing is not None, self.now.going_on
        self.now = self.now.back()
        if dropped:
            return ["The change was dropped."]
        return [
            "No longer going on." if going_on and not self.now.going_on else "The last answer was taken back."
        ]

    def go_on(self) -> bool:
        """Go on asking although an end is proposed; return whether one was."""
        if not self.now.enough:
            return False
        self.now = self.now.go_on()
        return True

    def edit(self, which: str) -> list[str] | None:
        """Ask an earlier question again, named by its number in the review or by its id.

        Returns what is wrong with the name; None when the question is asked.
        """
        findings = answered(self.now)
        number = int(which) if which.isascii() and which.isdigit() and len(which) <= 4 else 0
        try:
            self.now = self.now.edit(findings[number - 1].id if 0 < number <= len(findings) else which)
        except UsageError:
            return wrapped(_NO_CHANGE)
        return None

    def keep(self) -> list[str]:
        """Save the case and say where, or why not."""
        self._kept = False
        if self._save is None:
            return [_NO_FILE]
        try:
            self._save(self.now.case)
        except (OSError, HipExpertError) as error:
            return wrapped(f"Not saved: {error}")
        self._kept = True
        place = self._where.encode("ascii", "backslashreplace").decode()
        return [plain(f"Saved to {place}") if place else "Saved."]

    def quit(self) -> list[str]:
        """Save and stop; stay when saving fails, so that nothing is lost."""
        lines = self.keep()
        if self._save is not None and not self._kept:
            return [*lines, *wrapped("Still here, so that nothing is lost. Ctrl-C leaves without saving.")]
        self.result = Result(self.now, "quit", self._kept)
        return lines

    def finish(self) -> list[str]:
        """End with a report on what is answered so far."""
        if not self.now.case.answers:
            return ["Nothing is answered yet, so there is nothing to report."]
        return [*wrapped(f"Reporting now; {len(self.now.queue)} questions were not asked."), *self.end()]

    def run_out(self) -> list[str]:
        """End because nothing is left to ask."""
        return ["", "Nothing is left to ask.", *self.end()]

    def interrupt(self) -> list[str]:
        """End because the user broke off or the input did."""
        return ["", "Stopped before the end.", *self.end("interrupted")]

    def end(self, ending: Ending = "finished") -> list[str]:
        """End, and keep the answers when there is somewhere to keep them."""
        tell = ending == "interrupted" or self._save is not None
        self._kept = False
        lines = self.keep() if tell else []
        self.result = Result(self.now, ending, self._kept)
        return lines
