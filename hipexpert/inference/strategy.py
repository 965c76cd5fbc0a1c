"""Which activation fires next: a total order, the same in every process.

experta's own strategy looks for a withdrawn activation in three places only and breaks ties by hash.
Here activations are found by what they are (rule and facts), and ordered by phase, then recency of
facts, then the rule's id. A rule fires once per case, however many of its branches are true.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from typing import TypeAlias

from hipexpert.inference._experta import Activation, Agenda, Strategy

Key: TypeAlias = "tuple[int, tuple[int, ...], tuple[int, ...]]"


class PhaseOrder(Strategy):  # type: ignore[misc]
    """Phases first, then the most recent facts, then the lower rule number.

    Attributes:
        numbers: Phase and number of each rule, by its name; set by the engine.
        spent: Rules that fired on this case.
        next: The activation that fires next; None when the agenda is empty.
    """

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, tuple[int, int]] = {}
        self.spent: set[str] = set()
        self.next: Activation | None = None

    def _update_agenda(
        self, agenda: Agenda, added: Iterable[Activation], removed: Iterable[Activation]
    ) -> None:
        withdrawn = {self._identity(activation) for activation in removed}
        if withdrawn or self.spent:
            agenda.activations[:] = [
                a
                for a in agenda.activations
                if a.rule.__name__ not in self.spent and self._identity(a) not in withdrawn
            ]
        for activation in added:
            if activation.rule.__name__ not in self.spent:
                activation.key = self._key(activation)
                insort(agenda.activations, activation)
        self.next = agenda.activations[-1] if agenda.activations else None

    def _key(self, activation: Activation) -> Key:
        """Return a sort key; the agenda's last activation fires first."""
        phase, number = self.numbers[activation.rule.__name__]
        ids = sorted((fact["__factid__"] for fact in activation.facts), reverse=True)
        return (-phase, tuple(ids), (-number,))

    @staticmethod
    def _identity(activation: Activation) -> tuple[str, frozenset[int]]:
        return activation.rule.__name__, frozenset(fact["__factid__"] for fact in activation.facts)
