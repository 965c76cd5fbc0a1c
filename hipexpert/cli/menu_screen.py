"""The screen of the menu face: drawn anew, as a whole, from the state of the menu and the size.

At the top stand progress and triage, at the foot the keys; between them the question with its help and
the list, and beside or below these where things stand, and where they would with what is pointed at.
Colour never says anything that a word or a sign does not say too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from hipexpert.case_values import answer_text
from hipexpert.cli.menu import Menu, Page
from hipexpert.cli.menu_standing import standing_lines
from hipexpert.cli.menu_style import UNICODE, Glyphs, capped, fitted, folded, say
from hipexpert.dialogue.answers import how_to_answer
from hipexpert.dialogue.choosing import NONE, UNKNOWN, Choosing
from hipexpert.dialogue.text import unwrapped
from hipexpert.dialogue.wording import COST_NOTES, left_lines, position
from hipexpert.knowledge.model import Finding, Option

WIDE = 118
"""From this many columns on, where things stand is shown beside the question."""

HIGH = 32
"""From this many rows on, it is shown below the question."""

SIDE = (56, 81)
"""Columns it takes beside the question: on a wide screen, and on a very wide one."""

VERY_WIDE = 170
LOW = 20
"""With fewer rows than this there is no room for it at all."""

FEWEST = 4
"""Rows the list keeps when there is little room; the help gives way first."""

FILTERED = 10
"""Longer lists than this name the key that looks for words in them."""

MESSAGE = 6
"""Rows of what the last key brought about."""

MOST = 96
"""Columns a text uses at most: longer lines are hard to read."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal: its size in columns and rows, its signs, and whether it may show colour."""

    width: int
    height: int
    glyphs: Glyphs = UNICODE
    colour: bool = True

    def draw(self, menu: Menu) -> str:
        """Return the whole screen as text with terminal codes for its styles."""
        out = io.StringIO()
        console = Console(
            file=out, width=self.width, height=self.height, force_terminal=True, legacy_windows=False,
            color_system="standard" if self.colour else None, no_color=not self.colour,
            markup=False, highlight=False, emoji=False, _environ={},
        )  # fmt: skip
        lines = [fitted(line, self.width) for line in self.lines(menu)]
        for n, line in enumerate(lines):
            console.print(line, end="\n" if n < len(lines) - 1 else "", no_wrap=True, crop=False)
        return out.getvalue()

    def lines(self, menu: Menu) -> list[Text]:
        """Return the screen line by line, as many as it is high."""
        wide = self.width >= WIDE
        menu.roomy = wide or self.height >= HIGH
        panel = menu.roomy if menu.panel is None else menu.panel
        head, foot = self._head(menu), self._foot(menu)
        rows = max(1, self.height - len(head) - len(foot))
        if panel and wide and menu.page is None:
            side = SIDE[self.width >= VERY_WIDE]
            left = self.width - side - 3
            standing = standing_lines(menu, side, 8, self.glyphs)
            body = self._beside(self._body(menu, left, rows), standing, left, rows)
        elif panel and menu.page is None and self.height >= LOW:
            most = 5 if self.height >= HIGH else 3
            below = capped(standing_lines(menu, self.width, most, self.glyphs), most + 4)
            left = rows - len(below) - 1
            body = [*capped(self._body(menu, self.width, left), left), self._rule(), *below]
        else:
            body = self._body(menu, self.width, rows)
        return [*head, *capped(body, rows), *foot][: self.height]

    def _rule(self) -> Text:
        return Text(self.glyphs.rule * self.width, "rule")

    def _head(self, menu: Menu) -> list[Text]:
        now = menu.now
        asked, left = now.progress.asked, now.progress.left
        where = position(now) if now.current else f"{asked} answered, {left} not asked"
        where = {"change": "Changing an answer"}.get(where, f"Question {where}" if now.current else where)
        length = 20 if self.width < WIDE else 30
        done = round(length * asked / max(1, asked + left))
        title = say(" hipexpert  ", "title").append_text(say(f"{where}  ", "head"))
        title.append(self.glyphs.full * done, "done").append(self.glyphs.empty * (length - done), "rule")
        level = now.plan.now.triage
        triage = say("Triage: ", "head").append_text(say(f"{level.replace('_', ' ')} ", f"triage.{level}"))
        room = self.width - title.cell_len - triage.cell_len
        if room < 1:
            title = say(f" {where} ", "head")
            room = max(1, self.width - title.cell_len - triage.cell_len)
        return [title.append(" " * room).append_text(triage), self._rule()]

    def _foot(self, menu: Menu) -> list[Text]:
        line = Text(" ")
        for key, meaning in _keys(menu):
            if line.cell_len + len(key) + len(meaning) + 3 > self.width - len("h all keys "):
                break
            line.append_text(say(key, "key")).append_text(say(f" {meaning}  ", "dim"))
        if menu.page is None and not menu.typed and not (menu.active and menu.active.seeking):
            line.append_text(say("h", "key")).append_text(say(" all keys", "dim"))
        return [self._rule(), line]

    def _body(self, menu: Menu, width: int, rows: int) -> list[Text]:
        if menu.page is not None:
            return self._page(menu.page, width, rows)
        narrow = min(width, MOST)
        told = [line for text in menu.said for line in folded(text, narrow, "said", self.glyphs)]
        said = [Text(), *told[:MESSAGE]] if told else []
        finding = menu.now.current
        if menu.review is not None:
            title = folded("Answers so far; Enter changes one", width, "section", self.glyphs)
            room = rows - len(title) - len(said) - 1
            return [*title, Text(), *self._list(menu, menu.review, width, room), *said]
        if finding is None:
            left = unwrapped(left_lines(menu.now))
            top = [line for text in left for line in folded(text, narrow, "", self.glyphs)]
        else:
            top = self._question(menu, finding, width, rows - len(said))
        if menu.choosing is None:
            return [*top, *self._entry(menu, finding, width), *said]
        return [*top, Text(), *self._list(menu, menu.choosing, width, rows - len(top) - len(said) - 1), *said]

    def _question(self, menu: Menu, finding: Finding, width: int, rows: int) -> list[Text]:
        """Return the question with all that belongs to it; the help is left out where room is short."""
        now, width = menu.now, min(width, MOST)
        section = folded(now.knowledge.sections[finding.section].title, width, "section", self.glyphs)
        question = folded(finding.question, width, "question", self.glyphs)
        rest: list[Text] = []
        if now.editing is not None:
            recorded = answer_text(finding, now.case.answers[finding.id])
            rest += folded(f"Recorded so far: {recorded}", width, "said", self.glyphs)
        if finding.safety:
            rest += folded(f"Take care: {finding.safety}", width, "care", self.glyphs)
        if finding.cost in COST_NOTES:
            rest += folded(COST_NOTES[finding.cost], width, "dim", self.glyphs)
        if menu.choosing is not None and menu.choosing.many:
            ticks = f"{self.glyphs.yes} yes, {self.glyphs.unsure} unknown"
            rest += folded(f"Space ticks: {ticks}; what stays empty counts as no.", width, "dim", self.glyphs)
        help_ = folded(finding.help, width, "dim", self.glyphs) if finding.help else []
        if len(section) + len(question) + len(help_) + len(rest) + 1 + FEWEST > rows:
            help_ = []
        return [*section, *question, *help_, *rest]

    def _entry(self, menu: Menu, finding: Finding | None, width: int) -> list[Text]:
        if finding is None:
            return []
        how = folded(how_to_answer(finding), width, "dim", self.glyphs)
        typed = say(f" {self.glyphs.pointer} ", "pointer").append_text(say(menu.typed, "pointed"))
        return [*how, Text(), typed.append(self.glyphs.caret, "pointer")]

    def _list(self, menu: Menu, choosing: Choosing, width: int, rows: int) -> list[Text]:
        top: list[Text] = []
        if choosing.seeking or choosing.sought:
            count = f"   {len(choosing.shown)} of {len(choosing.entries)}"
            line = say(" / ", "key").append_text(say(choosing.sought, "pointed"))
            line.append(self.glyphs.caret if choosing.seeking else "", "pointer")
            top = [line.append_text(say(count, "dim"))]
        blocks = [self._entry_lines(menu, choosing, n, width) for n in range(len(choosing.shown))]
        if not blocks:
            return [*top, say("   Nothing in the list has these words; Esc shows all again.", "said")]
        return [*top, *self._window(blocks, choosing.place, max(1, rows - len(top)))]

    def _entry_lines(self, menu: Menu, choosing: Choosing, n: int, width: int) -> list[Text]:
        entry, glyphs = choosing.shown[n], self.glyphs
        here = entry.value == choosing.at
        lead = f" {glyphs.pointer if here else ' '} "
        style = "pointed" if here else ""
        if choosing.many and choosing is menu.choosing:
            lead += f"{self._tick(choosing, entry.value)} "
            style = "ticked" if entry.value in choosing.yes and not here else style
        if menu.numbered and n < len(_options(menu)):
            lead += f"{n + 1} "
        lines = folded(entry.label, max(8, min(width, MOST) - len(lead) - 1), style, glyphs)
        first, *others = [
            say(lead if not m else " " * len(lead), "pointer").append_text(line)
            for m, line in enumerate(lines)
        ]
        return [first, *others]

    def _tick(self, choosing: Choosing, value: str) -> str:
        if value in (NONE, UNKNOWN):
            return " " * len(self.glyphs.no)
        if value in choosing.yes:
            return self.glyphs.yes
        return self.glyphs.unsure if value in choosing.unsure else self.glyphs.no

    def _window(self, blocks: list[list[Text]], at: int, rows: int) -> list[Text]:
        """Return the part of a list around the entry pointed at, saying how much is above and below."""
        if sum(map(len, blocks)) <= rows:
            return [line for block in blocks for line in block]
        low, high, used = at, at + 1, len(blocks[at])
        for place in _outward(at, len(blocks)):
            grown = min(low, place), max(high, place + 1)
            signs = (grown[0] > 0) + (grown[1] < len(blocks))
            if place in (low - 1, high) and used + len(blocks[place]) + signs <= rows:
                (low, high), used = grown, used + len(blocks[place])
        above, below = low, len(blocks) - high
        shown = [line for block in blocks[low:high] for line in block]
        up = [say(f"   {self.glyphs.up} {above} more", "dim")] if above else []
        down = [say(f"   {self.glyphs.down} {below} more", "dim")] if below else []
        return [*up, *shown, *down] if rows > 2 else shown[:rows]

    def _page(self, page: Page, width: int, rows: int) -> list[Text]:
        lines = [self._page_line(text) for text in page.lines]
        room = max(1, rows - 2)
        page.top = max(0, min(page.top, len(lines) - room))
        shown = lines[page.top : page.top + room]
        left = len(lines) - page.top - len(shown)
        more = say(f" {self.glyphs.down} {left} more lines" if left else "", "dim")
        return [say(page.title, "section"), *capped(shown, room), more]

    def _page_line(self, text: str) -> Text:
        style = "question" if text.endswith(":") else "care" if text.strip().startswith("Take care") else ""
        return say(text, style)

    def _beside(self, left: list[Text], right: list[Text], width: int, rows: int) -> list[Text]:
        pairs = zip(capped(left, rows), capped(right, rows), strict=True)
        bar = Text(f" {self.glyphs.bar} ", "rule")
        return [fitted(a, width, pad=True).append_text(bar).append_text(b) for a, b in pairs]


