"""The relay in memory: takes mail over the port `Submission`, and keeps the outside ledger.

What it took is written here before anybody is told, so that a reply lost on the way shows as
what it is: a mail that left. Which trouble comes is asked of a plan; what an SMTP reply means
is judged by the product's own adapter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, assert_never

from daemon.adapters.smtp_outcome import Phase, broken, judge, login_refused
from daemon.errors import PeerError
from daemon.ports import Frozen, Outcome
from daemon.world.near_inbox import NearFolder, message_id_of
from daemon.world.post import Carried


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The server answers with a code in a phase; at BODY a 2xx with odd text is taken too."""

    phase: Phase
    code: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """The connection breaks in a phase; `is_taken`: the final dot had arrived all the same."""

    phase: Phase
    is_taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupts:
    """Something happens to the process itself around the mail; `is_taken`: after it arrived."""

    is_taken: bool


Trouble = Says | Cuts | Interrupts


class PostTrouble(Protocol):
    """What goes wrong at the relay."""

    def at_connection(self, now: datetime) -> PeerError | None:
        """Return why no connection comes about, None where one does."""
        ...

    def at_mail(self, message_id: str, attempt: int, now: datetime) -> Trouble | None:
        """Return what happens to one attempt to hand over a mail."""
        ...

    def interrupt(self) -> None:
        """End the process or cancel its work, as the plan says."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a mail: when, whether it was taken, what the sender learnt of it."""

    at: datetime
    message_id: str
    recipient: str
    is_taken: bool
    outcome: str


@dataclass(slots=True, kw_only=True)
class NearPost:
    """The relay. `taken` is what it accepted, in order, with `taken_at` beside it.

    `files_in` is the Sent folder of a provider that files copies by itself.
    """

    now: Callable[[], datetime]
    trouble: PostTrouble
    files_in: NearFolder | None = None
    taken: list[Carried] = field(default_factory=list)
    taken_at: list[datetime] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)

    def take(self, mail: Frozen) -> None:
        """Take a mail: from here on it has left."""
        carried = Carried(
            envelope_from=mail.envelope_from,
            envelope_to=(mail.envelope_to, *mail.copies),
            raw=mail.raw,
            message_id=message_id_of(mail.raw),
        )
        self.taken.append(carried)
        self.taken_at.append(self.now())
        if self.files_in is not None:
            self.files_in.add(mail.raw, self.now())

    def begin(self, mail: Frozen) -> Trouble | None:
        """Draw what will happen to this attempt at a mail."""
        tried = self.tries[mail.message_id] = self.tries.get(mail.message_id, 0) + 1
        return self.trouble.at_mail(mail.message_id, tried, self.now())

    def receive(self, mail: Frozen) -> Outcome:
        """Go through the phases of one mail."""
        trouble = self.begin(mail)
        taken_before = len(self.taken)
        outcome = self.play(mail, trouble)
        self.end(mail, trouble, outcome, taken_before)
        return outcome

    def end(
        self, mail: Frozen, trouble: Trouble | None, outcome: Outcome, taken_before: int
    ) -> None:
        """Keep what came of an attempt, and end the process where the plan says so."""
        self.attempts.append(
            Attempt(
                at=self.now(),
                message_id=mail.message_id,
                recipient=mail.envelope_to,
                is_taken=len(self.taken) > taken_before,
                outcome=type(outcome).__name__,
            )
        )
        if isinstance(trouble, Interrupts):
            self.trouble.interrupt()

    def play(self, mail: Frozen, trouble: Trouble | None) -> Outcome:
        """Let the trouble happen, or none."""
        match trouble:
            case None:
                self.take(mail)
                return judge(Phase.BODY, 250, f"2.0.0 taken as number {len(self.taken)}")
            case Says(phase=phase, code=code, text=text):
                if phase is Phase.BODY and code // 100 == 2:
                    self.take(mail)
                return judge(phase, code, text)
            case Cuts(phase=phase, is_taken=is_taken):
                if is_taken:
                    self.take(mail)
                return broken(phase, "the connection was closed")
            case Interrupts(is_taken=is_taken):
                if is_taken:
                    self.take(mail)
                return broken(Phase.BODY if is_taken else Phase.DATA, "the process was stopped")
            case _:
                assert_never(trouble)


class NearWire:
    """An open connection to the relay."""

    def __init__(self, post: NearPost) -> None:
        self.post = post

    async def transmit(self, mail: Frozen) -> Outcome:
        """Hand over one mail."""
        await asyncio.sleep(0)
        return self.post.receive(mail)


class NearSubmission:
    """Implements `ports.Submission` over the relay in memory."""

    def __init__(self, post: NearPost) -> None:
        self.post = post

    async def connect(self) -> NearWire:
        """Return a connection.

        Raises:
            PeerError: The plan says that none comes about.
        """
        error = self.post.trouble.at_connection(self.post.now())
        if error is not None:
            raise error
        return NearWire(self.post)

    async def close(self) -> None:
        """Nothing is held."""


def refused_login() -> PeerError:
    """Return what a relay says that does not know us any more."""
    return login_refused(535, "5.7.8 authentication credentials invalid")
