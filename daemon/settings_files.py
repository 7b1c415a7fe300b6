"""The files of the configuration: defaults, duly.toml, secrets.toml, laid over each other.

A table is merged key by key; a list is replaced whole. What is secret stands in secrets.toml
alone, and nobody else on the machine may read that file.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.errors import ConfigError

Toml = dict[str, object]

CONFIG = Path(__file__).resolve().parent.parent / "config"
DEFAULTS = "defaults.toml"
SETTINGS = "duly.toml"
SECRETS = "secrets.toml"
FILE_OCTETS_MAX = 1_000_000
DEPTH_MAX = 20
SECRET_KEYS = frozenset(
    {
        ("smtp", "password"),
        ("imap", "password"),
        ("auth", "client_secret"),
        ("auth", "refresh_token"),
        ("keys", "signing"),
        ("database", "url"),
    }
)
# A database URL holds a password only where there is a server.
MAY_STAND_OPENLY = frozenset({("database", "url")})


@dataclass(frozen=True, slots=True)
class Layers:
    """The three files as read, and what they say together."""

    defaults: Toml
    settings: Toml
    secrets: Toml
    merged: Toml

    def file_of(self, path: tuple[str | int, ...]) -> str:
        """Return the file that says most about a key; the settings where none says anything."""
        depths = {
            SECRETS: _depth(self.secrets, path),
            SETTINGS: _depth(self.settings, path),
            DEFAULTS: _depth(self.defaults, path),
        }
        deepest = max(depths.values())
        # What is missing is to be added to duly.toml, even where the defaults have the table.
        if deepest < len(path) and depths[SECRETS] < deepest:
            return SETTINGS
        return next(name for name, depth in depths.items() if depth == deepest)


def _depth(tables: Any, path: tuple[str | int, ...]) -> int:
    for depth, key in enumerate(path):
        is_list_place = isinstance(tables, list) and isinstance(key, int) and key < len(tables)
        if not is_list_place and not (isinstance(tables, dict) and key in tables):
            return depth
        tables = tables[key]
    return len(path)


def read_layers(home: Path) -> Layers:
    """Read the three files of a home.

    Raises:
        ConfigError: A file is missing, unreadable, no TOML, or open to others.
    """
    if not (home / SETTINGS).is_file():
        raise ConfigError(f"no {SETTINGS} in {home}: `init` writes one, or name it with --home")
    defaults = read_toml(CONFIG / DEFAULTS)
    settings = read_toml(home / SETTINGS)
    secrets = _read_secrets(home / SECRETS)
    for section, key in sorted(SECRET_KEYS - MAY_STAND_OPENLY):
        table = settings.get(section)
        if isinstance(table, dict) and table.get(key):
            raise ConfigError(
                f"{SETTINGS}: [{section}] {key}: found a secret; accepted: the same line in "
                f"{SECRETS}"
            )
    merged = _laid_over(_laid_over(defaults, settings), secrets)
    return Layers(defaults, settings, secrets, merged)


def read_toml(path: Path) -> Toml:
    """Read one TOML file of at most 1 MB.

    Raises:
        ConfigError: Missing, unreadable, or no TOML.
    """
    try:
        if path.stat().st_size > FILE_OCTETS_MAX:
            raise ConfigError(f"{path}: larger than 1 MB; accepted: a configuration file")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at octet {error.start}: save it as UTF-8") from error
    except ValueError as error:  # no TOML, or a number of more digits than Python reads
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not TOML: lists or tables nested too deep") from error


def _read_secrets(path: Path) -> Toml:
    if not path.exists():
        return {}
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & 0o077:
        raise ConfigError(
            f"{path}: found mode {mode:04o}, so others can read it; accepted: 0600. "
            f"Type: chmod 600 {path}"
        )
    secrets = read_toml(path)
    for section, table in secrets.items():
        for key in table if isinstance(table, dict) else ("",):
            if (section, key) not in SECRET_KEYS:
                known = ", ".join(f"[{one}] {other}" for one, other in sorted(SECRET_KEYS))
                raise ConfigError(
                    f"{SECRETS}: [{section}] {key}: found what is no secret; accepted: {known}. "
                    f"Put it into {SETTINGS}"
                )
    return secrets


def _laid_over(below: Mapping[str, object], above: Mapping[str, object], depth: int = 0) -> Toml:
    if depth > DEPTH_MAX:
        raise ConfigError(f"{SETTINGS}: tables nested more than {DEPTH_MAX} deep")
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            merged[key] = _laid_over(under, value, depth + 1)
        else:
            merged[key] = value
    return merged
