"""Open the door: find or make the environment, then hand over to the commands.

This file parses on Python 3.8, so that an old interpreter gets a sentence and not a traceback.
Standard library only. `DULY_NO_BOOTSTRAP=1` switches the making of `.venv` off.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import NoReturn

NEEDED = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, ".stamp")
RUNTIME_LOCK = os.path.join(ROOT, "requirements.lock")
TESTS_LOCK = os.path.join(ROOT, "requirements-dev.lock")
# One module of every package that the commands need: all found = nothing to install.
RUNTIME_PROBE = [
    "aioimaplib",
    "aiosmtpd",
    "aiosmtplib",
    "apscheduler",
    "asyncpg",
    "babel",
    "charset_normalizer",
    "cryptography",
    "email_validator",
    "holidays",
    "jinja2",
    "numpy",
    "onnxruntime",
    "openpyxl",
    "pydantic",
    "pymap",
    "pypdf",
    "rich",
    "segno",
    "selectolax",
    "structlog",
    "tortoise",
]
TESTS_PROBE = ["pytest", "pytest_asyncio", "hypothesis", "ruff", "mypy"]


def refuse(sentence: str) -> NoReturn:
    """Print why it cannot go on, and end with the code of wrong use."""
    sys.stderr.write("duly: " + sentence + "\n")
    raise SystemExit(2)


def read(path: str) -> bytes:
    """Return a file's bytes, empty where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def wanted(lock: str) -> str:
    """Name an environment by its lock file and its interpreter."""
    return hashlib.sha256(read(lock) + sys.version.encode()).hexdigest()


def has_all(modules: list[str]) -> bool:
    """Tell whether this interpreter already finds the modules."""
    from importlib.util import find_spec

    return all(find_spec(module) is not None for module in modules)


def install(lock: str) -> None:
    """Make `.venv` from the hash-locked requirements; one sentence where that cannot be."""
    sys.stderr.write(f"duly: setting up .venv from {os.path.basename(lock)} (once)\n")
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    except subprocess.CalledProcessError:
        refuse("python has no venv module; on Debian and Ubuntu: apt-get install python3-venv")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([*command, "--require-hashes", "-r", lock], check=True)
    except subprocess.CalledProcessError:
        name = os.path.basename(lock)
        refuse(f"could not install {name}: check the network and pip's settings, then try again")
    # The test set holds the runtime set too, so its stamp serves both.
    stamps = [wanted(lock)] + ([wanted(RUNTIME_LOCK)] if lock == TESTS_LOCK else [])
    with open(STAMP, "w", encoding="ascii") as file:
        file.write("\n".join(stamps))


def bootstrap(lock: str, probe: list[str]) -> None:
    """Go on inside an environment that has what is needed; make it first where it is missing."""
    if os.environ.get("DULY_NO_BOOTSTRAP") == "1":
        return
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        if not has_all(probe):
            refuse("packages are missing in .venv; start with python3 run.py, not with .venv's")
        return
    if has_all(probe):
        return
    import fcntl

    with open(os.path.join(ROOT, ".bootstrap.lock"), "w", encoding="ascii") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if wanted(lock) not in read(STAMP).decode("ascii", "replace").split():
            install(lock)
    os.execve(PYTHON, [PYTHON, os.path.abspath(__file__), *sys.argv[1:]], os.environ)


def run_tests(arguments: list[str]) -> NoReturn:
    """Hand over to pytest with the rest of the command line."""
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "-m", "pytest", *arguments], os.environ)


def main() -> int:
    """Choose the environment by the command, then run the command."""
    if sys.version_info[:2] < NEEDED:
        refuse("needs Python 3.11 or newer; this is {}.{}".format(*sys.version_info[:2]))
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in ("test", "setup"):
        bootstrap(TESTS_LOCK, RUNTIME_PROBE + TESTS_PROBE)
        if command == "setup":
            return 0
        return run_tests(sys.argv[2:])
    bootstrap(RUNTIME_LOCK, RUNTIME_PROBE)
    sys.path.insert(0, ROOT)
    from daemon.cli.main import main as run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
