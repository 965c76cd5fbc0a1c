"""One patient's findings. Three values: present, absent, unknown; nobody asked means unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from hipexpert.frozen import dataclass
from hipexpert.knowledge.when import YES, Has


class State(str, Enum):
    """What is known of one option of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was recorded for one finding.

    An answer with nothing present, absent or measured means: asked, and not known.

    Attributes:
        present: Options that apply; ``("yes",)`` for a yes/no finding.
        absent: Options that are known not to apply.
        number: The measurement in the finding's own unit, for a ``number`` finding.
    """

    finding: str
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    number: float | None = None

    @property
    def known(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.present or self.absent) or self.number is not None

    def state(self, option: str = YES) -> State:
        """Return the state of one option."""
        if option in self.present:
            return State.PRESENT
        return State.ABSENT if option in self.absent else State.UNKNOWN

    def state_of(self, test: Has) -> State:
        """Return whether one of several options applies: PRESENT, ABSENT (none does) or UNKNOWN."""
        present, absent = self.present, self.absent
        if any(option in present for option in test.options):
            return State.PRESENT
        if all(option in absent for option in test.options):
            return State.ABSENT
        if test.others:
            if any(option in present for option in test.others):
                return State.ABSENT
            if all(option in absent for option in test.others):
                return State.PRESENT
        return State.UNKNOWN

    def grounds(self, test: Has) -> Iterator[tuple[str, State]]:
        """Yield the options, each with its state, on which the state of a test that has one rests."""
        state = self.state_of(test)
        own = [option for option in test.options if self.state(option) is state]
        if not own:  # one of the other options is the answer, or none of them is
            state = State.ABSENT if state is State.PRESENT else State.PRESENT
            own = [option for option in test.others if self.state(option) is state]
        for option in own:
            yield option, state


@dataclass(frozen=True, kw_only=True)
class Case:
    """A runner's answers, already checked against the vocabulary.

    Attributes:
        id: Names the case in reports; never a person's name.
        answers: By finding id. A finding without an entry was never asked.
        meta: ``title``, ``note``, ``source`` and ``expected`` of the file; never inferred from.
    """

    id: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))

    def state(self, finding: str, option: str = YES) -> State:
        """Return what is known of one option; UNKNOWN when never asked."""
        answer = self.answers.get(finding)
        return answer.state(option) if answer else State.UNKNOWN

    def number(self, finding: str) -> float | None:
        """Return a measurement, or None when it is unknown."""
        answer = self.answers.get(finding)
        return answer.number if answer else None

    def known(self, finding: str) -> bool:
        """Return whether anything is known of the finding."""
        answer = self.answers.get(finding)
        return answer is not None and answer.known

    def with_answers(self, *answers: Answer) -> Case:
        """Return a copy in which these answers replace any earlier ones."""
        return replace(self, answers={**self.answers, **{a.finding: a for a in answers}})

    def without(self, findings: Iterable[str]) -> Case:
        """Return a copy in which these findings were never asked."""
        hidden = set(findings)
        return replace(self, answers={k: a for k, a in self.answers.items() if k not in hidden})


def number_text(value: float) -> str:
    """Return a number as people write it: 3 rather than 3.0."""
    return f"{value:.10g}"
