"""Where the shipped rules and templates are, and the user's cache folder. The only module that knows.

Installed, rules and templates lie inside the package; in a checkout, beside it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent

RULES_VARIABLE = "HIPEXPERT_RULES"
TEMPLATES_VARIABLE = "HIPEXPERT_TEMPLATES"
CACHE_VARIABLE = "HIPEXPERT_CACHE"


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


def cache_dir() -> Path | None:
    """Return $HIPEXPERT_CACHE, else our place in the user's cache folder.

    Returns:
        The folder, which need not exist; None when the variable is ``off`` or empty, or there is no home.
    """
    named = os.environ.get(CACHE_VARIABLE)
    if named is not None:
        return None if named in ("", "off") else Path(named)
    try:
        return _user_cache() / "hipexpert"
    except RuntimeError:  # nobody's home
        return None


def _user_cache() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"
