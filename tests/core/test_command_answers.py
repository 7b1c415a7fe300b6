"""Which question a command answers: the named invoices, once, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.command_homes import proposal_meant
from daemon.core.commands import parse_commands
from daemon.core.effects import ForwardToRep
from daemon.core.forwards import remind
from daemon.core.state import AccountState, ForwardStage
from parsers.reading import Intent
from tests.core.builders import account, at, default_house, invoice
from tests.core.replies import acted, answered_letter, holds_of, promise_reading, reading, statement
from tests.core.telling import TODAY, echo, told


@pytest.fixture
def asked() -> AccountState:
    """Instalments were asked for on both invoices; both rest until somebody answers."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    sent = answered_letter(opened, "2026-06-10", "INV-1", "INV-2")
    plan = statement(Intent.PAYMENT_PLAN_REQUEST, "INV-1", "INV-2")
    _, state = acted(sent, reading(plan, needs_human=True), TODAY)
    return state


def reviewed(state: AccountState) -> set[str]:
    """The subjects that still wait for an answer."""
    return {name for name, end in holds_of(state).items() if end == "None"}


@pytest.mark.parametrize("text", ["paid for INV-1", "resume INV-1", "pause INV-1 14d"])
def test_a_command_for_one_invoice_leaves_the_others_question_open(
    asked: AccountState, text: str
) -> None:
    """INV-2 goes on resting until answered, and its rep goes on being asked."""
    forward = asked.forwards[0]
    _, after = told(asked, text, *forward.invoices, forward=forward)

    assert "review INV-1" not in holds_of(after)
    assert "review INV-2" in reviewed(after)
    assert after.forwards[0].stage is ForwardStage.WAITING


def test_a_note_does_not_answer_what_waits_for_a_decision(asked: AccountState) -> None:
    """A note leaves the request for instalments with the rep."""
    forward = asked.forwards[0]
    _, after = told(asked, "note called them", *forward.invoices, forward=forward)

    assert after.forwards[0].stage is ForwardStage.WAITING
    assert asked.holds == after.holds


@pytest.mark.parametrize("text", ["pause 14d", "stop", "decline", "resume"])
def test_an_answer_ends_the_review_and_the_question(asked: AccountState, text: str) -> None:
    """Nothing is left that waits for an answer nobody will give."""
    forward = asked.forwards[0]
    _, after = told(asked, text, *forward.invoices, forward=forward)

    assert not [name for name in reviewed(after) if name.startswith("review")]
    assert after.forwards[0].stage is ForwardStage.ANSWERED


@pytest.mark.parametrize(
    ("text", "numbers", "stage"),
    [
        pytest.param("pause 14d", ("INV-1", "INV-2"), ForwardStage.ANSWERED, id="both invoices"),
        pytest.param("paid INV-1 INV-2", (), ForwardStage.ANSWERED, id="both in the command"),
        pytest.param("pause 14d", ("INV-1",), ForwardStage.WAITING, id="one of two"),
        pytest.param("note called them", ("INV-1", "INV-2"), ForwardStage.WAITING, id="a note"),
        pytest.param("contact new@acme.test", (), ForwardStage.WAITING, id="another matter"),
    ],
)
def test_a_verb_on_the_command_line_answers_what_was_asked_about_its_invoices(
    asked: AccountState, text: str, numbers: tuple[str, ...], stage: ForwardStage
) -> None:
    """Who has decided is not reminded; what the verb does not decide goes on being asked."""
    _, after = told(asked, text, *numbers)
    reminded = remind(after, default_house(), at("2026-06-15"))

    assert stage is after.forwards[0].stage
    assert (stage is ForwardStage.WAITING) == any(
        isinstance(effect, ForwardToRep) for effect in reminded.effects
    )


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        pytest.param("paid INV-1", ForwardStage.WAITING, id="a word on one invoice"),
        pytest.param("start", ForwardStage.ANSWERED, id="start"),
        pytest.param("stop", ForwardStage.ANSWERED, id="stop"),
    ],
)
def test_what_stops_the_account_is_answered_for_the_account(text: str, stage: ForwardStage) -> None:
    """Insolvency concerns the whole customer: a word on one invoice does not settle it."""
    opened = account(invoice("INV-1", "2026-06-01", 1200))
    sent = answered_letter(opened, "2026-06-10", "INV-1")
    insolvent = statement(Intent.HARDSHIP_OR_INSOLVENCY, "INV-1")
    _, state = acted(sent, reading(insolvent, needs_human=True), TODAY)
    _, after = told(state, text)

    assert stage is after.forwards[0].stage


