"""``--audit`` and what goes with it, for commands that judge a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipexpert.cli.common import note
from hipexpert.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from hipexpert.audit import Decision
    from hipexpert.inference.assessment import Assessment
    from hipexpert.knowledge.model import Knowledge

Command = TypeVar("Command", bound=Callable[..., Any])

_META = "hipexpert.audit"
"""Where a command's context keeps these options."""


def decision_options(command: Command) -> Command:
    """Add ``--agree``, ``--override`` and ``--reason``; :func:`decision` reads them."""
    for option in (
        click.option("--reason", metavar="TEXT", help="Why, in one line; no names, nothing that tells who.",
                     expose_value=False, callback=_keep),
        click.option("--override", metavar="CONDITION", expose_value=False, callback=_keep,
                     help="Record that the clinician holds this to be right instead; other: none we know."),
        click.option("--agree", is_flag=True, expose_value=False, callback=_keep,
                     help="Record that the clinician agrees with the result."),
    ):  # fmt: skip
        command = option(command)
    return command


def audit_options(command: Command) -> Command:
    """Add ``--audit`` and the options of a decision; :meth:`Recorder.asked` reads them."""
    return click.option(
        "--audit",
        metavar="FILE",
        expose_value=False,
        callback=_keep,
        help="Add this consultation to an audit record; no report without it.",
    )(decision_options(command))


def _keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    ctx.meta.setdefault(_META, {})[parameter.name] = value


def decision(ctx: click.Context, conditions: tuple[str, ...]) -> Decision | None:
    """Return the decision the options state; None when they state none.

    Raises:
        UsageError: They contradict each other, lack a reason, or name no condition there is.
    """
    from hipexpert.audit import MAX_REASON, OTHER, Decision

    options = ctx.meta[_META]
    override, reason = options["override"], " ".join((options["reason"] or "").split())
    if options["agree"] and override is not None:
        raise UsageError("give either --agree or --override, not both")
    if len(reason) > MAX_REASON:
        raise UsageError(f"the reason is longer than {MAX_REASON} characters; say it shorter")
    if override is None:
        if reason and not options["agree"]:
            raise UsageError("--reason goes with --agree or --override CONDITION")
        return Decision(reason=reason) if options["agree"] else None
    if override != OTHER and override not in conditions:
        hint = did_you_mean(override, conditions) or "hipexpert kb list conditions shows them"
        raise UsageError(f"no condition '{override}' was judged; {hint}, or --override {OTHER}")
    if not reason:
        raise UsageError("an override needs a reason; add --reason TEXT")
    return Decision(override=override, reason=reason)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Adds one consultation to the audit record that was asked for."""

    file: Path
    decision: Decision | None

    @classmethod
    def asked(cls, ctx: click.Context, knowledge: Knowledge) -> Recorder | None:
        """Return the recorder that the options ask for; None without ``--audit``.

        Raises:
            AuditError: Nothing could be added to that file.
            UsageError: A decision without ``--audit``, or one that does not fit.
        """
        options = ctx.meta[_META]
        if all(value in (None, False) for value in options.values()):
            return None  # before anything is imported
        from hipexpert.audit_file import ready

        file, found = options["audit"], decision(ctx, tuple(knowledge.conditions))
        if file is None:
            if found is not None:
                raise UsageError("a decision is only recorded with --audit FILE")
            return None
        ready(Path(file))
        return cls(Path(file), found)

    def record(self, assessment: Assessment, knowledge: Knowledge) -> None:
        """Add the consultation, and say where and under which hash.

        Raises:
            AuditError: It could not be added.
        """
        from hipexpert.audit import consultation
        from hipexpert.audit_file import append
        from hipexpert.summary import summarise

        result, case, at = summarise(assessment, knowledge), assessment.case.id, now()
        entry = append(self.file, lambda last: consultation(last, at, case, result, self.decision))
        note(f"Recorded as entry {entry.n} in {self.file}; its hash is {entry.hash}")


def now() -> str:
    """Return the time as an audit record writes it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
