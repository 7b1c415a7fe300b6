"""The outbox: keys, tokens, frozen bytes, stages that follow the letter's events."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from daemon.core.effects import EchoToRep, TellOperator
from daemon.core.events import (
    Event,
    LetterAccepted,
    LetterDeferred,
    LetterPlanned,
    LetterRefused,
    LetterTransmitting,
    LetterUndelivered,
    LetterUnknown,
    LetterWithdrawn,
)
from daemon.core.state import LetterStage
from daemon.errors import IllegalTransition
from daemon.ports import Commit, OutgoingKind, OutgoingStage
from daemon.rounds.telling import LASTING_MAX
from daemon.store import TortoiseStore
from tests.core import builders as core
from tests.store.builders import (
    ACCOUNT,
    KEY,
    NOW,
    OTHER,
    change,
    forward,
    frozen,
    letter,
    opened,
    planned,
    send,
)

LETTERS = (OutgoingKind.LETTER, OutgoingKind.DELIVERY)
LATER = NOW + timedelta(minutes=30)
ON = date(2026, 6, 11)


@pytest.fixture
async def books(store: TortoiseStore) -> TortoiseStore:
    """A store with an account, and a letter in its outbox (event 4)."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    await store.commit([opened("4712", address="ap@other.example.org")], NOW)
    await store.commit([planned(3)], NOW)
    return store


async def test_an_alarm_that_many_put_at_once_stands_there_once(books: TortoiseStore) -> None:
    """Two workers tell the operator of the same trouble in the same moment: nobody's pass ends."""
    alarms = [TellOperator(key=f"alarm|{one}", subject="Trouble", lines=()) for one in range(40)]
    await asyncio.gather(*(books.put_outgoing(alarms, NOW) for _ in range(12)))
    rows = await books.due_outgoing(NOW, (OutgoingKind.ALARM,), 1_000)

    assert sorted(one.key for one in alarms) == sorted(row.key for row in rows)


async def test_a_letter_lies_in_the_outbox_as_it_was_planned(books: TortoiseStore) -> None:
    """The row names account, recipient and content, and is due at once."""
    (row,) = await books.due_outgoing(NOW, LETTERS, 10)
    expected = (KEY, OutgoingKind.LETTER, OutgoingStage.QUEUED, ACCOUNT, core.AP, send(), NOW)

    assert expected == (
        row.key,
        row.kind,
        row.stage,
        row.account,
        row.recipient,
        row.effect,
        row.created_at,
    )
    assert row == await books.outgoing(KEY)
    assert [row] == await books.outgoing_of(ACCOUNT)
    assert [row] == await books.outgoing_in(OutgoingStage.QUEUED)
    assert await books.due_outgoing(NOW, (OutgoingKind.FORWARD,), 10) == []


