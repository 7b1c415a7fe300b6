"""A damaged SQLite file: said in a sentence, left as it is, and no mail's or letter's doing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.cli.main import main
from daemon.errors import ConfigError, DatabaseDamaged
from daemon.ports import MailStage, OutgoingStage, Placed
from daemon.settings import load_settings
from daemon.store import TortoiseStore, open_store
from daemon.store.backup import copy_database
from daemon.store.sealing import MAIL, SEALING
from daemon.store.transactions import Session
from daemon.world.home import write_home
from tests.store.builders import NOW, forward
from tests.store.disk import look
from tests.store.first_release import carrying, take_in
from tests.store.test_inbox import READING
from tests.store.writing import SECRET
from tests.threats.test_told import JARGON
from tests.threats.test_told_upgrade import fill, statements

PAGE = 4096
MEND = "python3 run.py restore FILE --replace"
NO_TEXT = "CAST(x'7365616c313affc328' AS TEXT)"


def header_overwritten(octets: bytes) -> bytes:
    """Return a file whose first sectors another program wrote over."""
    return b"\xa5" * 1024 + octets[1024:]


def pages_overwritten(octets: bytes) -> bytes:
    """Return a file whose pages after the first hold something else."""
    return octets[:PAGE] + b"\xa5" * (len(octets) - PAGE)


def cut_short(octets: bytes) -> bytes:
    """Return the beginning of a file, as a copy that was broken off leaves it."""
    return octets[: 3 * PAGE]


def other_file(octets: bytes) -> bytes:
    """Return what is no database at all."""
    return b"This is the list of our customers.\n" * 300


WRECKS = pytest.mark.parametrize(
    "wreck", [header_overwritten, pages_overwritten, cut_short, other_file]
)


def roots(path: Path, table: str) -> list[int]:
    """Return the number of the page at which a table begins."""
    with closing(sqlite3.connect(path)) as connection:
        text = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?"
        return [number for (number,) in connection.execute(text, (table,))]


async def made(url: str) -> None:
    """Make a database that holds two mails."""
    store = await open_store(url, secret=SECRET)
    await take_in(store, 1, "cabc")
    await take_in(store, 2, "cxyz")
    await store.close()


@pytest.mark.parametrize("is_readonly", [False, True], ids=["to write", "to look"])
@WRECKS
async def test_a_damaged_file_is_refused_and_left_as_it_is(
    tmp_path: Path, wreck: Callable[[bytes], bytes], is_readonly: bool
) -> None:
    """The sentence names the file and the mend; not an octet of it changes, nothing joins it."""
    path = tmp_path / "duly.db"
    await made(f"sqlite:///{path}")
    path.write_bytes(before := wreck(path.read_bytes()))
    for _ in range(2):
        with pytest.raises(ConfigError) as refused:
            await open_store(f"sqlite:///{path}", secret=SECRET, is_readonly=is_readonly)

        assert f"the database {path} is damaged" in str(refused.value)
        assert MEND in str(refused.value)
    beside = [one.name for one in tmp_path.iterdir() if one.stat().st_size and one != path]

    assert before == path.read_bytes()
    assert [] == [name for name in beside if not name.endswith(".lock")]


@pytest.mark.parametrize("is_readonly", [False, True], ids=["to write", "to look"])
@WRECKS
async def test_what_a_killed_daemon_left_is_not_moved_into_a_damaged_file(
    tmp_path: Path, wreck: Callable[[bytes], bytes], is_readonly: bool
) -> None:
    """Whoever mends it by hand finds the file and its log as they were."""
    made_of = tmp_path / "living.db"
    await made(f"sqlite:///{made_of}")
    living = await open_store(f"sqlite:///{made_of}", secret=SECRET)
    await take_in(living, 3, "cnew")
    left = look(made_of, tmp_path / "looked")
    await living.close()
    broken = replace(left, database=wreck(left.database))
    path = broken.put(tmp_path / "home")
    with pytest.raises(ConfigError, match=f"the database {path} is damaged"):
        await open_store(f"sqlite:///{path}", secret=SECRET, is_readonly=is_readonly)

    assert left.log
    assert broken == look(path, tmp_path / "looked")


@pytest.mark.parametrize("command", ["status", "verify", "upgrade", "once", "backup", "check"])
@WRECKS
def test_every_command_says_which_file_is_damaged(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wreck: Callable[[bytes], bytes],
    command: str,
) -> None:
    """One sentence, the code of a refused opening, and the file as before; a backup is none."""
    home = tmp_path / "home"
    write_home(home, 1, 25, 143)
    settings = load_settings(home)
    fill(settings)
    path = home / "duly.db"
    path.write_bytes(before := wreck(path.read_bytes()))
    to = tmp_path / "backup.tar.gz"
    offline = {"backup": ["--to", str(to)], "check": ["--offline"]}
    code = main(["--home", str(home), command, *offline.get(command, [])])
    spoken = capsys.readouterr()
    said = spoken.out if command == "check" else spoken.err

    assert (1 if command == "check" else 2) == code
    assert 1 == said.count(f"the database {path} is damaged")
    assert MEND in said
    assert [] == JARGON.findall(said)
    assert before == path.read_bytes()
    assert not to.exists()


@WRECKS
def test_the_mend_that_the_sentence_names_mends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wreck: Callable[[bytes], bytes]
) -> None:
    """`restore --replace` over the damaged file: the home works, the damaged file is kept."""
    home = tmp_path / "home"
    write_home(home, 1, 25, 143)
    fill(load_settings(home))
    path, to = home / "duly.db", tmp_path / "backup.tar.gz"
    words = ["--home", str(home)]
    main([*words, "backup", "--to", str(to)])
    path.write_bytes(before := wreck(path.read_bytes()))
    restored = main([*words, "restore", str(to), "--replace"])
    looked = main([*words, "status"])
    (kept,) = home.glob("duly.db.before-restore-*[0-9]")

    assert (0, 0) == (restored, looked)
    assert "damaged" not in capsys.readouterr().err
    assert before == kept.read_bytes()


async def test_a_file_without_octets_is_made_a_database(tmp_path: Path) -> None:
    """Nothing was lost in it: a kill at the very first start leaves such a one."""
    path = tmp_path / "duly.db"
    path.write_bytes(b"")
    await made(f"sqlite:///{path}")

    assert path.stat().st_size > 0


async def test_a_page_damaged_meanwhile_is_the_machines_fault(tmp_path: Path) -> None:
    """The mails' page is gone: told like a lost database, with its file; the rest is written."""
    path = tmp_path / "duly.db"
    await made(f"sqlite:///{path}")
    octets = bytearray(path.read_bytes())
    for number in roots(path, "mail_raw"):
        octets[(number - 1) * PAGE : number * PAGE] = b"\xa5" * PAGE
    path.write_bytes(octets)
    store = await open_store(f"sqlite:///{path}", secret=SECRET)
    with pytest.raises(DatabaseDamaged, match=f"the database {path} is damaged"):
        await store.mails_in(MailStage.KEPT, 9)
    with pytest.raises(DatabaseDamaged, match=f"the database {path} is damaged"):
        await take_in(store, 3, "cnew")
    await store.set_fact("probe", "written")
    written = await store.fact("probe")
    await store.close()

    assert "written" == written