def _outward(at: int, count: int) -> Iterator[int]:
    """Yield all other places, the nearest first, above and below in turn."""
    for step in range(1, count):
        yield from (place for place in (at + step, at - step) if 0 <= place < count)


def _options(menu: Menu) -> tuple[Option, ...]:
    finding = menu.now.current
    return finding.options if finding is not None and menu.review is None else ()


def _keys(menu: Menu) -> list[tuple[str, str]]:
    """Return the keys worth showing now, the most useful first."""
    if menu.page is not None:
        return [("Up, Down", "move"), ("any other key", "closes this")]
    if menu.active is not None and menu.active.seeking:
        return [("type", "to look for words"), ("Enter", "done"), ("Esc", "show all")]
    if menu.typed:
        return [("Enter", "answer"), ("Backspace", "mend"), ("Esc", "begin again")]
    if menu.review is not None:
        return [("Enter", "change"), ("/", "filter"), ("Esc", "close")]
    finding = menu.now.current
    if finding is None:
        return [("Enter", "choose"), ("g", "go on"), ("f", "report"), ("b", "back"), ("d", "standing")]
    many = menu.choosing is not None and menu.choosing.many
    keys = [("Space", "tick")] if many else []
    keys += [("Enter", "answer"), ("u", "unknown"), ("?", "why"), ("b", "back"), ("d", "standing")]
    if menu.choosing is not None and len(menu.choosing.entries) > FILTERED:
        keys.insert(3, ("/", "filter"))
    return [*keys, ("r", "review"), ("f", "report"), ("q", "quit")]
