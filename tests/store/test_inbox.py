"""The inbox: kept once whatever the server does, settled once, moved afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.core.effects import TellOperator
from daemon.core.events import ReplyApplied
from daemon.ports import Cursor, Fetched, MailStage, OutgoingKind, Placed, StoreConflict
from daemon.store import TortoiseStore
from daemon.store.inbox import content_key
from parsers.reading import AuthVerdict, Automatic, Identity, Reading
from tests.core import builders as core
from tests.store.builders import ACCOUNT, NOW, change, fetched, opened

INBOX = Cursor(mailbox="ar", folder="INBOX", uidvalidity=1, last_uid=2)
IDENTITY = Identity(
    message_id="m1@debtor.example.org",
    from_address=core.AP,
    from_name="Ann",
    from_count=1,
    reply_to="",
    recipients=("ar@creditor.example.com",),
    subject="Re: \x00 invoice \ud800",
    sent_at=NOW,
    in_reply_to=(),
    references=(),
    tokens=(),
    verdict=AuthVerdict.PASS,
    is_automatic_by_headers=False,
    is_own=False,
)
READING = Reading(
    identity=replace(IDENTITY, subject="Re: invoice"),
    automatic=Automatic.NONE,
    language="de",
    new_text="Wir zahlen morgen. \x00",
    quoted_text="",
    statements=(),
    promises=(),
    dispute=None,
    remittance=None,
    absence=None,
    bounce=None,
    new_contact=None,
    invoices=(),
    flags=(),
    attachments=(),
    needs_human=True,
    confidence=0.5,
    because=("no rule spoke",),
    defects=(),
)


async def test_a_mail_is_kept_with_its_bytes_and_the_cursor(store: TortoiseStore) -> None:
    """Bytes and cursor are committed together, the bytes as fetched."""
    first, second = fetched(1, "one"), fetched(2, "two", "m2@debtor.example.org")
    ids = await store.keep([first, second], INBOX, NOW)
    kept = await store.mails_in(MailStage.KEPT, 10)
    waiting = await store.unapplied_mails()

    assert ids == [mail.id for mail in kept]
    assert [mail.raw for mail in kept] == [first.raw, second.raw]
    assert [mail.raw for mail in waiting] == [b"", b""]
    assert [(mail.uid, mail.octets, mail.kept_at) for mail in kept] == [
        (1, first.octets, NOW),
        (2, second.octets, NOW),
    ]
    assert await store.cursor("ar", "INBOX") == INBOX
    assert await store.cursor("ar", "Junk") is None
    assert await store.mail(ids[0]) == kept[0]
    assert await store.mail("nobody") is None


async def test_a_new_uidvalidity_finds_the_mail_that_is_kept(store: TortoiseStore) -> None:
    """The server counts anew: nothing is kept twice, and the old places are forgotten."""
    ids = await store.keep([fetched(7, "one")], replace(INBOX, last_uid=7), NOW)
    anew = Cursor(mailbox="ar", folder="INBOX", uidvalidity=2, last_uid=1)
    again = await store.keep([fetched(1, "one")], anew, NOW)
    (mail,) = await store.mails_in(MailStage.KEPT, 10)

    assert again == []
    assert (mail.id, mail.uidvalidity, mail.uid) == (ids[0], 2, 1)
    assert await store.cursor("ar", "INBOX") == anew


async def test_a_server_that_gives_a_uid_twice_loses_nothing(store: TortoiseStore) -> None:
    """Two contents under one UID: both are kept and read; only the first has a copy to move."""
    ids = await store.keep([fetched(1, "one")], INBOX, NOW)
    ids += await store.keep([fetched(1, "two", "m2@debtor.example.org")], INBOX, NOW)
    waiting = await store.unapplied_mails()

    assert [mail.id for mail in waiting] == ids
    assert [(mail.uid, mail.is_moved) for mail in waiting] == [(1, False), (0, True)]


async def test_the_cursor_never_goes_back(store: TortoiseStore) -> None:
    """A late note of a smaller UID does not make the inbox be read again."""
    await store.keep([], replace(INBOX, last_uid=9), NOW)
    await store.keep([], replace(INBOX, last_uid=4), NOW)

    assert await store.cursor("ar", "INBOX") == replace(INBOX, last_uid=9)


async def test_mails_for_one_folder_keep_none_from_the_other(store: TortoiseStore) -> None:
    """However many of those that were read wait to be moved, one set aside is among the next."""
    ids = await store.keep([fetched(uid, f"mail {uid}") for uid in (1, 2, 3)], INBOX, NOW)
    for mail in ids[:2]:
        await store.place(Placed(mail=mail, stage=MailStage.FILED, because="advertising"), (), NOW)
    poison = Placed(mail=ids[2], stage=MailStage.QUARANTINED, because="it failed three times")
    await store.place(poison, (), NOW)

    assert [1, 3] == [mail.uid for mail in await store.mails_to_move("ar", 1)]


async def test_both_copies_of_one_mail_are_moved(store: TortoiseStore) -> None:
    """One content delivered twice is read once, and both copies leave the inbox."""
    ids = await store.keep([fetched(1, "one"), fetched(2, "one")], INBOX, NOW)
    await store.place(Placed(mail=ids[0], stage=MailStage.FILED, because="advertising"), (), NOW)
    copies = await store.mails_to_move("ar", 10)
    await store.moved(ids)

    assert len(ids) == 1
    assert [copy.uid for copy in copies] == [1, 2]
    assert await store.mails_to_move("ar", 10) == []
    assert await store.mails_to_move("other", 10) == []


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (fetched(1, "text"), fetched(2, "text"), True),
        (fetched(1, "text"), fetched(1, "another text"), False),
        (fetched(1, "text"), fetched(1, "text", "m2@debtor.example.org"), False),
        (fetched(1, "ok", None), fetched(2, "ok", None), False),
    ],
    ids=["other trace", "other body", "other message-id", "no message-id"],
)
def test_content_is_compared_without_the_traces(
    one: Fetched, other: Fetched, is_same: bool
) -> None:
    """Trace headers do not make a mail another one; without a Message-ID nothing is equal."""
    assert is_same == (content_key(one.raw) == content_key(other.raw))


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"no colon", b" folded first\r\n\r\nx", b"\xff\x00" * 50]
)
def test_any_bytes_have_a_content_key(raw: bytes) -> None:
    """Foreign bytes never stop the keeping."""
    assert len(content_key(raw)) == 64


async def test_attempts_are_counted_before_parsing(store: TortoiseStore) -> None:
    """A mail that kills the parser is known by its attempts after the restart."""
    (mail,) = await store.keep([fetched(1, "poison")], INBOX, NOW)
    counted = [await store.begin_attempt(mail, NOW) for _ in range(3)]
    kept = await store.mail(mail)
    assert kept is not None

    assert counted == [1, 2, 3]
    assert kept.attempts == 3


async def test_what_the_headers_say_is_noted(store: TortoiseStore) -> None:
    """Sender, subject and candidate accounts stand beside the mail, NUL and all."""
    (mail,) = await store.keep([fetched(1, "one")], INBOX, NOW)
    await store.identified(mail, replace(IDENTITY, subject="Re: \x00"), [ACCOUNT])
    kept = await store.mail(mail)
    assert kept is not None

    assert (kept.from_address, kept.subject, kept.accounts) == (core.AP, "Re: \ufffd", (ACCOUNT,))


async def test_a_settled_mail_is_neither_tried_nor_identified_again(store: TortoiseStore) -> None:
    """A second daemon that saw it waiting comes late: what its reading noted stays."""
    (mail,) = await store.keep([fetched(1, "one")], INBOX, NOW)
    identity = replace(IDENTITY, subject="Re: INV-7")
    await store.identified(mail, identity, [ACCOUNT])
    await store.place(Placed(mail=mail, stage=MailStage.FILED, because="read"), (), NOW)
    before = await store.mail(mail)
    for late in (store.identified(mail, identity, ()), store.begin_attempt(mail, NOW)):
        with pytest.raises(StoreConflict):
            await late

    assert before == await store.mail(mail)


async def test_a_tally_is_set_with_the_place_and_never_for_a_late_one(
    store: TortoiseStore,
) -> None:
    """A mail counts once: who comes late and finds it settled counts nothing."""
    (mail,) = await store.keep([fetched(1, "one")], INBOX, NOW)
    placed = Placed(mail=mail, stage=MailStage.FILED, because="read", counted=(("tally", "1"),))
    await store.place(placed, (), NOW)
    with pytest.raises(StoreConflict):
        await store.place(replace(placed, counted=(("tally", "2"),)), (), NOW)

    assert "1" == await store.fact("tally")


async def test_a_mail_ends_in_one_place_with_the_change_it_caused(store: TortoiseStore) -> None:
    """Reading, place and the account's events are one transaction; a second one is refused."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    (mail,) = await store.keep([fetched(1, "one")], INBOX, NOW)
    applied = ReplyApplied(
        mail=mail,
        intents=(),
        invoices=(),
        place="applied",
        is_stranger=False,
        on=core.day("2026-06-11"),
        because="it said so",
    )
    place = Placed(
        mail=mail, stage=MailStage.APPLIED, because="it said so", accounts=(ACCOUNT,),
        reading=READING,
    )  # fmt: skip
    await store.commit([change(3, applied)], NOW, place)
    with pytest.raises(StoreConflict):
        await store.commit([change(4, applied)], NOW, place)
    settled = await store.mail(mail)
    assert settled is not None

    assert (settled.stage, settled.reading) == (MailStage.APPLIED, READING)
    assert (settled.accounts, settled.because) == ((ACCOUNT,), "it said so")
    assert len(await store.events(ACCOUNT)) == 4
    assert await store.unapplied_mails() == []
    assert [moving.id for moving in await store.mails_to_move("ar", 10)] == [mail]


