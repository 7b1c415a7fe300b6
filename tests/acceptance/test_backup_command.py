"""`backup` and `restore` as commands: what they refuse, leave as it was, and keep."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.cli.archive import DATABASE
from daemon.cli.output import Output
from daemon.cli.scratch import RESTORE, remove_left, scratch_folder
from daemon.store.backup import damage_of
from tests.acceptance.archives import backed_up, contents, unpacked
from tests.acceptance.crash.kills import KILLED, RESTORED
from tests.acceptance.house import KEY_CANARY, PASSWORD_CANARY, House, run, serving
from tests.acceptance.ledger import LEDGER_ROWS, Row, write_ledger

NOBODY = 65_534

# --- backup -----------------------------------------------------------------------------------


def test_a_backup_leaves_the_secrets_at_home(stocked: House) -> None:
    """The archive holds database and configuration; a file that is there is not written over."""
    target = backed_up(stocked)
    before = target.read_bytes()
    again = stocked.run("backup", "--to", str(target))
    members = unpacked(target)

    assert 2 == again.code
    assert before == target.read_bytes()
    assert members.keys() >= {DATABASE, "duly.toml"}
    assert [] == [
        name
        for name, content in members.items()
        if PASSWORD_CANARY.encode() in content or KEY_CANARY.encode() in content
    ]


def test_a_backup_with_secrets_makes_a_home_out_of_nothing(stocked: House) -> None:
    """On another machine the one file is enough; only we may read it, and the home from it."""
    target = backed_up(stocked, "--with-secrets")
    home = stocked.path.parent / "elsewhere" / "home"
    home.parent.mkdir()
    moved = replace(stocked, path=home)
    done = moved.run("restore", str(target), "--json")
    checked = moved.run("status", "--json")

    assert (0, "") == (done.code, done.err)
    assert {"duly.toml", "secrets.toml"} == {Path(path).name for path in done.value()["made"]}
    assert None is done.value()["kept"]
    assert [0o600, 0o600] == [
        path.stat().st_mode & 0o777 for path in (target, home / "secrets.toml")
    ]
    assert stocked.run("status", "--json").value() == checked.value()


def test_a_backup_beside_a_working_daemon_is_whole(stocked: House) -> None:
    """`backup` asks nobody: the daemon goes on writing, the copy is sound and complete."""
    more = [
        Row(account=f"2{n:04}", name=f"N {n}", number=f"N-{n}", due_days_ago=9, open="5.00",
            email=f"ap@n{n}.test")
        for n in range(150)
    ]  # fmt: skip
    ledger = write_ledger(stocked.path.parent / "more.csv", (*LEDGER_ROWS, *more))
    with serving(stocked):
        taken = stocked.run("import", str(ledger))
        target = backed_up(stocked)
        refused = stocked.run("restore", str(target), "--replace")
        later = stocked.run("status", "--json").value()
    copy = stocked.path.parent / "copy.db"
    copy.write_bytes(unpacked(target)[DATABASE])

    assert 1 == taken.code
    assert [] == damage_of(copy)
    with sqlite3.connect(copy) as database:
        assert (155,) == database.execute("SELECT count(*) FROM account").fetchone()
    # The daemon holds the home: nothing is put in the place of what it writes.
    assert 1 == refused.code
    assert "stop it first" in refused.err
    assert {"dunning": 154, "not_yet_due": 7} == later["invoices"]


@pytest.mark.parametrize(
    ("command", "told"),
    [("backup", "pg_dump -Fc -f duly.dump DATABASE"), ("restore", "pg_restore")],
)
def test_postgres_is_left_to_its_own_tools(stocked: House, command: str, told: str) -> None:
    """The sentence names the tool, and what to do so that nothing is sent twice."""
    target = backed_up(stocked)
    stocked.change("[log]", '[database]\nurl = "postgres://duly@db/duly"\n[log]')
    before = contents(stocked.path)
    ran = stocked.run(command, *([str(target), "--replace"] if command == "restore" else []))

    assert (2, "") == (ran.code, ran.out)
    assert told in ran.err
    assert before == contents(stocked.path)


# --- restore ----------------------------------------------------------------------------------


def test_a_home_with_a_database_is_not_overwritten(stocked: House) -> None:
    """`restore` wants to be told before it sets a database aside, and keeps the old one then."""
    target = backed_up(stocked)
    before = contents(stocked.path)
    refused = stocked.run("restore", str(target))
    after = contents(stocked.path)
    done = stocked.run("restore", str(target), "--replace", "--json")

    assert (2, 0) == (refused.code, done.code)
    assert "--replace" in refused.err
    assert before == after
    assert before[DATABASE] == Path(done.value()["kept"]).read_bytes()
    assert [] == damage_of(stocked.path / DATABASE)


def test_a_restore_killed_before_its_end_leaves_the_old_database(stocked: House) -> None:
    """There is always a database of that name; a second try brings the backup back.

    It removes what the killed one left, and nothing that a living process works in.
    """
    target = backed_up(stocked)
    words = ("restore", str(target), "--replace", "--home", str(stocked.path))
    cut = run(*words, environment={"DULY_FAILPOINT": RESTORED})
    left = list(stocked.path.glob(f"{RESTORE}*"))
    shown = stocked.run("status")
    with scratch_folder(RESTORE + "living-", stocked.path, Output(is_json=False)) as living:
        again = stocked.run("restore", str(target), "--replace")
        remaining = list(stocked.path.glob(f"{RESTORE}*"))

    assert (KILLED, 0, 0) == (cut.code, shown.code, again.code)
    assert 1 == len(left)
    assert f"removed {left[0]}, which a command that was killed had left" in again.out
    assert [living] == remaining
    assert [] == damage_of(stocked.path / DATABASE)


def test_check_removes_what_a_killed_restore_left(stocked: House) -> None:
    """It may hold secrets: `check` names it and takes it away."""
    target = backed_up(stocked)
    words = ("restore", str(target), "--replace", "--home", str(stocked.path))
    run(*words, environment={"DULY_FAILPOINT": RESTORED})
    left = list(stocked.path.glob(f"{RESTORE}*"))
    checked = stocked.run("check", "--offline")

    assert 1 == len(left)
    assert f"removed {left[0]}" in checked.out
    assert not left[0].exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_folder_of_another_user_is_left_alone(tmp_path: Path) -> None:
    """Backups of two users may lie in one place: what is not ours is not opened, nor removed."""
    ours, theirs = (tmp_path / f"{RESTORE}{name}" for name in ("ours", "theirs"))
    for folder in (ours, theirs):
        folder.mkdir(mode=0o700)
    os.chown(theirs, NOBODY, NOBODY)

    assert [ours] == remove_left(RESTORE, tmp_path, Output())
    assert theirs.is_dir()


# --- after a new release ----------------------------------------------------------------------


def age(home: Path) -> None:
    """Leave the accounts as other code would have folded them."""
    with contextlib.closing(sqlite3.connect(home / DATABASE)) as database, database:
        database.execute("UPDATE account SET state = replace(state, '\"contacts\":[', '\"old\":[')")
        database.execute("UPDATE fact SET value = 'yesterday' WHERE name = 'folding'")


def test_after_a_new_release_verify_says_what_to_run(stocked: House) -> None:
    """It reports no broken law; `upgrade` brings the accounts up to date, and then all is well."""
    before = stocked.run("verify").code
    age(stocked.path)
    refused = stocked.run("verify")
    upgraded = stocked.run("upgrade", "--json")
    after = stocked.run("verify")
    again = stocked.run("upgrade")

    assert (0, 2, 0, 0) == (before, refused.code, upgraded.code, after.code)
    assert "run: python3 run.py upgrade" in refused.err
    assert {"accounts": 5, "rebuilt": 5, "left": {}} == upgraded.value()
    assert "the database is up to date" in again.out


def test_a_database_of_an_earlier_release_is_backed_up_too(stocked: House) -> None:
    """The copy is brought up to date and keeps every law; the original is only read."""
    age(stocked.path)
    before = contents(stocked.path)[DATABASE]
    target = backed_up(stocked)
    copy = stocked.path.parent / "copy.db"
    copy.write_bytes(unpacked(target)[DATABASE])

    assert before == contents(stocked.path)[DATABASE]
    assert [] == damage_of(copy)
    with contextlib.closing(sqlite3.connect(copy)) as database:
        assert ("delete",) == database.execute("PRAGMA journal_mode").fetchone()
        assert (5,) == database.execute(
            "SELECT count(*) FROM account WHERE state LIKE '%contacts%'"
        ).fetchone()


def lose_secrets(home: Path) -> None:
    """The key is not kept with the backup, and here it is gone."""
    (home / "secrets.toml").unlink()


def change_key(home: Path) -> None:
    """Another installation's key lies here."""
    secrets = home / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(KEY_CANARY, KEY_CANARY[::-1]))


