"""One office that is killed again and again, from the import of its ledger to a rep's order.

Where it is killed is drawn among the points that its work can come to at that moment. After
each stage the daemon may finish its work once; `verdict` then says what went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from daemon.core.effects import ForwardToRep
from daemon.rounds.gather import MODE, WENT_LIVE_ON
from tests.acceptance.crash.cast import (
    BOUNCING,
    CAST,
    CONTACTS,
    COPIED_TO,
    DISPUTING,
    ORDER,
    PAYING,
    PROMISING,
    STRANGER,
    WARNED,
    ledger_text,
    write,
)
from tests.acceptance.crash.kills import KILLED
from tests.acceptance.crash.office import REP, START, CrashOffice, debtor_of, is_rep_mail
from tests.servers.smtp_faults import Taken

AS_OF = START.date() - timedelta(days=1)
FIRST_MINUTE = 10
REST_MINUTES = (6, 8)
SEND_KILLS, RECEIVE_KILLS, ORDER_KILLS = 7, 6, 2
# A mail over which the daemon dies three times is set aside: so these are drawn twice at most.
READINGS_MAX = 2
FOR_EACH_LETTER = (
    "send.connected",
    "send.before_transmitting",
    "send.transmitting_committed",
    "send.sender_accepted",
    "send.recipient_accepted",
    "send.body_invited",
    "send.body_written",
    "send.before_outcome",
    "send.outcome_committed",
)
IN_DATA = (*FOR_EACH_LETTER[2:8], "send.copy_invited")
OUT_ALREADY = ("send.body_written", "send.before_outcome")
FILING_COPIES = ("send.copy_sought", "send.copy_filed", "send.copy_noted")
NOTIFYING = (
    "notify.before_transmitting",
    "notify.transmitting_committed",
    "notify.before_outcome",
    "notify.outcome_committed",
)
FETCHING = ("receive.found", "receive.sized", "receive.fetched", "receive.kept", "receive.checked")
POISONOUS = (
    "receive.attempt_counted",
    "receive.recognised",
    "receive.identified",
    "receive.read",
    "receive.before_applied",
)
READING = (*POISONOUS, "receive.applied")
SETTING_ASIDE = ("receive.before_quarantined", "receive.quarantined")
MOVING = ("receive.before_moved", "receive.moved", "receive.move_noted")


class Drawing(Protocol):
    """Draws where to kill, and keeps the count."""

    def draw(self, reachable: Mapping[str, int]) -> str:
        """Return a point with its passing, `name:N`; `reachable` says how high N may be."""
        ...

    def happened(self, drawn: str, *, is_killed: bool) -> None:
        """Note whether the process came to the point."""
        ...


@dataclass(slots=True, kw_only=True)
class Trial:
    """An office on its way. `sent_copy` as in `[smtp]`; with `is_poisoned` one mail kills thrice.

    `delivered` is what came in, by who wrote it; `faults` is what went wrong on the way.
    """

    office: CrashOffice
    drawing: Drawing
    sent_copy: str
    has_move: bool
    is_poisoned: bool
    minute: int = FIRST_MINUTE
    kills: int = 0
    last: str = ""
    is_filed: bool = False
    delivered: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    copied: set[str] = field(default_factory=set)

    async def play(self) -> None:
        """Live through the day."""
        await self.prepare()
        for _ in range(SEND_KILLS):
            if reachable := self.sending():
                await self.kill(reachable)
        await self.rest()
        await self.receive()
        await self.rest()
        await self.order()
        await self.rest()

    async def prepare(self) -> None:
        """Go live, with a ledger that the first process imports."""
        (self.office.home / "ledger.csv").write_text(ledger_text(AS_OF), encoding="utf-8")
        (self.office.home / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
        async with self.office.opened(START, is_readonly=False) as app:
            await app.store.set_fact(MODE, "live")
            await app.store.set_fact(WENT_LIVE_ON, date(2026, 6, 1).isoformat())

    # --- one process ------------------------------------------------------------------------

    async def kill(self, reachable: Mapping[str, int]) -> bool:
        """Let one process run until it is killed; False where it did not come to the point."""
        drawn = self.drawing.draw(reachable)
        code = await self.run(self.minute, failpoint=drawn)
        self.minute += 1
        is_killed = code == KILLED
        if not is_killed and code != 0:
            self.faults.append(f"{drawn}: ended with {code}: {self.office.said()[-300:]}")
        self.drawing.happened(drawn, is_killed=is_killed)
        self.last = drawn.partition(":")[0] if is_killed else ""
        self.kills += is_killed
        return is_killed

    async def run(self, *minutes: int, failpoint: str = "") -> int:
        """Run one process; the provider files copies of what it took, where it does so."""
        task = self.office.task(*minutes, failpoint=failpoint)
        ledger = str(self.office.home / "ledger.csv")
        code = await self.office.stand.run(replace(task, ledger=ledger))
        if self.sent_copy == "auto":
            for taken in self.office.smtp.ledger:
                if taken.message_id not in self.copied:
                    self.copied.add(taken.message_id)
                    self.office.put_into_sent(taken.raw)
        return code

    async def rest(self) -> None:
        """Let one process finish what there is, late enough for every question."""
        minutes = [self.minute + count for count in (0, *REST_MINUTES)]
        code = await self.run(*minutes)
        if code != 0:
            self.faults.append(f"at rest: ended with {code}: {self.office.said()[-300:]}")
        self.minute += REST_MINUTES[-1] + 2
        self.last = ""
        self.is_filed = self.is_filed or bool(self.delivered)

    def letter_of(self, debtor: str) -> Taken | None:
        """Return the letter that left for a debtor, None where none did."""
        for taken in self.office.letters():
            if debtor_of(taken) == debtor:
                return taken
        return None

    # --- letters ----------------------------------------------------------------------------

    def sending(self) -> dict[str, int]:
        """Return the points that a process comes to while letters leave."""
        if not self.last and not self.kills:
            return dict.fromkeys(("import.before_applied", "import.applied", "send.planned"), 1)
        if self.last == "import.before_applied":
            return {"import.before_applied": 1, "import.applied": 1}
        left = sum(self.letter_of(debtor) is None for debtor in CAST)
        found: dict[str, int] = {}
        if left:
            found = dict.fromkeys(FOR_EACH_LETTER, max(1, left - 1))
            found |= {"send.planned": 1, "send.plan_committed": 2}
            if self.letter_of(WARNED) is None:
                found["send.copy_invited"] = len(COPIED_TO)
        if self.sent_copy == "append":
            found |= dict.fromkeys(FILING_COPIES, 1)
            if not self.copied:
                found["receive.folder_made"] = 1
        if self.last in IN_DATA:
            after = {"send.recovering": 1, "send.recovered": 1}
            if self.sent_copy != "auto":
                after |= {"send.before_asked": 1, "send.asked": 1} | dict.fromkeys(NOTIFYING, 1)
            elif self.last in OUT_ALREADY:
                after["send.evidence_found"] = 1
            return after
        return found

    # --- mail -------------------------------------------------------------------------------

    def deliver(self, who: str) -> None:
        """Let somebody write; who got no letter has nothing to say."""
        letter = None if who in (PAYING, STRANGER) else self.letter_of(who)
        if letter is None and who not in (PAYING, STRANGER):
            return
        raw = write(self.office, who, letter)
        self.office.dovecot.deliver(self.office.user, raw)
        self.delivered[who] = raw

    async def receive(self) -> None:
        """Mail comes in, one after the other, and the process dies over it."""
        writers = [STRANGER, *(debtor for debtor in CAST if debtor != WARNED)]
        if self.is_poisoned and self.letter_of(PROMISING) is not None:
            self.deliver(PROMISING)
            writers.remove(PROMISING)
            await self.be_poisoned()
        shift = self.kills % len(writers)
        writers = [*writers[shift:], *writers[:shift]]
        readings = 0
        for number in range(RECEIVE_KILLS):
            for who in writers[number::RECEIVE_KILLS]:
                self.deliver(who)
            reachable = self.receiving(has_readings=readings < READINGS_MAX)
            await self.kill(reachable)
            readings += self.last in (*READING, "receive.matched_again", "receive.before_placed")

    async def be_poisoned(self) -> None:
        """One mail kills three processes, whatever they do with it; then it is set aside."""
        killed = 0
        for _ in range(2 * READINGS_MAX):
            killed += await self.kill(dict.fromkeys(POISONOUS, 1))
            if killed > READINGS_MAX:
                break
        for point in SETTING_ASIDE:
            await self.kill({point: 1})

    def receiving(self, *, has_readings: bool) -> dict[str, int]:
        """Return the points that a process comes to while mail is received."""
        found = dict.fromkeys((*FETCHING, *MOVING), 1)
        if not self.has_move:
            found |= {"receive.copied": 1, "receive.marked": 1}
        if not self.is_filed:
            found["receive.folder_made"] = 1
        if has_readings:
            found |= dict.fromkeys(READING, 1)
            if self.delivered.keys() & {PAYING, BOUNCING}:
                found["receive.matched_again"] = 1
            if STRANGER in self.delivered:
                found["receive.before_placed"] = 1
        if STRANGER in self.delivered:
            found["receive.placed"] = 1
        if DISPUTING in self.delivered:
            found |= dict.fromkeys(NOTIFYING, 1)
        return found

    async def order(self) -> None:
        """A rep answers the forward of the dispute, where it left."""
        account = f"kaltenberg/{DISPUTING}"
        async with self.office.opened(START) as app:
            forwards = [
                row.frozen.message_id
                for row in await app.store.outgoing_of(account)
                if row.frozen and isinstance(row.effect, ForwardToRep) and row.effect.mail
            ]
        for taken in self.office.smtp.ledger:
            if is_rep_mail(taken) and taken.message_id in forwards:
                raw = self.office.answer_to(taken, REP, ORDER)
                self.office.dovecot.deliver(self.office.user, raw)
                self.delivered[REP] = raw
                break
        else:
            return
        points = ("receive.before_commanded", "receive.commanded")
        for _ in range(ORDER_KILLS):
            await self.kill(dict.fromkeys((*points, *NOTIFYING, *MOVING[:1]), 1))