async def test_a_conflict_leaves_the_mail_where_it_is(store: TortoiseStore) -> None:
    """If the account has moved on, the mail stays kept and is read again."""
    await store.commit([opened("4711")], NOW)
    (mail,) = await store.keep([fetched(1, "one")], INBOX, NOW)
    place = Placed(mail=mail, stage=MailStage.APPLIED, because="x")
    with pytest.raises(StoreConflict):
        await store.commit([change(1)], NOW, place)

    assert [kept.id for kept in await store.unapplied_mails()] == [mail]


async def test_a_quarantined_mail_tells_the_operator(store: TortoiseStore) -> None:
    """A mail that changes no account is settled together with the mail that tells of it."""
    (mail,) = await store.keep([fetched(1, "poison")], INBOX, NOW)
    alarm = TellOperator(key=f"quarantine|{mail}", subject="A mail", lines=(), mail=mail)
    await store.place(
        Placed(mail=mail, stage=MailStage.QUARANTINED, because="it kills the parser"), [alarm], NOW
    )
    queued = await store.due_outgoing(NOW, (OutgoingKind.ALARM,), 10)

    assert [row.effect for row in queued] == [alarm]
    assert [kept.id for kept in await store.mails_in(MailStage.QUARANTINED, 10)] == [mail]


async def test_the_oldest_search_counts(store: TortoiseStore) -> None:
    """The inbox counts as read only as of the mailbox that was searched longest ago."""
    before = await store.inbox_checked_at()
    await store.checked("ar", NOW)
    await store.checked("second", NOW + timedelta(minutes=5))
    await store.checked("ar", NOW + timedelta(minutes=9))

    assert before is None
    assert await store.inbox_checked_at() == NOW + timedelta(minutes=5)
