"""A backlog at start, new mail behind it, and very large mail: times and memory, over Dovecot.

    python -m bench.backlog [--mails 100000] [--senders 1000] [--read-seconds 120] [--large 50,200]
        [--readers 0]

First each large mail (megabytes): it is taken in beside a small one that arrives behind it;
printed are the seconds until both are kept and by how much the peak of the process grew. Then
so many mails of so many senders (of one: a mail bomb) are put into the mailbox as files, taken
in by the product's round, and read for so many seconds (0: to the last) by the product's round
and parser process, with searches in between as pushes would cause them. Ten seconds into that a
mail of a new sender arrives by LMTP.
Printed: mails a second taken in and read, the time that all of them would need at that rate,
the processor time a mail (which says what an idle machine could do while this one is busy), the
new mail's way from delivery to its place, and the peak memory of the daemon and its children.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

from bench.house import default_house
from daemon.adapters.authentication import Password
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings
from daemon.adapters.log import open_log
from daemon.adapters.parser_pool import ParserPool, readers_of
from daemon.adapters.rate import RateLimits
from daemon.application import App, Inbound, reading_with
from daemon.rounds.read_mail import read_round
from daemon.rounds.take_in import take_in_round
from daemon.store.store import open_store
from tests.servers.dovecot import Dovecot, User

SECRET = b"a secret of the benchmark, 32 b."
SENTENCES = (
    "We will pay invoice {number} by the end of next week.",
    "Please send us a copy of invoice {number}, we cannot find it.",
    "Invoice {number} was paid last Monday by bank transfer.",
    "Your invoice {number} is with our accounts department.",
    "Thank you for your mail. We have received it and will answer shortly.",
    "The price on {number} is not what we agreed, please correct it.",
)
NEW = "new-sender@elsewhere.test"
NEW_AFTER_SECONDS = 10.0
SEARCH_EVERY_SECONDS = 5.0
MEMORY_EVERY_SECONDS = 7.0
MEGABYTE = 1_000_000


def mail(number: int, sender: str) -> bytes:
    """Return a reply of about three kilobytes with a quoted letter below."""
    text = SENTENCES[number % len(SENTENCES)].format(number=f"INV-{number:06}")
    quoted = "".join(
        f"> line {line} of the letter that this mail answers\r\n" for line in range(50)
    )
    return (
        f"Return-Path: <{sender}>\r\nFrom: Accounts <{sender}>\r\nTo: ar@seller.test\r\n"
        f"Subject: Re: your reminder {number}\r\nMessage-ID: <b{number}@debtor.test>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\n{text}\r\n\r\nKind regards\r\nAnn\r\n\r\nOn Monday AR wrote:\r\n{quoted}"
    ).encode()


def large(megabytes: int) -> bytes:
    """Return a mail with an attachment of that size."""
    line = b"A" * 76 + b"\r\n"
    head = mail(0, f"large{megabytes}@debtor.test").split(b"\r\n\r\n", 1)[0]
    head = head.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"')
    return (
        head.replace(b"<b0@", b"<large%d@" % megabytes)
        + b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n--b\r\n"
        + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * (megabytes * MEGABYTE // len(line))
        + b"--b--\r\n"
    )


def reset_peak() -> None:
    """Forget the highest resident memory of this process so far, where the system can."""
    path = Path("/proc/self/clear_refs")
    if path.exists():
        path.write_text("5")


def peak_megabytes() -> float:
    """Return the highest resident memory of this process since `reset_peak`."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def children() -> list[Path]:
    """Return the folders in /proc of the parser processes that this one has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
            is_reader = b"parsers.worker" in (status.parent / "cmdline").read_bytes()
        except OSError:
            # It has just ended.
            continue
        if is_reader and int(words[1]) == os.getpid():
            found.append(status.parent)
    return found


def megabytes_of(folder: Path, line: str) -> float:
    """Return one line of a process's memory: `Rss` counts every page, `Pss` its share of each."""
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(one.split()[1]) for one in lines if one.startswith(f"{line}:")) / 1024


def processor_seconds(folder: Path) -> float:
    """Return the processor time that a process of this machine has used."""
    try:
        words = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def readers_seconds() -> float:
    """Return the processor time that the parser processes have used together."""
    return sum(processor_seconds(folder) for folder in children())


async def watch_memory(peaks: dict[str, float]) -> None:
    """Note the most that this process and its children together hold; a look is not cheap."""
    while Path("/proc/self/smaps_rollup").exists():
        await asyncio.sleep(MEMORY_EVERY_SECONDS)
        folders = [Path("/proc/self"), *children()]
        for line in ("Rss", "Pss"):
            held = sum(megabytes_of(folder, line) for folder in folders)
            peaks[line] = max(peaks.get(line, 0.0), held)


async def take_in_large(app: App, box: Inbound, dovecot: Dovecot, user: User, size: int) -> None:
    """Take in one large mail with a small one behind it, and print what it cost."""
    dovecot.deposit(user, [large(size)])
    dovecot.deposit(user, [mail(size, f"behind{size}@debtor.test")])
    reset_peak()
    before, began = peak_megabytes(), time.monotonic()
    taken = await take_in_round(app, box)
    kept = time.monotonic() - began
    while await read_round(app):
        continue
    spent = time.monotonic() - began
    grown = peak_megabytes() - before
    print(
        f"{size} MB mail: {taken} mails kept after {kept:.1f} s, both in their place after "
        f"{spent:.1f} s, peak memory +{grown:.0f} MB"
    )


