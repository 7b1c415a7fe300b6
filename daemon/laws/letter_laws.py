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
from daemon.core.state import HoldScope, Letter, LetterKind
from daemon.laws.findings import Reports
from daemon.laws.level_laws import LEVELS, check_levels
from daemon.laws.walk import Ledger
from daemon.ports import Outgoing

NO_WRONG_DEMAND = "no letter demands what is paid, disputed, promised or resting"
ONCE = "no letter and no line is sent twice"
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
    for recorded in events:
        if isinstance(recorded.event, e.LetterTransmitting):
            letter, row = ledger.letters[recorded.event.key], rows.get(recorded.event.key)
            check_demand(ledger, letter, recorded, reports)
            check_home(ledger, letter, row, recorded, reports)
            check_rows(ledger, letter, row, recorded, reports)
            check_time(ledger, letter, recorded, house, reports)
            check_blind(ledger, letter, reports)
        if isinstance(recorded.event, e.LetterAccepted):
            check_once(ledger, ledger.letters[recorded.event.key], lines_sent, reports)
        ledger.take(recorded)
    check_levels(account, events, house, reports)


def check_demand(ledger: Ledger, letter: Letter, recorded: e.Recorded, reports: Reports) -> None:
    """Promise 1: nothing closed, unlisted, unapproved or under a live hold is demanded."""
    law = reports.law("demand", NO_WRONG_DEMAND)
    today = ledger.calendar.today(recorded.at)
    law.check(
        not letter.needs_approval or letter.key in ledger.approved,
        ledger.account,
        f"letter {letter.key} needed a rep's approval and had none",
    )
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


def check_home(
    ledger: Ledger, letter: Letter, row: Outgoing | None, recorded: e.Recorded, reports: Reports
) -> None:
    """Promise 7: recipient, envelope and copies are usable contacts of the account, and there."""
    law = reports.law("home", HOME)
    today = ledger.calendar.today(recorded.at)
    addresses = [letter.recipient]
    if row is not None and isinstance(row.effect, SendLetter):
        addresses += [row.effect.content.recipient, *row.effect.content.copies]
    if row is not None and row.frozen is not None:
        addresses.append(row.frozen.envelope_to)
    for address in dict.fromkeys(addresses):
        law.check(
            ledger.contacts.get(address) is ContactStatus.USABLE,
            ledger.account,
            f"letter {letter.key} went to {address}, no usable contact of the account",
        )
    for hold in ledger.live(today):
        is_reader = hold.scope is HoldScope.CONTACT and hold.subject == letter.recipient
        law.check(
            not is_reader,
            ledger.account,
            f"letter {letter.key} went to {letter.recipient} under a {hold.reason.value} hold",
        )


def check_rows(
    ledger: Ledger, letter: Letter, row: Outgoing | None, recorded: e.Recorded, reports: Reports
) -> None:
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
    today = ledger.calendar.today(recorded.at)
    for line in content.demanded:
        undisputed = line.open.minor - ledger.disputed_minor(line.number, today)
        law.check(
            0 < line.demanded.minor <= undisputed,
            ledger.account,
            f"letter {letter.key} demands {line.demanded} of {line.number}, more than undisputed",
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
    ledger: Ledger, letter: Letter, recorded: e.Recorded, house: House, reports: Reports
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
    if letter.kind is not LetterKind.LETTER:
        return
    delay = timedelta(days=house.policy.contact_delay_days)
    for key, on in ledger.sent.items():
        earlier = ledger.letters[key]
        if earlier.kind is LetterKind.LETTER and key != letter.key:
            law.check(
                today - on >= delay,
                ledger.account,
                f"letter {letter.key} came less than {delay.days} days after {key}",
            )


def check_blind(ledger: Ledger, letter: Letter, reports: Reports) -> None:
    """Promise 2: a letter whose outcome is settled or unknown is never transmitted again."""
    law = reports.law("once", ONCE)
    law.check(
        letter.key not in ledger.in_flight,
        ledger.account,
        f"letter {letter.key} was transmitted again, though it may have arrived before",
    )


def check_once(
    ledger: Ledger,
    letter: Letter,
    lines_sent: set[tuple[str, int, str, int]],
    reports: Reports,
) -> None:
    """Promise 2: a line is accepted once, and one letter of a kind goes on a business date."""
    law = reports.law("once", ONCE)
    for line in letter.lines:
        key = (line.number, line.episode, line.level, line.delivery)
        law.check(
            key not in lines_sent,
            ledger.account,
            f"{line.number} was sent level {line.level} twice (delivery {line.delivery})",
        )
        lines_sent.add(key)
    for sent in ledger.sent:
        other = ledger.letters[sent]
        is_same = (other.kind, other.business_date) == (letter.kind, letter.business_date)
        law.check(
            sent == letter.key or not is_same,
            ledger.account,
            f"letters {sent} and {letter.key} are both of {letter.business_date}",
        )
