"""Laws about letters: nothing demanded that rests, no key twice, no level skipped, in time.

Each law looks at the log as it stood at the letter's `transmitting` commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from daemon.core import events as e
from daemon.core.effects import SendLetter
from daemon.core.house import House
from daemon.core.model import ContactStatus
from daemon.core.state import Letter, LetterKind
from daemon.laws.findings import Reports
from daemon.laws.walk import Ledger
from daemon.ports import Outgoing

NO_WRONG_DEMAND = "no letter demands what is paid, disputed, promised or resting"
ONCE = "no letter and no line is sent twice"
LEVELS = "levels follow one another, in the window, a contact delay apart"
ROWS = "rows equal the ledger to the cent, totals are their arithmetic"
HOME = "no letter goes to an address that is not the account's"


def check_letters(
    account: str,
    events: Sequence[e.Recorded],
    rows: dict[str, Outgoing],
    house: House,
    reports: Reports,
) -> None:
    """Walk one account's log and check every law at every transmission."""
    ledger = Ledger(account=account, days_off=house.days_off)
    lines_sent: set[tuple[str, int, str, int]] = set()
    transmissions: dict[str, int] = {}
    for recorded in events:
        if isinstance(recorded.event, e.LetterTransmitting):
            letter = ledger.letters[recorded.event.key]
            is_first = recorded.event.attempt == 1
            check_demand(ledger, letter, recorded, reports)
            check_home(ledger, letter, reports)
            check_rows(ledger, letter, rows.get(letter.key), reports)
            check_time(ledger, letter, recorded, house, reports, is_first=is_first)
            transmissions[letter.key] = transmissions.get(letter.key, 0) + 1
        if isinstance(recorded.event, e.LetterAccepted):
            check_once(ledger, ledger.letters[recorded.event.key], lines_sent, reports)
        ledger.take(recorded)
    check_levels(account, events, house, reports)


def check_demand(ledger: Ledger, letter: Letter, recorded: e.Recorded, reports: Reports) -> None:
    """Promise 1: nothing closed, unlisted or under a live hold is demanded."""
    law = reports.law("demand", NO_WRONG_DEMAND)
    today = ledger.calendar.today(recorded.at)
    for number in letter.demanded:
        item = ledger.items.get(number)
        is_owed = item is not None and item.open.minor > 0 and number not in ledger.closed
        law.check(
            is_owed, ledger.account, f"letter {letter.key} demanded {number}, which was not owed"
        )
        for hold in ledger.resting(number, today):
            law.check(
                False,
                ledger.account,
                f"letter {letter.key} demanded {number} under a {hold.reason.value} hold "
                f"opened {hold.since_at:%Y-%m-%d}: {hold.because}",
            )


def check_home(ledger: Ledger, letter: Letter, reports: Reports) -> None:
    """Promise 7: the recipient is a usable contact of the account."""
    law = reports.law("home", HOME)
    status = ledger.contacts.get(letter.recipient)
    law.check(
        status is ContactStatus.USABLE,
        ledger.account,
        f"letter {letter.key} went to {letter.recipient}, no usable contact of the account",
    )


def check_rows(ledger: Ledger, letter: Letter, row: Outgoing | None, reports: Reports) -> None:
    """Promise 6: every amount shown is the ledger's, every total the sum of its rows."""
    law = reports.law("rows", ROWS)
    if row is None or not isinstance(row.effect, SendLetter):
        law.check(False, ledger.account, f"letter {letter.key} has no composition in the outbox")
        return
    content = row.effect.content
    shown = (*content.demanded, *content.also_open, *content.disputed)
    for line in (*shown, *content.credits, *content.unapplied):
        item = ledger.items.get(line.number)
        law.check(
            item is not None and item.open == line.open and item.total == line.total,
            ledger.account,
            f"letter {letter.key} shows {line.open} for {line.number}, the ledger another amount",
        )
    for total in content.totals:
        asked = total.demanded.minor + total.credits.minor + total.unapplied.minor
        if total.credits.minor > 0 or total.unapplied.minor > 0:
            asked = total.demanded.minor - total.credits.minor - total.unapplied.minor
        rows_of = [line for line in content.demanded if line.demanded.currency == total.currency]
        demanded = sum(line.demanded.minor for line in rows_of)
        law.check(
            asked == total.asked.minor and demanded == total.demanded.minor,
            ledger.account,
            f"letter {letter.key}: the {total.currency} total is not the sum of its rows",
        )


def check_time(
    ledger: Ledger,
    letter: Letter,
    recorded: e.Recorded,
    house: House,
    reports: Reports,
    *,
    is_first: bool,
) -> None:
    """Promise 3: in the debtor's send window, and a contact delay after the last letter."""
    law = reports.law("time", LEVELS)
    calendar = ledger.calendar
    today = calendar.today(recorded.at)
    opens_at, closes_at = calendar.window(today, house.policy)
    law.check(
        calendar.is_business_day(today) and opens_at <= recorded.at <= closes_at,
        ledger.account,
        f"letter {letter.key} left at {recorded.at:%Y-%m-%d %H:%M} UTC, outside the send window",
    )
    if letter.kind is not LetterKind.LETTER or not is_first:
        return
    delay = timedelta(days=house.policy.contact_delay_days)
    for at, earlier in ledger.accepted:
        is_same_lines = set(earlier.lines) & set(letter.lines) or any(
            line.delivery > 1 for line in letter.lines
        )
        if earlier.kind is LetterKind.LETTER and not is_same_lines:
            law.check(
                calendar.today(recorded.at) - calendar.today(at) >= delay,
                ledger.account,
                f"letter {letter.key} came less than {delay.days} days after {earlier.key}",
            )


def check_once(
    ledger: Ledger,
    letter: Letter,
    lines_sent: set[tuple[str, int, str, int]],
    reports: Reports,
) -> None:
    """Promise 2: a line (invoice, episode, level, delivery) is accepted once."""
    law = reports.law("once", ONCE)
    for line in letter.lines:
        key = (line.number, line.episode, line.level, line.delivery)
        law.check(
            key not in lines_sent,
            ledger.account,
            f"{line.number} was sent level {line.level} twice (delivery {line.delivery})",
        )
        lines_sent.add(key)


def check_levels(
    account: str, events: Sequence[e.Recorded], house: House, reports: Reports
) -> None:
    """Promise 3: within an episode levels rise, and none between two overdue ones is left out."""
    law = reports.law("levels", LEVELS)
    ladder = [level.name for procedure in house.policy.procedures for level in procedure.ladder]
    planned: dict[str, Letter] = {}
    last: dict[tuple[str, int], int] = {}
    for recorded in events:
        match recorded.event:
            case e.LetterPlanned(letter=letter):
                planned[letter.key] = letter
            case e.SequenceEntered(number=number, advances=advances):
                for advance in advances:
                    if advance.level in ladder:
                        last[(number, 1)] = ladder.index(advance.level)
            case e.TaskGiven(number=number, level=name):
                for place, entry in enumerate(ladder):
                    if entry == name:
                        last[(number, 1)] = max(last.get((number, 1), -1), place)
            case e.LetterAccepted(key=key):
                for line in planned[key].lines:
                    if line.level not in ladder:
                        continue
                    rung = ladder.index(line.level)
                    before = last.get((line.number, line.episode))
                    is_resent = line.delivery > 1
                    law.check(
                        before is None or rung == before + 1 or is_resent,
                        account,
                        f"{line.number} went from level {ladder[before or 0]} to {line.level}",
                    )
                    last[(line.number, line.episode)] = rung
            case _:
                continue
