"""Read: each kept mail is identified, matched, read, and acted upon in one commit.

An attempt is counted before the parser sees the bytes (a power cut may forget the newest counts,
a kill does not); a mail that fails three times goes to quarantine and to a human, raw. What is
not the mail's doing (no database, no parser, another worker) counts for nothing. Every mail ends
in exactly one place. With several readers the next mails are read ahead, as `read_ahead.py`
says. Source: DESIGN §3, §6.4.
"""

from __future__ import annotations

import asyncio

from daemon.application import App
from daemon.committing import until_committed
from daemon.core.acting import MailFacts, act
from daemon.core.effects import TellOperator
from daemon.core.matching import Match
from daemon.core.trust import trust
from daemon.core.unmatched import settle_rep_bounce, settle_unmatched
from daemon.errors import ParserFailed, ParserNotStarted, PeerError, SealBroken
from daemon.failpoints import failpoint
from daemon.ports import (
    Commit,
    InboxMail,
    MailStage,
    OutgoingKind,
    Placed,
    StoreConflict,
)
from daemon.rounds.attempts import ATTEMPTS_MAX, begin_attempt, end_attempt_early
from daemon.rounds.gather import creditor_today, gather_conditions
from daemon.rounds.in_hand import UNREAD, in_hand
from daemon.rounds.look_up import context_of, look_up, numbers_in, reads_alike, returned_ids
from daemon.rounds.overtaken import MAIL_WAITS, no_longer_overtaken, tell_overtaken
from daemon.rounds.quarantine import quarantine
from daemon.rounds.read_ahead import FIRST_BATCH, Ahead, base_of, batch_max, identity_at_hand
from daemon.rounds.rep_mail import REP_KINDS, read_rep_mail
from daemon.rounds.sending import rest_sending
from daemon.rounds.storms import Count, one_more
from daemon.rounds.telling import tell, tell_lasting, tell_over, words_of
from parsers.reading import Context, Flag, Identity, Reading

BATCH = FIRST_BATCH
PLACES = {
    "applied": MailStage.APPLIED,
    "filed": MailStage.FILED,
    "forwarded": MailStage.FORWARDED,
}


async def read_round(app: App) -> int:
    """Settle the kept mails; returns how many found their place.

    Raises:
        PeerError: The database does not answer; the mail in hand is tried again, uncounted.
    """
    settled = 0
    mails = await app.store.mails_in(MailStage.KEPT, batch_max(app))
    async with Ahead(app, mails) as ahead:
        for mail in mails:
            if app.brakes.is_stopping:
                break
            try:
                with in_hand(app, f"mail {mail.id}", UNREAD):
                    async with ahead.turn(mail) as of_this:
                        settled += await read_one(of_this, mail)
                no_longer_overtaken(app, f"mail {mail.id}")
            except ParserNotStarted as error:
                await end_attempt_early(app, mail)
                await tell_of_no_parser(app, str(error))
                break
            except StoreConflict as error:
                app.log.info("mail_overtaken", mail=mail.id, why=str(error))
                await end_attempt_early(app, mail)
                await tell_overtaken(app, f"mail {mail.id}", MAIL_WAITS)
            except PeerError:
                app.brakes.uncounted.add(mail.id)
                raise
    return settled


async def tell_of_no_parser(app: App, why: str) -> None:
    """No mail can be read, so none is tried: the operator is told once a day."""
    now = app.clock.now()
    says = f"No mail can be read: {why}. Mail is kept and waits, letters it may concern wait too."
    tell_lasting(app, "parser", "parser_not_started", f"{says} It is tried again by itself.")
    alarm = TellOperator(
        key=f"no_parser|{now.date().isoformat()}",
        subject="Mail is not read: its reader does not start",
        lines=(
            why,
            "Mail is kept and waits; no letter goes that it may concern. It is tried on.",
            "Look for memory, for files of Duly that are missing, and at the log.",
        ),
    )
    await app.store.put_outgoing([alarm], now)


