"""IMAP against pymap, the server that the demonstration embeds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from daemon.adapters.imap import ImapMailbox
from tests.adapters.imap_case import embedded_settings
from tests.servers.pymap_imap import Pymap


async def test_the_embedded_server_serves_every_command() -> None:
    """What the demonstration needs works on its own server, without keywords or flags."""
    raws = [
        b"Message-ID: <a@debtor.test>\r\n\r\ngr\xfc\xdfe\r\n",
        b"Message-ID: <b@debtor.test>\r\n\r\n" + b"z" * 2_000 + b"\r\n",
        b"Message-ID: <n@s.test>\r\nX-Microsoft-Original-Message-ID: <o@s.test>\r\n\r\nx\r\n",
    ]
    async with Pymap() as server:
        await server.add_user("ar")
        settings = replace(
            embedded_settings(server),
            octets_max=1_000,
            text_octets_max=100,
        )
        inbox, other = ImapMailbox(settings), ImapMailbox(settings)
        try:
            await inbox.open("INBOX")
            await other.open("INBOX")
            for raw in raws[:2]:
                await inbox.append("INBOX", raw)
            await inbox.append("Gesendet & geprüft", raws[2])
            uids = await inbox.uids_after(0)
            fetched = await inbox.fetch(uids)
            recent = await inbox.uids_since(datetime.now(UTC).date() - timedelta(days=1))
            found = [
                await inbox.has_message("Gesendet & geprüft", wanted)
                for wanted in ("n@s.test", "o@s.test", "s.test")
            ]
            waiting = asyncio.ensure_future(inbox.wait(5))
            while not waiting.done():
                await other.append("INBOX", raws[0])
            is_pushed = await waiting
            await inbox.move(uids, "Processed")
            left = await inbox.uids_after(0)
            filed = await inbox.open("Processed")
        finally:
            await inbox.close()
            await other.close()

    assert [(raws[0], False), (raws[1][:131], True)] == [
        (one.raw, one.is_oversize) for one in fetched
    ]
    assert uids == recent
    assert found == [True, True, False]
    assert is_pushed
    assert left
    assert min(left) > uids[-1]
    assert filed.exists == 2
