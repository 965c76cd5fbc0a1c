"""``hipexpert audit``: verify and list records of consultations, and add what was made of one later."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hipexpert.cli.common import note, put_out
from hipexpert.cli.main import HELP_OPTIONS, examples
from hipexpert.cli.recording import decision, decision_options, now
from hipexpert.errors import UsageError, printable

if TYPE_CHECKING:
    from hipexpert.audit import Decision, Entry

_HASH = re.compile(r"[0-9a-f]{64}")


@click.group(
    context_settings=HELP_OPTIONS,
    epilog=examples(
        "hipexpert consult examples/lateral-hip.yaml --audit record.jsonl",
        "hipexpert audit list record.jsonl",
    ),
)
def audit() -> None:
    """Verify and list records of consultations; add what the clinician made of one.

    consult CASE --audit FILE makes such a record: one entry a consultation, each sealed to the one before.
    """


@audit.command(
    epilog=examples(
        "hipexpert audit verify record.jsonl", "hipexpert audit verify record.jsonl --head HASH"
    ).replace("HASH", "0a1b...")
)
@click.argument("file")
@click.option(
    "--head", metavar="HASH", help="A hash noted earlier: shows whether entries were cut off or made anew."
)
def verify(file: str, head: str | None) -> None:
    """Check every entry of a record and that none was changed, taken out, moved or put in.

    Entries cut off the end, and a chain made anew by someone who can write the file, show only with --head:
    note the hash that consult --audit prints somewhere else.
    """
    from hipexpert.audit_file import entries

    if head is not None and not _HASH.fullmatch(head):
        raise UsageError(
            "--head takes the 64 hexadecimal digits that consult --audit or audit verify printed"
        )
    count, last = 0, None
    for entry in entries(Path(file), head):
        count, last = entry.n, entry
    put_out(f"{printable(file)}: {count} entries, none changed, missing or moved\n")
    if last is not None:
        put_out(f"head {last.hash}\n")
    if head is None:
        note("Whether entries were cut off its end shows only with --head HASH.")


@audit.command(
    "list", epilog=examples("hipexpert audit list record.jsonl", "hipexpert audit list r.jsonl | less")
)
@click.argument("file")
def list_(file: str) -> None:
    """List the entries of a record, one a line, checked as they are read."""
    from hipexpert.audit_file import entries

    put_out("".join(f"{_line(entry)}\n" for entry in entries(Path(file))))


@audit.command(
    epilog=examples(
        "hipexpert audit decide record.jsonl 3 --agree",
        'hipexpert audit decide record.jsonl --override labral_tear --reason "seen on arthrography"',
    )
)
@click.argument("file")
@click.argument("number", type=click.IntRange(min=1), required=False)
@decision_options
@click.pass_context
def decide(ctx: click.Context, file: str, number: int | None) -> None:
    """Add what the clinician made of consultation NUMBER (the last one by default).

    Nothing is changed: the decision is an entry of its own, and the last one about a consultation counts.
    """
    from hipexpert.audit import later_decision
    from hipexpert.audit_file import append, entries

    consultations = {entry.n: entry for entry in entries(Path(file)) if entry.result is not None}
    chosen = consultations.get(number or max(consultations, default=0))
    if chosen is None or chosen.result is None:
        which = f"entry {number} is not" if number else "the record holds not"
        raise UsageError(f"{which} a consultation; hipexpert audit list {printable(file)} shows them")
    made = decision(ctx, tuple(place.condition for place in chosen.result.ranking))
    if made is None:
        raise UsageError("say what was decided: --agree, or --override CONDITION --reason TEXT")
    on, at, verdict = chosen.n, now(), made

    def line(last: Entry | None) -> str:
        assert last is not None, "the consultation is still there: records only grow"
        return later_decision(last, at, on, verdict)

    entry = append(Path(file), line, create=False)
    note(f"Recorded as entry {entry.n} in {printable(file)}; its hash is {entry.hash}")


@audit.command(epilog=examples("hipexpert audit mend record.jsonl", "hipexpert audit verify record.jsonl"))
@click.argument("file")
def mend(file: str) -> None:
    """Set aside the unfinished line that an interrupted write left at the end of a record."""
    from hipexpert.audit_file import mend as set_aside

    aside = set_aside(Path(file))
    note(f"The unfinished line is now in {printable(str(aside))}" if aside else "Nothing to mend.")


def _line(entry: Entry) -> str:
    parts = [f"{entry.n:>5}", entry.at]
    if entry.result is None:
        parts.append(f"on entry {entry.on}")
    else:
        first = entry.result.ranking[0] if entry.result.ranking else None
        parts += [entry.case, entry.result.triage]
        parts.append(f"{first.condition} ({first.verdict})" if first else "no condition")
    if entry.decision is not None:
        parts.append(_decided(entry.decision))
    return printable("  ".join(parts))


def _decided(made: Decision) -> str:
    said = "agreed" if made.agrees else f"overridden: {made.override}"
    return f"{said}, because {made.reason}" if made.reason else said
