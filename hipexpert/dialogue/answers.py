"""One typed line becomes one answer, or one clear problem.

The problems: HX510 the line is not understood, HX511 a number is out of range, HX512 a unit the
finding does not know, HX513 not one of the options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hipexpert.case import Answer, number_text
from hipexpert.case_values import chosen, parse_number, refused, shown
from hipexpert.errors import Location, did_you_mean
from hipexpert.knowledge.model import Finding
from hipexpert.knowledge.when import YES

UNKNOWN_WORDS = frozenset({"u", "unknown"})
YES_WORDS = frozenset({"y", "yes", "true", "present"})
NO_WORDS = frozenset({"n", "no", "false", "absent"})
NONE_WORDS = frozenset({"0", "none"})

_PLACE = re.compile(r"[0-9]{1,4}")


def parse_line(finding: Finding, text: str, at: Location | None = None) -> Answer:
    """Return the answer a line stands for.

    ``u`` is unknown for every kind. Of several answers, those left out count as no, and a question
    mark behind one (``1,3,5?``) leaves that one unknown.

    Args:
        finding: What was asked.
        text: The line as typed.
        at: Where the line stands, for the message; nowhere in particular when it was typed.

    Raises:
        CaseError: With one problem, when the line is no answer to this finding.
    """
    reader = _Reader(finding, replace(at, field=finding.id) if at else Location())
    word = text.strip()
    if not word:
        raise refused(reader.at, "HX510", "nothing was typed", how_to_answer(finding))
    if word.casefold() in UNKNOWN_WORDS:
        return Answer(finding=finding.id)
    if finding.kind == "yes_no":
        return reader.yes_no(word)
    if finding.kind == "choice":
        return chosen(finding, (reader.option(word),))
    if finding.kind == "choices":
        return reader.choices(word)
    return Answer(finding=finding.id, number=parse_number(finding, word, reader.at))


def how_to_answer(finding: Finding) -> str:
    """Return in one line what may be typed for a finding."""
    if finding.kind == "yes_no":
        return "y for yes, n for no, u for unknown"
    if finding.kind == "choice":
        return f"One number from 1 to {len(finding.options)}, or u for unknown"
    if finding.kind == "choices":
        return "All that apply, by comma; what you leave out counts as no; 0 for none"
    return f"A number{_range_help(finding)}, or u for unknown"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the answer to one finding and knows where it stands."""

    finding: Finding
    at: Location

    def yes_no(self, word: str) -> Answer:
        """Read a yes or a no."""
        if word.casefold() in YES_WORDS:
            return Answer(finding=self.finding.id, present=(YES,))
        if word.casefold() in NO_WORDS:
            return Answer(finding=self.finding.id, absent=(YES,))
        raise refused(self.at, "HX510", f"{shown(word)} is neither yes nor no", how_to_answer(self.finding))

    def option(self, word: str) -> str:
        """Read one option, by its number on the screen or its id."""
        ids = self.finding.option_ids
        if _PLACE.fullmatch(word) and 1 <= int(word) <= len(ids):
            return ids[int(word) - 1]
        if word.casefold() in ids:
            return word.casefold()
        hint = did_you_mean(word.casefold(), ids) if word[:1].isalpha() else ""
        hint = hint or f"expected a number from 1 to {len(ids)} or the id of an option"
        raise refused(self.at, "HX513", f"{shown(word)} is not an option", hint)

    def choices(self, line: str) -> Answer:
        """Read several options; those left out are absent."""
        if line.casefold() in self._none_words():
            return chosen(self.finding, ())
        marks = dict.fromkeys(self._marked(line))
        sure = {option for option, doubtful in marks if not doubtful}
        unsure = {option for option, doubtful in marks if doubtful}
        if both := sorted(sure & unsure):
            message = f"{both[0]} is given both with and without '?'"
            raise refused(self.at, "HX510", message, how_to_answer(self.finding))
        return chosen(self.finding, sure, unsure)

    def _none_words(self) -> frozenset[str]:
        return NONE_WORDS.difference(self.finding.option_ids)

    def _marked(self, line: str) -> Iterator[tuple[str, bool]]:
        for part in (piece.strip() for piece in line.split(",")):
            word = part.removesuffix("?").rstrip()
            if not word:
                message = f"{shown(line)} has a comma or a '?' with no option before it"
                raise refused(self.at, "HX510", message, "for example 1,3 or 1,3?")
            if word.casefold() in self._none_words():
                message = f"{word} means that none applies, so it stands alone"
                raise refused(self.at, "HX510", message, how_to_answer(self.finding))
            yield self.option(word), part.endswith("?")


def _range_help(finding: Finding) -> str:
    low, high = (None if n is None else number_text(n) for n in (finding.minimum, finding.maximum))
    unit = f" {finding.unit}" if finding.unit else ""
    if low is not None and high is not None:
        text = f" from {low} to {high}{unit}"
    elif low is not None:
        text = f", at least {low}{unit}"
    elif high is not None:
        text = f", at most {high}{unit}"
    else:
        text = f" of{unit}" if unit else ""
    return text + (f" (or say {', '.join(finding.units)})" if finding.units else "")
