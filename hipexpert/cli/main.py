"""The command line. Commands are imported only when they run, so that help and version are quick."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from hipexpert.errors import (
    AuditError,
    CaseError,
    HipExpertError,
    InvalidInput,
    Location,
    Problem,
    UsageError,
    printable,
)
from hipexpert.version import __version__

HELP_OPTIONS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

DEBUG_VARIABLE = "HIPEXPERT_DEBUG"
"""Set to anything, it shows where in the program a defect is."""

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_TRIAGE = 10
EXIT_STOPPED = 130

_PATIENCE = 500_000
"""Objects a command may make before Python looks for circles among them. Reading knowledge makes very many
at once and drops none, so that looking as often as usual takes a quarter of a consultation."""


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported on first use."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        """Prepare the group.

        Args:
            *args: Passed on to click.
            lazy: For each command the place of its object (``module:name``) and its one-line help.
            **kwargs: Passed on to click.
        """
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all command names, in the order they were written."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.lazy[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.lazy.items()])


def examples(*lines: str) -> str:
    """Return an epilog that shows examples, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=LazyGroup,
    context_settings=HELP_OPTIONS,
    lazy={
        "consult": ("hipexpert.cli.consult:consult", "Assess a runner: ask questions, or read a case file."),
        "explain": ("hipexpert.cli.explain:explain", "Say how, why not and what if; compare conditions."),
        "case": ("hipexpert.cli.case:case", "Make, check and look at case files."),
        "evaluate": ("hipexpert.cli.evaluate:evaluate", "Measure accuracy and safety over known cases."),
        "audit": ("hipexpert.cli.audit:audit", "Verify and list records of consultations; add a decision."),
        "kb": ("hipexpert.cli.kb:kb", "Look into the knowledge base and check it."),
    },
    epilog=examples(
        "hipexpert consult", "hipexpert consult examples/lateral-hip.yaml --format html --output report.html"
    ),
)
@click.version_option(__version__, "-V", "--version", prog_name="hipexpert")
def cli() -> None:
    """An expert system for hip pain in runners whose reasoning can be checked.

    It supports a clinician's judgement and never replaces it.
    """


def main() -> None:
    """Run the command line; every error becomes one clear message and an exit code."""
    gc.set_threshold(_PATIENCE)
    code = run(sys.argv[1:])
    gc.freeze()  # the process ends: nothing is left to look for
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments and return its exit code."""
    try:
        code = cli.main(arguments, prog_name="hipexpert", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return EXIT_STOPPED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except HipExpertError as error:
        click.echo(_message(error), err=True)
        return _exit_code(error)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return _reader_gone()
        click.echo(_of_the_system(error), err=True)
        return EXIT_INPUT
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        click.echo(_defect(error), err=True)
        return EXIT_FAILED


def _reader_gone() -> int:
    """Say nothing: the reader went away (``| head``), and there is nobody left to tell."""
    if sys.stderr:
        sys.stderr.close()
    return 0


def _of_the_system(error: OSError) -> str:
    """Return the message for a file or folder the system would not let us use."""
    place = Location(str(error.filename or ""))
    reason = f"cannot be used: {error.strerror or error}"
    return str(Problem(place, "HX101", reason, "check the path and its permissions"))


def _defect(error: Exception) -> str:
    """Return the message for what nobody foresaw, without the error's words, which may be about a patient."""
    hint = f"please report it; with {DEBUG_VARIABLE}=1 it shows where, which may repeat what you typed"
    return str(
        Problem(Location("hipexpert"), "HX901", f"a defect of this program ({type(error).__name__})", hint)
    )


def _exit_code(error: HipExpertError) -> int:
    if isinstance(error, (CaseError, AuditError)):
        return EXIT_INPUT
    return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED


def _message(error: HipExpertError) -> str:
    if isinstance(error, InvalidInput) and len(error.problems) > 1:
        return f"{error}\n{len(error.problems)} problems found."
    return str(error) if isinstance(error, InvalidInput) else printable(str(error))
