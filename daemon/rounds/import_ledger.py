"""Import: a ledger file becomes events of the accounts that it changes, in one transaction.

All rows are validated first; bad ones are reported by line and left out, the good ones are
applied together, with the difference to what was known. The same bytes again refresh
nothing. Source: DESIGN §2 (ledger stale), §8 (ledger feed).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.application import App
from daemon.core.effects import TellOperator
from daemon.core.feed import Feed
from daemon.core.ledger_change import FeedResult, take_feed
from daemon.core.state import AccountState
from daemon.failpoints import failpoint
from daemon.ports import Commit, Snapshot, StoreConflict
from daemon.rounds.gather import FIRST_IMPORT_ON, creditor_today
from daemon.rounds.telling import tell

LOAD_SLICE = 1_000
WAITING_LOOKS_AGAIN = timedelta(days=1)
LINES_TOLD_MAX = 50
CONFLICTS_MAX = 5
IN_HAND = "ledger_in_hand"
# So many files at most are remembered that were taken and still lie in the watched folder.
IN_HAND_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do: `refusal` empty and `is_applied` True when it did."""

    feed: Feed
    result: FeedResult | None
    refusal: str
    is_applied: bool
    accounts_changed: int


async def load_all(app: App) -> dict[str, AccountState]:
    """Load every account, slice by slice: the feed is compared with all of them."""
    states: dict[str, AccountState] = {}
    after = ""
    while ids := await app.store.account_ids(after, LOAD_SLICE):
        states.update(await app.store.load(ids))
        after = ids[-1]
    return states


async def import_round(
    app: App,
    feed: Feed,
    *,
    is_dry_run: bool = False,
    is_guard_waived: bool = False,
    is_watched: bool = False,
) -> ImportReport:
    """Compare a feed with what is known and apply it.

    Args:
        app: The application.
        feed: The file as read, with its bad rows.
        is_dry_run: Only tell the difference.
        is_guard_waived: The operator said yes to an import that loses more than the guard allows.
        is_watched: The file lies in the watched folder until `settled` is told. Found again with
            its rows taken, it was cut off after that: it is reported as taken, not as known.

    Returns:
        The report; nothing is applied where `refusal` is set.
    """
    now = app.clock.now()
    if feed.refusal:
        return report(feed, None, feed.refusal)
    for _ in range(CONFLICTS_MAX):
        # Asked anew after a conflict: another import may have been what came first.
        known = await app.store.snapshot_of(feed.sha256)
        if known is not None and not is_dry_run:
            return await report_known(app, feed, known, now, is_watched=is_watched)
        latest = await app.store.latest_snapshot(app.house.creditor.key)
        if latest is not None and feed.as_of < latest.as_of:
            return report(feed, None, too_old(feed, latest))
        snapshot = snapshot_of(app, feed, now)
        is_first = latest is None
        if not is_dry_run:
            await note_beginning(app, feed, now, is_first=is_first, is_watched=is_watched)
        states = await load_all(app)
        # A large ledger takes seconds to compare: in a thread, so that mail goes on meanwhile.
        result = await asyncio.to_thread(
            take_feed,
            states,
            feed,
            app.house,
            snapshot.id,
            now,
            is_first_import=is_first,
            is_guard_waived=is_guard_waived,
        )
        if result.refusal or is_dry_run:
            return report(feed, result, result.refusal or "")
        commits = commits_of(states, result, now)
        failpoint("import.before_applied")
        try:
            await app.store.apply_import(snapshot, commits, now)
            break
        except StoreConflict as error:
            app.log.info("import_met_a_conflict", source=feed.source, why=str(error))
    else:
        refusal = "the accounts changed all the time while it was compared; import it again"
        return report(feed, result, refusal)
    failpoint("import.applied")
    await wake_waiting(app, now)
    app.log.info("ledger_imported", source=feed.source, as_of=str(feed.as_of), rows=len(feed.rows))
    return report(feed, result, "", is_applied=True, changed=len(commits))


def too_old(feed: Feed, latest: Snapshot) -> str:
    """Say why a file that is older than what is known is refused."""
    return (
        f"the file is as of {feed.as_of}, older than the ledger known already "
        f"({latest.as_of}); if its date is wrong, give --as-of DATE"
    )


async def note_beginning(
    app: App, feed: Feed, now: datetime, *, is_first: bool, is_watched: bool
) -> None:
    """Write down what must be known of an import before its rows are taken."""
    if is_first:
        # Before the ledger itself: a crash in between must not let old notices run.
        await app.store.set_fact(FIRST_IMPORT_ON, creditor_today(app, now).isoformat())
    if is_watched:
        others = [one for one in await shas_in_hand(app) if one != feed.sha256]
        await app.store.set_fact(IN_HAND, " ".join([*others, feed.sha256][-IN_HAND_MAX:]))


