"""A database as the first release left it: tokens and mails in clear, no mark of the key."""

from __future__ import annotations

from dataclasses import replace

from daemon.ports import Fetched, Frozen, MailStage, OutgoingKind, OutgoingStage, Placed
from daemon.store import TortoiseStore, facts
from daemon.store.database import open_database
from daemon.store.seal import unseal, unseal_text
from daemon.store.tokens import SIGNING, reply_token
from daemon.store.transactions import Session
from tests.core import builders as core
from tests.store.builders import NOW, forward, opened, planned
from tests.store.test_inbox import INBOX, READING
from tests.store.upgrading import RELEASES
from tests.store.writing import SECRET

USED = "r" + "abcdefghijklmnopqrstuvwxyz"
TOKENS = "SELECT reply_token AS found FROM outgoing UNION ALL SELECT token FROM used_token"


def carrying(token: str, name: str) -> Frozen:
    """Return a mail that left, with a token in it and in its bounce address."""
    address = f"ar+{token}@creditor.example.com"
    return Frozen(
        raw=f"Reply-To: {address}\r\n\r\nWrite to {address}".encode(),
        message_id=f"{name}@creditor.example.com",
        envelope_from=address,
        envelope_to=core.AP,
    )


async def take_in(store: TortoiseStore, uid: int, token: str) -> str:
    """Keep and read a reply to a token's mail; returns its id."""
    raw = f"Message-ID: <{uid}@d.test>\r\nTo: ar+{token}@creditor.example.com\r\n\r\nYes."
    mail = Fetched(uid=uid, octets=len(raw), raw=raw.encode())
    (kept,) = await store.keep([mail], replace(INBOX, last_uid=uid), NOW)
    await store.identified(kept, replace(READING.identity, tokens=(token,)), ())
    return kept


async def make_first(url: str) -> None:
    """Make one of the first schema, with a letter, two forwards and a used token."""
    database = await open_database(url, is_readonly=False, release=RELEASES["first"])
    store = TortoiseStore(database, SECRET)
    opening = opened("4711", core.invoice("A-1", "2026-06-08", 1200))
    await store.commit([opening], NOW)
    await store.commit([planned(len(opening.events))], NOW)
    await store.put_outgoing([forward("f-1"), forward("f-2")], NOW)
    token = reply_token(SECRET, OutgoingKind.FORWARD, "f-1", core.OWNER)
    await store.move_outgoing("f-1", OutgoingStage.TRANSMITTING, NOW, frozen=carrying(token, "f-1"))
    read = await take_in(store, 1, token)
    reading = replace(READING, identity=replace(READING.identity, tokens=(token,)))
    await store.place(
        Placed(mail=read, stage=MailStage.FILED, because="", reading=reading), [], NOW
    )
    await take_in(store, 2, token)
    await database.transactions.write(bare)
    await store.close()


async def bare(session: Session) -> None:
    """Write tokens and mails in clear, as that release did, and take what it had not."""
    left = "SELECT key, content, envelope_from FROM outgoing WHERE content IS NOT NULL"
    for row in await session.fetch(left):
        key = row["key"]
        content = unseal(SECRET, bytes(row["content"]), f"outgoing.content|{key}")
        sender = unseal_text(SECRET, row["envelope_from"], f"outgoing.envelope_from|{key}")
        await session.run(
            "UPDATE outgoing SET content = ?, envelope_from = ? WHERE key = ?",
            (content, sender, key),
        )
    for row in await session.fetch(
        "SELECT id, identity, reading, content FROM mail JOIN mail_raw ON mail_raw.mail = mail.id"
    ):
        mail = row["id"]
        content = unseal(SECRET, bytes(row["content"]), f"mail_raw.content|{mail}")
        await session.run("UPDATE mail_raw SET content = ? WHERE mail = ?", (content, mail))
        texts = [
            row[name] and unseal_text(SECRET, row[name], f"mail.{name}|{mail}")
            for name in ("identity", "reading")
        ]
        await session.run("UPDATE mail SET identity = ?, reading = ? WHERE id = ?", (*texts, mail))
    rows = await session.fetch("SELECT key, kind, recipient FROM outgoing")
    await session.write_many(
        "UPDATE outgoing SET reply_token = ? WHERE key = ?",
        [
            (reply_token(SECRET, OutgoingKind(row["kind"]), row["key"], row["recipient"]), key)
            for row in rows
            for key in (row["key"],)
        ],
    )
    await facts.use_token(session, USED, "main/4711", NOW)
    await session.run("DELETE FROM fact WHERE name = ?", (SIGNING,))
    await session.run("DROP INDEX mail_kept")


async def column(url: str, release: str, query: str) -> list[str]:
    """Return what a query of one column, `found`, gives, opened as that release."""
    database = await open_database(url, is_readonly=True, release=RELEASES[release])
    rows = await database.transactions.read(lambda session: session.fetch(query))
    await database.close()
    return [str(row["found"]) for row in rows]
