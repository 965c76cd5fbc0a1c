"""The layers: imports run one way, libraries stay where they belong, nothing phones home."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hipexpert"

LAYERS = (
    ("version", "frozen", "errors", "resources", "text_files"),
    ("knowledge",),
    ("case",),
    ("case_values", "case_files", "case_template"),
    ("inference",),
    ("explanation", "rule_cases", "evaluation", "summary"),
    ("audit", "audit_file", "upkeep"),
    ("dialogue", "report"),
    ("cli",),
)
"""Each layer may import the ones before it, and itself."""

ONLY_IN = {
    "experta": {"inference/_experta.py"},
    "pydantic": {"knowledge/schema.py", "knowledge/schema_types.py", "knowledge/shape.py"},
    "jinja2": {"report/render.py", "report/filters.py", "report/sandbox.py", "report/compiled.py"},
    "click": {"cli"},
    "rich": {"cli/menu_"},
    "prompt_toolkit": {"cli/menu_face.py"},
    "weasyprint": {"report/pdf.py"},
    "socket": set(),
    "urllib.request": set(),
    "http": set(),
    "pickle": set(),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield node.module or "", node.lineno


def layer_of(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "hipexpert" or len(parts) == 1:
        return None
    return next(n for n, names in enumerate(LAYERS) if parts[1] in names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path: Path) -> None:
    name = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if name in ("__init__", "__main__"):
        return
    own = layer_of(f"hipexpert.{name}")
    assert own is not None
    for imported, line in imports(path):
        other = layer_of(imported)
        assert other is None or other <= own, f"{path}:{line} imports {imported}, which is above it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_libraries_stay_where_they_belong(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for imported, line in imports(path):
        allowed = ONLY_IN.get(imported, ONLY_IN.get(imported.split(".")[0]))
        assert allowed is None or any(place.startswith(a) for a in allowed), (
            f"{path}:{line} imports {imported}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 350
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


def test_nothing_about_hips_stands_in_python() -> None:
    words = ("bursitis", "groin", "labral", "trochanter", "femoral", "fracture")
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(n.value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                found = [w for w in words if w in node.value.casefold()]
                if "hipexpert " in node.value:
                    continue  # an example in a help text
                assert not found, f"{path}:{node.lineno} {found}"


def test_help_and_version_import_nothing_heavy() -> None:
    script = (
        "import sys; from hipexpert.cli.main import run; run(['--help']); "
        "print(sorted({'yaml', 'pydantic', 'jinja2', 'experta'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("face", ["auto", "plain"])
def test_a_consultation_off_a_terminal_imports_no_menus(face: str) -> None:
    script = (
        "import sys; from hipexpert.cli.main import run; "
        f"run(['consult', '--face', '{face}', '--answers', '-']); "
        "print(sorted({'rich', 'prompt_toolkit', 'pygments'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, input="fever: no", capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_importing_experta_leaves_nothing_behind() -> None:
    script = (
        "import collections, logging; before = list(logging.getLogger().handlers); "
        "import hipexpert.inference._experta; "
        "assert not hasattr(collections, 'Mapping'); assert logging.getLogger().handlers == before"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_the_package_list_is_complete() -> None:
    from setuptools import find_packages

    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(config["options"]["packages"].split())
    found = set(find_packages(str(ROOT), include=["hipexpert", "hipexpert.*"]))
    assert listed == found | {"hipexpert._rules", "hipexpert._templates"}


def test_public_names_exist() -> None:
    import hipexpert

    for name in hipexpert.__all__:
        assert getattr(hipexpert, name) is not None
    with pytest.raises(AttributeError):
        _ = hipexpert.nothing_like_that