def show_secrets(home: Path) -> None:
    """Others may read the key."""
    (home / "secrets.toml").chmod(0o644)


def break_settings(home: Path) -> None:
    """The configuration that is here and stays here is wrong."""
    (home / "duly.toml").write_text("[reps]\ndefualt = 'olga@seller.test'\n")


REFUSALS: tuple[tuple[str, Callable[[Path], None], str], ...] = (
    ("no key", lose_secrets, "put back secrets.toml first"),
    ("another key", change_key, "the signing key here is another one"),
    ("an open key", show_secrets, "home/secrets.toml"),
    ("wrong settings", break_settings, "did you mean"),
)


@pytest.mark.parametrize(
    ("spoil", "told"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_a_restore_is_refused_before_anything_is_touched(
    stocked: House, spoil: Callable[[Path], None], told: str
) -> None:
    """Nothing is half done: no file comes, none goes, and the code is 2."""
    target = backed_up(stocked)
    for name in (DATABASE, "duly.toml"):
        (stocked.path / name).unlink()
    shutil.rmtree(stocked.path / "templates")
    spoil(stocked.path)
    before = contents(stocked.path)
    refused = stocked.run("restore", str(target))

    assert (2, "") == (refused.code, refused.out)
    assert told in refused.err
    assert ".duly-restore" not in refused.err
    assert before == contents(stocked.path)
    assert not (stocked.path / "templates").exists()


def test_a_refused_restore_makes_no_home(stocked: House) -> None:
    """A home that is not there is not there afterwards."""
    target = backed_up(stocked)
    away = replace(stocked, path=stocked.path.parent / "home too")
    refused = away.run("restore", str(target))

    assert 2 == refused.code
    assert "put back secrets.toml first" in refused.err
    assert not away.path.exists()
