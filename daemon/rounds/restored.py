"""After a backup was restored: settle what it does not know, before anything else is done.

Day by day of the gap: letters that may have left are presumed to have, the Sent folder says
which did, and mails that were filed meanwhile are read again where they lie. What nothing
settles a rep is asked; nothing is sent a second time. Source: DESIGN §6.8, §6.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TypeGuard, assert_never
from zoneinfo import ZoneInfo

from daemon.application import App
from daemon.core.act_holds import new_hold, open_holds
from daemon.core.conditions import Conditions
from daemon.core.effects import (
    EchoToRep,
    Effect,
    ForwardToRep,
    SendDigest,
    SendLetter,
    TellOperator,
)
from daemon.core.events import Event, LetterAccepted
from daemon.core.restored import (
    Gap,
    Settlement,
    ask_about_presumed,
    presume_planned,
    presume_waiting,
    sending_instant,
    tell_settlement,
)
from daemon.core.sent_copy import SentCopy
from daemon.core.state import HoldReason, HoldScope, HoldSource
from daemon.ports import Commit, Frozen, Outgoing, OutgoingStage, StoreConflict
from daemon.rounds.gather import STOPPED, debtor_today, gather_conditions
from daemon.rounds.plan import set_aside
from daemon.rounds.read_mail import read_round
from daemon.rounds.restored_evidence import (
    CUSTOMER,
    READ_AGAIN,
    Evidence,
    arrived_at,
    gather_evidence,
    mails_gone,
)
from daemon.rounds.settle import CUSTOMER_MAIL

RESTORED = "restored"
REP_MAIL_HELD = "restored_rep_mail_held"
ROWS_MAX = 1_000_000
SLICE = 200
DIGEST_LETTERS = 26
READ_TURNS_MAX = 20
FOUND = "found in the Sent folder after a backup was restored"
HELD = "a backup was restored; this mail may have gone already"


async def restored_round(app: App) -> bool:
    """Settle a restored backup; True where there is none, or all is settled.

    Raises:
        PeerError: The mailbox cannot be read now; nothing may go before it was.
    """
    marked = await app.store.fact(RESTORED)
    if not marked:
        return True
    since, until = (datetime.fromisoformat(text) for text in marked.split("|"))
    gap = Gap(since=since, until=until)
    app.log.warning("settling_a_restored_backup", since=str(since), until=str(until))
    evidence = await gather_evidence(app, gap)
    base = await gather_conditions(app, app.clock.now())
    everybody = await app.store.account_ids(limit=ROWS_MAX)
    for day in (*gap.days(), date.max):
        await presume_waiting_letters(app, gap, everybody)
        await presume_day(app, gap, base, day, evidence)
        await settle_found(app, gap, evidence)
        await read_day(app, gap, evidence, day)
    await presume_waiting_letters(app, gap, everybody)
    await settle_found(app, gap, evidence)
    strange = await hold_unexplained(app, evidence)
    held = await hold_rep_mail(app, gap, evidence)
    found = Settlement(
        found=await count_found(app, gap),
        unknown=await ask_owners(app, gap),
        read_again=int(await app.store.fact(READ_AGAIN) or 0),
        held=tuple(held),
        unexplained=tuple(strange),
        gone=await mails_gone(app),
    )
    now = app.clock.now()
    if found.stops_because:
        await app.store.set_fact(STOPPED, found.stops_because)
    await app.store.put_outgoing([tell_settlement(found, gap)], now)
    await app.store.wake(now)
    await app.store.set_fact(RESTORED, "")
    await app.store.set_fact(READ_AGAIN, "")
    await app.store.set_fact(REP_MAIL_HELD, "")
    return True


# --- letters --------------------------------------------------------------------------------


async def presume_day(app: App, gap: Gap, base: Conditions, day: date, evidence: Evidence) -> None:
    """Presume the letters that could have left on that date of their debtor.

    One to an address to which a letter left on a later date is presumed for that date.
    """
    if day == date.max:
        return
    end = datetime.combine(day + timedelta(days=2), time(), UTC)
    after = ""
    while ids := await app.store.due_accounts(min(end, gap.until), SLICE, after):
        after = ids[-1]
        states = await app.store.load(ids)
        for account in ids:
            state = states[account]
            at = sending_instant(state, day, gap, app.house)
            if at is None:
                continue
            try:
                turn = presume_planned(account, state, base, gap, app.house, at)
            except Exception as error:  # noqa: BLE001 - a faulty account is set aside and told
                await set_aside(app, account, state, error, app.clock.now())
                continue
            zone = ZoneInfo(state.facts.zone)
            to = {effect.content.recipient for effect in turn.effects if is_letter(effect)}
            left_on = {when for one in to for when in evidence.days_to(one, zone)}
            if day not in left_on and any(when > day for when in left_on):
                continue
            await write(app, account, state.sequence, turn.events, turn.effects)


def is_letter(effect: Effect) -> TypeGuard[SendLetter]:
    """Tell whether an effect is a letter to a customer."""
    return isinstance(effect, SendLetter)


async def presume_waiting_letters(app: App, gap: Gap, ids: Sequence[str]) -> None:
    """Presume every letter that waits: it may have left since."""
    for start in range(0, len(ids), SLICE):
        for account, state in (await app.store.load(ids[start : start + SLICE])).items():
            await write(app, account, state.sequence, presume_waiting(state, gap), ())


async def write(
    app: App,
    account: str,
    expected: int,
    events: Sequence[Event],
    effects: Sequence[Effect],
    freeze: tuple[tuple[str, Frozen], ...] = (),
) -> None:
    """Commit for one account, where there is anything; nobody else writes meanwhile.

    Raises:
        StoreConflict: Somebody did; the settling begins anew at the next start.
    """
    if not events:
        return
    commit = Commit(
        account=account,
        expected=expected,
        events=tuple(events),
        effects=tuple(effects),
        keeps_next_action=True,
        freeze=freeze,
    )
    await app.store.commit([commit], app.clock.now())


async def settle_found(app: App, gap: Gap, evidence: Evidence) -> None:
    """Count every unknown letter as sent whose copy lies in the Sent folder."""
    for row in await app.store.outgoing_in(OutgoingStage.UNKNOWN, ROWS_MAX):
        copy = evidence.of(row) if row.kind in CUSTOMER_MAIL else None
        if copy is None:
            continue
        state = (await app.store.load([row.account]))[row.account]
        on = debtor_today(app, state, copy.sent_at)
        event = LetterAccepted(key=row.key, on=on, reply=of_gap(FOUND, gap))
        freeze = () if row.frozen is not None else ((row.key, as_it_left(row, copy)),)
        await write(app, row.account, state.sequence, (event,), (), freeze)
        await app.store.copy_filed(row.key)


def as_it_left(row: Outgoing, copy: SentCopy) -> Frozen:
    """Return the bytes that left, from their copy."""
    return Frozen(
        raw=copy.raw,
        message_id=copy.message_ids[0] if copy.message_ids else "",
        envelope_from="",
        envelope_to=row.recipient,
    )


async def count_found(app: App, gap: Gap) -> int:
    """Count the letters that the Sent folder has settled after this restoring."""
    rows = await app.store.outgoing_in(OutgoingStage.ACCEPTED, ROWS_MAX)
    return sum(row.smtp_reply == of_gap(FOUND, gap) and row.kind in CUSTOMER_MAIL for row in rows)


async def ask_owners(app: App, gap: Gap) -> int:
    """Ask the owners about what is still unknown; returns how many letters that are."""
    rows = await app.store.outgoing_in(OutgoingStage.UNKNOWN, ROWS_MAX)
    unknown = [row for row in rows if row.kind in CUSTOMER_MAIL]
    for account in sorted({row.account for row in unknown}):
        state = (await app.store.load([account]))[account]
        asked = ask_about_presumed(account, state, gap, app.house, app.clock.now())
        await write(app, account, state.sequence, asked.events, asked.effects)
    return len(unknown)


# --- mails ----------------------------------------------------------------------------------


async def read_day(app: App, gap: Gap, evidence: Evidence, day: date) -> None:
    """Read again what was filed up to that date, one mail after another, as it came."""
    while evidence.filed:
        cursor, mail = evidence.filed[0]
        came_at = arrived_at(mail, gap)
        if came_at.date() > day:
            return
        evidence.filed.pop(0)
        kept = await app.store.keep([mail], cursor, came_at)
        # It lies where it belongs: only the inbox is ever cleared.
        await app.store.moved(kept)
        if not kept:
            continue
        before = int(await app.store.fact(READ_AGAIN) or 0)
        await app.store.set_fact(READ_AGAIN, str(before + len(kept)))
        for _ in range(READ_TURNS_MAX):
            if not await read_round(app):
                break


async def hold_unexplained(app: App, evidence: Evidence) -> list[str]:
    """Hold the accounts to which a letter left that nothing here explains; returns sentences."""
    sentences: list[str] = []
    now = app.clock.now()
    for token, copy in evidence.by_token.items():
        if not token.startswith(CUSTOMER) or await app.store.letters_by_token([token]):
            continue
        to = ", ".join(sorted(copy.recipients))
        sentence = (
            f"a letter to {to} of {copy.sent_at:%Y-%m-%d} is in the Sent folder, and since a "
            "backup was restored Duly does not know it"
        )
        sentences.append(sentence)
        for address in sorted(copy.recipients):
            for match in await app.store.accounts_by_address(address):
                state = (await app.store.load([match.account]))[match.account]
                hold = new_hold(
                    HoldReason.MANUAL,
                    HoldScope.ACCOUNT,
                    state.facts.reference,
                    origin=f"restored|{sha256(token.encode()).hexdigest()[:DIGEST_LETTERS]}",
                    since_at=now,
                    until_on=None,
                    because=sentence,
                    source=HoldSource.RULE,
                )
                await write(app, match.account, state.sequence, open_holds(state, [hold]), ())
    return sentences


async def hold_rep_mail(app: App, gap: Gap, evidence: Evidence) -> list[str]:
    """Keep back mail to reps that may have gone; returns the subjects of what this keeps back.

    What the Sent folder shows has gone. A forward is repeated by its own rule while the matter
    is open, so that holding it loses nothing. Done once: what the settling itself has to say
    comes after, and goes even where the settling is cut short and begins anew.
    """
    now = app.clock.now()
    is_done = bool(await app.store.fact(REP_MAIL_HELD))
    for row in () if is_done else await app.store.outgoing_in(OutgoingStage.QUEUED, ROWS_MAX):
        if row.kind in CUSTOMER_MAIL:
            continue
        has_gone = evidence.of(row) is not None
        stage = OutgoingStage.ACCEPTED if has_gone else OutgoingStage.UNKNOWN
        reply = of_gap(FOUND if has_gone else HELD, gap)
        try:
            await app.store.move_outgoing(row.key, stage, now, reply=reply, expected=row.stage)
        except StoreConflict as error:
            app.log.warning("moved_meanwhile", key=row.key, why=str(error))
    await app.store.set_fact(REP_MAIL_HELD, "yes")
    unknown = await app.store.outgoing_in(OutgoingStage.UNKNOWN, ROWS_MAX)
    return [subject_of(row.effect) for row in unknown if row.smtp_reply == of_gap(HELD, gap)]


def of_gap(reply: str, gap: Gap) -> str:
    """Return what a row says of its settling: which restoring it was, for there may be more."""
    return f"{reply} (restored at {gap.until.isoformat()})"


def subject_of(effect: Effect) -> str:
    """Return what a mail to a rep is about."""
    match effect:
        case ForwardToRep(subject=subject) | TellOperator(subject=subject):
            return subject
        case EchoToRep():
            return "an echo of a command"
        case SendDigest():
            return "a morning digest"
        case SendLetter(key=key):
            return key
        case _:
            assert_never(effect)
