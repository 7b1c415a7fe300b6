"""How much was kept whole, of a sender and of all, and which long mail is known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from daemon.core.quota import LargeMail
from daemon.ports import Cursor, Fetched
from daemon.store import TortoiseStore, octets, open_store
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.store.builders import NOW, fetched
from tests.store.conftest import SECRET
from tests.store.test_inbox import IDENTITY
from tests.store.test_plans import Asked

HOUR = timedelta(hours=1)


def of(sender: str, uid: int, size: int, *, is_short: bool = False) -> Fetched:
    """Return a mail of a sender that is said to have so many octets."""
    mail = fetched(uid, f"text {uid}", f"o{uid}@debtor.example.org")
    raw = mail.raw.replace(core.AP.encode(), sender.encode())
    return replace(mail, raw=raw, octets=size, is_oversize=is_short)


async def test_what_was_kept_whole_is_counted_by_sender_and_by_day(store: TortoiseStore) -> None:
    """Counted are whole mails of the last hours, under the address in any spelling; a mail that
    is kept short counts nothing, and is known again."""
    early = [of("ann@a.test", 1, 700)]
    late = [of("ANN@a.test", 2, 40), of("bob@b.test", 3, 500), of("x@c.test", 4, 9, is_short=True)]
    cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=1)
    await store.keep(early, cursor, NOW - 30 * HOUR)
    await store.keep(late, replace(cursor, last_uid=4), NOW)
    asked = [of("Ann@A.test", 5, 60), of("new@d.test", 6, 70), late[2]]

    assert 540 == await store.octets_kept_whole(NOW - 24 * HOUR)
    assert 1_240 == await store.octets_kept_whole(NOW - 48 * HOUR)
    assert [
        LargeMail(uid=5, octets=60, sender="ann@a.test", sender_octets=40, is_known=False),
        LargeMail(uid=6, octets=70, sender="new@d.test", sender_octets=0, is_known=False),
        LargeMail(uid=4, octets=9, sender="x@c.test", sender_octets=0, is_known=True),
    ] == await store.large_mails(asked, NOW - 24 * HOUR)


async def test_an_address_that_was_read_with_capitals_still_counts(store: TortoiseStore) -> None:
    """Reading notes the true spelling of the address; the quota goes on with it."""
    cursor = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=1)
    (kept,) = await store.keep([of("ann@a.test", 1, 700)], cursor, NOW)
    await store.identified(kept, replace(IDENTITY, subject="Re", from_address="Ann@a.test"), ())
    (found,) = await store.large_mails([of("ann@a.test", 2, 60)], NOW - HOUR)

    assert 700 == found.sender_octets


async def test_nothing_is_asked_of_nothing(store: TortoiseStore) -> None:
    """No mail, no answer; an empty inbox holds no octets."""

    assert [] == await store.large_mails([], NOW)
    assert 0 == await store.octets_kept_whole(NOW)


async def test_a_day_is_found_by_its_index(tmp_path: Path) -> None:
    """Years of mail are not read for the last 24 hours, nor the mails themselves."""
    store = await open_store(f"sqlite:///{tmp_path}/duly.db", secret=SECRET)

    async def plans(session: Session) -> tuple[str, str]:
        asked = Asked(session)
        await octets.large_mails(cast(Session, asked), [of("a@b.test", 1, 9)], NOW, SECRET)
        of_sender = asked.plan
        await octets.kept_whole(cast(Session, asked), NOW)
        return of_sender, asked.plan

    of_sender, of_all = await store._read(plans)
    await store.close()

    assert "COVERING INDEX mail_kept (kept_at>?)" in of_sender
    assert "COVERING INDEX mail_kept (kept_at>?)" in of_all
