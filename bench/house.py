"""The house of the benchmarks: the example configuration, as `init` writes it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from daemon.core.house import House
from daemon.settings import load_settings, write_example_home


def default_house() -> House:
    """Return our side with the default procedure and every default number."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_example_home(home)
        secrets = home / "secrets.toml"
        text = secrets.read_text(encoding="utf-8").replace('password = ""', 'password = "none"')
        secrets.write_text(text, encoding="utf-8")
        return load_settings(home).house()
