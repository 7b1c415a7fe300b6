"""The house rules that a reader would otherwise have to watch: imports, bans, sizes, tables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli.tables import with_tables

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("daemon", "parsers", "tests", "bench")
LINES_MAX = 350
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
TOP_LEVEL = {
    "daemon", "templates", "parsers", "config", "run.py", "pyproject.toml", "tests", "README.md",
    ".ci", "bench", "docs", "LICENSE", "CHANGELOG.md", "SECURITY.md", "requirements.lock",
    "requirements-dev.lock", ".gitignore", ".git",
}  # fmt: skip
MADE_BY_RUNNING = {
    ".venv", ".bootstrap.lock", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
    "__pycache__", "duly-home", "demo-out", "uv.lock",
}  # fmt: skip
# What a room may not import (by prefix), with the reason that a reader is owed.
FORBIDDEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "daemon/core",
        (
            "asyncio", "tortoise", "aiosmtplib", "aioimaplib", "jinja2", "logging", "structlog",
            "random", "secrets", "time", "os", "pathlib", "socket", "daemon.store",
            "daemon.adapters", "daemon.rounds", "daemon.cli", "daemon.world", "daemon.ports",
            "daemon.compose", "daemon.settings",
        ),
        "the core decides: no I/O, clock, store or randomness",
    ),
    (
        "parsers",
        (
            "asyncio", "tortoise", "aiosmtplib", "aioimaplib", "jinja2", "logging", "structlog",
            "random", "secrets", "time", "socket", "daemon.store", "daemon.adapters",
            "daemon.rounds", "daemon.cli", "daemon.world", "daemon.ports", "daemon.compose",
        ),
        "parsers turn bytes into facts: no look-ups, clock or network",
    ),
    (
        "daemon/rounds",
        ("re", "tortoise", "aiosmtplib", "aioimaplib", "jinja2", "daemon.world", "daemon.cli"),
        "rounds hold no rule and speak to ports only",
    ),
    (
        "daemon/laws",
        ("daemon.rounds", "daemon.adapters", "daemon.core.plan", "daemon.core.acting"),
        "laws check what the product did without its help",
    ),
    ("daemon/adapters", ("tortoise", "daemon.rounds", "daemon.world"), "adapters translate"),
)  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}
CLOCK_HOME = "daemon/adapters/clock.py"


def sources(*rooms: str) -> Iterator[Path]:
    """Yield every Python file of the rooms, and `run.py`."""
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("room", "banned", "why"), FORBIDDEN, ids=[row[0] for row in FORBIDDEN])
def test_rooms_import_only_what_they_may(room: str, banned: tuple[str, ...], why: str) -> None:
    """Each room knows only what its law allows."""
    found = [
        f"{path.relative_to(ROOT)} imports {name}: {why}"
        for path in sources(room)
        for name in imported(ast.parse(path.read_text()))
        if any(name == ban or name.startswith(ban + ".") for ban in banned)
    ]

    assert found == []


def test_the_tortoise_lives_in_the_store_only() -> None:
    """The ORM is at home in `daemon/store`, and nowhere else."""
    found = [
        str(path.relative_to(ROOT))
        for path in sources("daemon", "parsers")
        if not path.is_relative_to(ROOT / "daemon" / "store")
        and any(name.split(".")[0] == "tortoise" for name in imported(ast.parse(path.read_text())))
    ]

    assert found == []


def test_only_the_clock_reads_the_time() -> None:
    """`now` is an argument; one adapter reads the system's time."""
    found = []
    for path in sources("daemon", "parsers"):
        name = str(path.relative_to(ROOT))
        if name == CLOCK_HOME:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CLOCK_CALLS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"datetime", "date"}
            ):
                found.append(f"{name}:{node.lineno}")

    assert found == []


def test_every_module_opens_with_its_law() -> None:
    """A module says first what it is for."""
    found = [
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert found == []


def test_files_functions_and_lines_stay_small() -> None:
    """350 lines a file, 70 a function, 100 columns: what fits into a head."""
    found = []
    for path in [*sources(*ROOMS), ROOT / "run.py"]:
        name, text = str(path.relative_to(ROOT)), path.read_text()
        if text.count("\n") > LINES_MAX:
            found.append(f"{name} has {text.count(chr(10))} lines")
        found += [
            f"{name}:{number} is {len(line)} columns wide"
            for number, line in enumerate(text.splitlines(), 1)
            if len(line) > COLUMNS_MAX
        ]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES_MAX:
                    found.append(f"{name}:{node.lineno} {node.name} has {length} lines")

    assert found == []


def test_no_error_is_swallowed() -> None:
    """A caught error is handled, stored or raised again: no bare except, no empty handler."""
    found = []
    for path in sources("daemon", "parsers"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                is_bare = node.type is None
                is_empty = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
                if is_bare or is_empty:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert found == []


def test_the_top_level_holds_the_agreed_rooms_only() -> None:
    """A newcomer finds what the README names, and nothing else."""
    found = {path.name for path in ROOT.iterdir()} - TOP_LEVEL - MADE_BY_RUNNING

    assert set() == found


def test_run_py_parses_on_an_old_python() -> None:
    """An old interpreter gets a sentence, not a syntax error."""
    tree = ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 8))

    assert isinstance(tree, ast.Module)


def test_lock_files_name_no_server() -> None:
    """Lock files hold versions and hashes, never an address."""
    found = [
        name
        for name in ("requirements.lock", "requirements-dev.lock")
        if re.search(r"://", (ROOT / name).read_text())
    ]

    assert found == []


def test_the_readme_shows_the_tables_of_the_code() -> None:
    """The state table and the configuration table are generated; they differ nowhere."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert with_tables(text) == text


def test_the_readme_opens_with_the_two_commands() -> None:
    """A newcomer finds both commands at the top."""
    top = (ROOT / "README.md").read_text(encoding="utf-8")[:2_000]

    assert "python3 run.py demo" in top
    assert "python3 run.py test" in top
