"""What is true after a trial: the outside ledger and the folders against the database.

The SMTP server's ledger says what left, Dovecot's folders say what came in; a fault is a
sentence. Admitted is only what DESIGN §6.2 admits: a letter that nobody knows about is held and
asked about, once.
"""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from daemon.core.effects import ForwardToRep
from daemon.core.state import AccountState, Letter, LetterStage
from daemon.ports import InboxMail, MailStage, Outgoing, OutgoingKind, OutgoingStage
from tests.acceptance.crash.cast import (
    AWAY,
    BOUNCING,
    CAST,
    COPIED_TO,
    DISPUTING,
    PAYING,
    PROMISING,
    STRANGER,
    WARNED,
)
from tests.acceptance.crash.kills import PROCESSED
from tests.acceptance.crash.office import REP, START, is_rep_mail
from tests.acceptance.crash.trial import Trial

QUARANTINE = "Duly/Quarantine"
PLACES = (MailStage.APPLIED, MailStage.FILED, MailStage.FORWARDED, MailStage.QUARANTINED)
REP_KINDS = (OutgoingKind.FORWARD, OutgoingKind.ECHO, OutgoingKind.DIGEST, OutgoingKind.ALARM)
# What each mail does, as events and holds of its account: exactly once.
EVENTS = {
    PROMISING: ("promise_made",),
    DISPUTING: ("rep_asked",),
    AWAY: ("contact_absent",),
    BOUNCING: ("letter_undelivered",),
    PAYING: (),
}
HOLDS = {
    PROMISING: "promise",
    DISPUTING: "dispute",
    AWAY: "out_of_office",
    PAYING: "payment_claimed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the database says at the end: states, mail by stage, outgoing rows, broken laws."""

    states: dict[str, AccountState]
    events: dict[str, Counter[str]]
    mails: dict[MailStage, list[InboxMail]]
    unapplied: int
    rows: list[Outgoing]
    laws: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What went wrong, by kind, and how many letters nobody knows about."""

    doubled: tuple[str, ...]
    lost: tuple[str, ...]
    mail_lost: tuple[str, ...]
    applied_twice: tuple[str, ...]
    laws: tuple[str, ...]
    others: tuple[str, ...]
    unknown: int

    @property
    def faults(self) -> tuple[str, ...]:
        """All of them."""
        return (
            *self.doubled,
            *self.lost,
            *self.mail_lost,
            *self.applied_twice,
            *self.laws,
            *self.others,
        )


async def judge(trial: Trial) -> Verdict:
    """Look at everything that is left."""
    found = await look(trial)
    letters = {name.rpartition("/")[2]: one.letters for name, one in found.states.items()}
    lost = [
        *lost_letters(trial, letters, found.rows),
        *lost_copies(trial),
        *lost_rep_mail(trial, found.rows),
    ]
    return Verdict(
        doubled=tuple(doubled(trial)),
        lost=tuple(lost),
        mail_lost=tuple(lost_mail(trial, found)),
        applied_twice=tuple(wrong_effects(trial, found)),
        laws=tuple(found.laws),
        others=tuple(trial.faults),
        unknown=sum(one.stage is LetterStage.UNKNOWN for some in letters.values() for one in some),
    )


async def look(trial: Trial) -> Found:
    """Read the database once."""
    now = START + timedelta(minutes=trial.minute)
    async with trial.office.opened(now) as app:
        names = await app.store.account_ids()
        found = Found(
            states=await app.store.load(names),
            events={},
            mails={stage: await app.store.mails_in(stage, 50) for stage in PLACES},
            unapplied=len(await app.store.unapplied_mails()),
            rows=[row for stage in OutgoingStage for row in await app.store.outgoing_in(stage)],
            laws=[],
        )
        for name in names:
            recorded = await app.store.events(name)
            found.events[name.rpartition("/")[2]] = Counter(one.event.kind for one in recorded)
    found.laws.extend(await trial.office.broken_laws(now))
    return found


# --- what left --------------------------------------------------------------------------------


def doubled(trial: Trial) -> Iterator[str]:
    """Tell of every mail that reached one recipient twice, and of every second letter."""
    ledger = trial.office.smtp.ledger
    envelopes = Counter((taken.message_id, to) for taken in ledger for to in taken.envelope_to)
    for (name, recipient), count in envelopes.items():
        if count > 1:
            yield f"{name} reached {recipient} {count} times"
    to_customers = Counter(
        to for taken in ledger if not is_rep_mail(taken) for to in taken.envelope_to
    )
    for address, count in to_customers.items():
        if count > 1:
            yield f"{address} got {count} mails instead of one"


def lost_letters(
    trial: Trial, letters: dict[str, tuple[Letter, ...]], rows: Sequence[Outgoing]
) -> Iterator[str]:
    """Tell of every letter that neither left nor is known to be unknown and asked about."""
    asked = Counter(
        row.effect.letter
        for row in rows
        if isinstance(row.effect, ForwardToRep) and row.effect.forward.startswith("unknown|")
    )
    for debtor in CAST:
        (letter, *others) = letters[debtor]
        is_out = trial.letter_of(debtor) is not None
        if others:
            yield f"{debtor} has {1 + len(others)} letters"
        match letter.stage:
            case LetterStage.ACCEPTED | LetterStage.UNDELIVERED if is_out:
                continue
            case LetterStage.UNKNOWN if asked[letter.key] == 1:
                if trial.sent_copy == "auto" and is_out:
                    yield f"{debtor}'s letter lies in the Sent folder and is unknown still"
            case _:
                yield (
                    f"{debtor}'s letter is {letter.stage.value}, out: {is_out}, "
                    f"asked about {asked[letter.key]} times"
                )
    if trial.sent_copy == "append":
        yield from wrong_copies(trial, letters)


def lost_copies(trial: Trial) -> Iterator[str]:
    """Tell of everybody in the Cc of the final notice who did not get it with the letter."""
    letter = trial.letter_of(WARNED)
    if letter is not None and sorted(letter.envelope_to[1:]) != sorted(COPIED_TO):
        yield f"the final notice went to {', '.join(letter.envelope_to)} only"


def wrong_copies(trial: Trial, letters: dict[str, tuple[Letter, ...]]) -> Iterator[str]:
    """Tell where the Sent folder does not hold each accepted letter once."""
    filed = Counter(trial.office.dovecot.folder(trial.office.user, "Sent"))
    known = (LetterStage.ACCEPTED, LetterStage.UNDELIVERED)
    for debtor in CAST:
        taken = trial.letter_of(debtor)
        is_known = letters[debtor][0].stage in known
        if taken is not None and filed[taken.raw] != is_known:
            yield f"the letter to {debtor} lies {filed[taken.raw]} times in the Sent folder"


def lost_rep_mail(trial: Trial, rows: Sequence[Outgoing]) -> Iterator[str]:
    """Tell of rep mail that is called accepted and did not leave, or waits for ever."""
    taken = {one.message_id for one in trial.office.smtp.ledger}
    for row in rows:
        if row.kind not in REP_KINDS:
            continue
        is_out = row.frozen is not None and row.frozen.message_id in taken
        is_settled = row.stage is OutgoingStage.UNKNOWN or (
            row.stage is OutgoingStage.ACCEPTED and is_out
        )
        if not is_settled:
            yield f"rep mail {row.key} is {row.stage.value}, out: {is_out}"


# --- what came in -----------------------------------------------------------------------------


def lost_mail(trial: Trial, found: Found) -> Iterator[str]:
    """Tell of every mail that has not exactly one place, in the database and on the server."""
    office = trial.office
    aside = 1 if trial.is_poisoned and PROMISING in trial.delivered else 0
    placed = [mail for mails in found.mails.values() for mail in mails]
    if len(placed) != len(trial.delivered) or found.unapplied:
        yield (
            f"{len(trial.delivered)} mails came, {len(placed)} are placed, {found.unapplied} wait"
        )
    if len(found.mails[MailStage.QUARANTINED]) > aside:
        yield f"{len(found.mails[MailStage.QUARANTINED])} mails are in quarantine"
    left = office.dovecot.folder(office.user)
    if left:
        yield f"{len(left)} mails are left in the inbox"
    folders = (PROCESSED, QUARANTINE)
    filed = Counter(
        identity_of(raw) for name in folders for raw in office.dovecot.folder(office.user, name)
    )
    for who, raw in trial.delivered.items():
        count = filed[identity_of(raw)]
        # Without MOVE a kill between COPY and EXPUNGE leaves a second copy there: untidy, no more.
        if count != 1 and (trial.has_move or not count):
            yield f"the mail of {who} lies {count} times in the folders"


def identity_of(raw: bytes) -> str:
    """Return the Message-ID."""
    return str(email.message_from_bytes(raw)["Message-ID"])


def wrong_effects(trial: Trial, found: Found) -> Iterator[str]:
    """Tell of every effect of a mail that is not there exactly once."""
    set_aside = found.mails[MailStage.QUARANTINED]
    for who in trial.delivered:
        if who == STRANGER or (who == PROMISING and set_aside):
            continue
        if who == REP:
            count = found.events[DISPUTING]["command_applied"]
            if count != 1:
                yield f"the rep's order was applied {count} times"
            continue
        for kind in ("reply_applied", *EVENTS[who]):
            count = found.events[who][kind]
            # The question about a letter of unknown fate is a question as well.
            asked = found.events[who]["letter_unknown"] if kind == "rep_asked" else 0
            if not 1 <= count <= 1 + asked:
                yield f"{who}: {kind} happened {count} times"
    for account, state in found.states.items():
        who = account.rpartition("/")[2]
        holds = Counter(hold.reason.value for hold in state.holds)
        for reason, count in holds.items():
            if count > 1:
                yield f"{who} has {count} holds of the reason {reason}"
        is_read = who in trial.delivered and not (who == PROMISING and set_aside)
        if is_read and who in HOLDS and holds[HOLDS[who]] != 1:
            yield f"{who} has no hold of the reason {HOLDS[who]}"
