"""Verify: every law over a real database, read-only, account by account.

`run.py verify` and the simulation use the same checkers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.core.evolve import replay
from daemon.core.house import House
from daemon.core.state import AccountState, Stage
from daemon.errors import IllegalTransition
from daemon.laws.findings import Reports
from daemon.laws.letter_laws import check_letters
from daemon.laws.walk import sequence_gaps
from daemon.ports import MailStage, OutgoingKind, OutgoingStage, Store

SLICE = 200
FAR_AHEAD = timedelta(days=36_500)
MAILS_MAX = 1_000
LATE_MAIL_MINUTES = 60
REPLAY = "the state of an account is the replay of its events"
NEXT_INSTANT = "every open sequence has a next instant"
ONE_PLACE = "every mail ends in exactly one place"
OPENS = "every mail opens as it was sealed"
NO_ANSWERS = "no automatic answer goes to automatic mail"


async def verify_store(store: Store, house: House, now: datetime) -> Reports:
    """Check all laws over all accounts.

    Args:
        store: The store, read-only is enough.
        house: Creditor, policy and reps.
        now: Aware UTC instant of the check.

    Returns:
        One report a law, with how often it was checked.
    """
    reports = Reports()
    after = ""
    while ids := await store.account_ids(after, SLICE):
        after = ids[-1]
        states = await store.load(ids)
        for account, state in states.items():
            await verify_account(store, account, state, house, reports)
    await verify_instants(store, now, reports)
    await verify_mails(store, now, reports)
    await verify_answers(store, reports)
    return reports


async def verify_account(
    store: Store, account: str, state: AccountState, house: House, reports: Reports
) -> None:
    """Check the log of one account, and that its state is the log's replay."""
    law = reports.law("replay", REPLAY)
    try:
        events = await store.events(account)
    except ValueError:
        law.check(False, account, "the event log holds an event that this release cannot read")
        return
    law.check(not sequence_gaps(events), account, "the event log has a gap")
    try:
        rebuilt = replay(events)
    except IllegalTransition as error:
        law.check(False, account, f"the event log cannot be replayed: {error}")
        return
    law.check(rebuilt == state, account, "the stored state differs from the replay of its events")
    rows = {row.key: row for row in await store.outgoing_of(account)}
    check_letters(account, events, rows, house, reports)


async def verify_instants(store: Store, now: datetime, reports: Reports) -> None:
    """Promise 10: an account with an open sequence is due at some instant."""
    law = reports.law("next_instant", NEXT_INSTANT)
    scheduled: set[str] = set()
    after = ""
    while due := await store.due_accounts(now + FAR_AHEAD, SLICE, after):
        after = due[-1]
        scheduled.update(due)
    after = ""
    while ids := await store.account_ids(after, SLICE):
        after = ids[-1]
        for account, state in (await store.load(ids)).items():
            is_open = any(entry.stage is not Stage.CLOSED for entry in state.sequences)
            if is_open:
                law.check(
                    account in scheduled, account, "an open sequence has no next instant: asleep"
                )


async def verify_mails(store: Store, now: datetime, reports: Reports) -> None:
    """Promise 4: no mail is kept for long without a place."""
    law = reports.law("one_place", ONE_PLACE)
    for mail in await store.unapplied_mails():
        age = now - mail.kept_at
        law.check(
            age < timedelta(minutes=LATE_MAIL_MINUTES),
            "",
            f"mail {mail.id} from {mail.from_address or 'unknown'} waits since {mail.kept_at}",
        )
    for stage in (MailStage.APPLIED, MailStage.FILED, MailStage.FORWARDED, MailStage.QUARANTINED):
        mails = await store.mails_in(stage, MAILS_MAX)
        law.checked += len(mails)
        for mail in mails:
            find_broken(reports, "", f"mail {mail.id}", mail.broken)


def find_broken(reports: Reports, account: str, what: str, broken: str) -> None:
    """Find a row that does not open; the law is in the report where it is broken alone."""
    if broken:
        reports.law("opens", OPENS).check(False, account, f"{what} cannot be read: {broken}")


async def verify_answers(store: Store, reports: Reports) -> None:
    """Promise 5: nothing was answered automatically to a customer."""
    law = reports.law("no_answers", NO_ANSWERS)
    for stage in OutgoingStage:
        for row in await store.outgoing_in(stage):
            find_broken(reports, row.account, row.key, row.broken)
            law.check(
                row.kind is not OutgoingKind.ANSWER,
                row.account,
                f"an automatic answer {row.key} lies in the outbox",
            )
