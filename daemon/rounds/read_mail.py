"""Read: each kept mail is identified, matched, read, and acted upon in one commit.

An attempt is counted before the parser sees the bytes; a mail that fails three times goes to
quarantine and to a human, raw. Every mail ends in exactly one place. Source: DESIGN §3, §6.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from daemon.application import App
from daemon.committing import until_committed
from daemon.core.acting import MailFacts, act
from daemon.core.context import account_context, base_context, number_candidates
from daemon.core.events import HoldOpened
from daemon.core.matching import Match, match
from daemon.core.quarantine import quarantine_hold, quarantine_notice
from daemon.core.state import AccountState
from daemon.core.trust import trust
from daemon.core.unmatched import settle_rep_bounce, settle_unmatched
from daemon.errors import ParserFailed
from daemon.failpoints import failpoint
from daemon.ports import (
    Commit,
    InboxMail,
    MailStage,
    OutgoingKind,
    Placed,
    StoreConflict,
)
from daemon.rounds.gather import creditor_today, gather_conditions
from daemon.rounds.rep_mail import REP_KINDS, read_rep_mail
from daemon.rounds.sending import rest_sending
from daemon.rounds.storms import too_many
from parsers.reading import Context, Flag, Identity, Reading

BATCH = 50
ATTEMPTS_MAX = 3
DOMAIN_MAX = 20
PLACES = {
    "applied": MailStage.APPLIED,
    "filed": MailStage.FILED,
    "forwarded": MailStage.FORWARDED,
}


async def read_round(app: App) -> int:
    """Settle the kept mails; returns how many found their place."""
    settled = 0
    for mail in await app.store.mails_in(MailStage.KEPT, BATCH):
        if app.brakes.is_stopping:
            break
        settled += await read_one(app, mail)
    return settled


async def read_one(app: App, mail: InboxMail) -> int:
    """Settle one mail; returns 1 unless it must be tried again."""
    now = app.clock.now()
    attempt = await app.store.begin_attempt(mail.id, now)
    failpoint("receive.attempt_counted")
    if attempt > ATTEMPTS_MAX:
        return await quarantine(app, mail, "it failed three times", now)
    inbound = next((entry for entry in app.inbounds if entry.mailbox.name == mail.mailbox), None)
    base = base_context(
        app.house,
        mail.kept_at,
        inbound.authserv_ids if inbound else (),
        inbound.own_addresses if inbound else (),
        app.model_folder(),
    )
    try:
        identity = await app.parser.identify(mail.raw, base)
        failpoint("receive.recognised")
        await settle(app, mail, identity, base)
    except ParserFailed as error:
        app.log.warning("parser_failed", mail=mail.id, attempt=attempt, why=str(error))
        if attempt == ATTEMPTS_MAX:
            return await quarantine(app, mail, str(error), now)
        return 0
    except StoreConflict:
        return 0
    except Exception as error:  # noqa: BLE001 - a mail that breaks us is counted, then quarantined
        app.log.error("mail_failed", mail=mail.id, attempt=attempt, error=repr(error))
        if attempt == ATTEMPTS_MAX:
            return await quarantine(app, mail, f"it could not be acted upon: {error!r}", now)
        return 0
    return 1


async def settle(app: App, mail: InboxMail, identity: Identity, base: Context) -> None:
    """Match, read, act: the mail's place is written in the commit that applies it."""
    found = await look_up(app, identity, (), ())
    # The text may name another customer than the headers do: until then it may be anybody's.
    await app.store.identified(mail.id, identity, ())
    failpoint("receive.identified")
    if await read_rep_mail(app, mail, identity, base, found):
        return
    states = await app.store.load(found.accounts)
    reading = await app.parser.read(mail.raw, context_of(base, found, states))
    failpoint("receive.read")
    if reading.bounce is not None and await settle_bounce_of_rep_mail(app, mail, reading):
        return
    again = found
    names = reading.invoices or Flag.FOREIGN_INVOICE_NUMBER in reading.flags
    if reading.bounce is not None or names or not found.accounts:
        again = await look_up(app, identity, returned_ids(reading), numbers_in(reading))
    await app.store.identified(mail.id, identity, again.accounts)
    if again != found:
        found = again
        failpoint("receive.matched_again")
        states = await app.store.load(found.accounts)
        reading = await app.parser.read(mail.raw, context_of(base, found, states))
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
    app.log.warning("rep_mail_came_back", mail=mail.id, rep=reps[0])
    return True


def context_of(base: Context, found: Match, states: dict[str, AccountState]) -> Context:
    """Build the reading context of the matched accounts."""
    letter_invoices: tuple[str, ...] = ()
    for state in states.values():
        letter = state.letter(found.letter.key) if found.letter else None
        if letter is not None:
            letter_invoices = letter.demanded
    ordered = [states[account] for account in found.accounts if account in states]
    return account_context(base, ordered, letter_invoices)


def numbers_in(reading: Reading) -> tuple[str, ...]:
    """Return canonical forms of what may be an invoice number in subject and new text."""
    return number_candidates(f"{reading.identity.subject}\n{reading.new_text}")


def returned_ids(reading: Reading) -> tuple[str, ...]:
    """Return the Message-IDs of the letter that a bounce gives back."""
    return reading.bounce.original_message_ids if reading.bounce else ()


async def look_up(
    app: App, identity: Identity, returned: Sequence[str], numbers: Sequence[str]
) -> Match:
    """Ask the store for every key of the mail and let the core weigh them."""
    store = app.store
    ids = (*identity.in_reply_to, *identity.references, *returned)
    domain = identity.from_address.rpartition("@")[2]
    return match(
        identity,
        token_letters=tuple(await store.letters_by_token(identity.tokens)),
        id_letters=tuple(await store.letters_by_message_id(ids)),
        number_accounts=tuple(await store.accounts_by_number(numbers)),
        address_accounts=tuple(await store.accounts_by_address(identity.from_address)),
        domain_accounts=tuple(await store.accounts_by_domain(domain, DOMAIN_MAX)),
    )


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
    now = app.clock.now()
    if effects:
        what = "Mail of senders who belong to no account comes in very often."
        most = app.house.policy.storm_forwards_per_sender_max
        storm = await too_many(app, "unmatched", identity.from_address, what, now, most)
        if storm:
            place, effects = "filed", storm
    placed = Placed(mail=mail.id, stage=PLACES[place], because=because, reading=reading)
    failpoint("receive.before_placed")
    await app.store.place(placed, effects, now)
    failpoint("receive.placed")
    app.log.info("mail_settled", mail=mail.id, place=place, accounts=[])


async def quarantine(app: App, mail: InboxMail, why: str, now: datetime) -> int:
    """Set a poison mail aside, hold the accounts that its headers name, and tell a human.

    Returns:
        1; 0 where another worker settled it, or an account moved on: then it is tried again.
    """
    kept = await app.store.mail(mail.id) or mail
    notice = quarantine_notice(mail.id, kept.from_address, kept.subject, why, app.house)
    what = "Mail that cannot be read comes in very often; it lies in the quarantine folder."
    storm = await too_many(app, "quarantine", "", what, now)
    effects = () if storm else (notice,)
    accounts = kept.accounts
    if not accounts and kept.identity is not None:
        accounts = (await look_up(app, kept.identity, (), ())).accounts
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
    app.log.warning("mail_quarantined", mail=mail.id, why=why)
    return 1
