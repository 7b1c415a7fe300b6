"""The quotas of mail in the configuration: what they are, and which make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.adapters.imap import ImapMailbox
from daemon.compose import imap_settings, inbound
from daemon.core.quota import Quota
from daemon.errors import ConfigError
from daemon.settings import Settings, load_settings
from tests.test_settings import MINIMAL, SECRETS


def settings(folder: Path, lines: str = "") -> Settings:
    """Load a home whose [imap] has these lines, too."""
    text = MINIMAL.replace("[reps]", f"{lines}\n[reps]")
    (folder / "duly.toml").write_text(text, encoding="utf-8")
    (folder / "secrets.toml").write_text(SECRETS, encoding="utf-8")
    (folder / "secrets.toml").chmod(0o600)
    return load_settings(folder)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", Quota()),
        (
            "sender_day_octets_max = 2_000_000\nday_octets_max = 3_000_000",
            Quota(sender_octets_max=2_000_000, all_octets_max=3_000_000),
        ),
    ],
    ids=["usual", "own"],
)
def test_the_quotas_reach_the_mailbox(tmp_path: Path, lines: str, expected: Quota) -> None:
    """What duly.toml says, or the defaults, is what the rounds count by."""
    found = settings(tmp_path, lines)

    assert expected == inbound(found, ImapMailbox(imap_settings(found))).quota


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("sender_day_octets_max = 999_999", "sender_day_octets_max"),
        ("day_octets_max = 0", "day_octets_max"),
        ("sender_day_octets_max = 2_000_000_000", "at least sender_day_octets_max"),
        ("day_octets_max = 40_000_000", "at least sender_day_octets_max"),
    ],
    ids=["below a megabyte", "none", "more than of all", "less than of one"],
)
def test_quotas_that_make_no_sense_are_named(tmp_path: Path, lines: str, named: str) -> None:
    """A quota below a megabyte, or of one sender above that of all, stops the start."""
    with pytest.raises(ConfigError, match=named):
        settings(tmp_path, lines)
