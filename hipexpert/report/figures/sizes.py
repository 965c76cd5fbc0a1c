"""How much room the parts of a graph need, and what stands in them line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hipexpert.report.figures.graph import Graph, Node
from hipexpert.report.figures.measure import fit, width_of

TEXT: Final = 12
"""Font size of labels, in pixels."""

SMALL: Final = 11
"""Font size of names above answers, ids and points."""

LINE: Final = 15
"""From one line of a label to the next."""

PAD: Final = 7
"""Between a border and the text in it."""

RULE_LINES: Final = 2
ANSWER_LINES: Final = 2
OUTCOME_LINES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Widths of columns, and heights worked out from the labels.

    Attributes:
        card: Width of a card of answers.
        rules: Width of a stack of rules before an outcome.
        brief: Width of a stack of rules before a conclusion, where only ids stand.
        conclusion: Width of a conclusion.
        result: Width of an outcome.
        trunk: Height a passing line needs.
    """

    graph: Graph
    card: int = 176
    rules: int = 278
    brief: int = 58
    conclusion: int = 116
    result: int = 138
    trunk: int = 6

    def channel(self, columns: int) -> int:
        """Return the room between columns, for the lines; less where there are many columns."""
        return 84 if columns <= 3 else 60

    def gap(self, kind: str) -> int:
        """Return the room below a block."""
        return 4 if kind == "trunk" else 12

    def card_head(self, name: str) -> int:
        """Return the height of a card above its first answer."""
        return PAD + len(self.card_title(name)) * LINE - 2

    def card_title(self, name: str) -> tuple[str, ...]:
        """Return a finding's name on lines."""
        return fit(self._node(name).name, self.card - 2 * PAD, SMALL, 2)

    def answer(self, name: str) -> int:
        """Return the height of an answer in its card."""
        return len(self.answer_lines(name)) * LINE + 5

    def answer_lines(self, name: str) -> tuple[str, ...]:
        """Return an answer on lines."""
        node = self._node(name)
        return fit(node.label or "yes", self.card - 2 * PAD - 14, TEXT, ANSWER_LINES, bold=True)

    def rule(self, name: str, target: str) -> int:
        """Return the height of a rule in its stack, with the room below it."""
        if self._node(target).kind == "conclusion":
            return 28
        return max(28, len(self.rule_lines(name)) * LINE + 8 + 4)

    def id_width(self, name: str) -> int:
        """Return the room a rule's id takes."""
        return width_of(self._node(name).subject, SMALL, mono=True, bold=True) + 8

    def note_width(self, name: str) -> int:
        """Return the room a rule's points take."""
        note = self._node(name).note
        return width_of(note, SMALL, bold=True) + 8 if note else 0

    def rule_lines(self, name: str) -> tuple[str, ...]:
        """Return a rule's title on lines."""
        taken = self.id_width(name) + self.note_width(name)
        return fit(self._node(name).label, max(90, self.rules - 2 * PAD - taken), TEXT, RULE_LINES)

    def outcome(self, name: str) -> int:
        """Return the least height of a conclusion or an outcome."""
        node = self._node(name)
        notes = len(self.note_lines(name)) * LINE
        shape = 22 if node.kind == "flag" else 0
        return 2 * PAD + len(self.outcome_lines(name)) * LINE + notes + shape

    def outcome_lines(self, name: str) -> tuple[str, ...]:
        """Return what a conclusion or an outcome is called, on lines."""
        return fit(self._node(name).label, self._wide(name), TEXT, OUTCOME_LINES, bold=True)

    def note_lines(self, name: str) -> tuple[str, ...]:
        """Return an outcome's verdict and points, or its urgency, on lines."""
        note = self._node(name).note
        return fit(note, self._wide(name), SMALL, 2) if note else ()

    def _wide(self, name: str) -> int:
        full = self.conclusion if self._node(name).kind == "conclusion" else self.result
        return full - 2 * PAD

    def _node(self, name: str) -> Node:
        return self.graph.by_id[name]
