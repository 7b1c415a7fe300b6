"""Every phase of SMTP, struck by every fault: the letter's state, the first retry, the recovery.

One desk for a phase; each fault strikes one customer's letter once, over a real connection. A
letter is certainly not sent (and goes later by itself), refused (and told), or of unknown fate
(and a rep is asked); nothing else, and the server's own ledger agrees.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import pytest

from daemon.adapters.authentication import Password
from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.core.model import ContactStatus
from daemon.core.state import AccountState, Letter, LetterStage
from daemon.ports import Commit, OutgoingKind
from daemon.rounds.deliver import deliver_round
from daemon.rounds.plan import plan_round
from daemon.rounds.sending import PAUSE_SECONDS
from daemon.rounds.settle import settle_round
from tests.adapters.smtp_case import settings_for
from tests.core.builders import at, contact, default_facts, invoice, opening
from tests.rounds.conftest import Desk
from tests.servers.certificates import Certificates
from tests.servers.smtp_faults import Disconnect, Fault, FaultSmtp, Hang, Moment, Reply, Wait
from tests.store.builders import snapshot

RETRY_MIN = timedelta(minutes=5)
# Patience in seconds: where a silence is waited for, and where a busy machine may take its time.
SOON, LATE = 0.4, 10.0


class End(StrEnum):
    """What becomes of a letter. `LATER` goes by itself, `OUT` is refused, `ASKED` is unknown.

    `RESTS` was refused over our own sending: the address rests and the operator is told.
    `AT_ONCE` went in the same pass.
    """

    AT_ONCE = "at once"
    LATER = "later"
    OUT = "out"
    RESTS = "rests"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A fault by its name."""

    name: str
    fault: Fault | None = None


def line(text: str) -> Strike:
    """Return the fault of a reply."""
    return Strike(name=text, fault=Reply(line=text))


GREYLISTED, BUSY, FULL = (
    line("450 4.7.1 greylisted"),
    line("451 4.3.0 busy"),
    line("452 4.2.2 full"),
)
CLOSING, UNKNOWN_USER = line("421 4.3.0 closing"), line("550 5.1.1 unknown user")
SPAM, TOO_LARGE = line("550 5.7.1 looks like spam"), line("552 5.3.4 too large")
QUOTA, BARE = line("554 5.2.0 SubmissionQuotaExceeded"), line("550 no")
GARBAGE, ODD = line("nonsense"), line("299 what")
CUT = Strike(name="disconnect", fault=Disconnect())
SILENCE = Strike(name="silence", fault=Hang())
SLOW = Strike(name="slow")
PASSING = (GREYLISTED, BUSY, FULL, CLOSING)
LASTING = (UNKNOWN_USER, SPAM, TOO_LARGE, QUOTA, BARE)
BROKEN = (GARBAGE, ODD, CUT, SILENCE)
ALL = (*PASSING, *LASTING, *BROKEN, SLOW)
GREETING = dict.fromkeys((*PASSING, *LASTING, *BROKEN), End.LATER)

# What each fault means in each phase. A later phase that is not named here ends as an earlier.
MATRIX: dict[Moment, dict[Strike, End]] = {
    Moment.CONNECT: GREETING,
    Moment.EHLO: GREETING,
    Moment.STARTTLS: GREETING,
    Moment.AUTH: GREETING,
    Moment.MAIL: {
        **dict.fromkeys((*PASSING, GARBAGE, CUT, SILENCE), End.LATER),
        **dict.fromkeys((SPAM, QUOTA), End.LATER),
        **dict.fromkeys((UNKNOWN_USER, TOO_LARGE, BARE), End.RESTS),
    },
    Moment.RCPT: {
        **dict.fromkeys((*PASSING, GARBAGE, CUT, SILENCE), End.LATER),
        **dict.fromkeys((UNKNOWN_USER, BARE), End.OUT),
        **dict.fromkeys((SPAM, TOO_LARGE), End.RESTS),
        QUOTA: End.LATER,
    },
    Moment.DATA: {
        **dict.fromkeys((*PASSING, *BROKEN), End.LATER),
        UNKNOWN_USER: End.OUT,
        **dict.fromkeys((SPAM, TOO_LARGE, BARE), End.RESTS),
        QUOTA: End.LATER,
    },
    Moment.BODY: {CUT: End.ASKED, SILENCE: End.ASKED},
    Moment.DOT: {
        **dict.fromkeys(PASSING, End.LATER),
        **dict.fromkeys((GARBAGE, CUT, SILENCE), End.ASKED),
        UNKNOWN_USER: End.OUT,
        **dict.fromkeys((SPAM, TOO_LARGE, BARE), End.RESTS),
        QUOTA: End.LATER,
    },
    Moment.TAKEN: {CUT: End.ASKED, SILENCE: End.ASKED, GARBAGE: End.ASKED},
    Moment.QUIT: dict.fromkeys((BUSY, BARE, GARBAGE, CUT, SILENCE), End.AT_ONCE),
}
SLOW_AT = (
    *(Moment.CONNECT, Moment.EHLO, Moment.STARTTLS, Moment.MAIL, Moment.RCPT),
    *(Moment.DATA, Moment.TAKEN, Moment.QUIT),
)


@pytest.fixture
def settings(certificates: Certificates) -> SmtpSettings:
    """A submission that wants TLS and a login."""
    return replace(
        settings_for(1),
        host="localhost",
        tls="starttls",
        ca_file=str(certificates.certificate),
        username="ar",
        credential=Password(text="right"),
        mails_per_connection_max=1,
    )