async def read_one(app: App, mail: InboxMail) -> int:
    """Settle one mail; returns 1 unless it must be tried again.

    Raises:
        ParserNotStarted: No mail can be read.
        PeerError: The database does not answer.
        StoreConflict: Another worker came first each time.
    """
    now = app.clock.now()
    attempt, noted = await begin_attempt(app, mail, now, identity_at_hand(app))
    if attempt > ATTEMPTS_MAX:
        return await quarantine(app, mail, "it failed three times", now)
    base = base_of(app, mail)
    try:
        if mail.broken:
            # Another try may find it whole: the disk may have misread it, never its parser.
            raise SealBroken(mail.broken)
        identity = await app.parser.identify(mail.raw, base)
        failpoint("receive.recognised")
        await settle(app, mail, identity, base, noted)
    except (ParserNotStarted, PeerError, StoreConflict):
        # Not the mail's doing: the round tells of it, and the attempt does not count.
        raise
    except asyncio.CancelledError:
        await end_attempt_early(app, mail)
        raise
    except ParserFailed as error:
        app.log.info("parser_failed", mail=mail.id, attempt=attempt, why=str(error))
        if attempt == ATTEMPTS_MAX:
            return await quarantine(app, mail, str(error), now)
        return 0
    except Exception as error:  # noqa: BLE001 - a mail that breaks us is counted, then quarantined
        app.log.info("mail_failed", mail=mail.id, attempt=attempt, error=repr(error))
        if attempt == ATTEMPTS_MAX:
            why = f"it could not be acted upon: {words_of(error)}"
            return await quarantine(app, mail, why, now)
        return 0
    tell_over(app, "parser", "parser_back", "Mail can be read again.")
    return 1


async def settle(
    app: App, mail: InboxMail, identity: Identity, base: Context, noted: Identity | None = None
) -> None:
    """Match, read, act: the mail's place is written in the commit that applies it."""
    found = await look_up(app, identity, (), ())
    # The text may name another customer than the headers do: until then it may be anybody's.
    if identity != noted:
        await app.store.identified(mail.id, identity, ())
    failpoint("receive.identified")
    if await read_rep_mail(app, mail, identity, base, found):
        return
    states = await app.store.load(found.accounts)
    context = context_of(base, found, states)
    reading = await app.parser.read(mail.raw, context)
    failpoint("receive.read")
    if reading.bounce is not None and await settle_bounce_of_rep_mail(app, mail, reading):
        return
    again = found
    names = reading.invoices or Flag.FOREIGN_INVOICE_NUMBER in reading.flags
    if reading.bounce is not None or names or not found.accounts:
        again = await look_up(app, identity, returned_ids(reading), numbers_in(reading))
    if again.accounts:
        await app.store.identified(mail.id, identity, again.accounts)
    if again != found:
        found = again
        failpoint("receive.matched_again")
        states = await app.store.load(found.accounts)
        anew = context_of(base, found, states)
        if not reads_alike(anew, context):
            reading = await app.parser.read(mail.raw, anew)
    if not found.accounts:
        await settle_without_account(app, mail, reading)
        return
    await apply(app, mail, found, reading)


async def settle_bounce_of_rep_mail(app: App, mail: InboxMail, reading: Reading) -> bool:
    """File the failure of a mail to one of us: asking that very rep about it would loop."""
    fact = reading.bounce
    if fact is None:
        return False
    rows = await app.store.letters_by_message_id(returned_ids(reading))
    ours = [row for row in rows if row.kind in REP_KINDS]
    reps = [row.recipient or app.house.reps.operator for row in ours]
    if not rows:
        reps = [address for address in fact.recipients if app.house.reps.is_rep(address)]
    if not reps:
        return False
    now = app.clock.now()
    is_alarm = any(row.kind is OutgoingKind.ALARM for row in ours)
    because, effects = settle_rep_bounce(
        mail.id, reps[0], is_alarm=is_alarm, house=app.house, on=creditor_today(app, now)
    )
    placed = Placed(mail=mail.id, stage=MailStage.FILED, because=because, reading=reading)
    await app.store.place(placed, () if fact.is_delayed else effects, now)
    says = f"Our mail to {reps[0]} came back. What waits goes to the deputy; mend the address."
    tell(app, "rep_mail_came_back", says, mail=mail.id, rep=reps[0])
    return True


