"""A fresh home: what `init` writes. Never overwrites, so it may be run again at any time."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from daemon.errors import ConfigError
from daemon.settings_files import CONFIG, SECRETS, SETTINGS

EXAMPLE = "duly.example.toml"
FOLDERS = ("ledger", "ledger/done", "ledger/refused", "templates")
KEY_OCTETS = 32
SECRETS_TEXT = """\
# Secrets of this home. Nobody else may read this file (mode 0600).

[smtp]
password = ""

[imap]
password = ""

# [auth] # for method = "xoauth2" without a token_command
# client_secret = ""
# refresh_token = ""

# Signs reply addresses and commands. Whoever changes it makes all letters on the way
# unrecognisable; back it up with the database.
[keys]
signing = "{key}"
"""


def write_example_home(home: Path) -> tuple[Path, ...]:
    """Make a home: duly.toml, secrets.toml (0600), ledger/{done,refused}, templates/.

    Returns:
        The files and folders that were made; what was there already is left as it was.

    Raises:
        ConfigError: The home cannot be written.
    """
    made: list[Path] = []
    try:
        for folder in (home, *(home / name for name in FOLDERS)):
            if not folder.is_dir():
                folder.mkdir(parents=True, mode=0o700)
                made.append(folder)
        example = (CONFIG / EXAMPLE).read_text(encoding="utf-8")
        key = secrets.token_hex(KEY_OCTETS)
        for path, text, mode in (
            (home / SETTINGS, example, 0o644),
            (home / SECRETS, SECRETS_TEXT.format(key=key), 0o600),
        ):
            if _write_new(path, text, mode):
                made.append(path)
    except OSError as error:
        raise ConfigError(f"cannot write the home {home}: {error.strerror}") from error
    return tuple(made)


def _write_new(path: Path, text: str, mode: int) -> bool:
    try:
        # The mode is set at creation: a secret is never readable, not even for a moment.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return True
