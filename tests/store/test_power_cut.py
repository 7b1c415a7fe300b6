"""A power cut: what was acknowledged is there, what was not is there whole or not at all.

Two proofs that need each other: every disk that a cut can leave, by the order in which SQLite
syncs, opens with the acknowledged state; and the order in which the product's own process syncs
is that order. The second watches system calls, and needs `strace` and the right to use it.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from daemon.ports import MailStage
from daemon.store import open_store
from tests.store.disk import Disk, contents, cuts, look
from tests.store.writing import MAILS, SECRET, acts
from tests.threats.counts import count

# At how many sectors the log of each act is torn, and how often sectors are drawn.
TORN, LOTS = count(6, 100_000), count(3, 60)
DATABASE, LOG = "duly.db", "duly.db-wal"


async def looked_at(folder: Path) -> list[Disk]:
    """Do every act and look at the disk after each."""
    path = folder / DATABASE
    store = await open_store(f"sqlite:///{path}", secret=SECRET)
    seen = [look(path, folder / "seen")]
    async for _ in acts(store):
        seen.append(look(path, folder / "seen"))
    await store.close()
    return seen


async def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    """
    The log torn at its sectors, sectors of log or database lost by lot, within each act, also
    while SQLite moves the log into the database and begins it anew: the state is that before the
    act or that after it, and where the act was acknowledged, that after it.
    """
    seen = await looked_at(tmp_path)
    known = [contents(disk.put(tmp_path / "whole")) for disk in seen]
    chance = random.Random(29)
    tried = acknowledged = 0
    for number, (before, after) in enumerate(pairwise(seen)):
        for cut in cuts(before, after, chance, TORN, LOTS):
            found = contents(cut.disk.put(tmp_path / "cut"))
            allowed = known[number + 1 :][:1] if cut.is_acknowledged else known[number:][:2]

            assert found in allowed, f"act {number}"

            tried += 1
            acknowledged += cut.is_acknowledged

    assert len(MAILS) + 3 == len(set(known))
    assert any(one.database != two.database for one, two in pairwise(seen))
    assert acknowledged >= len(MAILS) + 2
    assert tried >= count(150, 4_000)


async def test_the_product_goes_on_after_a_power_cut(tmp_path: Path) -> None:
    """Opened by the product, a disk torn within the last mail has every mail acknowledged."""
    seen = await looked_at(tmp_path)
    (*_, torn) = (
        cut for cut in cuts(seen[-2], seen[-1], random.Random(29), 9, 1) if not cut.is_acknowledged
    )
    store = await open_store(f"sqlite:///{torn.disk.put(tmp_path / 'cut')}", secret=SECRET)
    kept = await store.mails_in(MailStage.KEPT, 100)
    await store.set_fact("again", "yes")
    await store.close()

    assert len(MAILS) - 1 <= len(kept) <= len(MAILS)


def traced(folder: Path) -> list[tuple[str, str, str]]:
    """Run the acts in a process of their own; return its calls as (call, file, words)."""
    log = folder / "calls"
    calls = "trace=fsync,fdatasync,pwrite64,ftruncate,write"
    command = ["strace", "-f", "-y", "-s", "16", "-e", calls, "-e", "signal=none", "-o", str(log)]
    acting = [sys.executable, "-m", "tests.store.writing", f"sqlite:///{folder}/duly.db"]
    subprocess.run([*command, *acting], check=True, capture_output=True, timeout=120)
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        call, _, rest = line.partition(" ")[2].strip().partition("(")
        name = re.search(r"<([^>]*)>", rest)
        words = re.search(r'"([^"]*)"', rest)
        found.append((call, Path(name[1]).name if name else "", words[1] if words else ""))
    return found


def test_the_product_syncs_in_that_order(tmp_path: Path) -> None:
    """
    Nothing is acknowledged while the log has octets that were not synced; no page of the
    database changes before the log is synced, and the log changes again only after the pages are.
    """
    if shutil.which("strace") is None:
        pytest.skip("strace is not here: apt-get install strace")
    trial = ["strace", "-o", "/dev/null", "true"]
    if subprocess.run(trial, check=False, capture_output=True).returncode:
        pytest.skip("system calls cannot be watched in this place")
    unsynced: set[str] = set()
    acknowledged = moved = 0
    is_begun = False
    for call, name, words in traced(tmp_path):
        match call, name:
            case "fsync" | "fdatasync", _:
                unsynced.discard(name)
            case "pwrite64", _ if name == LOG:
                assert DATABASE not in unsynced

                unsynced.add(LOG)
                is_begun = True
            case "pwrite64" | "ftruncate", _ if name == DATABASE and is_begun:
                assert LOG not in unsynced

                unsynced.add(DATABASE)
                moved += 1
            case "write", _ if words.startswith("ack "):
                assert set() == unsynced

                acknowledged += 1
            case _:
                # The log shortened behind its end, and files that are not the two.
                pass

    assert len(MAILS) + 2 == acknowledged
    assert moved > 0
