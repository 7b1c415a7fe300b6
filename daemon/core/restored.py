"""After a backup was restored: which letters may have left since, and what a rep is asked.

What the backup does not know may have happened. So every letter that could have left between
the backup and its restoring is presumed to have left: evidence settles it, else a rep. None of
them is ever sent by itself. Source: DESIGN §6.8, last sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from daemon.core.calendar import calendar_of
from daemon.core.card import account_card
from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import Decision, Effect, ForwardToRep, SendLetter, TellOperator
from daemon.core.events import Event, LetterPlanned, LetterPresumed, RepAsked
from daemon.core.house import House
from daemon.core.state import AccountState, ForwardState, Letter, LetterStage
from daemon.core.turn import take_turn

GAP_DAYS_MAX = 400
LINES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What nobody remembers: from the backup to its restoring, aware UTC instants."""

    since: datetime
    until: datetime

    @property
    def because(self) -> str:
        """Why nothing is certain, for logs and reps."""
        return (
            f"a backup of {self.since:%Y-%m-%d %H:%M} UTC was restored on "
            f"{self.until:%Y-%m-%d %H:%M} UTC; what left in between is not recorded"
        )

    def days(self) -> Iterator[date]:
        """Yield the UTC dates that it touches, at most 400, with a day before for the zones."""
        day = self.since.date() - timedelta(days=1)
        for _ in range(GAP_DAYS_MAX):
            yield day
            day += timedelta(days=1)
            if day > self.until.date() + timedelta(days=1):
                return


def sending_instant(state: AccountState, day: date, gap: Gap, house: House) -> datetime | None:
    """Return the earliest instant of the gap at which a letter could leave on the debtor's `day`.

    None where that day has no send window within the gap.
    """
    calendar = calendar_of(state.facts.country, state.facts.zone, house.days_off)
    opens_at, closes_at = calendar.window(day, house.policy)
    earliest = max(opens_at, gap.since)
    if not calendar.is_business_day(day) or earliest >= min(closes_at, gap.until):
        return None
    return earliest


def presume_planned(
    account: str, state: AccountState, base: Conditions, gap: Gap, house: House, at: datetime
) -> Decision:
    """Plan the letters that could have left at `at`, and presume that they did.

    Args:
        account: The account's id.
        state: The account as the backup and what was read again since left it.
        base: The world; its brakes and the age of its ledger are left out, for they may have
            been otherwise.
        gap: The gap that is settled.
        house: Creditor, policy and reps.
        at: An instant of the gap, inside the debtor's send window.

    Returns:
        LetterPlanned and LetterPresumed with the letter's effect, nothing else of the turn.
    """
    conditions = Conditions(
        mode=Mode.LIVE,
        ledger_as_of=at.date(),
        snapshot=base.snapshot,
        inbox_checked_at=at,
        went_live_on=base.went_live_on or gap.since.date(),
        first_import_on=base.first_import_on,
    )
    turn = take_turn(account, state, conditions, house, at)
    events: list[Event] = []
    effects: list[Effect] = []
    for event in turn.events:
        if isinstance(event, LetterPlanned) and event.letter.stage is not LetterStage.DRAFT:
            key = event.letter.key
            events += [event, LetterPresumed(key=key, because=gap.because)]
            effects += [
                effect
                for effect in turn.effects
                if isinstance(effect, SendLetter) and effect.key == key
            ]
    return Decision(events=tuple(events), effects=tuple(effects), next_action_at=None)


def presume_waiting(state: AccountState, gap: Gap) -> tuple[Event, ...]:
    """Presume every letter that waited when the backup was made."""
    return tuple(
        LetterPresumed(key=letter.key, because=gap.because)
        for letter in state.letters
        if letter.stage in (LetterStage.QUEUED, LetterStage.AWAITS_APPROVAL)
    )