async def letter_of(desk: Desk, name: str) -> tuple[AccountState, Letter]:
    """Return a customer and the one letter to it."""
    state = (await desk.store.load([f"main/{name}"]))[f"main/{name}"]
    (letter,) = state.letters
    return state, letter


async def give_a_letter(desk: Desk, name: str) -> None:
    """Let a customer's letter become due and planned."""
    facts = default_facts(reference=name, name=name)
    item = invoice(f"N-{name}", "2026-06-01", 100)
    events = opening(item, facts=facts, contacts=(contact(f"ap@{name}.example.org"),))
    now = desk.clock.now()
    commit = Commit(account=facts.account, expected=0, events=events, next_action_at=now)
    await desk.store.apply_import(snapshot(name, "2026-06-11"), [commit], now)
    await desk.read_inbox()
    await plan_round(desk.app)


async def pass_time(desk: Desk, minutes: int) -> datetime:
    """Let business time and the rest after a refusal pass; nobody does anything."""
    desk.clock.advance_to(desk.clock.now() + timedelta(minutes=minutes))
    desk.app.brakes.sending_paused_until = 0.0
    await desk.read_inbox()
    return desk.clock.now()


def retry_waits(desk: Desk, letter: Letter) -> bool:
    """Tell whether the next try is at least five minutes away, by letter or by mailbox."""
    rest = desk.app.brakes.sending_paused_until - asyncio.get_running_loop().time()
    is_resting = rest > RETRY_MIN.total_seconds()
    is_put_off = (
        letter.not_before_at is not None and letter.not_before_at - desk.clock.now() >= RETRY_MIN
    )
    return is_resting or is_put_off


async def check_end(desk: Desk, name: str, end: End, taken: int) -> None:
    """Check one customer's letter after the strike, and whether it recovers by itself."""
    state, letter = await letter_of(desk, name)
    match end:
        case End.AT_ONCE:
            assert (LetterStage.ACCEPTED, 1) == (letter.stage, taken)
        case End.LATER:
            assert (LetterStage.QUEUED, 0) == (letter.stage, taken)
            assert retry_waits(desk, letter)

            await pass_time(desk, 16)
            await deliver_round(desk.app)
            _, letter = await letter_of(desk, name)

            assert LetterStage.ACCEPTED is letter.stage
        case End.OUT:
            assert (LetterStage.REFUSED, 0) == (letter.stage, taken)
            assert [ContactStatus.BOUNCED] == [known.status for known in state.contacts]
        case End.RESTS:
            assert (LetterStage.REFUSED, 0) == (letter.stage, taken)
            assert [ContactStatus.USABLE] == [known.status for known in state.contacts]
            assert [hold.subject for hold in state.holds] == [letter.recipient]
        case End.ASKED:
            assert LetterStage.UNKNOWN is letter.stage

            await pass_time(desk, 16)
            await settle_round(desk.app)
            await plan_round(desk.app)
            await deliver_round(desk.app)
            state, letter = await letter_of(desk, name)

            assert LetterStage.UNKNOWN is letter.stage
            assert [letter.key] == [asked.letter for asked in state.forwards]


def patient(settings: SmtpSettings, seconds: float) -> SmtpSettings:
    """Return the settings with so much patience for every answer."""
    return replace(
        settings,
        connect_seconds=seconds,
        command_seconds=seconds,
        final_reply_seconds=seconds,
    )


def struck(strike: Strike) -> Fault:
    """Return the fault; a slow answer is a wait that ends after a while."""
    if strike.fault is not None:
        return strike.fault
    ready = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, ready.set)
    return Wait(until=ready)


@pytest.mark.parametrize("moment", MATRIX, ids=[moment.name for moment in MATRIX])
async def test_every_fault_of_a_phase_leaves_the_right_state(
    desk: Desk, settings: SmtpSettings, server_context: ssl.SSLContext, moment: Moment
) -> None:
    """
    Not sent: again after five minutes or more, and it goes. Refused: the address is out, or
    rests while the operator is told. Unknown: asked once, never sent again. In the end no
    letter has left twice.
    """
    desk.clock.advance_to(at("2026-06-12 07:05"))
    ends = dict(MATRIX[moment]) | ({SLOW: End.AT_ONCE} if moment in SLOW_AT else {})
    async with FaultSmtp(context=server_context, tls="starttls", logins={"ar": "right"}) as server:
        settings = replace(settings, port=server.port)
        for number, (strike, end) in enumerate(ends.items()):
            name = f"{moment.value.lower()}{number}"
            await give_a_letter(desk, name)
            before = len(server.ledger)
            server.plan(moment, struck(strike))
            patience = SOON if strike is SILENCE else LATE
            submission = SmtpSubmission(patient(settings, patience))
            await deliver_round(replace(desk.app, submission=submission))
            await submission.close()
            taken = len(server.ledger) - before
            server.clear()
            again = SmtpSubmission(patient(settings, LATE))
            desk.app = replace(desk.app, submission=again)
            await check_end(desk, name, end, taken)
            await again.close()
            await pass_time(desk, 1)
        addresses = [taken.envelope_to for taken in server.ledger]
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], 100)

    assert len(set(addresses)) == len(addresses)
    assert End.RESTS not in ends.values() or alarms


def test_the_rest_after_a_refusal_is_long_enough() -> None:
    """A mailbox that refused us is left alone for at least five minutes."""

    assert timedelta(seconds=PAUSE_SECONDS) >= RETRY_MIN
