"""A whole run of the bench: the figures, the masking curve, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from hipexpert.evaluation.figures import Evaluation
from hipexpert.evaluation.masking import Masking


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything a run over a folder of cases says.

    Attributes:
        name: What the cases are called: the folder's name.
        masking: The masking curve; None when it was not asked for.
        silent: Ids of cases that state nothing and were left out.
        remarks: What is odd about cases that were judged all the same.
        broken: Files that could not be used.
    """

    name: str
    evaluation: Evaluation
    masking: Masking | None = None
    silent: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def unsafe(self) -> bool:
        """Whether an urgent case was undertriaged, or hiding answers silenced a red flag."""
        under = any(o.undertriaged for o in self.evaluation.outcomes)
        return under or bool(self.masking and self.masking.silenced)
