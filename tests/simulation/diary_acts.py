"""Lines of a diary that act: the accounting system, customers, reps."""

from __future__ import annotations

from datetime import date

from tests.simulation.diary import DEFAULT_ACCOUNT, REP, Diary, Verb
from tests.simulation.office import BookRow, Debtor
from tests.simulation.words import option


async def add_account(diary: Diary, words: list[str]) -> None:
    """`account ACME [name "Acme Ltd"] [email x@y] [country DE] [language en]`."""
    reference = words[0]
    diary.office.book.debtors[reference] = Debtor(
        reference=reference,
        name=option(words, "name") or f"{reference.title()} GmbH",
        email=option(words, "email") or f"ap@{reference.lower()}.test",
        country=option(words, "country") or "DE",
        language=option(words, "language") or "en",
    )


async def add_contact(diary: Diary, words: list[str]) -> None:
    """`contact ACME boss@acme.test escalation`."""
    diary.office.book.contacts.append((words[0], words[1], words[2]))


async def add_item(diary: Diary, kind: str, words: list[str]) -> None:
    """`invoice INV-7 1200.00 EUR due DATE [issued DATE] [account ACME] [open 100.00]`."""
    book = diary.office.book
    account = option(words, "account") or next(iter(book.debtors), DEFAULT_ACCOUNT)
    if account not in book.debtors:
        await add_account(diary, [account])
    number, amount, currency = words[:3]
    due = date.fromisoformat(option(words, "due") or diary.today.isoformat())
    issued = date.fromisoformat(option(words, "issued") or min(diary.today, due).isoformat())
    names = ("po", "last_level", "last_letter_on", "owner", "disputed")
    sign = "" if kind == "invoice" else "-"
    book.rows[number] = BookRow(
        account=account,
        number=number,
        kind=kind,
        issued=issued,
        due=due,
        currency=currency,
        total=sign + amount,
        open=sign + (option(words, "open") or amount),
        extra={name: option(words, name) for name in names},
    )


async def invoice(diary: Diary, words: list[str]) -> None:
    """A new invoice in the accounting system."""
    await add_item(diary, "invoice", words)


async def credit(diary: Diary, words: list[str]) -> None:
    """A credit note: `credit CN-1 100.00 EUR [account ACME]`."""
    await add_item(diary, "credit_note", words)


async def unapplied(diary: Diary, words: list[str]) -> None:
    """Money not yet applied: `unapplied P-1 500.00 EUR [account ACME]`."""
    await add_item(diary, "payment", words)


async def paid(diary: Diary, words: list[str]) -> None:
    """`paid INV-7 [200.00]`: from tomorrow's export on it is not open any more, or less."""
    row = diary.office.book.rows[words[0]]
    rest = float(row.open) - float(words[1]) if len(words) > 1 else 0.0
    row.open = f"{rest:.2f}"


async def ledger(diary: Diary, words: list[str]) -> None:
    """`ledger [as of DATE]`: export and import at once; `ledger stops`, `ledger resumes`."""
    if words[:1] in (["stops"], ["resumes"]):
        diary.is_stale = words[0] == "stops"
        return
    as_of = date.fromisoformat(option(words, "of")) if "of" in words else diary.today
    await diary.export(as_of)
    await diary.act()


async def reply(diary: Diary, words: list[str]) -> None:
    """`reply "text" [account ACME] [from x@y] [auth fail] [without token] [subject "…"]`.

    A bar in the text is the end of a line.
    """
    account = await diary.account_of(words)
    taken = diary.last_letter(account)
    raw = diary.office.reply_to(
        taken,
        option(words, "from") or taken.envelope_to[0],
        words[0].replace("|", "\n"),
        verdict=option(words, "auth") or "pass",
        with_token="without" not in words,
        subject=option(words, "subject"),
    )
    diary.office.deliver(raw)
    await diary.act()


async def mail(diary: Diary, words: list[str]) -> None:
    """`mail "text" from x@y [subject "…"] [auth none]`: a mail that answers nothing."""
    message = diary.office.new_mail(
        option(words, "from"), option(words, "subject") or "Hello", option(words, "auth") or "pass"
    )
    message.set_content(words[0])
    diary.office.deliver(message.as_bytes())
    await diary.act()


async def absent(diary: Diary, words: list[str]) -> None:
    """`absent "text" [account ACME]`: an automatic absence note to the last letter."""
    taken = diary.last_letter(await diary.account_of(words))
    raw = diary.office.reply_to(
        taken,
        taken.envelope_to[0],
        words[0],
        headers={"Auto-Submitted": "auto-replied"},
        subject="Automatic reply: your letter",
    )
    diary.office.deliver(raw)
    await diary.act()


async def bounce(diary: Diary, words: list[str]) -> None:
    """`bounce 5.1.1 [account ACME]`: a delivery status notification for the last letter."""
    taken = diary.last_letter(await diary.account_of(words))
    status, recipient = words[0], taken.envelope_to[0]
    action = "failed"
    text = (
        f"From: MAILER-DAEMON@mx.seller.test\nTo: {taken.envelope_from}\n"
        "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Message-ID: <dsn.{len(diary.office.sent())}.{diary.today}@mx.seller.test>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
        ' boundary="b1"\n\n--b1\nContent-Type: text/plain\n\n'
        f"<{recipient}>: host mx.acme.test said: 550 {status} no such user\n\n"
        "--b1\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.seller.test\n\nFinal-Recipient: rfc822; {recipient}\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} no such user\n\n"
        "--b1\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: <{taken.message_id}>\nTo: {recipient}\n\n--b1--\n"
    )
    diary.office.deliver(text.replace("\n", "\r\n").encode())
    await diary.act()


async def rep(diary: Diary, words: list[str]) -> None:
    """`rep "approve" [auth fail] [from x@y]`: answers the newest forward or echo."""
    rows = [row for row in await diary.rep_rows() if row.recipient == REP and row.account]
    frozen = rows[-1].frozen
    assert frozen is not None
    taken = next(entry for entry in diary.office.sent() if entry.message_id == frozen.message_id)
    raw = diary.office.reply_to(
        taken,
        option(words, "from") or REP,
        words[0],
        verdict=option(words, "auth") or "pass",
    )
    diary.office.deliver(raw)
    await diary.act()


async def wait_until(diary: Diary, words: list[str]) -> None:
    """`later`: the afternoon's pass, now."""
    await diary.run_day()


ACTS: dict[str, Verb] = {
    "account": add_account,
    "contact": add_contact,
    "invoice": invoice,
    "credit": credit,
    "unapplied": unapplied,
    "paid": paid,
    "ledger": ledger,
    "reply": reply,
    "mail": mail,
    "absent": absent,
    "bounce": bounce,
    "rep": rep,
    "later": wait_until,
}
