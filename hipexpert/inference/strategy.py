"""Which activation fires next: a total order, the same in every process.

experta's own strategy looks for a withdrawn activation in three places only and breaks ties by hash.
Here activations are found by what they are (rule and facts), and ordered by phase, then recency of
facts, then the rule's id. A rule fires once per case, however many of its branches are true.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection
from operator import attrgetter
from typing import TypeAlias

from hipexpert.inference._experta import Activation, Agenda, Strategy

Ids: TypeAlias = "tuple[int, ...]"
Key: TypeAlias = "tuple[int, Ids, int]"

_KEY = attrgetter("key")
_FEW = 4
"""Up to this many activations are put in their places; more are sorted together."""


def fact_ids(activation: Activation) -> Ids:
    """Return the numbers of the facts of an activation, the most recent first."""
    ids = getattr(activation, "ids", None)
    if ids is None:
        ids = activation.ids = tuple(sorted([f["__factid__"] for f in activation.facts], reverse=True))
    return ids


def identity(activation: Activation) -> tuple[str, Ids]:
    """Return what tells an activation from every other: its rule and its facts."""
    return activation.rule.__name__, fact_ids(activation)


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
        self, agenda: Agenda, added: Collection[Activation], removed: Collection[Activation]
    ) -> None:
        self.choose(agenda, added, removed)

    def choose(self, agenda: Agenda, added: Collection[Activation], removed: Collection[Activation]) -> None:
        """Put an agenda in order again, and note which activation fires next."""
        activations = agenda.activations
        if removed:
            withdrawn = {identity(activation) for activation in removed}
            activations[:] = [a for a in activations if identity(a) not in withdrawn]
        spent = self.spent
        if added:
            fresh = [a for a in added if a.rule.__name__ not in spent]
            for activation in fresh:
                activation.key = self._key(activation)
            if len(fresh) <= _FEW:
                for activation in fresh:
                    insort(activations, activation, key=_KEY)
            else:
                activations.extend(fresh)
                activations.sort(key=_KEY)
        while activations and activations[-1].rule.__name__ in spent:
            activations.pop()  # another branch of a rule that fired
        self.next = activations[-1] if activations else None

    def _key(self, activation: Activation) -> Key:
        """Return a sort key; the agenda's last activation fires first."""
        name = activation.rule.__name__
        phase, number = self.numbers[name]
        return (-phase, fact_ids(activation), -number)
