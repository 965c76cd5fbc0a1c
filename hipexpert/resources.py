"""Where the shipped rules and templates are. The only module that knows.

Installed, they lie inside the package; in a checkout, beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent

RULES_VARIABLE = "HIPEXPERT_RULES"
TEMPLATES_VARIABLE = "HIPEXPERT_TEMPLATES"


def _first_existing(*candidates: Path) -> Path:
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    return candidates[0]


def _near(path: Path) -> Path:
    """Return a path as one would type it here: relative when it lies below the working folder."""
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def rules_dir(chosen: str | os.PathLike[str] | None = None) -> Path:
    """Return the knowledge base to read: ``chosen``, else $HIPEXPERT_RULES, else the shipped one."""
    named = chosen or os.environ.get(RULES_VARIABLE)
    return Path(named) if named else _near(_first_existing(_PACKAGE / "_rules", _CHECKOUT / "rules"))


def shipped_templates_dir() -> Path:
    """Return the folder of the templates that come with the package."""
    return _first_existing(_PACKAGE / "_templates", _CHECKOUT / "reports" / "templates")


def user_templates_dir(chosen: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the user's own templates, which win over ours: ``chosen``, else $HIPEXPERT_TEMPLATES."""
    named = chosen or os.environ.get(TEMPLATES_VARIABLE)
    return Path(named) if named else None
