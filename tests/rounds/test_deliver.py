"""Delivery over a real store: the debtor's day, the order of the queue, refusals, races."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.application import Delivery
from daemon.core.events import HoldOpened, LetterWithdrawn
from daemon.core.model import ContactStatus, Item
from daemon.core.state import HoldReason, LetterStage
from daemon.ports import Commit, Deferred, OutgoingKind, Refused
from daemon.rounds.deliver import deliver_letter, deliver_round
from daemon.rounds.gather import MODE
from daemon.rounds.plan import plan_round
from tests.core.builders import contact, day, default_facts, hold, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot

MAX = 100
INTERNAL = "desk@seller.example.com"


async def open_books(desk: Desk, as_of: str, *debtors: tuple[str, str, str, Item]) -> None:
    """Import one invoice each for debtors given as (reference, country, zone, invoice)."""
    commits = []
    for reference, country, zone, item in debtors:
        facts = default_facts(reference=reference, name=reference, country=country, zone=zone)
        events = opening(item, facts=facts, contacts=(contact(f"ap@{reference}.example.org"),))
        commits.append(
            Commit(
                account=facts.account, expected=0, events=events, next_action_at=desk.clock.now()
            )
        )
    await desk.store.apply_import(snapshot(as_of, as_of), commits, desk.clock.now())


async def test_a_letter_counts_on_the_debtors_day(desk: Desk) -> None:
    """In Auckland it is the next morning: five of its days lie before the next letter."""
    desk.go_to("2026-06-11 21:30")
    await desk.read_inbox()
    await open_books(
        desk, "2026-06-11", ("kiwi", "NZ", "Pacific/Auckland", invoice("A", "2026-06-01", 100))
    )
    await plan_round(desk.app)
    await deliver_round(desk.app)
    state = (await desk.store.load(["main/kiwi"]))["main/kiwi"]

    assert ["ap@kiwi.example.org"] == desk.relay.taken
    assert [day("2026-06-12")] == [letter.accepted_on for letter in state.letters]


async def test_letters_outside_their_window_hold_up_nobody(desk: Desk) -> None:
    """Two large letters wait for New York's morning; Berlin's small one leaves meanwhile."""
    desk.go_to("2026-06-11 14:00")
    await desk.read_inbox()
    new_york = "America/New_York"
    await open_books(
        desk,
        "2026-06-11",
        ("west-1", "US", new_york, invoice("A", "2026-06-01", 9000)),
        ("west-2", "US", new_york, invoice("B", "2026-06-01", 8000)),
        ("berlin", "DE", "Europe/Berlin", invoice("C", "2026-06-01", 10)),
    )
    await plan_round(desk.app)
    desk.go_to("2026-06-12 08:00")
    await desk.read_inbox()
    await deliver_round(desk.app)

    assert ["ap@berlin.example.org"] == desk.relay.taken


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        pytest.param("550 5.1.1 unknown", ContactStatus.BOUNCED, id="the address"),
        pytest.param("554 5.7.1 spam", ContactStatus.USABLE, id="our sending"),
    ],
)
async def test_a_refusal_is_acted_upon_at_once(
    desk: Desk, reply: str, status: ContactStatus
) -> None:
    """An address that takes no mail is out; a refusal of our mail reaches the operator."""
    desk.relay.answers.append(Refused(reply=reply))
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    )
    await plan_round(desk.app)
    await deliver_round(desk.app)
    state = (await desk.store.load(["main/one"]))["main/one"]
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)
    is_ours = status is ContactStatus.USABLE

    assert ([LetterStage.REFUSED], [status], int(is_ours)) == (
        [letter.stage for letter in state.letters],
        [known.status for known in state.contacts],
        len(alarms),
    )


async def test_a_letter_settled_by_another_loop_is_left_as_it_is(desk: Desk) -> None:
    """A reply withdrew it after the queue was read: it neither goes nor makes a fault."""
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    )
    await plan_round(desk.app)
    (row,) = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.LETTER], MAX)
    state = (await desk.store.load([row.account]))[row.account]
    touched = (
        HoldOpened(hold=hold(HoldReason.DISPUTE, "A")),
        LetterWithdrawn(key=row.key, because="it was disputed"),
    )
    commit = Commit(account=row.account, expected=state.sequence, events=touched)
    await desk.store.commit([commit], desk.clock.now())
    tried = await deliver_letter(desk.app, row, desk.relay)

    assert (0, []) == (tried, desk.relay.taken)


async def test_a_letter_put_off_for_hours_is_told_to_the_operator(desk: Desk) -> None:
    """It is tried on, but a person learns of it, once."""
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    )
    app = replace(desk.app, delivery=Delivery(attempts_max=2))
    desk.relay.answers += [Deferred(reply="451 later")] * 3
    for when in ("10:00", "10:10", "10:30"):
        desk.go_to(f"2026-06-11 {when}")
        await desk.read_inbox()
        await plan_round(app)
        await deliver_round(app)
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)

    assert (3, 1) == (len(desk.relay.taken), len(alarms))


async def test_a_letter_that_makes_a_fault_stops_no_other(desk: Desk) -> None:
    """The operator is told of the one; the other leaves in the same round."""
    berlin = "Europe/Berlin"
    await open_books(
        desk,
        "2026-06-11",
        ("one", "DE", berlin, invoice("A", "2026-06-01", 900)),
        ("two", "DE", berlin, invoice("B", "2026-06-01", 100)),
    )
    await plan_round(desk.app)
    desk.paper.faulty.add("main/one|letter|2026-06-11")
    await deliver_round(desk.app)
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)

    assert (["ap@two.example.org"], 1) == (desk.relay.taken, len(alarms))


@pytest.fixture
async def redirected(desk: Desk) -> Desk:
    """Redirect mode, with one customer's inquiry in the queue."""
    await desk.store.set_fact(MODE, "redirect")
    await open_books(
        desk, "2026-06-11", ("one", "DE", "Europe/Berlin", invoice("A", "2026-06-01", 100))
    )
    app = replace(desk.app, delivery=Delivery(redirect_to=INTERNAL))
    await plan_round(app)
    return replace(desk, app=app)


async def test_in_redirect_mode_all_goes_to_one_internal_address(redirected: Desk) -> None:
    """The letter leaves for our own desk, none for the customer, and its level counts."""
    await deliver_round(redirected.app)
    state = (await redirected.store.load(["main/one"]))["main/one"]

    assert [INTERNAL] == redirected.relay.taken
    assert [("ap@one.example.org", LetterStage.ACCEPTED)] == [
        (letter.recipient, letter.stage) for letter in state.letters
    ]


async def test_what_the_internal_address_refuses_costs_the_customer_nothing(
    redirected: Desk,
) -> None:
    """A full test mailbox is no bounce of the customer's; the letter waits."""
    redirected.relay.answers.append(Refused(reply="550 5.1.1 unknown"))
    await deliver_round(redirected.app)
    state = (await redirected.store.load(["main/one"]))["main/one"]

    assert [LetterStage.QUEUED] == [letter.stage for letter in state.letters]
    assert [ContactStatus.USABLE] == [known.status for known in state.contacts]


async def test_redirect_mode_without_its_address_sends_nothing(redirected: Desk) -> None:
    """Somebody emptied `redirect_to` while the mode stood: nothing goes, the operator is told."""
    app = replace(redirected.app, delivery=Delivery())
    tried = [await deliver_round(app), await deliver_round(app)]
    alarms = await redirected.store.due_outgoing(redirected.clock.now(), [OutgoingKind.ALARM], MAX)

    assert ([0, 0], [], 1) == (tried, redirected.relay.taken, len(alarms))
