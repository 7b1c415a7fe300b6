"""Why a letter may not go: every reason at once, each with its evidence and its end.

A letter goes only where this list is empty. The reasons fall into three groups: of the world
(they block every account), of the account, and of one invoice. Source: DESIGN §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from daemon.core.conditions import Conditions
from daemon.core.contacts import choose_recipient
from daemon.core.house import House
from daemon.core.letters import Blocker
from daemon.core.levels import LevelDue, due_date, pay_by_of
from daemon.core.model import Item, ItemKind
from daemon.core.money import Money, exponent
from daemon.core.policy import Policy
from daemon.core.procedure import LevelAction
from daemon.core.state import Letter, LetterKind, LetterStage, Stage
from daemon.core.view import View, creditor_calendar, is_demandable, resting_holds, undisputed

# These end by themselves or by a look at inbox or ledger: a queued letter waits them out.
PASSING = frozenset(
    {
        "stopped",
        "breaker",
        "daily_cap",
        "ledger_stale",
        "inbox_not_read",
        "mail_unapplied",
        "window",
        "contact_delay",
        "contact_resting",
        "contact_absent",
        "letter_under_way",
    }
)
UNDER_WAY = frozenset({LetterStage.QUEUED, LetterStage.TRANSMITTING})


def world_blockers(conditions: Conditions, house: House, now: datetime) -> tuple[Blocker, ...]:
    """Return what blocks every letter of the house at `now`; these end a pass."""
    policy = house.policy
    found: list[Blocker] = []
    if conditions.is_stopped:
        found.append(_blocker("stopped", "sending is stopped", conditions.stopped_because))
    if conditions.is_breaker_open:
        because = "the circuit breaker is open: a rep must look first"
        found.append(_blocker("breaker", because, conditions.breaker_because))
    if conditions.letters_today >= policy.daily_letters_max:
        because = f"the {policy.daily_letters_max} letters of today are used up"
        evidence = f"{conditions.letters_today} letters today"
        found.append(_blocker("daily_cap", because, evidence, creditor_calendar(house).today(now)))
    stale = _ledger_stale(conditions, house, now)
    if stale is not None:
        found.append(stale)
    limit = timedelta(minutes=policy.inbox_checked_minutes_max)
    checked_at = conditions.inbox_checked_at
    if checked_at is None or now - checked_at > limit:
        because = f"the inbox was not searched within {policy.inbox_checked_minutes_max} minutes"
        evidence = f"last search {checked_at.isoformat()}" if checked_at else "never searched"
        found.append(_blocker("inbox_not_read", because, evidence))
    return tuple(found)


def _ledger_stale(conditions: Conditions, house: House, now: datetime) -> Blocker | None:
    as_of = conditions.ledger_as_of
    if as_of is None:
        return _blocker("ledger_stale", "no ledger was imported yet", "no import")
    calendar = creditor_calendar(house)
    age = calendar.business_days_between(as_of, calendar.today(now))
    if age <= house.policy.freshness_business_days_max:
        return None
    because = f"the ledger is stale: {age} whole business days since {as_of.isoformat()}"
    return _blocker("ledger_stale", because, f"as of {as_of.isoformat()}")


def account_blockers(
    view: View,
    conditions: Conditions,
    *,
    kind: LetterKind = LetterKind.LETTER,
    own_key: str = "",
) -> tuple[Blocker, ...]:
    """Return what blocks every letter to this account at `now`.

    Args:
        kind: A delivery knows no contact delay.
        own_key: The letter that asks; it does not block itself.
    """
    state, calendar, today, now = view.state, view.calendar, view.today, view.now
    policy = view.house.policy
    found: list[Blocker] = []
    if state.facts.is_excluded:
        found.append(_blocker("excluded", "the account is never written to", "excluded"))
    if state.facts.is_autopay:
        found.append(_blocker("autopay", "the account pays by itself (autopay)", "autopay"))
    if conditions.unapplied_mails:
        because = "mail that may be about this account is not applied yet"
        found.append(_blocker("mail_unapplied", because, ", ".join(conditions.unapplied_mails)))
    chosen = choose_recipient(state, today)
    if chosen.blocker is not None:
        found.append(chosen.blocker)
    if kind is LetterKind.LETTER:
        found.extend(_delay(view, own_key))
    if not calendar.is_in_window(now, policy):
        opens_at = calendar.next_window_open_at(now, policy)
        because = f"outside the send window; it opens {opens_at.astimezone(calendar.zone):%F %H:%M}"
        found.append(_blocker("window", because, str(calendar.zone), calendar.today(opens_at)))
    return tuple(found)


def _delay(view: View, own_key: str) -> list[Blocker]:
    state, policy, today = view.state, view.house.policy, view.today
    found: list[Blocker] = []
    for letter in state.letters:
        is_other = letter.kind is LetterKind.LETTER and letter.key != own_key
        if is_other and letter.stage in UNDER_WAY:
            because = "another letter to this account is under way"
            found.append(_blocker("letter_under_way", because, letter.key))
    for last_on, went in (
        (last_letter_on(view, own_key), "the last letter went"),
        (_drafted_on(view, own_key), "a letter is drafted that would have gone"),
    ):
        if last_on is not None and (today - last_on).days < policy.contact_delay_days:
            until = last_on + timedelta(days=policy.contact_delay_days - 1)
            because = (
                f"{went} on {last_on.isoformat()}; "
                f"{policy.contact_delay_days} days must lie between two letters"
            )
            found.append(_blocker("contact_delay", because, last_on.isoformat(), until))
            break
    return found


def _drafted_on(view: View, own_key: str) -> date | None:
    """Drafts are spaced as letters would be; in another mode than draft none of them stands."""
    drafts = (
        letter.business_date
        for letter in view.state.letters
        if letter.kind is LetterKind.LETTER
        and letter.stage is LetterStage.DRAFT
        and letter.key != own_key
    )
    return max(drafts, default=None)


def last_letter_on(view: View, own_key: str = "") -> date | None:
    """Return when the account last got a letter: ours, perhaps ours, or one before take-on."""
    ours = [
        _went_on(view, letter)
        for letter in view.state.letters
        if letter.kind is LetterKind.LETTER
        and letter.key != own_key
        and letter.stage in (LetterStage.ACCEPTED, LetterStage.UNKNOWN)
    ]
    tasks = {known.name for known in view.procedure.levels if known.action is LevelAction.TASK}
    taken_on = [
        done.on
        for entry in view.state.sequences
        for done in entry.advances
        if not done.letter and done.level not in tasks
    ]
    return max((*ours, *taken_on), default=None)


def _went_on(view: View, letter: Letter) -> date:
    """The day on which a letter went or may have gone: later than planned, where it waited. One
    presumed to have left since a backup may have left until its owner was asked about it."""
    question = f"unknown|{letter.key}|{letter.attempt}"
    asked_at = (known.sent_at for known in view.state.forwards if known.id == question)
    left_at = None if letter.accepted_on else letter.transmitting_at or next(asked_at, None)
    return view.calendar.today(left_at) if left_at else letter.accepted_on or letter.business_date


def invoice_blockers(
    view: View,
    item: Item,
    following: LevelDue | None,
    conditions: Conditions,
    *,
    own_key: str = "",
) -> tuple[Blocker, ...]:
    """Return what blocks the next level of this invoice."""
    found = _standing(view, item)
    if following is not None:
        found.extend(_not_due(view, item, following, conditions))
    elif not found:
        found.append(_no_level(view, item))
    for hold in resting_holds(view, item):
        sentence = f"{hold.reason.replace('_', ' ')}: {hold.because}"
        evidence = hold.evidence or hold.origin
        until = None if hold.awaits_ledger else hold.until_on
        found.append(_blocker("hold", sentence, evidence, until, item.number))
    found.extend(_pending(view, item, own_key))
    return tuple(found)


def _standing(view: View, item: Item) -> list[Blocker]:
    found: list[Blocker] = []
    entry = view.entries.get(item.number)
    if item.is_vanished:
        because = "the ledger lists all invoices, but no longer this one"
        found.append(_blocker("vanished", because, "", None, item.number))
    elif entry is None or entry.stage is Stage.CLOSED or not item.is_listed:
        found.append(_blocker("closed", "the invoice is closed", "", None, item.number))
    if item.open.minor == 0:
        found.append(_blocker("no_balance", "nothing is open", str(item.open), None, item.number))
    elif item.kind is not ItemKind.INVOICE or item.open.minor < 0:
        because = "it is a credit balance"
        found.append(_blocker("no_balance", because, str(item.open), None, item.number))
    return found


def _no_level(view: View, item: Item) -> Blocker:
    entry = view.entries.get(item.number)
    if entry is not None and entry.stage is Stage.HANDED_OVER:
        return _blocker("handed_over", "it is handed over to the owner", "", None, item.number)
    if entry is not None and not entry.is_taken_on:
        because = "it was old when Duly took over; the owner decides: start or hand over"
        return _blocker("awaits_owner", because, view.state.facts.owner, None, item.number)
    return _blocker("no_level", "no further level follows", "", None, item.number)


def _not_due(view: View, item: Item, following: LevelDue, conditions: Conditions) -> list[Blocker]:
    found: list[Blocker] = []
    name, due_on = following.level.name, following.due_on
    if due_on > view.today:
        because = f"{name} is not due before {due_on.isoformat()}"
        until = due_on - timedelta(days=1)
        found.append(_blocker("not_due", because, following.because, until, item.number))
    as_of = conditions.ledger_as_of
    evidence = f"as of {as_of.isoformat()}" if as_of else "no import"
    lag = view.house.policy.overdue_ledger_lag_days
    known_on = view.house_calendar.add_business_days(due_date(item, view.calendar), lag)
    if following.is_overdue_level and (as_of is None or as_of < known_on):
        because = f"the ledger must reach {known_on.isoformat()} (due date + {lag} business days)"
        found.append(_blocker("ledger_too_early", because, evidence, None, item.number))
    entry = view.entries.get(item.number)
    pay_by = pay_by_of(following.level, entry) if entry is not None else None
    if pay_by is not None and (as_of is None or as_of <= pay_by):
        because = f"the ledger must be later than the pay-by date {pay_by.isoformat()}"
        found.append(_blocker("pay_by_running", because, evidence, None, item.number))
    return found


def _pending(view: View, item: Item, own_key: str) -> list[Blocker]:
    found: list[Blocker] = []
    for letter in view.pending.get(item.number, ()):
        if letter.key == own_key:
            continue
        if letter.stage is LetterStage.AWAITS_APPROVAL:
            because = f"a letter ({letter.level}) awaits approval"
            until = letter.expires_on
            found.append(_blocker("approval_pending", because, letter.key, until, item.number))
        elif letter.stage is LetterStage.UNKNOWN:
            because = "nobody knows whether the last letter arrived; evidence or a rep settles it"
            found.append(_blocker("letter_unknown", because, letter.key, None, item.number))
        else:
            because = f"a letter ({letter.level}) is already under way"
            found.append(_blocker("letter_pending", because, letter.key, None, item.number))
    return found


def owed_per_currency(view: View) -> dict[str, int]:
    """Return what a letter could ask for today, in minor units: overdue, unheld, less credits."""
    owed: dict[str, int] = {}
    for item in view.state.items:
        if item.kind is not ItemKind.INVOICE or item.open.minor < 0:
            minor = item.open.minor if item.is_listed else 0
        else:
            minor = undisputed(view, item).minor if _is_counted(view, item) else 0
        owed[item.open.currency] = owed.get(item.open.currency, 0) + minor
    return owed


def _is_counted(view: View, item: Item) -> bool:
    is_late = due_date(item, view.calendar) < view.today
    return is_late and is_demandable(item) and not resting_holds(view, item)


def minimum_blockers(view: View, item: Item, owed: Mapping[str, int]) -> tuple[Blocker, ...]:
    """Return the blocker of a demand that is too small once credits are taken off.

    `owed` is what `owed_per_currency` found; an invoice not yet counted there is added.
    """
    currency = item.open.currency
    minimum = minimum_demand(view.house.policy, currency)
    own = 0 if _is_counted(view, item) else undisputed(view, item).minor
    rest = owed.get(currency, 0) + own
    if rest >= minimum.minor:
        return ()
    because = f"less than {minimum} is left to ask for after credits and unapplied payments"
    return (_blocker("below_minimum", because, str(Money(rest, currency)), None, item.number),)


def shared_blockers(view: View, conditions: Conditions, kind: LetterKind) -> tuple[Blocker, ...]:
    """Return what blocks every letter of this kind to the account: its own and the world's."""
    return (
        *account_blockers(view, conditions, kind=kind),
        *world_blockers(conditions, view.house, view.now),
    )


