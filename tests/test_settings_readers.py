"""How many mails are read at once: what the configuration says is what runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.application import Readers, reading_with
from daemon.compose import open_app
from daemon.errors import ConfigError
from daemon.settings import write_example_home
from tests.test_settings_quotas import settings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("readers = 1", Readers(), id="one-reads-in-turn"),
        pytest.param("readers = 3", reading_with(3), id="three-read-ahead"),
    ],
)
async def test_the_readers_reach_the_rounds(tmp_path: Path, line: str, expected: Readers) -> None:
    """One reads each mail in its turn, several read ahead."""
    found = settings(tmp_path, line)
    write_example_home(tmp_path / "templates-only")
    (tmp_path / "templates").symlink_to(tmp_path / "templates-only" / "templates")
    async with open_app(tmp_path, found, is_readonly=False, is_quiet=True) as app:
        readers = app.readers

    assert expected == readers


@pytest.mark.parametrize("number", [-1, 17, 1.5])
def test_a_number_of_readers_that_makes_no_sense_is_named(tmp_path: Path, number: float) -> None:
    """Fewer than none, more than sixteen, or one and a half, stop the start."""
    with pytest.raises(ConfigError, match="readers"):
        settings(tmp_path, f"readers = {number}")
