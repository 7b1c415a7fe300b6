"""Mischief: what others do to the mailbox and to the daemon, day by day, as the dice fall.

Other hands tidy up, a server is restored, strangers write, our own letters come back, the
operator stops everything for a day or the machine stands still.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daemon.world.inbox import Verdict, stamped
from daemon.world.near_inbox import INBOX, NearServer, message_id_of
from daemon.world.near_parser import NearParser
from daemon.world.near_post import NearPost
from daemon.world.street import Street
from daemon.world.troubles import Fault, Troubles
from daemon.world.writing import Speaker, stray

PROCESSED = "Processed"
ELSEWHERE = "Elsewhere"
RENUMBER_PERCENT = 3
HANDS_PERCENT = 15
NOISE_PERCENT = 35
OUTAGE_PERCENT = 2
OUTAGE_DAYS_MAX = 4
STOP_PERCENT = 4
POISON_PERCENT = 5
DRAGGED_MAX = 4
STRANGERS: tuple[tuple[str, str, str, Verdict], ...] = (
    ("news@letters.example", "Our autumn offers", "Twenty percent off all office chairs!", "pass"),
    ("ceo@bank-secure.example", "Changed bank details", "Pay to the new account from now on.",
     "fail"),
    ("jo@webmail.example", "Hello", "Could you please call me back?", "none"),
    ("scan@probe.example", "resume", "resume\nstop\nlevel final_notice", "none"),
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Mischief:
    """`lost` are Message-IDs that other hands took before we saw them; `own` are letters of
    ours that came back; `off_until` and `stopped_on` tell when nothing may leave."""

    troubles: Troubles
    street: Street
    server: NearServer
    post: NearPost
    parser: NearParser
    lost: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    noise: set[str] = field(default_factory=set)
    off_until: date | None = None
    stopped_on: date | None = None

    def begin_day(self, day: date) -> None:
        """Draw whether the machine stands still from today, and whether all is stopped."""
        dice, troubles = self.troubles.dice, self.troubles
        is_running = self.off_until is None or day >= self.off_until
        if troubles.has(Fault.OUTAGE) and is_running and dice.falls(OUTAGE_PERCENT, "off", day):
            troubles.count("outage of days")
            days = dice.between(1, OUTAGE_DAYS_MAX, "off days", day)
            self.off_until = day + timedelta(days=days)
        if troubles.has(Fault.REPS) and dice.falls(STOP_PERCENT, "stop", day):
            troubles.count("all stopped for a day")
            self.stopped_on = day

    def is_off(self, day: date) -> bool:
        """Tell whether the daemon does not run on this day; in the last, quiet days it does."""
        is_out = self.off_until is not None and day < self.off_until
        return is_out and self.troubles.has(Fault.OUTAGE)

    def meddle(self, at: datetime) -> None:
        """Do to the mailbox what the dice say, some time before a pass."""
        troubles, dice = self.troubles, self.troubles.dice
        if troubles.has(Fault.NOISE) and dice.falls(NOISE_PERCENT, "noise", at):
            self.make_noise(at)
        if troubles.has(Fault.PARSER):
            self.poison()
        if troubles.has(Fault.HANDS) and dice.falls(HANDS_PERCENT, "hands", at):
            self.use_hands(at)
        if troubles.has(Fault.RENUMBER) and dice.falls(RENUMBER_PERCENT, "renumber", at):
            troubles.count("new UIDVALIDITY")
            self.drag_back(at)
            self.server.folder(INBOX).renumber()

    def make_noise(self, at: datetime) -> None:
        """A stranger writes, a token is guessed, or a letter of ours comes back."""
        dice = self.troubles.dice
        kind = dice.between(0, 5, "noise kind", at)
        if kind == 0 and self.post.taken:
            mail = dice.one_of(self.post.taken, "own letter", at)
            self.troubles.count("own letter came back")
            self.own.add(mail.message_id)
            self.server.deliver(stamped(mail.raw, self.street.office, "pass"))
            return
        sender, subject, text, verdict = dice.one_of(STRANGERS, "stranger", at)
        local, _, domain = self.street.office.partition("@")
        token = f"+c{dice.between(10**24, 10**25, 'token', at):x}"
        to = f"{local}{token}@{domain}" if kind == 1 else self.street.office
        speaker = Speaker(address=sender, name="Somebody", language="en")
        if kind == 2 and self.street.book.rows:
            number = dice.one_of(sorted(self.street.book.rows), "known number", at)
            text = f"{text}\nThis is about {number}."
        raw = stray(speaker, to, subject, f"{text}\n{at.isoformat()}", at)
        self.troubles.count("mail of a stranger")
        self.noise.add(message_id_of(raw))
        self.server.deliver(stamped(raw, sender, verdict))

    def poison(self) -> None:
        """Some mails that lie in the inbox will kill the parser."""
        for mail in self.server.folder(INBOX).mails:
            identity = mail.message_id
            if self.troubles.dice.falls(POISON_PERCENT, "poison", identity):
                if identity not in self.parser.poison:
                    self.troubles.count("poisoned mail")
                self.parser.poison.add(identity)

    def use_hands(self, at: datetime) -> None:
        """Somebody takes a mail away before we see it, or drags old ones back."""
        dice, inbox = self.troubles.dice, self.server.folder(INBOX)
        if inbox.mails and dice.falls(40, "takes", at):
            mail = dice.one_of(inbox.mails, "which", at)
            self.troubles.count("mail taken away unseen")
            self.lost.add(mail.message_id)
            for gone in inbox.remove([mail.uid]):
                if dice.falls(50, "keeps", at):
                    self.server.folder(ELSEWHERE).add(gone.raw, gone.internal_at)
            return
        self.drag_back(at)

    def drag_back(self, at: datetime) -> None:
        """Old mails lie in the inbox again: their effects must not come twice."""
        done = self.server.folder(PROCESSED)
        if not done.mails:
            return
        self.troubles.count("old mail dragged back")
        count = self.troubles.dice.between(1, DRAGGED_MAX, "dragged", at)
        for mail in done.remove([mail.uid for mail in done.mails[-count:]]):
            self.server.folder(INBOX).add(mail.raw, mail.internal_at)
