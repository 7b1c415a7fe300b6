"""Two daemons over one mail to a rep: whoever comes late changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.core.effects import TellOperator
from daemon.ports import OutgoingStage, StoreConflict
from daemon.store import TortoiseStore
from tests.store.builders import NOW, frozen

LATER = NOW + timedelta(minutes=30)


async def test_a_mail_to_a_rep_is_claimed_by_one_worker_only(store: TortoiseStore) -> None:
    """Two daemons that meet over one mail: the second finds it taken, and sends nothing."""
    alarm = TellOperator(key="alarm-1", subject="Stopped", lines=("Why.",))
    await store.put_outgoing([alarm], NOW)
    await store.move_outgoing("alarm-1", OutgoingStage.TRANSMITTING, NOW, frozen=frozen())

    with pytest.raises(StoreConflict):
        await store.move_outgoing("alarm-1", OutgoingStage.TRANSMITTING, NOW, frozen=frozen())


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            OutgoingStage.UNKNOWN,
            OutgoingStage.ACCEPTED,
            OutgoingStage.TRANSMITTING,
            id="set aside",
        ),
        pytest.param(
            OutgoingStage.ACCEPTED, OutgoingStage.UNKNOWN, OutgoingStage.TRANSMITTING, id="sent"
        ),
        pytest.param(
            OutgoingStage.ACCEPTED, OutgoingStage.QUEUED, OutgoingStage.TRANSMITTING, id="settled"
        ),
        pytest.param(None, OutgoingStage.QUEUED, OutgoingStage.QUEUED, id="being sent"),
    ],
)
async def test_the_word_of_a_daemon_that_comes_late_changes_nothing(
    store: TortoiseStore,
    first: OutgoingStage | None,
    second: OutgoingStage,
    expected: OutgoingStage,
) -> None:
    """One saw the mail where another has moved it on: its word is refused, not written over it."""
    alarm = TellOperator(key="alarm-1", subject="Stopped", lines=("Why.",))
    await store.put_outgoing([alarm], NOW)
    await store.move_outgoing("alarm-1", OutgoingStage.TRANSMITTING, NOW, frozen=frozen())
    if first is not None:
        await store.move_outgoing("alarm-1", first, NOW, reply="first")
    before = await store.outgoing("alarm-1")
    with pytest.raises(StoreConflict):
        await store.move_outgoing("alarm-1", second, LATER, reply="late", expected=expected)

    assert before == await store.outgoing("alarm-1")
