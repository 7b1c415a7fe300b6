"""Each law catches the log or the outbox row that breaks it, and a sound log passes them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from daemon.core.events import (
    HoldOpened,
    InvoiceClosed,
    LetterAccepted,
    LetterDeferred,
    LetterTransmitting,
    LetterUndelivered,
    SequenceEntered,
)
from daemon.core.letters import LetterContent
from daemon.core.money import Money
from daemon.core.state import HoldReason, HoldScope, Letter
from daemon.ports import Frozen
from tests.core.builders import AP, at, day, eur, hold
from tests.laws.story import Story, broken, two_letters

STRANGER = "someone@elsewhere.example.net"
Breaking = Callable[[Story], None]


def before_transmission(*events: HoldOpened | InvoiceClosed) -> Breaking:
    """Slip events in just before the first letter leaves."""
    return lambda story: story.insert(story.place_of(LetterTransmitting), *events)


def held(reason: HoldReason, subject: str, **changes: object) -> HoldOpened:
    """Return a hold that opens."""
    return HoldOpened(hold=hold(reason, subject, **changes))  # type: ignore[arg-type]


def letter(nth: int, **changes: object) -> Breaking:
    """Change the nth letter as planned."""

    def change(plain: Letter) -> Letter:
        return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand

    return lambda story: story.change_letter(nth, change)


def at_level(nth: int, level: str) -> Breaking:
    """Let the nth letter be of another level."""

    def change(plain: Letter) -> Letter:
        lines = tuple(replace(line, level=level) for line in plain.lines)
        return replace(plain, level=level, lines=lines)

    return lambda story: story.change_letter(nth, change)


def content(**changes: object) -> Breaking:
    """Change what the first outbox row says."""

    def change(plain: LetterContent) -> LetterContent:
        return replace(plain, **changes)  # type: ignore[arg-type]  # a test's shorthand

    return lambda story: story.change_content(1, change)


def first_row(**changes: object) -> Breaking:
    """Change the first demanded row of the first letter."""

    def change(plain: LetterContent) -> LetterContent:
        row = replace(plain.demanded[0], **changes)  # type: ignore[arg-type]
        return replace(plain, demanded=(row, *plain.demanded[1:]))

    return lambda story: story.change_content(1, change)


def first_total(**changes: object) -> Breaking:
    """Change the first total of the first letter."""

    def change(plain: LetterContent) -> LetterContent:
        total = replace(plain.totals[0], **changes)  # type: ignore[arg-type]  # a field of it
        return replace(plain, totals=(total,))

    return lambda story: story.change_content(1, change)


def moved(nth: int, when: str) -> Breaking:
    """Let the nth transmission have happened at another instant."""
    return lambda story: story.move(story.place_of(LetterTransmitting, nth), when)


def envelope_to(address: str) -> Breaking:
    """Let the frozen bytes of the first letter carry another envelope."""

    def change(story: Story) -> None:
        key = next(iter(story.rows))
        frozen = Frozen(raw=b"", message_id="m", envelope_from="ar", envelope_to=address)
        story.rows[key] = replace(story.rows[key], frozen=frozen)

    return change


def same_line_again(story: Story) -> None:
    """Let the second letter carry the first one's line."""
    seen: list[Letter] = []

    def remember(plain: Letter) -> Letter:
        seen.append(plain)
        return plain

    story.change_letter(1, remember)
    story.change_letter(2, lambda plain: replace(plain, lines=seen[0].lines))


def sent_blindly(story: Story) -> None:
    """Transmit the first letter again before anybody knows what became of it."""
    place = story.place_of(LetterAccepted)
    key = next(iter(story.rows))
    story.insert(place, LetterTransmitting(key=key, attempt=2))


def begins_higher(story: Story) -> None:
    """Let the sequence begin with the reminder, so that an inquiry must not go."""
    entered = SequenceEntered(
        number="A", entry_level="reminder", advances=(), awaits_owner=False, because="take-on"
    )
    story.insert(story.place_of(LetterTransmitting), entered)


CLOSED = InvoiceClosed(number="A", snapshot="s2", because="paid")
PART = held(HoldReason.DISPUTE, "A", amount=Money(2000, "EUR"))


