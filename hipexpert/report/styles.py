"""How deep a report goes. Every style is made of the same blocks; it only says which, and how open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from hipexpert.errors import UsageError, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Which blocks a report has, and what stands open in them.

    Attributes:
        graph: Show the inference graph and its indented list.
        whole: Show the graph of everything that fired as well.
        timeline: Show when each rule fired.
        rows: The ledger row by row below its picture: left out, folded or open.
        conflicts: Where sources differ: left out, told in short beyond the first few, or all in full.
        rules: What fired: every rule named with its reason and sources, or in full with the central
            ones open, or in full and all open.
        others: Give every condition that does not lead a line of its own.
        chain: Have the chain of reasoning and the sources on paper too, where nothing can be unfolded.
        backlinks: Say at each claim which rules cite it.
    """

    id: str
    graph: bool
    whole: bool
    timeline: bool
    rows: Literal["none", "folded", "open"]
    conflicts: Literal["none", "short", "full"]
    rules: Literal["named", "central", "open"]
    others: bool
    chain: bool
    backlinks: bool


CLINICIAN: Final = Style(
    id="clinician",
    graph=True,
    whole=False,
    timeline=False,
    rows="folded",
    conflicts="short",
    rules="central",
    others=True,
    chain=True,
    backlinks=True,
)
"""For the record and for a second look: what was found, why, and on what grounds."""

TEACHING: Final = Style(
    id="teaching",
    graph=True,
    whole=True,
    timeline=True,
    rows="open",
    conflicts="full",
    rules="open",
    others=True,
    chain=True,
    backlinks=True,
)
"""To project and take apart: everything, and open."""

BRIEF: Final = Style(
    id="brief",
    graph=False,
    whole=False,
    timeline=False,
    rows="none",
    conflicts="none",
    rules="named",
    others=False,
    chain=False,
    backlinks=False,
)
"""A few pages: the first glance, what is behind it, and every rule with its reason."""

STYLES: Final = {style.id: style for style in (CLINICIAN, TEACHING, BRIEF)}


def style_named(name: str) -> Style:
    """Return a style by its name.

    Raises:
        UsageError: No such style.
    """
    if name not in STYLES:
        raise UsageError(f"no report style {name!r}; {did_you_mean(name, STYLES)}")
    return STYLES[name]