def test_the_answer_to_one_question_leaves_another_open(asked: AccountState) -> None:
    """A reply to a forward speaks of that forward, even where both are about the invoices."""
    first = asked.forwards[0]
    other = replace(first, id="other", holds=())
    _, after = told(replace(asked, forwards=(first, other)), "resume", forward=first)

    assert [ForwardStage.ANSWERED, ForwardStage.WAITING] == [each.stage for each in after.forwards]


@pytest.mark.parametrize(
    ("text", "numbers", "is_found"),
    [
        pytest.param("accept", (), True, id="the only proposal"),
        pytest.param("accept", ("INV-2",), True, id="by one of its invoices"),
        pytest.param("decline inv-1", (), True, id="in the command, case aside"),
        pytest.param("accept", ("INV-9",), False, id="another invoice"),
        pytest.param("resume", ("INV-1",), False, id="no answer to a proposal"),
    ],
)
def test_accept_on_the_command_line_finds_what_was_proposed(
    asked: AccountState, text: str, numbers: tuple[str, ...], is_found: bool
) -> None:
    """The newest open proposal about these invoices is meant; an answered one is not."""
    (parsed,), _ = parse_commands(text)
    found = proposal_meant(asked, parsed, numbers)
    _, once = told(asked, "accept", forward=asked.forwards[0])

    assert is_found == (found is not None)
    assert asked.forwards[0].accept
    assert proposal_meant(once, parsed, numbers) is None


def test_a_proposal_is_accepted_once(asked: AccountState) -> None:
    """The rep and the deputy both write `accept`; the second one is told."""
    forward = asked.forwards[0]
    _, once = told(asked, "accept", *forward.invoices, forward=forward)
    twice, after = told(once, "accept", *forward.invoices, forward=forward, number=2)

    assert twice.events == ()
    assert "answered already" in echo(twice).lines[1]
    assert once.holds == after.holds


def test_a_veto_of_a_letter_that_is_not_written_yet_holds_its_invoice() -> None:
    """The digest tells at seven what would go at nine; a veto at eight must count."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    decision, after = told(opened, "veto INV-1")

    assert {"manual INV-1": "None"} == holds_of(after)
    assert "until you write `resume`" in echo(decision).lines[0]


def test_the_way_back_names_the_invoices() -> None:
    """An echo is answered without any forward, so its undo must say what it is about."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    decision, held = told(opened, "pause INV-1 14d")
    undo = echo(decision).lines[-1].partition(": ")[2]
    _, after = told(held, undo, number=2)

    assert "resume for INV-1" == undo
    assert after.holds == ()


def test_resume_of_a_named_invoice_is_not_about_the_forward() -> None:
    """
    2026-06-11 the customer promises INV-1; INV-2 is paused by the rep
    2026-06-11 `resume INV-2` in answer to a forward about INV-1 lifts INV-2 alone
    """
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    sent = answered_letter(opened, "2026-06-10", "INV-1", "INV-2")
    unsure = promise_reading("2026-06-24", "INV-1", needs_human=True)
    _, state = acted(sent, unsure, TODAY)
    _, state = told(state, "pause INV-2 14d")
    forward = state.forwards[0]
    _, after = told(state, "resume INV-2", *forward.invoices, forward=forward, number=2)

    assert "manual INV-2" not in holds_of(after)
    assert "promise INV-1" in holds_of(after)


def test_resume_of_nothing_in_particular_does_not_lift_everything() -> None:
    """Answering an echo, `resume` names no invoice; a dispute elsewhere must not end by it."""
    opened = account(invoice("INV-1", "2026-06-01", 1200), invoice("INV-2", "2026-06-02", 300))
    _, disputed = told(opened, "dispute INV-1 price")
    _, both = told(disputed, "pause INV-2 14d", number=2)
    unclear, after = told(both, "resume", number=3)
    _, named = told(both, "resume INV-2", number=4)

    assert unclear.events == ()
    assert "INV-1 and INV-2" in echo(unclear).lines[1]
    assert both.holds == after.holds
    assert {"dispute INV-1": "None"} == holds_of(named)
