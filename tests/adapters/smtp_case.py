"""What the SMTP tests share: a letter, settings that fail fast, and a submission."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.ports import Frozen, Outcome

RAW = (
    b"From: Accounts <ar@seller.test>\r\nTo: ap@debtor.test\r\nMessage-ID: <m1@seller.test>\r\n"
    b"Date: Mon, 11 May 2026 09:00:00 +0200\r\nSubject: Invoice INV-7\r\n\r\n"
    b".one dot\r\n..two dots\r\n.\r\nGr\xc3\xbc\xc3\x9fe\r\n"
)
MAIL = Frozen(
    raw=RAW,
    message_id="m1@seller.test",
    envelope_from="ar@seller.test",
    envelope_to="ap@debtor.test",
)


def settings_for(port: int) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1",
        port=port,
        tls="none",
        helo="duly.test",
        connect_seconds=2,
        command_seconds=0.3,
        final_reply_seconds=0.3,
    )


@asynccontextmanager
async def submission(settings: SmtpSettings) -> AsyncIterator[SmtpSubmission]:
    opened = SmtpSubmission(settings)
    try:
        yield opened
    finally:
        await opened.close()


async def transmit(settings: SmtpSettings, mail: Frozen = MAIL) -> Outcome:
    async with submission(settings) as opened:
        return await (await opened.connect()).transmit(mail)
