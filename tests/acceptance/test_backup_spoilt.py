"""Backups that were damaged or forged on their way: refused whole, in one sentence.

They are made out of archives that `backup` itself wrote.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.cli.archive import DATABASE, MANIFEST, read_archive, write_archive
from daemon.errors import UsageError
from tests.acceptance.archives import Members, backed_up, contents, packed, unpacked
from tests.acceptance.house import House

TAKEN_AT = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)


def leave_the_folder(members: Members) -> Members:
    """The list names a file beside the home."""
    return {**renamed(members, "duly.toml", "templates/../../evil.toml")}


def name_a_root(members: Members) -> Members:
    """The list names a file by its full path."""
    return renamed(members, "duly.toml", "/tmp/evil.toml")


def add_a_stranger(members: Members) -> Members:
    """A member that the list does not name."""
    return {**members, "templates/en/inquiry.j2": b"Pay me instead."}


def leave_one_out(members: Members) -> Members:
    """The list names what is not there."""
    return {name: content for name, content in members.items() if name != DATABASE}


def change_one(members: Members) -> Members:
    """A file is not the one that was backed up."""
    return {**members, "duly.toml": members["duly.toml"].replace(b"Olga", b"Olaf") + b"\n"}


def come_from_the_future(members: Members) -> Members:
    """A later release wrote it."""
    listed = json.loads(members[MANIFEST])
    return {**members, MANIFEST: json.dumps({**listed, "format": 2}).encode()}


def say_nonsense(members: Members) -> Members:
    """The list has its lines, and they say nothing."""
    listed = json.loads(members[MANIFEST])
    listed["members"][0] = {"name": DATABASE, "octets": "many", "sha256": None}
    return {**members, MANIFEST: json.dumps(listed).encode()}


def be_something_else(members: Members) -> Members:
    """An archive, but none of ours."""
    return {"holiday.txt": b"Sea, sand, sun."}


def break_the_database(members: Members) -> Members:
    """Every checksum is right, but the database was damaged before."""
    whole = members[DATABASE]
    return renamed({**members, DATABASE: whole[:4096] + whole[8192:]}, DATABASE, DATABASE)


def renamed(members: Members, old: str, new: str) -> Members:
    """Give a member another name, in the list, too; sizes and checksums are made right."""
    listed = json.loads(members[MANIFEST])
    found = {new if name == old else name: content for name, content in members.items()}
    with_names = [
        entry | {"name": new if entry["name"] == old else entry["name"]}
        for entry in listed["members"]
    ]
    right = [
        entry
        | {
            "octets": len(found[entry["name"]]),
            "sha256": hashlib.sha256(found[entry["name"]]).hexdigest(),
        }
        for entry in with_names
    ]
    return {**found, MANIFEST: json.dumps({**listed, "members": right}).encode()}


FORGERIES: tuple[tuple[Callable[[Members], Members], str], ...] = (
    (leave_the_folder, "'templates/../../evil.toml', which is no file of a home"),
    (name_a_root, "'/tmp/evil.toml', which is no file of a home"),
    (add_a_stranger, "holds 'templates/en/inquiry.j2', which its list does not"),
    (leave_one_out, "is cut short: duly.db is missing"),
    (change_one, "duly.toml in the backup is damaged: its checksum differs"),
    (come_from_the_future, "format 2: use a newer Duly"),
    (say_nonsense, "the list of the backup cannot be read"),
    (be_something_else, "is no backup of Duly"),
    (break_the_database, "the database in the backup is damaged"),
)


@pytest.mark.parametrize(("forge", "told"), FORGERIES, ids=[row[0].__name__ for row in FORGERIES])
def test_a_spoilt_backup_is_refused_whole(
    stocked: House, forge: Callable[[Members], Members], told: str
) -> None:
    """What was changed on its way is told in one sentence, and nothing of it comes home."""
    target = backed_up(stocked)
    packed(target, forge(unpacked(target)))
    before = contents(stocked.path.parent)
    refused = stocked.run("restore", str(target), "--replace")
    after = contents(stocked.path.parent)

    assert (2, "") == (refused.code, refused.out)
    assert told in refused.err
    assert [] == [
        name
        for name in before | after
        if before.get(name) != after.get(name) and name not in ("out.txt", "err.txt")
    ]


def small_backup(folder: Path) -> Path:
    """Write a small archive of a home of two files."""
    home, archive = folder / "home", folder / "small.tar.gz"
    home.mkdir()
    (home / "duly.toml").write_text("[reps]\ndefault = 'olga@seller.test'\n")
    (folder / DATABASE).write_bytes(bytes(range(256)) * 4)
    write_archive(
        archive,
        folder / DATABASE,
        home,
        has_secrets=False,
        taken_at=TAKEN_AT,
        version="1",
        signing="mark",
    )
    return archive


def came_back(archive: Path, folder: Path) -> dict[str, bytes] | None:
    """Unpack into a fresh folder; None where it is refused."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        read_archive(archive, folder)
    except UsageError:
        return None
    return contents(folder)


def test_no_octet_of_a_backup_can_change_unseen(tmp_path: Path) -> None:
    """Flip any octet, or cut anywhere: refused by a sentence, or what comes back is the same."""
    archive, folder = small_backup(tmp_path), tmp_path / "unpacked"
    whole = archive.read_bytes()
    wanted = came_back(archive, folder)
    outcomes = []
    for place in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x55
        archive.write_bytes(spoilt)
        outcomes.append(came_back(archive, folder))
    for length in range(0, len(whole), 8):
        archive.write_bytes(whole[:length])
        outcomes.append(came_back(archive, folder))

    assert {DATABASE, "duly.toml"} == set(wanted or {})
    assert [] == [one for one in outcomes if one not in (None, wanted)]
    assert outcomes.count(None) > len(whole) // 2