def ask_about_presumed(
    account: str, state: AccountState, gap: Gap, house: House, now: datetime
) -> Decision:
    """Ask the owner about every letter of the account that nothing settled, once each."""
    events: list[Event] = []
    effects: list[Effect] = []
    known = {entry.id for entry in state.forwards}
    for letter in state.letters:
        forward = f"unknown|{letter.key}|{letter.attempt}"
        if letter.stage is not LetterStage.UNKNOWN or forward in known:
            continue
        events.append(RepAsked(forward=_question(state, letter, forward, gap, now)))
        effects.append(_forward(state, letter, forward, gap, house, now))
    return Decision(events=tuple(events), effects=tuple(effects), next_action_at=None)


def _question(
    state: AccountState, letter: Letter, forward: str, gap: Gap, now: datetime
) -> ForwardState:
    return ForwardState(
        id=forward,
        origin=letter.key,
        rep=state.facts.owner,
        why=gap.because,
        sent_at=now,
        invoices=tuple(line.number for line in letter.lines),
        letter=letter.key,
    )


def _forward(
    state: AccountState, letter: Letter, forward: str, gap: Gap, house: House, now: datetime
) -> ForwardToRep:
    about = ", ".join(line.number for line in letter.lines)
    return ForwardToRep(
        key=forward,
        forward=forward,
        rep=state.facts.owner,
        subject=f"Was this letter to {state.facts.name} sent? ({letter.level})",
        why=(
            f"{gap.because[0].upper()}{gap.because[1:]}. The letter {letter.level} to "
            f"{letter.recipient} may have left, and nothing shows whether it did. Duly does not "
            "send it by itself."
        ),
        evidence=(),
        done=(f"The letter keeps its place; no further letter goes about {about}.",),
        next_if_silent="If nobody answers, the invoices rest and you are asked again.",
        card=account_card(state, house, now),
        draft_answer="",
        commands=("resend", "treat as sent"),
        mail="",
        letter=letter.key,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the settling after a restore found.

    `unexplained` are sentences on letters that the Sent folder shows and nothing explains.
    `held` are subjects of mail to reps that is not sent again. `gone` are mails that reached
    the inbox after the backup and are nowhere to be found; None where that cannot be told.
    """

    found: int = 0
    unknown: int = 0
    read_again: int = 0
    held: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    gone: int | None = 0

    @property
    def stops_because(self) -> str:
        """Why no letter may go until somebody has looked; empty where all mail was found."""
        if self.gone is None:
            return "a backup was restored, and the inbox is not the one of the backup"
        if self.gone:
            return (
                f"a backup was restored, and {self.gone} mails that came after it are no longer "
                "in the mailbox; a customer may have said something that Duly does not know"
            )
        return ""


def tell_settlement(found: Settlement, gap: Gap) -> TellOperator:
    """Return the one mail to the operator about a restored backup."""
    lines = [
        f"{gap.because[0].upper()}{gap.because[1:]}.",
        f"Letters found in the Sent folder: {found.found}.",
        f"Letters that may have left, which their owners are asked about: {found.unknown}.",
        f"Mails read again: {found.read_again}.",
    ]
    if found.stops_because:
        lines.append(f"All letters are stopped: {found.stops_because}.")
        lines.append("Look through the mailbox, then type: run.py start")
    if found.unexplained:
        lines.append("Their accounts are held until lifted:")
        lines += [f"  {sentence}" for sentence in found.unexplained[:LINES_MAX]]
    if found.held:
        lines.append("Mail to reps that may have gone already and is not sent again:")
        lines += [f"  {subject}" for subject in found.held[:LINES_MAX]]
    if len(found.held) > LINES_MAX:
        lines.append(f"  and {len(found.held) - LINES_MAX} more; see: run.py status")
    return TellOperator(
        key=f"restored|{gap.since.isoformat()}|{gap.until.isoformat()}",
        subject="A backup was restored: what Duly found out since",
        lines=tuple(lines),
    )
