"""Where templates run: no Python beyond their own, no changes to data, and no more work than a report needs.

Jinja2's sandbox keeps templates from reaching the machine. It does not keep them from running for ever or
filling its memory, so every turn of a loop, every call and every operator is counted here, and sizes are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_STEPS = 500_000
"""Turns of loops, calls and operators in one report; ours need less than a fiftieth of that."""

MOST_TEXT = 20_000_000
"""Characters of a report or of any text on the way to it."""

MOST_NUMBER = 100_000
"""For numbers that say how long something is to be."""

_COUNTED = "counted_"
_JOINED = "joined_"
_WIDTH = re.compile(r"[0-9]{6,}|\*|:[^}]*\{")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of a report; one serves one report, because it counts."""

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.steps = 0
        self.filters[_COUNTED] = self.counted
        self.filters[_JOINED] = self.sized
        for name in ("center", "indent", "wordwrap", "batch", "slice", "format", "replace", "join", "round"):
            self.filters[name] = self._careful(self.filters[name])

    def step(self) -> None:
        """Count one step.

        Raises:
            SecurityError: That was one too many.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise SecurityError(f"the template takes more than {MOST_STEPS:,} steps")

    def counted(self, items: Iterable[Any]) -> Iterator[Any]:
        """Yield what a loop goes through, counting its turns."""
        for item in items:
            self.step()
            yield item

    def sized(self, value: Any) -> Any:
        """Return a value that is not too large.

        Raises:
            SecurityError: It is.
        """
        if isinstance(value, (str, list, tuple)) and len(value) > MOST_TEXT:
            raise SecurityError(f"the template makes a text of more than {MOST_TEXT:,} characters")
        return value

    def gathered(self, parts: Iterable[str]) -> str:
        """Return the parts of a report as one text.

        Raises:
            SecurityError: It grows too long.
        """
        found, length = [], 0
        for part in parts:
            length += len(part)
            if length > MOST_TEXT:
                raise SecurityError(f"the report grows longer than {MOST_TEXT:,} characters")
            found.append(part)
        return "".join(found)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something on behalf of a template; see the class."""
        self.step()
        _check_lengths((*args, *kwargs.values()))
        return self.sized(super().call(context, obj, *args, **kwargs))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute on behalf of a template; see the class."""
        _check_format(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item on behalf of a template; see the class."""
        _check_format(obj, argument)
        return super().getitem(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out an operator on behalf of a template; see the class."""
        self.step()
        if operator == "%" and isinstance(left, str):
            _check_width(left)
        if operator in ("*", "**"):
            _check_lengths((left, right))
            if _length(left) * _length(right) > MOST_TEXT or (operator == "**" and _length(right) > 1000):
                raise SecurityError(f"the template asks for too much: {operator}")
        return self.sized(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the tree of a template, in which loops and joined texts are watched."""
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = _through(_COUNTED, loop.iter)
        _watch_joins(tree)
        return tree

    def _careful(self, made: Callable[..., Any]) -> Callable[..., Any]:
        def careful(*args: Any, **kwargs: Any) -> Any:
            self.step()
            _check_lengths((*args, *kwargs.values()))
            if args and isinstance(args[0], str) and made.__name__ == "do_format":
                _check_width(args[0])
            return self.sized(made(*args, **kwargs))

        careful.__dict__.update(made.__dict__)  # Jinja2 marks there what a filter wants to be handed
        return careful


def _through(name: str, node: Any) -> Any:
    made = nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
    return made.set_environment(node.environment)


def _watch_joins(node: nodes.Node) -> None:
    """Put a watch on every ``~`` below a node."""
    for field, value in list(node.iter_fields()):
        if isinstance(value, list):
            setattr(node, field, [_watched(item) for item in value])
        else:
            setattr(node, field, _watched(value))


def _watched(value: Any) -> Any:
    if not isinstance(value, nodes.Node):
        return value
    _watch_joins(value)
    return _through(_JOINED, value) if isinstance(value, nodes.Concat) else value


def _length(value: Any) -> int:
    if isinstance(value, int):
        return min(abs(value), MOST_TEXT + 1)
    return len(value) if isinstance(value, (str, list, tuple)) else 1


def _check_lengths(values: Iterable[Any]) -> None:
    if any(isinstance(value, int) and abs(value) > MOST_NUMBER for value in values):
        raise SecurityError(f"the template uses a number larger than {MOST_NUMBER:,}")


def _check_format(obj: Any, attribute: Any) -> None:
    if isinstance(obj, str) and attribute in ("format", "format_map"):
        _check_width(obj)


def _check_width(text: str) -> None:
    if _WIDTH.search(text):
        raise SecurityError("the template asks for a text of any width")
