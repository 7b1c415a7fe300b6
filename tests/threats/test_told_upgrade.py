"""An upgrade that fails is one sentence: which step, that nothing was changed, and the mend."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.cli.main import main
from daemon.core.effects import TellOperator
from daemon.ports import Commit
from daemon.settings import Settings, load_settings
from daemon.store.database import migration_texts
from daemon.store.refold import FOLDING
from daemon.store.sealing import MAIL, SEALING
from daemon.store.store import open_store
from daemon.store.tokens import SIGNING
from daemon.world.home import write_home
from tests.core.builders import default_facts, invoice, opening
from tests.store.builders import fetched, snapshot
from tests.store.test_inbox import INBOX
from tests.threats.test_told import JARGON

NOW = datetime(2026, 6, 11, 10, tzinfo=UTC)
MEND = "python3 run.py upgrade"


def statements(path: Path, *texts: str) -> None:
    """Run statements on the file as other hands would."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for text in texts:
            connection.execute(text)


def contents(path: Path) -> list[str]:
    """Return all that the database holds, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def old_release_in_the_way(settings: Settings, path: Path) -> None:
    """A database of no release yet, with a table that stands in the way of the first file."""
    statements(path, "CREATE TABLE account (mine TEXT)")


def newer_release(settings: Settings, path: Path) -> None:
    """A newer release of Duly wrote it."""
    fill(settings)
    statements(path, "INSERT INTO schema_version VALUES (9999, 'later')")


def writes_refused_while_replaying(settings: Settings, path: Path) -> None:
    """Other code folded the accounts, and the database refuses each write of a replay."""
    fill(settings)
    statements(
        path,
        f"UPDATE fact SET value = 'other' WHERE name = '{FOLDING}'",
        "UPDATE account SET state = REPLACE(state, 'DE', 'AT')",
        "CREATE TRIGGER guard BEFORE UPDATE ON account BEGIN "
        "SELECT RAISE(ABORT, 'a check of another program refuses it'); END",
    )


def writes_refused_while_tokens_are_sealed(settings: Settings, path: Path) -> None:
    """An earlier release left tokens in clear, and the database refuses to change a mail."""
    fill(settings)
    statements(
        path,
        f"DELETE FROM fact WHERE name = '{SIGNING}'",
        "CREATE TRIGGER guard BEFORE UPDATE ON outgoing BEGIN "
        "SELECT RAISE(ABORT, 'a check of another program refuses it'); END",
    )


def writes_refused_while_mails_are_sealed(settings: Settings, path: Path) -> None:
    """An earlier release left mails in clear, and the database refuses to change one."""
    fill(settings)
    statements(
        path,
        f"UPDATE fact SET value = '{MAIL}|0' WHERE name = '{SEALING}'",
        "CREATE TRIGGER guard BEFORE UPDATE ON mail_raw BEGIN "
        "SELECT RAISE(ABORT, 'a check of another program refuses it'); END",
    )


def fill(settings: Settings) -> None:
    """Open the database as this release, with an account, a mail and an alarm."""

    async def filling() -> None:
        store = await open_store(settings.database_url(), secret=settings.signing_key())
        facts = default_facts(reference="4711")
        events = opening(invoice("INV-1007", "2026-06-01", 1200), facts=facts)
        commit = Commit(account=facts.account, expected=0, events=events, next_action_at=NOW)
        await store.apply_import(snapshot("first", "2026-06-11"), [commit], NOW)
        await store.keep([fetched(1, "one")], INBOX, NOW)
        await store.put_outgoing([TellOperator(key="a", subject="Look", lines=("x",))], NOW)
        await store.close()

    asyncio.run(filling())


@pytest.mark.parametrize(
    ("wreck", "words"),
    [
        (
            old_release_in_the_way,
            (migration_texts()[0][1], "Nothing of this step was changed", MEND),
        ),
        (newer_release, ("9999", "nothing was changed", "newer release", "run.py restore")),
        (
            writes_refused_while_tokens_are_sealed,
            ("tokens were sealed", "another program refuses it", "Nothing of this step", MEND),
        ),
        (
            writes_refused_while_mails_are_sealed,
            ("mails were sealed", "another program refuses it", "it goes on there", MEND),
        ),
        (
            writes_refused_while_replaying,
            ("accounts were replayed", "another program refuses it", "No event was changed", MEND),
        ),
    ],
    ids=[
        "a step fails",
        "the database is newer",
        "tokens cannot be sealed",
        "mails cannot be sealed",
        "accounts cannot be replayed",
    ],
)
def test_an_upgrade_that_fails_says_where_and_how_to_mend_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wreck: Callable[[Settings, Path], None],
    words: tuple[str, ...],
) -> None:
    """One sentence on standard error, exit code 2, and the rows are those of before."""
    home = tmp_path / "home"
    write_home(home, 1, 25, 143)
    settings = load_settings(home)
    path = home / "duly.db"
    wreck(settings, path)
    before = contents(path)
    code = main(["--home", str(home), "upgrade"])
    spoken = capsys.readouterr()

    assert (2, "") == (code, spoken.out)
    assert 1 == spoken.err.count("duly: ")
    assert [] == [word for word in words if word not in spoken.err], spoken.err
    assert [] == JARGON.findall(spoken.err)
    assert settings.signing_key().hex() not in spoken.err
    assert before == contents(path)
