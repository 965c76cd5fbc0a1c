"""A consultation as a value: ask, answer, undo, edit, resume. No input, no output.

Every step returns a new consultation and leaves the old one as it was. The question asked next follows
from the case alone, so a consultation that was interrupted, undone or resumed goes on exactly as
one that was given the same answers straight through.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hipexpert.case import Answer, Case
from hipexpert.dialogue.agenda import Stakes, out_of_place, stakes
from hipexpert.dialogue.planning import Enough, Plan, plan
from hipexpert.errors import UsageError, did_you_mean
from hipexpert.explanation.next_question import Effect, effects_of
from hipexpert.knowledge.model import Finding, Knowledge


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a consultation is.

    Attributes:
        asked: Questions that have an answer, unknown ones and those of a resumed case included.
        left: Questions open now, the current one included; an answer can close several, or open some.
    """

    asked: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One state of a consultation; begin one with :meth:`begin`.

    Two are equal when they hold the same case and ask the same thing; how they came there is not
    compared.

    Attributes:
        queue: Open questions, the next one first.
        going_on: Asking goes on although nothing that is left is likely to matter.
        editing: The finding whose answer is being changed, or None.
        plan: What the queue was made from.
    """

    knowledge: Knowledge = field(compare=False, repr=False)
    case: Case
    queue: tuple[Finding, ...]
    going_on: bool = False
    editing: Finding | None = None
    plan: Plan = field(compare=False, repr=False)
    previous: Consultation | None = field(default=None, compare=False, repr=False)

    @classmethod
    def begin(cls, knowledge: Knowledge, case: Case) -> Consultation:
        """Return a consultation that goes on from a case, which may be empty."""
        planned = plan(knowledge, case)
        return cls(knowledge=knowledge, case=case, queue=planned.questions, plan=planned)

    @property
    def current(self) -> Finding | None:
        """The question to ask now, or None when nothing is left or an end is proposed."""
        if self.editing is not None:
            return self.editing
        return self.queue[0] if self.queue and not self.enough else None

    @property
    def enough(self) -> Enough:
        """Why an end is proposed here; empty when it is not, or when the user chose to go on."""
        return "" if self.going_on else self.plan.enough

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What each answer to the current question would do."""
        if self.current is None:
            return ()
        if self.editing is None:
            return effects_of(self.plan.prospects, self.current)
        hidden = self.case.without([self.editing.id])
        return effects_of(plan(self.knowledge, hidden).prospects, self.editing)

    def go_on(self) -> Consultation:
        """Return a state that asks whatever is left, although it is not likely to matter."""
        return replace(self, going_on=True, previous=self)

    @property
    def progress(self) -> Progress:
        """How many questions have an answer and how many are open."""
        return Progress(asked=len(self.case.answers), left=len(self.queue))

    @property
    def stakes(self) -> Stakes | None:
        """What the answer to the current question can change; None when nothing is asked."""
        return None if self.current is None else stakes(self.knowledge, self.case, self.current)

    @property
    def out_of_place(self) -> tuple[Finding, ...]:
        """Findings that have an answer although their question would now be skipped."""
        return out_of_place(self.knowledge, self.case)

    def answer(self, answer: Answer) -> Consultation:
        """Return the state after an answer to the current question.

        Raises:
            UsageError: Nothing is being asked, or something else is.
        """
        if self.current is None or answer.finding != self.current.id:
            asked = "nothing" if self.current is None else repr(self.current.id)
            raise UsageError(f"an answer to {answer.finding!r} was given, but {asked} is being asked")
        case = self.case.with_answers(answer)
        planned = plan(self.knowledge, case)
        return replace(self, case=case, queue=planned.questions, plan=planned, editing=None, previous=self)

    def unknown(self) -> Consultation:
        """Return the state after "asked, and not known".

        Raises:
            UsageError: Nothing is being asked.
        """
        if self.current is None:
            raise UsageError("nothing is being asked")
        return self.answer(Answer(finding=self.current.id))

    def back(self) -> Consultation:
        """Return exactly the state before the last step; at the beginning, the same state."""
        return self.previous or self

    def edit(self, finding: str) -> Consultation:
        """Return a state that asks one finding again; its answer stays until a new one is given.

        Raises:
            UsageError: The finding has no answer yet, or is not in the vocabulary.
        """
        answered = [name for name in self.case.answers if name in self.knowledge.findings]
        if finding not in answered:
            hint = did_you_mean(finding, answered)
            message = f"{finding!r} has no answer that could be changed"
            raise UsageError(f"{message}; {hint}" if hint else message)
        return replace(self, editing=self.knowledge.findings[finding], previous=self)