def test_a_damaged_file_is_no_source_of_a_copy(tmp_path: Path) -> None:
    """The copying itself names the file, whoever asks for it."""
    path = tmp_path / "duly.db"
    path.write_bytes(other_file(b""))
    with pytest.raises(ConfigError, match=f"the database {path} is damaged"):
        copy_database(path, tmp_path / "copy.db")


# --- octets that are no text --------------------------------------------------------------------


async def overwrite(store: TortoiseStore, statement: str, key: str) -> None:
    """Change one row as a failing disk would: its text is none any more."""

    async def change_it(session: Session) -> None:
        await session.run(statement, (key,))

    await store._database.transactions.write(change_it)


async def undecodable(store: TortoiseStore, text: str, key: str) -> bool:
    """Tell whether a row still holds the octets that are no text."""

    async def found(session: Session) -> bool:
        return bool(await session.fetch(text, (key,)))

    return await store._database.transactions.read(found)


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> TortoiseStore:
    """An open, empty SQLite store."""
    return await open_store(f"sqlite:///{tmp_path}/duly.db", secret=SECRET)


async def test_a_letter_whose_sender_is_no_text_is_one_rows_misfortune(
    sqlite_store: TortoiseStore,
) -> None:
    """It says so and has no bytes; its neighbour opens, and what lies there stays."""
    store = sqlite_store
    await store.put_outgoing([forward("f-1"), forward("f-2")], NOW)
    for key in ("f-1", "f-2"):
        frozen = carrying("rabc", key)
        await store.move_outgoing(key, OutgoingStage.TRANSMITTING, NOW, frozen=frozen)
    change = f"UPDATE outgoing SET envelope_from = {NO_TEXT} WHERE key = ?"
    await overwrite(store, change, "f-1")
    broken, whole = await store.outgoing_in(OutgoingStage.TRANSMITTING)
    await store.move_outgoing("f-1", OutgoingStage.UNKNOWN, NOW, reply="no answer")
    held = f"SELECT id FROM outgoing WHERE key = ? AND envelope_from = {NO_TEXT}"
    is_left = await undecodable(store, held, "f-1")
    await store.close()

    assert broken.broken.startswith("outgoing.envelope_from of the row f-1")
    assert broken.frozen is not None
    assert (b"", "") == (broken.frozen.raw, broken.frozen.envelope_from)
    assert ("", carrying("rabc", "f-2")) == (whole.broken, whole.frozen)
    assert is_left


