"""Troubles: what goes wrong in a simulated world, where, and when; all of it from the seed.

The plan knows the true time only. It says what a server answers, whether a connection comes
about, and after which commit the process ends; it never touches the product.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from daemon.adapters.smtp_outcome import Phase
from daemon.errors import PeerError
from daemon.world.dice import Dice
from daemon.world.near_post import Cuts, Interrupts, Says, Trouble, refused_login
from daemon.world.shaky_store import Crash


class Fault(StrEnum):
    """The kinds of trouble, as `--faults` names them."""

    REPLIES = "replies"
    CUTS = "cuts"
    SERVERS = "servers"
    MAIL = "mail"
    RENUMBER = "renumber"
    HANDS = "hands"
    CRASH = "crash"
    CLOCK = "clock"
    DATABASE = "database"
    DISK = "disk"
    SLOW = "slow"
    SECOND = "second"
    CANCEL = "cancel"
    LEDGER = "ledger"
    REPS = "reps"
    OUTAGE = "outage"
    PARSER = "parser"
    NOISE = "noise"


MEANINGS = {
    Fault.REPLIES: "4xx and 5xx in every phase of SMTP",
    Fault.CUTS: "the SMTP connection breaks before, in and after DATA",
    Fault.SERVERS: "SMTP and IMAP servers that are away or refuse the login for hours",
    Fault.MAIL: "mail that comes twice or late",
    Fault.RENUMBER: "a new UIDVALIDITY",
    Fault.HANDS: "other hands that move, read and delete in the inbox",
    Fault.CRASH: "the process ends between any two commits",
    Fault.CLOCK: "the machine's clock jumps an hour",
    Fault.DATABASE: "the database is away for a while",
    Fault.DISK: "the disk is nearly full for hours, or full in the middle of a write",
    Fault.SLOW: "SMTP and IMAP servers that answer after minutes, or never",
    Fault.SECOND: "a second daemon: refused at the door, or at work at the same time",
    Fault.CANCEL: "the work is cancelled at some await",
    Fault.LEDGER: "a ledger that is late, wrong, or has lost half of its rows",
    Fault.REPS: "reps who answer late, wrongly or twice, and who stop everything for a day",
    Fault.OUTAGE: "the daemon does not run for days",
    Fault.PARSER: "mails over which the parser dies",
    Fault.NOISE: "newsletters, strangers, guessed tokens, our own letters coming back",
}
REPLIES = (
    (Phase.MAIL, 451, "4.3.0 try again later"),
    (Phase.MAIL, 421, "4.3.2 too many connections"),
    (Phase.MAIL, 550, "5.7.1 sender not permitted to relay"),
    (Phase.RCPT, 450, "4.2.0 greylisted, try again later"),
    (Phase.RCPT, 452, "4.2.2 mailbox full"),
    (Phase.RCPT, 550, "5.1.1 no such user here"),
    (Phase.RCPT, 554, "5.7.1 rejected by policy"),
    (Phase.DATA, 451, "4.3.0 local error"),
    (Phase.DATA, 554, "5.5.1 no valid recipients"),
    (Phase.BODY, 451, "4.7.1 content check unavailable"),
    (Phase.BODY, 552, "5.3.4 message too big"),
    (Phase.BODY, 550, "5.7.1 message refused as spam"),
)
CUTS = (
    Cuts(phase=Phase.MAIL), Cuts(phase=Phase.RCPT), Cuts(phase=Phase.DATA),
    Cuts(phase=Phase.BODY), Cuts(phase=Phase.BODY, is_taken=True),
)  # fmt: skip
REPLY_PERCENT = 6
CUT_PERCENT = 4
WIRE_STOP_PERCENT = 1.5
AWAY_DAY_PERCENT = 8
COMMAND_PERCENT = 1.0
PASS_PERCENT = 7
WRITES_MAX = 14
VISITS_MAX = 60
AWAITS_MAX = 120
PAGES_MAX = 6
TIGHT_DAY_PERCENT = 5
SLOW_DAY_PERCENT = 8
SLOW_SECONDS_MAX = 240
DEAD_PERCENT = 12
SECOND_PERCENT = 4
AUTH_EVERY = 4
SKEW_DAY_PERCENT = 6
SKEW_HOURS = 6


@dataclass(slots=True, kw_only=True)
class Troubles:
    """The plan of one seed, with the kinds of trouble that are on. `quiet_from` ends them all.

    A pass is shaken at most once: `ends_after` counts commits down to a crash, `cancels_after`
    awaits to a cancellation, `away_after` visits until the database goes away, `pages_left` is
    what a full disk has room for. `wait` lets time pass while a server is slow. `hours` remembers
    from and until when a trouble of some hours is on, by its name and day.
    """

    dice: Dice
    faults: frozenset[Fault]
    now: Callable[[], datetime]
    wait: Callable[[timedelta], None]
    quiet_from: datetime
    counted: dict[str, int] = field(default_factory=dict)
    passes: int = 0
    commands: int = 0
    ends_after: int | None = None
    is_end_before: bool = False
    cancels_after: int | None = None
    away_after: int | None = None
    is_away: bool = False
    is_cancelled: bool = False
    pages_left: int | None = None
    is_second: bool = False
    pass_task: asyncio.Task[list[str]] | None = None
    hours: dict[tuple[str, date], tuple[int, int] | None] = field(default_factory=dict)

    def has(self, fault: Fault) -> bool:
        """Tell whether this kind of trouble is on now."""
        return fault in self.faults and self.now() < self.quiet_from

    def count(self, name: str) -> None:
        """Count what really happened, for the report."""
        self.counted[name] = self.counted.get(name, 0) + 1

    # --- the passes -----------------------------------------------------------------------------

    def begin_pass(self) -> None:
        """Draw what will happen to the next pass, if anything."""
        self.passes += 1
        key = ("pass", self.passes)
        self.ends_after = self.cancels_after = self.away_after = self.pages_left = None
        self.is_away = self.is_cancelled = False
        self.is_second = self.has(Fault.SECOND) and self.dice.falls(SECOND_PERCENT, *key, "second")
        if self.has(Fault.CRASH) and self.dice.falls(PASS_PERCENT, *key, "crash"):
            self.ends_after = self.dice.between(1, WRITES_MAX, *key, "commits")
            self.is_end_before = self.dice.falls(30, *key, "before")
        elif self.has(Fault.CANCEL) and self.dice.falls(PASS_PERCENT, *key, "cancel"):
            self.cancels_after = self.dice.between(1, AWAITS_MAX, *key, "awaits")
        elif self.has(Fault.DATABASE) and self.dice.falls(PASS_PERCENT / 2, *key, "database"):
            self.away_after = self.dice.between(0, VISITS_MAX, *key, "visits")
        elif self.has(Fault.DISK) and self.dice.falls(PASS_PERCENT / 2, *key, "disk"):
            self.pages_left = self.dice.between(0, PAGES_MAX, *key, "pages")

    def end_pass(self) -> None:
        """The pass is over; nothing shakes what the world itself asks of the store."""
        self.ends_after = self.cancels_after = self.away_after = self.pages_left = None
        self.pass_task = None

    @property
    def is_excused(self) -> bool:
        """Tell whether the database may fail the pass that runs: it is away, or its disk full."""
        return self.is_away or self.pages_left is not None

    def at_await(self) -> None:
        """Cancel the work where the plan says so; called each time that it begins to rest."""
        if self.cancels_after is None:
            return
        self.cancels_after -= 1
        if self.cancels_after == 0:
            self.cancels_after = None
            self.cancel()

    def has_room(self) -> bool:
        """Tell whether the disk has room: on some days there is little for some hours."""
        if not self.has(Fault.DISK) or not self.is_hour_of("disk", TIGHT_DAY_PERCENT, self.now()):
            return True
        self.count("disk nearly full")
        return False

    def skew(self) -> timedelta:
        """On some days the machine's clock is an hour off, for some hours."""
        now = self.now()
        on = now.date()
        if not self.has(Fault.CLOCK):
            return timedelta(0)
        if ("skew", on) not in self.hours:
            falls = self.dice.falls(SKEW_DAY_PERCENT, "skew", on)
            begins = self.dice.between(0, 20, "skew", on, "hour")
            self.hours["skew", on] = (begins, begins + SKEW_HOURS) if falls else None
        hours = self.hours["skew", on]
        if hours is None or not hours[0] <= now.hour < hours[1]:
            return timedelta(0)
        self.count("clock off by an hour")
        return timedelta(hours=1 if self.dice.falls(50, "skew", on, "sign") else -1)

    def before_visit(self, name: str, *, is_write: bool) -> None:
        """Refuse the visit where the database is away; end the process before a commit."""
        if self.away_after is not None:
            self.away_after -= 1
            if self.away_after < 0:
                if not self.is_away:
                    self.count("database away")
                self.is_away = True
                raise PeerError("the database does not answer: it is away")
        if is_write and self.is_end_before and self.ends_after == 1:
            self.ends_after = None
            self.count("crash before a commit")
            raise Crash(f"before {name}")

    def after_visit(self, name: str, *, is_write: bool) -> None:
        """End the work once the visit is committed."""
        if is_write and self.ends_after is not None:
            self.ends_after -= 1
            if self.ends_after == 0:
                self.ends_after = None
                self.count("crash after a commit")
                raise Crash(f"after {name}")

    def cancel(self) -> None:
        """Cancel the pass that is running."""
        assert self.pass_task is not None, "a pass runs"
        self.is_cancelled = True
        self.count("cancelled pass")
        self.pass_task.cancel()

    # --- SMTP -----------------------------------------------------------------------------------

    def at_connection(self, now: datetime) -> PeerError | None:
        """The relay is away for hours, now and then; sometimes it refuses the login."""
        if not self.is_server_away("smtp", now):
            return None
        self.count("no SMTP connection")
        if self.dice.between(1, AUTH_EVERY, "smtp auth", now.date()) == 1:
            return refused_login()
        return PeerError("no SMTP connection: refused")

    def at_mail(self, message_id: str, attempt: int, now: datetime) -> Trouble | None:
        """Some attempts meet a reply, a cut, or the end of the process."""
        key = (message_id, attempt)
        if self.has(Fault.CRASH) and self.dice.falls(WIRE_STOP_PERCENT, *key, "crash"):
            return Interrupts(is_taken=self.dice.falls(50, *key, "taken"))
        if self.is_dead("smtp", now, message_id, attempt):
            return self.dice.one_of(CUTS, *key, "which silence")
        if self.has(Fault.CUTS) and self.dice.falls(CUT_PERCENT, *key, "cut"):
            self.count("SMTP connection cut")
            return self.dice.one_of(CUTS, *key, "which cut")
        if self.has(Fault.REPLIES) and self.dice.falls(REPLY_PERCENT, *key, "reply"):
            self.count("SMTP reply 4xx or 5xx")
            phase, code, text = self.dice.one_of(REPLIES, *key, "which reply")
            return Says(phase=phase, code=code, text=text)
        return None

    def interrupt(self) -> None:
        """The process ends while a mail is on the wire."""
        self.count("crash on the wire")
        raise Crash("on the wire")

    # --- IMAP -----------------------------------------------------------------------------------

    def at_command(self, command: str, now: datetime) -> PeerError | None:
        """The inbox is away for hours, now and then; single commands fail, too."""
        self.commands += 1
        if self.is_server_away("imap", now):
            self.count("no IMAP connection")
            return PeerError("the inbox does not answer")
        if self.is_dead("imap", now, self.commands):
            return PeerError(f"no answer to {command}")
        if self.has(Fault.SERVERS) and self.dice.falls(
            COMMAND_PERCENT, "imap command", self.commands
        ):
            self.count("IMAP command failed")
            return PeerError(f"the connection was lost at {command}")
        return None

    def is_server_away(self, server: str, now: datetime) -> bool:
        """On some days a server is away for some hours."""
        return self.has(Fault.SERVERS) and self.is_hour_of(server, AWAY_DAY_PERCENT, now)

    def is_dead(self, server: str, now: datetime, *occasion: object) -> bool:
        """On some days a server takes minutes for each answer; some answers never come."""
        name = f"slow {server}"
        if not self.has(Fault.SLOW) or not self.is_hour_of(name, SLOW_DAY_PERCENT, now):
            return False
        self.wait(timedelta(seconds=self.dice.between(1, SLOW_SECONDS_MAX, name, *occasion)))
        is_dead = self.dice.falls(DEAD_PERCENT, name, *occasion, "dead")
        self.count(f"{server.upper()} server {'silent' if is_dead else 'slow'}")
        return is_dead

    def is_hour_of(self, trouble: str, percent: float, now: datetime) -> bool:
        """Tell whether a trouble of some days and hours is on now."""
        on = now.date()
        if (trouble, on) not in self.hours:
            falls = self.dice.falls(percent, trouble, on)
            begins = self.dice.between(0, 20, trouble, on, "begins")
            lasts = self.dice.between(1, 6, trouble, on, "lasts")
            self.hours[trouble, on] = (begins, begins + lasts) if falls else None
        hours = self.hours[trouble, on]
        return hours is not None and hours[0] <= now.hour < hours[1]