async def read_behind(app: App, box: Inbound, dovecot: Dovecot, user: User, seconds: float) -> None:
    """Read the backlog for a while; print its rate and the way of one new mail through it.

    With 0 seconds all of it is read, to the last mail.
    """
    used, readers_used = time.process_time(), readers_seconds()
    began = searched = time.monotonic()
    settled, sent_at, seen_after, has_arrived = 0, 0.0, 0.0, False
    while not seconds or time.monotonic() - began < seconds:
        now = time.monotonic()
        if not sent_at and now - began > NEW_AFTER_SECONDS:
            await asyncio.to_thread(dovecot.deliver, user, mail(10**6, NEW))
            sent_at = time.monotonic()
        if now - searched > SEARCH_EVERY_SECONDS:
            has_arrived = bool(await take_in_round(app, box)) or has_arrived
            searched = now
        newly = await read_round(app)
        settled += newly
        if not seconds and not newly and seen_after:
            print(f"all read: {settled} mails in {(time.monotonic() - began) / 60:.1f} min")
            break
        if has_arrived and not seen_after:
            waiting = await app.store.unapplied_mails()
            if all(one.from_address != NEW for one in waiting):
                seen_after = time.monotonic() - sent_at
    rate = settled / (time.monotonic() - began)
    print(f"read: {settled} mails, {rate:.1f} a second; 100,000 need {100_000 / rate / 60:.0f} min")
    used, readers_used = time.process_time() - used, readers_seconds() - readers_used
    print(
        f"processor time a mail: daemon {1000 * used / settled:.1f} ms, "
        f"readers {1000 * readers_used / settled:.1f} ms"
    )
    print(f"new mail behind the backlog: in its place {seen_after:.1f} s after delivery")


def backlog(mails: int, senders: int) -> Iterator[bytes]:
    """Yield the mails of the backlog."""
    for number in range(mails):
        yield mail(number + 1, f"ap@debtor{number % senders}.test")


async def run(
    mails: int, senders: int, read_seconds: float, sizes: list[int], readers: int
) -> None:
    """Measure all of it over a database, a Dovecot and parser processes of its own."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        dovecot = Dovecot()
        stack.callback(dovecot.stop)
        dovecot.start()
        user = dovecot.add_user()
        dovecot.deliver(user, mail(10**7, "first@debtor.test"))
        store = await open_store(f"sqlite:///{folder}/duly.db", secret=SECRET)
        stack.push_async_callback(store.close)
        parser = ParserPool(readers)
        stack.push_async_callback(parser.close)
        settings = ImapSettings(
            host="127.0.0.1",
            port=dovecot.imap_port,
            username=user.name,
            credential=Password(text=user.password),
            tls="none",
        )
        box = Inbound(mailbox=ImapMailbox(settings))
        stack.push_async_callback(box.mailbox.close)
        app = App(
            house=default_house(),
            store=store,
            clock=SystemClock(),
            parser=parser,
            submission=cast(Any, None),
            inbounds=(box,),
            stationery=cast(Any, None),
            pace=RateLimits(),
            log=open_log(level="error"),
            readers=reading_with(readers),
        )
        await take_in_round(app, box)
        while await read_round(app):
            continue
        for size in sizes:
            await take_in_large(app, box, dovecot, user, size)
        dovecot.deposit(user, backlog(mails, senders))
        reset_peak()
        began = time.monotonic()
        taken = await take_in_round(app, box)
        spent = time.monotonic() - began
        print(f"taken in: {taken} mails in {spent:.1f} s, {taken / spent:.0f} a second")
        peaks: dict[str, float] = {}
        watching = asyncio.create_task(watch_memory(peaks))
        await read_behind(app, box, dovecot, user, read_seconds)
        watching.cancel()
        print(
            f"memory: daemon {peak_megabytes():.0f} MB at its peak; with its {len(children())} "
            f"parser processes {peaks.get('Pss', 0):.0f} MB at their peak together, each page "
            f"counted once ({peaks.get('Rss', 0):.0f} MB where shared ones count for each)"
        )


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--senders", type=int, default=1_000)
    parser.add_argument("--read-seconds", type=float, default=120.0, help="0: until all are read")
    parser.add_argument("--large", default="50,200", help="sizes in MB, parted by commas")
    parser.add_argument("--readers", type=int, default=0, help="0: one a core, at most 4")
    asked = parser.parse_args()
    readers = readers_of(asked.readers)
    # Which build it is matters: one without profile-guided optimisation needs a third more.
    build = f"Python {platform.python_version()} ({os.path.realpath(sys.executable)})"
    print(f"{platform.machine()}, {build}, {asked.mails:,} mails, {readers} readers")
    sizes = [int(size) for size in asked.large.split(",") if size]
    asyncio.run(run(asked.mails, asked.senders, asked.read_seconds, sizes, readers))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