@pytest.mark.parametrize(
    ("law", "sentence", "change"),
    [
        pytest.param("demand", "was not owed", before_transmission(CLOSED), id="a paid invoice"),
        pytest.param(
            "demand",
            "under a promise hold",
            before_transmission(held(HoldReason.PROMISE, "A", until="2026-06-20")),
            id="a promised invoice",
        ),
        pytest.param(
            "demand",
            "under a dispute hold",
            before_transmission(held(HoldReason.DISPUTE, "A")),
            id="a disputed invoice",
        ),
        pytest.param(
            "demand",
            "under a hardship hold",
            before_transmission(held(HoldReason.HARDSHIP, "4711", scope=HoldScope.ACCOUNT)),
            id="an account at rest",
        ),
        pytest.param(
            "demand", "had none", letter(1, needs_approval=True), id="without its approval"
        ),
        pytest.param("once", "twice", same_line_again, id="a line twice"),
        pytest.param("once", "transmitted again", sent_blindly, id="sent blindly again"),
        pytest.param(
            "once",
            "are both of",
            letter(2, business_date=day("2026-06-11")),
            id="two letters of one date",
        ),
        pytest.param(
            "rows", "the ledger another amount", first_row(open=eur(99.99)), id="a wrong cent"
        ),
        pytest.param(
            "rows", "more than undisputed", before_transmission(PART), id="a disputed part"
        ),
        pytest.param(
            "rows", "not the sum of its rows", first_total(asked=eur(101)), id="a wrong total"
        ),
        pytest.param(
            "rows", "not the sum of its rows", first_total(demanded=eur(1)), id="a wrong sum"
        ),
        pytest.param(
            "rows", "no composition", lambda story: story.rows.clear(), id="no outbox row"
        ),
        pytest.param("home", f"went to {STRANGER}", letter(1, recipient=STRANGER), id="a stranger"),
        pytest.param("home", f"went to {STRANGER}", content(copies=(STRANGER,)), id="a copy"),
        pytest.param("home", f"went to {STRANGER}", envelope_to(STRANGER), id="the envelope"),
        pytest.param(
            "home",
            "under a out_of_office hold",
            before_transmission(
                held(HoldReason.OUT_OF_OFFICE, AP, scope=HoldScope.CONTACT, until="2026-06-30")
            ),
            id="an absent reader",
        ),
        pytest.param("time", "the send window", moved(1, "2026-06-11 20:00"), id="at night"),
        pytest.param("time", "the send window", moved(1, "2026-06-14 10:00"), id="on Sunday"),
        pytest.param("time", "less than 5 days", moved(2, "2026-06-15 10:00"), id="too soon"),
        pytest.param("levels", "without reminder", at_level(2, "firm_reminder"), id="a skip"),
        pytest.param("levels", "no rise", at_level(2, "inquiry"), id="the same level again"),
        pytest.param("levels", "was to come next", begins_higher, id="not the level chosen"),
    ],
)
def test_a_broken_log_is_caught(law: str, sentence: str, change: Breaking) -> None:
    """A log broken on purpose breaks exactly the law that it offends, in so many words."""
    story = two_letters()
    change(story)
    found = broken(story.check())

    assert any(sentence in said for said in found.get(law, [])), found


def test_a_sound_log_passes_every_law() -> None:
    """And every law has looked at something, so that its silence means something."""
    reports = two_letters().check()

    assert {} == broken(reports)
    assert {"demand", "home", "rows", "time", "once", "levels"} == {
        law.name for law in reports.laws if law.checked
    }


def test_a_letter_that_came_back_goes_to_the_next_contact_at_the_same_level() -> None:
    """A redelivery is neither a letter too many nor a level twice."""
    story = two_letters()
    key = list(story.rows)[1]
    story.add("2026-06-19", LetterUndelivered(key=key, address=AP, because="bounced"))
    story.send("2026-06-19 11:00")

    assert 3 == len(story.rows)
    assert {} == broken(story.check())


def test_a_deferred_letter_may_be_transmitted_again() -> None:
    """The relay said not now: certainly not sent, so the second attempt is not blind."""
    story = two_letters()
    key = next(iter(story.rows))
    story.insert(
        story.place_of(LetterAccepted),
        LetterDeferred(key=key, not_before_at=at("2026-06-11 10:05"), reply="451"),
        LetterTransmitting(key=key, attempt=2),
    )

    assert {} == broken(story.check())