@pytest.mark.parametrize(
    ("events", "stage", "sent", "bounced"),
    [
        ((), "transmitting", 1, 0),
        ((LetterAccepted(key=KEY, on=ON, reply="250 ok"),), "accepted", 1, 0),
        ((LetterUnknown(key=KEY, because="lost"),), "unknown", 1, 0),
        ((LetterRefused(key=KEY, reply="550 no"),), "refused", 0, 0),
        ((LetterDeferred(key=KEY, not_before_at=LATER, reply="451"),), "queued", 0, 0),
        (
            (
                LetterDeferred(key=KEY, not_before_at=LATER, reply="451"),
                LetterWithdrawn(key=KEY, because="paid"),
            ),
            "withdrawn",
            0,
            0,
        ),
        (
            (
                LetterAccepted(key=KEY, on=ON, reply="250 ok"),
                LetterUndelivered(key=KEY, address=core.AP, because="5.1.1"),
            ),
            "undelivered",
            1,
            1,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_row_goes_along_with_the_letter(
    books: TortoiseStore, events: tuple[Event, ...], stage: str, sent: int, bounced: int
) -> None:
    """Whatever becomes of a letter, its row says the same, and the day's counts follow."""
    await books.commit([change(4, LetterTransmitting(key=KEY, attempt=1))], NOW)
    await books.commit([change(5, *events)], NOW)
    row = await books.outgoing(KEY)
    state = (await books.load([ACCOUNT]))[ACCOUNT]
    known = state.letter(KEY)
    assert row is not None and known is not None

    assert [stage, stage] == [row.stage.value, known.stage.value]
    assert [row.attempt, row.transmitting_at] == [1, NOW]
    assert [sent, bounced] == [await books.letters_on(ON), await books.bounces_on(ON)]
    assert await books.letters_on(ON + timedelta(days=1)) == 0
    assert (row.settled_at is not None) == (
        stage in {"accepted", "refused", "withdrawn", "undelivered"}
    )


async def test_a_deferred_letter_waits_for_its_instant(books: TortoiseStore) -> None:
    """After a 4xx the letter is due again when its wait is over, not before."""
    await books.commit(
        [
            change(
                4,
                LetterTransmitting(key=KEY, attempt=1),
                LetterDeferred(key=KEY, not_before_at=LATER, reply="451 later"),
            )
        ],
        NOW,
    )
    (row,) = await books.due_outgoing(LATER, LETTERS, 10)

    assert await books.due_outgoing(LATER - timedelta(seconds=1), LETTERS, 10) == []
    assert [row.attempt, row.not_before_at, row.smtp_reply] == [1, LATER, "451 later"]


async def test_two_letters_never_hold_one_line(books: TortoiseStore) -> None:
    """A second letter for the same invoice, episode, level and delivery is refused whole."""
    with pytest.raises(IllegalTransition, match="holds one of these lines"):
        await books.commit([planned(4, "second")], NOW)

    assert await books.outgoing("second") is None
    assert len(await books.events(ACCOUNT)) == 4


@pytest.mark.parametrize(
    "ends",
    [
        (LetterWithdrawn(key=KEY, because="vetoed"),),
        (LetterTransmitting(key=KEY, attempt=1), LetterRefused(key=KEY, reply="550")),
        (
            LetterTransmitting(key=KEY, attempt=1),
            LetterUndelivered(key=KEY, address=core.AP, because="5.1.1"),
        ),
    ],
    ids=["withdrawn", "refused", "undelivered"],
)
async def test_a_letter_that_will_not_arrive_frees_its_lines(
    books: TortoiseStore, ends: tuple[Event, ...]
) -> None:
    """The same line may be planned again once the first letter is certain not to arrive."""
    await books.commit([change(4, *ends)], NOW)
    await books.commit([planned(4 + len(ends), "second")], NOW)
    second = await books.outgoing("second")
    assert second is not None

    assert second.stage is OutgoingStage.QUEUED


async def test_a_draft_holds_no_line(store: TortoiseStore) -> None:
    """In draft mode letters are decided, but they occupy nothing and are never due."""
    await store.commit([opened("4711", core.invoice("A-1", "2026-06-08", 1200))], NOW)
    draft = LetterPlanned(letter=letter("draft", LetterStage.DRAFT))
    await store.commit(
        [Commit(account=ACCOUNT, expected=3, events=(draft,), effects=(send("draft"),))], NOW
    )
    await store.commit([planned(4)], NOW)

    assert [row.key for row in await store.due_outgoing(NOW, LETTERS, 10)] == [KEY]
    assert [row.key for row in await store.outgoing_in(OutgoingStage.DRAFT)] == ["draft"]


async def test_a_known_key_is_not_inserted_twice(books: TortoiseStore) -> None:
    """The same effect decided twice sends once; a key of another account is a bug."""
    await books.commit([Commit(account=ACCOUNT, expected=4, events=(), effects=(forward(),))], NOW)
    await books.commit([Commit(account=ACCOUNT, expected=4, events=(), effects=(forward(),))], NOW)
    with pytest.raises(IllegalTransition, match="belongs to"):
        await books.commit(
            [Commit(account=OTHER, expected=2, events=(), effects=(forward(),))], NOW
        )

    assert [row.key for row in await books.outgoing_of(ACCOUNT)] == [KEY, "forward-1"]


async def test_a_letter_without_a_plan_is_a_bug(books: TortoiseStore) -> None:
    """No letter enters the outbox that the account does not know."""
    with pytest.raises(IllegalTransition):
        await books.commit(
            [Commit(account=ACCOUNT, expected=4, events=(), effects=(send("stray"),))], NOW
        )

    assert await books.outgoing("stray") is None


async def test_bytes_are_frozen_with_the_transmitting_commit(books: TortoiseStore) -> None:
    """The bytes that leave are kept before the first of them leaves."""
    claim = Commit(
        account=ACCOUNT,
        expected=4,
        events=(LetterTransmitting(key=KEY, attempt=1),),
        keeps_next_action=True,
        freeze=((KEY, frozen()),),
    )
    await books.commit([claim], NOW)
    row = await books.outgoing(KEY)
    assert row is not None
    expected = frozen()

    assert expected == row.frozen


async def test_customers_and_reps_have_tokens_of_their_own(books: TortoiseStore) -> None:
    """A customer's token begins with c, a rep's with r; each is 27 letters and unique."""
    await books.put_outgoing([forward("f-1"), forward("f-2")], NOW)
    keys = (KEY, "f-1", "f-2")
    tokens = [row.reply_token for key in keys if (row := await books.outgoing(key))]

    assert [token[0] for token in tokens] == ["c", "r", "r"]
    assert {27} == {len(token) for token in tokens}
    assert len(set(tokens)) == 3


async def test_mail_to_reps_moves_by_itself(books: TortoiseStore) -> None:
    """Forwards, echoes, digests and alarms have no account event: they are moved directly."""
    alarm = TellOperator(key="alarm-1", subject="Stopped", lines=("Why.",))
    echo = EchoToRep(key="echo-1", rep=core.OWNER, subject="Done", lines=())
    await books.put_outgoing([alarm, echo, alarm], NOW)
    kinds = (OutgoingKind.ALARM, OutgoingKind.ECHO)
    assert [row.key for row in await books.due_outgoing(NOW, kinds, 9)] == ["alarm-1", "echo-1"]
    await books.move_outgoing("alarm-1", OutgoingStage.TRANSMITTING, NOW, frozen=frozen())
    await books.move_outgoing(
        "alarm-1", OutgoingStage.QUEUED, NOW, not_before_at=LATER, reply="451", attempt=1
    )
    assert [row.key for row in await books.due_outgoing(NOW, kinds, 9)] == ["echo-1"]
    await books.move_outgoing("alarm-1", OutgoingStage.TRANSMITTING, LATER)
    await books.move_outgoing("alarm-1", OutgoingStage.ACCEPTED, LATER, reply="250")
    row = await books.outgoing("alarm-1")
    assert row is not None

    assert [OutgoingStage.ACCEPTED, 1, "250", LATER, frozen(), ""] == [
        row.stage,
        row.attempt,
        row.smtp_reply,
        row.settled_at,
        row.frozen,
        row.account,
    ]
    with pytest.raises(IllegalTransition):
        await books.move_outgoing(KEY, OutgoingStage.ACCEPTED, NOW)


CAME_BACK = LetterUndelivered(key=KEY, address=core.AP, because="5.1.1")


async def test_copies_that_rest_are_passed_over(books: TortoiseStore) -> None:
    """However many copies rest, those of the others are found, and no resting one is read."""
    left = (LetterTransmitting(key=KEY, attempt=1), LetterAccepted(key=KEY, on=ON, reply="250"))
    await books.commit([change(4, *left)], NOW)
    others = tuple(f"{KEY}|{number}" for number in range(LASTING_MAX))
    among = await books.outgoing_to_file(LETTERS, 10, others)
    but_it = await books.outgoing_to_file(LETTERS, 10, (*others, KEY))

    assert ([KEY], []) == ([row.key for row in among], but_it)


@pytest.mark.parametrize(
    ("left", "is_to_file"),
    [
        pytest.param((LetterAccepted(key=KEY, on=ON, reply="250"),), True, id="accepted"),
        pytest.param(
            (LetterAccepted(key=KEY, on=ON, reply="250"), CAME_BACK),
            True,
            id="came back before it was filed",
        ),
        pytest.param(
            (LetterUnknown(key=KEY, because="killed"), CAME_BACK), True, id="proven by its bounce"
        ),
        pytest.param((LetterUnknown(key=KEY, because="killed"),), False, id="unknown"),
        pytest.param((LetterRefused(key=KEY, reply="550"),), False, id="refused"),
    ],
)
async def test_a_copy_of_what_left_is_filed_once(
    books: TortoiseStore, left: tuple[Event, ...], is_to_file: bool
) -> None:
    """What left, came back or not, waits for its copy in the Sent folder until that is noted."""
    assert await books.outgoing_to_file(LETTERS, 10) == []
    await books.commit([change(4, LetterTransmitting(key=KEY, attempt=1), *left)], NOW)
    waiting = await books.outgoing_to_file(LETTERS, 10)
    await books.copy_filed(KEY)

    assert [KEY] * is_to_file == [row.key for row in waiting]
    assert await books.outgoing_to_file(LETTERS, 10) == []
