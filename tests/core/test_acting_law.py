"""The law of acting: total over everything readable, and always foldable."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.core.events import (
    ReplyApplied,
)
from daemon.core.matching import Key
from daemon.core.state import LetterStage
from parsers.reading import (
    AbsenceFact,
    AuthVerdict,
    Automatic,
    BounceFact,
    DisputeFact,
    Flag,
    Intent,
    PromiseFact,
    Reading,
)
from tests.core.builders import (
    AP,
    account,
    eur,
    invoice,
)
from tests.core.replies import (
    acted,
    answered_letter,
    identity,
    matched,
    reading,
    statement,
)
from tests.core.reply_table import (
    COLLEAGUE,
    STRANGER,
    TODAY,
)

NUMBERS = st.sampled_from(["INV-1", "INV-2", "INV-3", "inv 1", "OTHER-99"])


DAYS = st.one_of(
    st.integers(-40, 400).map(lambda days: date(2026, 6, 11) + timedelta(days=days)),
    st.sampled_from([date.min, date.max]),
)


AMOUNTS = st.one_of(st.none(), st.integers(-10, 5000).map(eur))


STATEMENTS = st.builds(
    lambda intent, numbers, confidence: statement(intent, *numbers, confidence=confidence),
    st.sampled_from(Intent),
    st.lists(NUMBERS, max_size=3),
    st.floats(0, 1),
)


READINGS = st.builds(
    lambda statements, **changes: reading(*statements, **changes),
    st.lists(STATEMENTS, max_size=4),
    automatic=st.sampled_from(Automatic),
    promises=st.lists(
        st.builds(
            PromiseFact,
            on=DAYS,
            amount=AMOUNTS,
            invoice=st.one_of(st.none(), NUMBERS),
            alternatives=st.lists(DAYS, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    dispute=st.one_of(
        st.none(),
        st.builds(
            DisputeFact,
            reason=st.sampled_from(["price", "nonsense"]),
            amount=AMOUNTS,
            invoices=st.lists(NUMBERS, max_size=2).map(tuple),
        ),
    ),
    absence=st.one_of(
        st.none(), st.builds(AbsenceFact, returns_on=st.one_of(st.none(), DAYS), deputy=st.none())
    ),
    bounce=st.one_of(
        st.none(),
        st.builds(
            BounceFact,
            recipients=st.just((AP,)),
            is_hard=st.booleans(),
            is_delayed=st.booleans(),
            is_policy=st.booleans(),
        ),
    ),
    new_contact=st.sampled_from([None, AP, "x@debtor.example.org", "y@other.example.net"]),
    flags=st.lists(st.sampled_from(Flag), max_size=3).map(tuple),
    needs_human=st.booleans(),
    identity=st.builds(
        identity,
        st.sampled_from([AP, COLLEAGUE, STRANGER, ""]),
        st.sampled_from(AuthVerdict),
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    reads=st.lists(READINGS, min_size=1, max_size=3),
    has_token=st.booleans(),
    stage=st.sampled_from([LetterStage.ACCEPTED, LetterStage.QUEUED, LetterStage.TRANSMITTING]),
    is_mixed=st.booleans(),
)
def test_acting_is_total_and_its_events_fold(
    reads: list[Reading], has_token: bool, stage: LetterStage, is_mixed: bool
) -> None:
    """Whatever is read, each mail ends in one place and its events are possible."""
    opened = account(
        invoice("INV-1", "2026-06-01", 1200),
        invoice("INV-2", "2026-06-02", 300),
        invoice("INV-3", "2026-07-15", 50),
    )
    state = answered_letter(opened, "2026-06-10", "INV-1", "INV-2")
    state = answered_letter(state, "2026-06-11 09:00", "INV-1", level="reminder", stage=stage)
    for position, read in enumerate(reads):
        found = matched(
            state,
            *((Key.TOKEN, Key.ADDRESS) if has_token else (Key.ADDRESS,)),
            is_disagreement=is_mixed,
        )
        decision, state = acted(state, read, TODAY, match=found, mail=f"mail-{position}")

        assert [f"mail-{position}"] == [
            event.mail for event in decision.events if isinstance(event, ReplyApplied)
        ]
        assert len({effect.key for effect in decision.effects}) == len(decision.effects)
