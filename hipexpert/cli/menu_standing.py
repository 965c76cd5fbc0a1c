"""Where things stand, drawn for the menu face: the first conditions, the triage, and what would move."""

from __future__ import annotations

from rich.text import Text

from hipexpert.cli.menu import Menu
from hipexpert.cli.menu_style import Glyphs, fitted, folded, say
from hipexpert.dialogue.standing import bar_share
from hipexpert.dialogue.text import legible, plain
from hipexpert.explanation.prospects import Place, Prospect
from hipexpert.knowledge.model import Knowledge

_NARROW = 72
_BAR, _WIDE_BAR = 8, 12
_NAME, _WIDE_NAME = 28, 34


def standing_lines(menu: Menu, width: int, most: int, glyphs: Glyphs) -> list[Text]:
    """Return the first conditions with bar, points and verdict, then the triage.

    While something is pointed at, the points there would be with it stand behind the arrow, and below
    what else would change.
    """
    knowledge, now, then = menu.now.knowledge, menu.now.plan.now, menu.preview
    narrow = width < _NARROW
    name, bar = (_NAME, _BAR) if narrow else (_WIDE_NAME, _WIDE_BAR)
    after = {place.condition: place for place in then.places} if then is not None else {}
    heading = "Where it stands"
    if then is not None:
        heading += (
            ", and with what is pointed at" if menu.choosing is not None else ", and with what is typed"
        )
    lines = [say(heading, "section")]
    for rank, place in enumerate(now.places[:most], start=1):
        line = say(f"{rank} ", "dim")
        label = knowledge.conditions[place.condition].name
        label = plain(label) if glyphs.ascii else legible(label)
        line.append_text(fitted(_short(label, name, glyphs), name + 1, pad=True))
        filled = round(bar_share(place) * bar)
        line.append(glyphs.full * filled, "cyan").append(glyphs.empty * (bar - filled), "dim")
        line.append(f" {place.tenths / 10:+.1f}".rjust(7))
        line.append_text(_after(place, after.get(place.condition), glyphs))
        if not narrow:
            line.append_text(say(f" {place.verdict.replace('_', ' ')}", f"verdict.{place.verdict}"))
        lines.append(line)
    return [*lines, *_would(knowledge, now, then, width, glyphs), *_triage(knowledge, now, width, glyphs)]


def _after(place: Place, then: Place | None, glyphs: Glyphs) -> Text:
    if then is None or then.tenths == place.tenths:
        return Text(" " * 9)
    arrow = glyphs.up if then.tenths > place.tenths else glyphs.down
    style = "rise" if then.tenths > place.tenths else "fall"
    return say(f" {arrow}{then.tenths / 10:+.1f}".ljust(9), style)


def _triage(knowledge: Knowledge, now: Prospect, width: int, glyphs: Glyphs) -> list[Text]:
    flags = "; ".join(knowledge.flags[flag].name for flag in sorted(now.flags))
    words = f"Triage {now.triage.replace('_', ' ')}" + (f": {flags}" if flags else "")
    return folded(words, width, f"triage.{now.triage}" if now.flags else "dim", glyphs)[:4]


def _would(
    knowledge: Knowledge, now: Prospect, then: Prospect | None, width: int, glyphs: Glyphs
) -> list[Text]:
    """Return in a line or two what else would change with what is pointed at; none when nothing would."""
    if then is None:
        return []
    said = (
        [f"{knowledge.conditions[then.order[0]].name} would lead"] if then.order[:1] != now.order[:1] else []
    )
    said += [f"red flag {knowledge.flags[flag].name}" for flag in sorted(then.flags - now.flags)]
    said += [f"no longer {knowledge.flags[flag].name}" for flag in sorted(now.flags - then.flags)]
    said += [f"triage {then.triage.replace('_', ' ')}"] * (then.triage != now.triage)
    return folded(f"With this: {'; '.join(said)}", width, "care", glyphs)[:3] if said else []


def _short(text: str, width: int, glyphs: Glyphs) -> Text:
    line = Text(text)
    if line.cell_len > width:
        line = fitted(line, width - len(glyphs.more)).append(glyphs.more)
    return line