async def report_known(
    app: App, feed: Feed, known: Snapshot, now: datetime, *, is_watched: bool
) -> ImportReport:
    """Refuse bytes that were imported before; where that import was cut off, report it now.

    Its rows were taken in one transaction, so only its bad rows are left to be told.
    """
    # It may have been cut off before it woke the accounts.
    await wake_waiting(app, now)
    if not is_watched or feed.sha256 not in await shas_in_hand(app):
        day = known.as_of.isoformat()
        refusal = f"these bytes were imported before (as of {day}); nothing is refreshed by them"
        return report(feed, None, refusal)
    states = await load_all(app)
    result = await asyncio.to_thread(
        take_feed, states, feed, app.house, known.id, now, is_first_import=False
    )
    return report(feed, result, "", is_applied=True)


async def shas_in_hand(app: App) -> list[str]:
    """Return the digests of the watched files that were begun and may still lie in the folder."""
    return (await app.store.fact(IN_HAND) or "").split()


async def note_gone(app: App, sha256: str) -> None:
    """A watched file is out of the folder: its bytes, put there again, are refused.

    Args:
        app: The application.
        sha256: The digest of the file.
    """
    known = await shas_in_hand(app)
    if sha256 in known:
        await app.store.set_fact(IN_HAND, " ".join(one for one in known if one != sha256))


async def note_all_gone(app: App) -> None:
    """No watched file lies in the folder: what was begun there, put back, is refused."""
    if await shas_in_hand(app):
        await app.store.set_fact(IN_HAND, "")


async def wake_waiting(app: App, now: datetime) -> None:
    """Look at once at the accounts that a newer ledger may move.

    Who waits for a ledger (a promise to be judged, a letter that needs fresh facts) looks again
    within a day anyway; all others know their instant, which no as-of date can bring nearer.
    """
    after = ""
    while ids := await app.store.due_accounts(now + WAITING_LOOKS_AGAIN, LOAD_SLICE, after):
        after = ids[-1]
        await app.store.wake(now, ids)


def snapshot_of(app: App, feed: Feed, now: datetime) -> Snapshot:
    """Name the snapshot that this feed becomes."""
    return Snapshot(
        id=f"{feed.as_of.isoformat()}-{feed.sha256[:12]}",
        creditor=app.house.creditor.key,
        feed=feed.kind.value,
        source=feed.source,
        sha256=feed.sha256,
        as_of=feed.as_of,
        imported_at=now,
        rows=len(feed.rows),
    )


def commits_of(
    states: dict[str, AccountState], result: FeedResult, now: datetime
) -> Sequence[Commit]:
    """Put every changed account's events into a commit."""
    return [
        Commit(
            account=account,
            expected=states[account].sequence if account in states else 0,
            events=events,
            next_action_at=now,
        )
        for account, events in result.events
    ]


def report(
    feed: Feed,
    result: FeedResult | None,
    refusal: str,
    *,
    is_applied: bool = False,
    changed: int = 0,
) -> ImportReport:
    """Put a report together."""
    return ImportReport(
        feed=feed,
        result=result,
        refusal=refusal,
        is_applied=is_applied,
        accounts_changed=changed,
    )


async def tell_import(app: App, found: ImportReport) -> None:
    """Tell the operator of a watched file that was refused or had bad rows."""
    problems = [*found.feed.errors, *(found.result.problems if found.result else ())]
    if not found.refusal and not problems:
        return
    lines = [f"File: {found.feed.source}, as of {found.feed.as_of}."]
    says = f"Ledger file {found.feed.source} was imported, but {len(problems)} rows are left out."
    if found.refusal:
        says = f"Ledger file {found.feed.source} was refused: {found.refusal}. Nothing changed."
    tell(app, "ledger_problems", f"{says} The operator is told which; mend it and put it back.")
    if found.refusal:
        lines.append(f"Refused as a whole: {found.refusal}. It lies in ledger/refused.")
    lines += [
        f"line {problem.line}, {problem.column}: {problem.sentence}"
        for problem in problems[:LINES_TOLD_MAX]
    ]
    if len(problems) > LINES_TOLD_MAX:
        lines.append(f"and {len(problems) - LINES_TOLD_MAX} more: run.py import FILE --dry-run")
    alarm = TellOperator(
        key=f"import|{found.feed.sha256}|{found.feed.as_of}",
        subject="Ledger file refused" if found.refusal else "Ledger imported, with problems",
        lines=tuple(lines),
    )
    await app.store.put_outgoing([alarm], app.clock.now())
