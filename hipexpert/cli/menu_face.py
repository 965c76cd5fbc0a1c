"""The menu face on a real terminal: keys from it, the screen to it. Needs the extra ``hipexpert[tty]``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window

from hipexpert.case import Case
from hipexpert.cli.menu import Menu
from hipexpert.cli.menu_screen import Screen
from hipexpert.cli.menu_style import ASCII, UNICODE
from hipexpert.dialogue.consultation import Consultation
from hipexpert.dialogue.session import Result, Session

_NAMED = {
    Keys.Up: "up",
    Keys.Down: "down",
    Keys.PageUp: "pageup",
    Keys.PageDown: "pagedown",
    Keys.Home: "home",
    Keys.End: "end",
    Keys.ControlM: "enter",
    Keys.ControlJ: "enter",
    Keys.Escape: "escape",
    Keys.Backspace: "backspace",
    Keys.ControlC: "ctrl-c",
    Keys.ControlD: "ctrl-d",
}
_ESCAPE_SECONDS = 0.05
"""How long to wait for more after Escape, which also begins the codes of other keys."""


def run_menus(
    consultation: Consultation,
    *,
    write: Callable[[str], None],
    save: Callable[[Case], None] | None,
    where: str = "",
) -> tuple[Result, bool]:
    """Ask with menus until nothing is left that could matter, or until the user stops.

    The screen is given back as it was; what there is to say at the end goes through ``write``.

    Args:
        consultation: Where to begin.
        write: Shows one line, adding the line end.
        save: Keeps a case; None when the user named no file.
        where: The file that ``save`` writes, to be named to the user.

    Returns:
        How it ended, and whether that was because the input did.
    """
    menu = Menu(Session(consultation, save, where))
    if not menu.done:
        try:
            _application(menu).run()
        except EOFError:  # the terminal went away
            menu.press("ctrl-d")
    for line in menu.said:
        write(line)
    assert menu.session.result is not None
    return menu.session.result, menu.input_ended


def _application(menu: Menu) -> Application[None]:
    glyphs = UNICODE if (sys.stdout.encoding or "").casefold().replace("-", "") == "utf8" else ASCII
    colour = not os.environ.get("NO_COLOR")
    bindings = KeyBindings()

    def draw() -> ANSI:
        size = application.output.get_size()
        return ANSI(Screen(size.columns, size.rows, glyphs, colour).draw(menu))

    def press(event: KeyPressEvent, key: str) -> None:
        menu.press(key)
        if menu.done:
            event.app.exit()

    for named in _NAMED:

        @bindings.add(named, eager=True)
        def _(event: KeyPressEvent, name: str = _NAMED[named]) -> None:
            press(event, name)

    @bindings.add(Keys.Any)
    def _(event: KeyPressEvent) -> None:
        if event.data.isprintable():
            press(event, "space" if event.data == " " else event.data)

    application: Application[None] = Application(
        layout=Layout(Window(FormattedTextControl(draw, show_cursor=False, focusable=True))),
        key_bindings=bindings,
        full_screen=True,
        mouse_support=False,
    )
    application.ttimeoutlen = application.timeoutlen = _ESCAPE_SECONDS
    return application