@pytest.mark.parametrize("name", ["identity", "reading"])
async def test_a_mail_whose_reading_is_no_text_is_one_rows_misfortune(
    sqlite_store: TortoiseStore, name: str
) -> None:
    """One that waits is read anew, one that was acted upon says so; the others open."""
    store = sqlite_store
    waits, acted, other = [await take_in(store, uid, f"c{uid}") for uid in (1, 2, 3)]
    placed = Placed(mail=acted, stage=MailStage.FILED, because="", reading=READING)
    await store.place(placed, [], NOW)
    for mail in (waits, acted):
        await overwrite(store, f"UPDATE mail SET {name} = {NO_TEXT} WHERE id = ?", mail)
    kept = {mail.id: (mail.broken, mail.raw != b"") for mail in await store.mails_in(
        MailStage.KEPT, 9
    )}  # fmt: skip
    (filed,) = await store.mails_in(MailStage.FILED, 9)
    is_left = await undecodable(store, f"SELECT id FROM mail WHERE id = ? AND {name} = {NO_TEXT}",
                                acted)  # fmt: skip
    await store.close()

    assert {waits: ("", True), other: ("", True)} == kept
    assert filed.broken.startswith(f"mail.{name} of the row {acted}")
    assert is_left


def test_a_text_in_clear_that_is_no_text_is_not_sealed_as_if_it_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The upgrade from a release that kept mails in clear stops in a sentence; the row stays."""
    home = tmp_path / "home"
    write_home(home, 1, 25, 143)
    fill(load_settings(home))
    path = home / "duly.db"
    statements(
        path,
        f"UPDATE fact SET value = '{MAIL}|0' WHERE name = '{SEALING}'",
        f"UPDATE mail SET identity = {NO_TEXT}",
    )
    code = main(["--home", str(home), "upgrade"])
    spoken = capsys.readouterr()
    with closing(sqlite3.connect(path)) as connection:
        held = connection.execute(f"SELECT COUNT(*) FROM mail WHERE identity = {NO_TEXT}")
        left = held.fetchone()

    assert 2 == code
    assert "while mails were sealed: a text in a row is damaged" in spoken.err
    assert (1,) == left
