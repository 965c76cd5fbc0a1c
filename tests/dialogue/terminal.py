"""A real terminal for tests: a pseudo-terminal with the installed command line behind it, and an elbow."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect  # type: ignore[import-untyped]
import pyte

ROOT = Path(__file__).resolve().parents[2]

ELBOW = """\
prefix: EL
knowledge:
  name: A tiny elbow
  version: 0.0.1
  licence: CC0-1.0
  intended_use: Tests of a terminal. Not for any patient.
  layers: [{id: lessons, name: Lessons}]
  strengths: {weak: 2.0, strong: 5.0}
  priors: {common: 0.1}
  verdicts: {likely: 3.0, possible: -5.5, against: -2.5, lead: 3.0}
section: {id: elbow, title: The elbow, order: 1}
findings:
  - {id: fever, name: fever, kind: yes_no, question: Is there a fever?, help: Measure it.}
  - id: grip
    name: grips that hurt
    kind: choices
    question: Which grips hurt?
    options: {mug: a mug, racket: a racket, pen: a pen}
  - id: since
    name: duration
    kind: number
    question: How long has it hurt?
    unit: weeks
    units: {days: 0.142857}
    minimum: 0
    maximum: 500
condition:
  id: tennis_elbow
  name: Tennis elbow
  layer: lessons
  prior: common
  summary: Pain at the outer side of the elbow.
flags:
  - {id: EL-F1, name: Infected joint, layer: lessons, urgency: emergency, action: Go now., opinion: A test.}
rules:
  - id: EL-01
    layer: lessons
    status: draft
    title: Fever and a sore elbow
    when: {fever: present}
    then: {raises: EL-F1}
    because: A joint may be infected.
    opinion: A test.
  - id: EL-02
    layer: lessons
    status: draft
    title: Hurts when gripping
    when: {all: [{grip: [mug, racket]}, {since: {at_least: 2}}]}
    then: {supports: tennis_elbow, strength: strong}
    because: Gripping pulls on the sore tendon.
    opinion: A test.
"""


ICE = """\
findings:
  - {id: likes_ice, name: fondness of ice, kind: yes_no, question: Does ice help?}
advice:
  - {id: EL-A1, layer: lessons, step: now, topic: Ice, text: Cool it., opinion: A test.}
rules:
  - id: EL-03
    layer: lessons
    status: draft
    title: Ice helps
    when: {likes_ice: present}
    then: {advises: [EL-A1]}
    because: What helps may be repeated.
    opinion: A test.
"""


class Screen:
    """A program on a pseudo-terminal, and everything it has shown so far."""

    def __init__(self, child: Any) -> None:
        self._child = child
        self.text = ""

    def see(self, what: str) -> None:
        """Wait until some text has appeared."""
        self._child.expect_exact(what)
        self.text += self._child.before + what

    def prompt(self) -> None:
        self.see("\r\n> ")

    def type(self, line: str) -> None:
        """Type a line at the prompt."""
        self.prompt()
        self._child.sendline(line)

    def press(self, key: str) -> None:
        """Press control and a key at the prompt."""
        self.prompt()
        self._child.sendcontrol(key)

    def keys(self, keys: str) -> None:
        """Press keys, whatever is on the screen."""
        self._child.send(keys)

    def kill(self) -> None:
        """End the program at once, as a crash would."""
        self._child.kill(signal.SIGKILL)
        self._child.wait()

    def end(self) -> int:
        """Wait for the program to end and return its exit code."""
        self._child.expect(pexpect.EOF)
        self.text += self._child.before
        self._child.close()
        assert self._child.signalstatus is None, self.text
        code = self._child.exitstatus
        assert isinstance(code, int)
        return code


class Picture(Screen):
    """The same, seen as a person sees it: what stands on the screen now."""

    def __init__(self, child: Any, size: tuple[int, int]) -> None:
        super().__init__(child)
        self._screen = pyte.Screen(size[1], size[0])
        self._stream = pyte.Stream(self._screen)

    @property
    def picture(self) -> str:
        """What stands on the screen, line by line, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def see(self, what: str) -> None:
        """Wait until some text stands on the screen."""
        for _ in range(600):
            if what in self.picture:
                return
            self._take()
        raise AssertionError(f"{what!r} did not appear on\n{self.picture}")

    def gone(self, what: str) -> None:
        """Wait until some text no longer stands on the screen."""
        for _ in range(600):
            if what not in self.picture:
                return
            self._take()
        raise AssertionError(f"{what!r} stayed on\n{self.picture}")

    def resize(self, rows: int, columns: int) -> None:
        """Change the size of the terminal."""
        self._child.setwinsize(rows, columns)
        self._screen.resize(rows, columns)

    def _take(self) -> None:
        try:
            text = self._child.read_nonblocking(4096, timeout=0.1)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            return
        self.text += text
        self._stream.feed(text)


def _hears_control_c() -> None:
    """Undo what a program started in the background inherits: that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(
    folder: Path, *options: str, face: str = "plain", size: tuple[int, int] = (24, 80), **more: str
) -> Iterator[Any]:
    """Run ``hipexpert consult`` on a terminal in a folder that has the rules of the elbow."""
    environment: dict[str, str] = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": "utf-8",
        "HIPEXPERT_FACE": face,
        **more,
    }
    arguments = ["-m", "hipexpert", "consult", "--rules", "rules", *options]
    child = pexpect.spawn(
        sys.executable,
        arguments,
        cwd=str(folder),
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=size,
        preexec_fn=_hears_control_c,
    )
    try:
        yield Screen(child) if face == "plain" else Picture(child, size)
    finally:
        child.close(force=True)


def with_rules(folder: Path, *, ice: bool = False) -> Path:
    """Put the rules of the elbow in a folder; with ``ice``, a question that only advice waits for."""
    text = ELBOW
    if ice:
        extra = {part.split(":")[0]: part.split("\n", 1)[1] for part in _parts(ICE)}
        text = text.replace("rules:\n", "ADVICE", 1)
        text = text.replace("condition:\n", extra["findings"] + "condition:\n", 1)
        text = text.replace("ADVICE", "advice:\n" + extra["advice"] + "rules:\n" + extra["rules"], 1)
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "elbow.yaml").write_text(text, encoding="utf-8")
    return folder


def _parts(text: str) -> list[str]:
    """Return the top-level blocks of a small YAML text."""
    return [block for block in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE) if block]


def saved(folder: Path) -> str:
    return (folder / "runner.yaml").read_text(encoding="utf-8")
