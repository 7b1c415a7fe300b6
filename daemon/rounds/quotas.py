"""Quotas: which new mails are kept by their beginnings, and who is told of it.

Asked before a large mail is fetched whole. What was kept short once stays so, however often the
server shows it again; what lay in the mailbox before the first search, or is found again after
a change of UIDVALIDITY, is counted on no quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.application import App, Inbound
from daemon.core.context import base_context
from daemon.core.quota import LargeMail, Over, is_proven, over_quota, own_tally, quota_alarm
from daemon.errors import ParserFailed
from daemon.ports import Fetched
from daemon.rounds.gather import creditor_today
from daemon.rounds.storms import too_many
from daemon.rounds.telling import tell_lasting

DAY = timedelta(days=1)
STORM = "There is very much mail of many senders; it is kept short for today."


async def kept_short(
    app: App, inbound: Inbound, beginnings: Sequence[Fetched], now: datetime, *, is_counted: bool
) -> list[Fetched]:
    """Return those of the beginnings by which their mails are to be kept.

    Args:
        app: The application.
        inbound: The mailbox and its quota.
        beginnings: Of the mails that are larger than their beginnings.
        now: Aware UTC instant.
        is_counted: Quotas apply; else only what is kept short already is returned.
    """
    if not beginnings:
        return []
    since = now - DAY
    large = await app.store.large_mails(beginnings, since)
    short = {mail.uid for mail in large if mail.is_known}
    if is_counted:
        all_octets = await app.store.octets_kept_whole(since)
        new = [mail for mail in large if not mail.is_known]
        over = over_quota(new, all_octets, inbound.quota)
        short |= await without_the_proven(app, inbound, beginnings, new, over, now)
    return [mail for mail in beginnings if mail.uid in short]


async def without_the_proven(
    app: App,
    inbound: Inbound,
    beginnings: Sequence[Fetched],
    new: Sequence[LargeMail],
    over: dict[int, Over],
    now: datetime,
) -> set[int]:
    """Return the UIDs over quota without those of proven senders, who have their own."""
    raws = {mail.uid: mail.raw for mail in beginnings}
    short: set[int] = set()
    can_ask = True
    for mail in new:
        if mail.uid not in over:
            continue
        try:
            if can_ask and await fits_own_quota(app, inbound, mail, raws[mail.uid], now):
                continue
        except ParserFailed as error:
            # One mail that hangs the parser must not be followed by many: fetching waits for it.
            app.log.info("sender_not_proven", uid=mail.uid, why=str(error))
            can_ask = False
        short.add(mail.uid)
        await tell(app, inbound, over[mail.uid], mail.sender, now)
    return short


async def fits_own_quota(
    app: App, inbound: Inbound, mail: LargeMail, raw: bytes, now: datetime
) -> bool:
    """Count a mail of a known and proven sender on that sender's own quota of the day.

    Raises:
        ParserFailed: Its headers could not be read.
    """
    is_known = app.house.reps.is_rep(mail.sender)
    if not is_known and not await app.store.accounts_by_address(mail.sender):
        return False
    context = base_context(app.house, now, inbound.authserv_ids, inbound.own_addresses)
    if not is_proven(await app.parser.identify(raw, context), mail.sender):
        return False
    name = f"octets|{mail.sender}"
    today = creditor_today(app, now)
    tally = own_tally(await app.store.fact(name), today, mail.octets, inbound.quota)
    if tally is None:
        return False
    # Written before the mail is kept: after a crash it counts twice, which only shortens.
    await app.store.set_fact(name, tally)
    return True


async def tell(app: App, inbound: Inbound, over: Over, sender: str, now: datetime) -> None:
    """Tell the operator, once a day of each sender, and of no more than are few."""
    alarm = quota_alarm(over, sender, creditor_today(app, now), inbound.quota)
    whose = f"Large mail of {sender}" if over is Over.SENDER else "Large mail of all senders"
    says = (
        f"{whose} is kept without its attachments, for the quota of the day is used up. The whole "
        "mails lie in the mailbox."
    )
    tell_lasting(app, alarm.key, "mail_kept_short", says, quota=over.value, sender=sender)
    if await app.store.outgoing(alarm.key) is not None:
        return
    if not await too_many(app, "quota", "", STORM, now):
        await app.store.put_outgoing([alarm], now)