def letter_blockers(
    view: View,
    item: Item,
    following: LevelDue | None,
    conditions: Conditions,
    owed: Mapping[str, int],
    shared: Mapping[LetterKind, tuple[Blocker, ...]],
) -> tuple[Blocker, ...]:
    """Return the full list of reasons why the invoice's next letter may not go now.

    Empty = allowed. The invoice's reasons come first, then the account's, then the world's.
    `owed` and `shared` are the same for all invoices of the account, so they come in.
    """
    is_delivery = following is not None and following.level.is_delivery
    kind = LetterKind.DELIVERY if is_delivery else LetterKind.LETTER
    return (
        *invoice_blockers(view, item, following, conditions),
        *(() if is_delivery else minimum_blockers(view, item, owed)),
        *shared[kind],
    )


def minimum_demand(policy: Policy, currency: str) -> Money:
    """Return the smallest amount worth a letter, in that currency."""
    return Money(policy.minimum_demand_major * 10 ** exponent(currency), currency)


def lasting(blockers: tuple[Blocker, ...]) -> tuple[Blocker, ...]:
    """Return the blockers that a queued letter cannot wait out: it is to be withdrawn."""
    return tuple(blocker for blocker in blockers if blocker.name not in PASSING)


def approval_blockers(letter: Letter) -> tuple[Blocker, ...]:
    """Return the blocker of a letter that needs a rep's approval and has none."""
    if not letter.needs_approval or letter.approved_by is not None:
        return ()
    because = "a rep must approve this letter first"
    return (_blocker("approval_missing", because, letter.key, letter.expires_on),)


def _blocker(
    name: str, because: str, evidence: str = "", until: date | None = None, invoice: str = ""
) -> Blocker:
    return Blocker(name=name, because=because, evidence=evidence, until=until, invoice=invoice)
