"""Those in Cc of a letter: in its transaction when live, nowhere else; told where refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.application import Delivery
from daemon.core.effects import TellOperator
from daemon.core.model import ContactRole
from daemon.core.state import LetterStage
from daemon.ports import Accepted, Commit, Deferred, Outcome, OutgoingKind, Unknown
from daemon.rounds.deliver import deliver_round
from daemon.rounds.gather import MODE
from daemon.rounds.plan import plan_round
from tests.core.builders import contact, default_facts, invoice, opening
from tests.rounds.conftest import Desk
from tests.store.builders import snapshot

MAX = 10
BOOKS = "books@one.example.org"


async def open_with_a_copy(desk: Desk) -> None:
    """Import one overdue invoice of a customer who wants a copy of each letter."""
    facts = default_facts(reference="one", name="one", country="DE", zone="Europe/Berlin")
    people = (contact("ap@one.example.org"), contact(BOOKS, ContactRole.CC))
    events = opening(invoice("A", "2026-06-01", 100), facts=facts, contacts=people)
    now = desk.clock.now()
    commit = Commit(account=facts.account, expected=0, events=events, next_action_at=now)
    await desk.store.apply_import(snapshot("2026-06-11", "2026-06-11"), [commit], now)
    await plan_round(desk.app)


async def test_a_refused_copy_is_told_and_the_letter_stands(desk: Desk) -> None:
    """The operator hears of it, once, in the commit that counts the letter as sent."""
    refused = f"{BOOKS}: 550 5.1.1 nobody here"
    desk.relay.answers.append(Accepted(reply="250 ok", refused_copies=(refused,)))
    await open_with_a_copy(desk)
    tried = [await deliver_round(desk.app), await deliver_round(desk.app)]
    state = (await desk.store.load(["main/one"]))["main/one"]
    alarms = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)

    assert [1, 0] == tried
    assert [("ap@one.example.org", (BOOKS,))] == desk.relay.envelopes
    assert [LetterStage.ACCEPTED] == [letter.stage for letter in state.letters]
    assert [refused] == [row.effect.lines[-1] for row in alarms if hasattr(row.effect, "lines")]


async def told_lines(desk: Desk) -> list[str]:
    """What the alarms to the operator say, line by line."""
    rows = await desk.store.due_outgoing(desk.clock.now(), [OutgoingKind.ALARM], MAX)
    effects = [row.effect for row in rows]
    return [line for effect in effects if isinstance(effect, TellOperator) for line in effect.lines]


async def test_a_refused_copy_of_a_letter_of_unknown_fate_is_told(desk: Desk) -> None:
    """Nobody knows whether the letter left; whoever settles it knows who did not get it."""
    refused = f"{BOOKS}: 550 5.1.1 nobody here"
    desk.relay.answers.append(Unknown(because="the line was cut", refused_copies=(refused,)))
    await open_with_a_copy(desk)
    await deliver_round(desk.app)
    state = (await desk.store.load(["main/one"]))["main/one"]

    assert [LetterStage.UNKNOWN] == [letter.stage for letter in state.letters]
    assert refused == (await told_lines(desk))[-1]


CUT = Deferred(reply="not sent, at RCPT: connection lost", cut_copy=BOOKS)
OTHER = Deferred(reply="451 4.3.0 try later")
WITH, WITHOUT = ("ap@one.example.org", (BOOKS,)), ("ap@one.example.org", ())


@pytest.mark.parametrize(
    ("answers", "envelopes"),
    [
        pytest.param([CUT, CUT], [WITH, WITH, WITHOUT], id="twice in a row"),
        pytest.param([CUT, OTHER, CUT], [WITH, WITH, WITH, WITHOUT], id="with another between"),
        pytest.param([CUT, CUT, OTHER], [WITH, WITH, WITHOUT, WITHOUT], id="and then put off"),
    ],
)
async def test_a_copy_at_which_the_server_hangs_up_holds_the_letter_up_twice_at_most(
    desk: Desk, answers: list[Outcome], envelopes: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Then the letter leaves without it, and the operator is told who was left out."""
    desk.relay.answers.extend(answers)
    await open_with_a_copy(desk)
    for _ in envelopes:
        await deliver_round(desk.app)
        desk.clock.advance_to(desk.clock.now() + timedelta(minutes=45))
        await desk.read_inbox()
    state = (await desk.store.load(["main/one"]))["main/one"]

    assert envelopes == desk.relay.envelopes
    assert [LetterStage.ACCEPTED] == [letter.stage for letter in state.letters]
    assert [True] == [line.startswith(f"{BOOKS}: left out") for line in await told_lines(desk)][1:]


async def test_in_redirect_mode_nobody_gets_a_copy(desk: Desk) -> None:
    """All goes to one internal address, and nothing to the customer's other readers."""
    await desk.store.set_fact(MODE, "redirect")
    app = replace(desk.app, delivery=Delivery(redirect_to="desk@seller.example.com"))
    await open_with_a_copy(desk)
    await deliver_round(app)

    assert [("desk@seller.example.com", ())] == desk.relay.envelopes