async def apply(app: App, mail: InboxMail, found: Match, reading: Reading) -> None:
    """Act on every account concerned, in one commit that also settles the mail."""
    facts = MailFacts(
        id=mail.id,
        received_at=mail.kept_at,
        subject=reading.identity.subject,
        from_address=reading.identity.from_address,
        is_oversize=mail.is_oversize,
    )
    is_rep_thread = app.house.reps.is_rep(reading.identity.from_address)

    async def decide_and_commit() -> tuple[list[Commit], Placed]:
        now = app.clock.now()
        conditions = await gather_conditions(app, now)
        states = await app.store.load(found.accounts)
        commits: list[Commit] = []
        for account, state in states.items():
            decision = act(
                account,
                state,
                reading,
                found,
                trust(reading.identity, found, state),
                facts,
                conditions,
                app.house,
                now,
                is_rep_thread=is_rep_thread,
            )
            commits.append(
                Commit(
                    account=account,
                    expected=state.sequence,
                    events=decision.events,
                    effects=decision.effects,
                    next_action_at=now,
                )
            )
        placed = place_of(mail, commits, reading)
        failpoint("receive.before_applied")
        await app.store.commit(commits, now, placed)
        return commits, placed

    commits, placed = await until_committed(
        decide_and_commit, f"mail {mail.id} was overtaken each time"
    )
    failpoint("receive.applied")
    if reading.bounce is not None and reading.bounce.is_policy and has_bounced(commits):
        rest_sending(app, f"a letter came back for policy reasons: {reading.bounce.status}")
    app.log.info(
        "mail_settled",
        mail=mail.id,
        place=placed.stage.value,
        intents=[intent.value for intent in reading.intents],
        accounts=list(placed.accounts),
    )


def has_bounced(commits: list[Commit]) -> bool:
    """Tell whether a letter of ours came back; anybody can write a mail that looks like it."""
    return any(event.kind == "letter_undelivered" for commit in commits for event in commit.events)


def place_of(mail: InboxMail, commits: list[Commit], reading: Reading) -> Placed:
    """Say where the mail ends: the weightiest place that an account's decision named."""
    order = ("filed", "applied", "forwarded")
    named = [
        (event.place, event.because)
        for commit in commits
        for event in commit.events
        if event.kind == "reply_applied"
    ]
    place, because = max(named, key=lambda entry: order.index(entry[0]))
    return Placed(
        mail=mail.id,
        stage=PLACES[place],
        because=because,
        accounts=tuple(commit.account for commit in commits),
        reading=reading,
    )


async def settle_without_account(app: App, mail: InboxMail, reading: Reading) -> None:
    """File or forward a mail that belongs to no account."""
    identity = reading.identity
    place, because, effects = settle_unmatched(
        mail.id, identity.subject, identity.from_address, reading, app.house
    )
    now, count = app.clock.now(), Count()
    if effects:
        what = "Mail of senders who belong to no account comes in very often."
        most = app.house.policy.storm_forwards_per_sender_max
        count = await one_more(app, "unmatched", identity.from_address, what, now, most)
        if count.alarms:
            place, effects = "filed", count.alarms
    placed = Placed(
        mail=mail.id,
        stage=PLACES[place],
        because=because,
        reading=reading,
        counted=count.tally,
    )
    failpoint("receive.before_placed")
    await app.store.place(placed, effects, now)
    failpoint("receive.placed")
    app.log.info("mail_settled", mail=mail.id, place=place, accounts=[])
