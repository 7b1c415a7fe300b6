"""Settle what nobody knows: letters whose transmission broke after the first byte.

After a crash every `transmitting` letter is `unknown`, and so it is after a fault that kept its
outcome from being written. Evidence decides: the Sent folder of a provider that files copies by
itself, a bounce, a reply (those come in by `read_mail`). Without evidence a rep is asked once;
nothing is ever sent again blindly. Source: DESIGN §6.2.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from daemon.application import App, Inbound
from daemon.committing import until_committed
from daemon.core.events import Event, LetterAccepted, LetterUnknown
from daemon.core.unknown import ask_about_unknown
from daemon.errors import PeerError
from daemon.failpoints import failpoint
from daemon.ports import Commit, Outgoing, OutgoingKind, OutgoingStage, StoreConflict
from daemon.rounds.gather import debtor_today
from daemon.rounds.loop_faults import is_lost
from daemon.rounds.telling import LASTING_MAX, named, tell, tell_lasting, tell_over, words_of

CUSTOMER_MAIL = frozenset({OutgoingKind.LETTER, OutgoingKind.DELIVERY, OutgoingKind.ANSWER})
STOPPED = "Duly stopped while it was being sent"
FALTERED = "its outcome could not be written"
REFUSED_COPY_RESTS = timedelta(hours=1)


async def recover_round(app: App, why: str = STOPPED) -> int:
    """What was being transmitted when the process ended, or met a fault, is now `unknown`.

    Only for whoever sends nothing else meanwhile: at start, or between two rounds of sending.
    """
    because = f"{why}; whether this mail left is not known"
    broken = await app.store.outgoing_in(OutgoingStage.TRANSMITTING)
    for row in broken:
        failpoint("send.recovering")
        follows = "evidence is looked for, then its owner is asked"
        if row.kind not in CUSTOMER_MAIL:
            follows = "the next digest says what it said"
        says = f"Nobody knows whether {named(row)} left: {why}; {follows}."
        tell(app, "unknown_after_start", says, key=row.key)
        if row.kind in CUSTOMER_MAIL:
            await append_event(app, row, LetterUnknown(key=row.key, because=because))
        else:
            await leave_unknown(app, row, because)
    if broken:
        failpoint("send.recovered")
    return len(broken)


async def leave_unknown(app: App, row: Outgoing, because: str) -> None:
    """A mail to a rep that was being sent is unknown now; its outcome, come meanwhile, stands."""
    now = app.clock.now()
    try:
        await app.store.move_outgoing(row.key, OutgoingStage.UNKNOWN, now, reply=because)
    except StoreConflict as error:
        app.log.info("settled_meanwhile", key=row.key, why=str(error))


async def append_event(app: App, row: Outgoing, event: Event) -> bool:
    """Add one event to the row's account and wake it.

    Returns:
        False where the letter moved on, or the account was changed each time: the log tells.
    """

    async def decide_and_commit() -> bool:
        state = (await app.store.load([row.account]))[row.account]
        now = app.clock.now()
        letter = state.letter(row.key)
        if letter is None or letter.stage.value != row.stage.value:
            return False
        commit = Commit(
            account=row.account, expected=state.sequence, events=(event,), next_action_at=now
        )
        await app.store.commit([commit], now)
        return True

    try:
        return await until_committed(decide_and_commit, f"{row.account} was changed each time")
    except StoreConflict as error:
        app.log.error("letter_not_settled", letter=row.key, why=str(error))
        return False


async def settle_round(app: App, watched: Inbound | None = None) -> int:
    """Look for evidence on every unknown letter.

    Args:
        app: The application.
        watched: Whose watcher asks. The others that are lost have watchers of their own, who try
            them at the pace that a refused login allows. None: whoever is alone, and tries all.

    Returns:
        How many were settled or asked.
    """
    done = 0
    failed = {
        inbound.mailbox.name
        for inbound in app.inbounds
        if watched is not None and inbound is not watched and is_lost(app, inbound)
    }
    for row in await app.store.outgoing_in(OutgoingStage.UNKNOWN):
        if row.kind not in CUSTOMER_MAIL:
            continue
        if app.delivery.sent_copy == "auto" and await is_in_sent_folder(app, row, failed):
            state = (await app.store.load([row.account]))[row.account]
            letter = state.letter(row.key)
            left_at = letter.transmitting_at if letter is not None else None
            event = LetterAccepted(
                key=row.key,
                on=debtor_today(app, state, left_at or app.clock.now()),
                reply="found in the Sent folder: the provider had taken it",
            )
            failpoint("send.evidence_found")
            done += await append_event(app, row, event)
            continue
        done += await ask_once(app, row)
    return done


async def is_in_sent_folder(app: App, row: Outgoing, failed: set[str]) -> bool:
    """Search the Sent folders for the letter's Message-ID; an unreachable server is no answer.

    Those in `failed` are left alone until the next round, and one that cannot be searched joins
    them: each search may cost a minute, and mail waits behind it.
    """
    if row.frozen is None:
        return False
    for inbound in app.inbounds:
        if not inbound.sent or inbound.mailbox.name in failed:
            continue
        matter = f"sent|{inbound.mailbox.name}"
        try:
            await inbound.mailbox.open(inbound.folder)
            is_there = await inbound.mailbox.has_message(inbound.sent, row.frozen.message_id)
        except PeerError as error:
            says = (
                f"The Sent folder of {inbound.mailbox.name} cannot be searched for {named(row)}: "
                f"{error}. It is tried again; without evidence its owner is asked."
            )
            tell_lasting(app, matter, "sent_folder_unreachable", says)
            failed.add(inbound.mailbox.name)
            if not error.is_refusal:
                await connect_anew(inbound)
            continue
        tell_over(app, matter, "sent_folder_back", "The Sent folder can be searched again.")
        if is_there:
            return True
    return False


async def connect_anew(inbound: Inbound) -> None:
    """Open the inbox over a new line: its watcher waits on it, and this fault is not the inbox's.

    Where that fails the watcher finds no line, and tells of it.
    """
    await inbound.mailbox.close()
    with suppress(PeerError):
        await inbound.mailbox.open(inbound.folder)


async def ask_once(app: App, row: Outgoing) -> int:
    """Ask the owner about a letter without evidence, once the Sent folder had time to show it."""
    now = app.clock.now()
    wait = timedelta(seconds=app.delivery.evidence_seconds)
    sent_at = row.transmitting_at
    if app.delivery.sent_copy == "auto" and sent_at is not None and now - sent_at < wait:
        return 0
    state = (await app.store.load([row.account]))[row.account]
    decision = ask_about_unknown(row.account, state, row.key, app.house, now)
    if not decision.events:
        return 0
    commit = Commit(
        account=row.account,
        expected=state.sequence,
        events=decision.events,
        effects=decision.effects,
        keeps_next_action=True,
    )
    failpoint("send.before_asked")
    try:
        await app.store.commit([commit], now)
    except StoreConflict:
        return 0
    failpoint("send.asked")
    return 1


async def file_copies_round(app: App, watched: Inbound | None = None) -> int:
    """File copies of letters that left in the Sent folder, where the provider does not.

    A copy that the server refuses is told and tried again after an hour, and so is one over which
    the line was lost twice; the others go on.

    Args:
        app: The application.
        watched: Whose watcher asks: that of one inbox alone files copies, lest two file the same
            at once. None: whoever is alone.

    Returns:
        How many are done: those that are refused are not.

    Raises:
        PeerError: The connection failed, over one copy or altogether, or the inbox does not open.
    """
    if app.delivery.sent_copy != "append":
        return 0
    inbound = next((entry for entry in app.inbounds if entry.sent), None)
    if inbound is None or (watched is not None and watched is not inbound):
        return 0
    done = 0
    lost: PeerError | None = None
    for row in await copies_in_turn(app):
        try:
            done += await file_copy(app, inbound, row)
        except PeerError as error:
            # Lost over one copy, the line may carry the others; lost again, it is the line.
            if lost is not None:
                raise
            lost = error
    if lost is not None:
        raise lost
    return done


async def copies_in_turn(app: App) -> list[Outgoing]:
    """Return one batch: what was never refused first, then what was refused an hour ago."""
    refused, now = app.brakes.refused_copies, app.clock.now()
    # A clock that went back makes no copy wait for longer.
    resting = {key for key, at in refused.items() if abs(now - at) < REFUSED_COPY_RESTS}
    most = app.delivery.batch_max
    fresh = await app.store.outgoing_to_file(CUSTOMER_MAIL, most, tuple(refused))
    if len(fresh) == most or len(resting) == len(refused):
        return fresh
    but = (*resting, *(row.key for row in fresh))
    again = await app.store.outgoing_to_file(CUSTOMER_MAIL, most - len(fresh), but)
    return fresh + again


async def file_copy(app: App, inbound: Inbound, row: Outgoing) -> bool:
    """File one copy, or tell that it cannot be filed (False).

    Searches first, so that a crash in between files no second copy.
    """
    if row.frozen is None:
        # A letter that went before a backup was restored: what left is not here to file.
        await app.store.copy_filed(row.key)
        return True
    if row.broken:
        tell_broken_copy(app, row)
        return False
    await inbound.mailbox.open(inbound.folder)
    try:
        if not await inbound.mailbox.has_message(inbound.sent, row.frozen.message_id):
            failpoint("send.copy_sought")
            await inbound.mailbox.append(inbound.sent, row.frozen.raw)
    except PeerError as error:
        if not error.is_refusal:
            if not is_lost_again(app, row):
                raise
            await connect_anew(inbound)
        tell_refused_copy(app, inbound, row, error)
        return False
    failpoint("send.copy_filed")
    await app.store.copy_filed(row.key)
    failpoint("send.copy_noted")
    app.brakes.refused_copies.pop(row.key, None)
    app.brakes.cut_copies.discard(row.key)
    says = f"The copy of {named(row)} lies in the folder {inbound.sent} now."
    tell_over(app, f"copy|{row.key}", "copy_filed", says)
    return True


def is_lost_again(app: App, row: Outgoing) -> bool:
    """Tell whether the line was lost over this copy before: then it is the copy, not the line.

    Some servers answer a mail that is too large for them by hanging up.
    """
    cut = app.brakes.cut_copies
    if row.key in cut:
        return True
    if len(cut) >= LASTING_MAX:
        cut.clear()
    cut.add(row.key)
    return False


def let_copy_rest(app: App, row: Outgoing) -> None:
    """Let a copy that cannot be filed wait for its next hour."""
    refused = app.brakes.refused_copies
    if len(refused) >= LASTING_MAX:
        # All tried anew is better than remembered without end.
        refused.clear()
    refused[row.key] = app.clock.now()


def tell_broken_copy(app: App, row: Outgoing) -> None:
    """Tell once that the copy of a letter is lost to the database, and let it rest."""
    let_copy_rest(app, row)
    says = (
        f"The copy of {named(row)} cannot be filed: {row.broken}. The letter itself has left; "
        "other copies are filed."
    )
    tell_lasting(app, f"copy|{row.key}", "copy_broken", says, key=row.key)


def tell_refused_copy(app: App, inbound: Inbound, row: Outgoing, error: PeerError) -> None:
    """Tell once that a copy cannot be filed, and let it rest."""
    let_copy_rest(app, row)
    says = (
        f"The copy of {named(row)} cannot be filed in the folder {inbound.sent} of "
        f"{inbound.mailbox.name}: {words_of(error).rstrip('.')}. The letter itself has left; only "
        "its copy is missing there. Please look at the quota of that mailbox, the largest mail "
        "that it takes and the right to write into the folder; it is tried again every hour."
    )
    tell_lasting(app, f"copy|{row.key}", "copy_refused", says, key=row.key)
