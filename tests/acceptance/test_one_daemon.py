"""`serve` and `once` beside a daemon on the same PostgreSQL database, on whatever machine."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

import pytest

from daemon.store import open_store
from tests.acceptance.house import SECRETS, SETTINGS, run
from tests.servers.postgres import Postgres
from tests.store.conftest import postgres_cluster as postgres_cluster

KEY = "a-signing-key-of-forty-characters-at-least"
SENTENCE = f"duly: this database is served by process {os.getpid()} on "


def home_over(url: str, home: Path) -> Path:
    """Fill in a home whose mail servers are never asked."""
    (home / "ledger").mkdir(parents=True)
    words = SETTINGS.format(
        country="GB",
        sender="ar@seller.test",
        smtp_port=1,
        imap_port=1,
        user="ar",
        authserv="mx.seller.test",
        rep="olga@seller.test",
    )
    (home / "duly.toml").write_text(f'{words}\n[database]\nurl = "{url}"\n', encoding="utf-8")
    secrets = home / "secrets.toml"
    secrets.write_text(SECRETS.format(password="x", key=KEY), encoding="utf-8")
    secrets.chmod(0o600)
    return home


@pytest.mark.parametrize("command", ["serve", "once"])
async def test_a_second_daemon_ends_with_one_sentence(
    postgres_cluster: Postgres, tmp_path: Path, command: str
) -> None:
    """It names the first, ends with code 1, and has opened no socket for commands."""
    url = postgres_cluster.new_schema()
    home = home_over(url, tmp_path / "home")
    store = await open_store(url, secret=KEY.encode())
    await store.serve_alone()
    began_at = monotonic()
    ran = run(command, "--home", str(home))
    seconds = monotonic() - began_at
    await store.close()

    assert (1, True) == (ran.code, ran.err.startswith(SENTENCE)), ran.err
    assert [] == list(home.glob("*.sock"))
    assert seconds < 30
