"""Quarantine: a mail that cannot be read is set aside, whole or broken, and a human told.

It blocks only the accounts that its headers name. Of a mail whose row does not open the sender
is left, who stands there in clear. Source: DESIGN §6.4, §6.9.
"""

from __future__ import annotations

from datetime import datetime

from daemon.application import App
from daemon.core.events import HoldOpened
from daemon.core.quarantine import quarantine_hold, quarantine_notice, subject_at_a_glance
from daemon.failpoints import failpoint
from daemon.ports import Commit, InboxMail, MailStage, Placed, StoreConflict
from daemon.rounds.look_up import look_up
from daemon.rounds.storms import too_many
from daemon.rounds.telling import tell
from parsers.reading import AuthVerdict, Identity


async def quarantine(app: App, mail: InboxMail, why: str, now: datetime) -> int:
    """Set a poison mail aside, hold the accounts that its headers name, and tell a human.

    Returns:
        1; 0 where another worker settled it, or an account moved on: then it is tried again.
    """
    kept = await app.store.mail(mail.id) or mail
    why = kept.broken or why
    subject = kept.subject or subject_at_a_glance(kept.raw)
    notice = quarantine_notice(
        mail.id, kept.from_address, subject, why, app.house, is_broken=bool(kept.broken)
    )
    what = "Mail that cannot be read comes in very often; it lies in the quarantine folder."
    storm = await too_many(app, "quarantine", "", what, now)
    effects = () if storm else (notice,)
    accounts = kept.accounts
    identity = kept.identity or (sender_alone(kept) if kept.broken else None)
    if not accounts and identity is not None:
        accounts = (await look_up(app, identity, (), ())).accounts
    placed = Placed(mail=mail.id, stage=MailStage.QUARANTINED, because=why, accounts=accounts)
    states = await app.store.load(accounts)
    known = await app.store.mail(mail.id)
    if known is not None and known.stage is not MailStage.KEPT:
        return 0
    commits = [
        Commit(
            account=account,
            expected=state.sequence,
            events=(HoldOpened(hold=quarantine_hold(mail.id, account, state, app.house, now)),),
            effects=effects,
            next_action_at=now,
        )
        for account, state in states.items()
    ]
    failpoint("receive.before_quarantined")
    try:
        if commits:
            await app.store.commit(commits, now, placed)
        else:
            await app.store.place(placed, effects, now)
    except StoreConflict:
        return 0
    failpoint("receive.quarantined")
    if storm:
        await app.store.put_outgoing(storm, now)
    whose = "it is known to concern" if kept.broken else "its headers name"
    says = (
        f"A mail from {kept.from_address or 'an unknown sender'} was set aside: {why}. It waits "
        f"for you in the quarantine folder; the accounts that {whose} rest meanwhile."
    )
    tell(app, "mail_quarantined", says, mail=mail.id)
    return 1


def sender_alone(mail: InboxMail) -> Identity:
    """Return the identity of a mail of which nothing is left but what stands in clear."""
    return Identity(
        message_id=mail.message_id,
        from_address=mail.from_address,
        from_name="",
        from_count=1,
        reply_to="",
        recipients=(),
        subject=mail.subject,
        sent_at=None,
        in_reply_to=(),
        references=(),
        tokens=(),
        verdict=AuthVerdict.NONE,
        is_automatic_by_headers=False,
        is_own=False,
    )
