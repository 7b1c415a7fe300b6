"""Mail of no account: filed or given to a person, never lost, never in a loop."""

from __future__ import annotations

import pytest

from daemon.core.effects import ForwardToRep
from daemon.core.unmatched import settle_unmatched
from parsers.reading import AuthVerdict, Automatic, Flag, Intent, Reading
from tests.core.builders import OWNER, default_house
from tests.core.replies import identity, reading, statement
from tests.core.reply_table import STRANGER

UNRELATED = statement(Intent.UNRELATED)
CASES: dict[str, tuple[Reading, str]] = {
    "advertising": (reading(UNRELATED, flags=(Flag.ADVERTISING,), needs_human=True), "filed"),
    "unrelated": (reading(UNRELATED), "filed"),
    "unrelated but unsure": (reading(UNRELATED, needs_human=True), "forwarded"),
    "a dispute beside advertising": (
        reading(statement(Intent.DISPUTE), UNRELATED, flags=(Flag.ADVERTISING,)),
        "forwarded",
    ),
    "changed bank details": (reading(UNRELATED, flags=(Flag.BANK_CHANGE,)), "forwarded"),
    "automatic": (reading(automatic=Automatic.AUTO_REPLY), "filed"),
    "nothing readable": (reading(flags=(Flag.EMPTY,), needs_human=True), "forwarded"),
}


@pytest.mark.parametrize(("read", "place"), CASES.values(), ids=CASES)
def test_mail_of_no_account_ends_in_one_place(read: Reading, place: str) -> None:
    """Advertising and machines are filed; whatever a person may have meant is forwarded."""
    found, because, effects = settle_unmatched("mail-1", "Hi", STRANGER, read, default_house())

    assert place == found
    assert because
    assert (place == "forwarded") == bool(effects)


def test_changed_bank_details_are_told_as_suspicious() -> None:
    """A fraud that names no invoice is still told as one."""
    read = reading(UNRELATED, flags=(Flag.BANK_CHANGE,))
    _, _, (effect,) = settle_unmatched("mail-1", "Hi", STRANGER, read, default_house())

    assert isinstance(effect, ForwardToRep)
    assert effect.is_suspicious


def test_the_rep_who_would_be_asked_is_not_asked_about_own_mail() -> None:
    """An answering machine of the default rep, without any header, ends the loop."""
    house = default_house()
    own = house.reps.default
    read = reading(statement(Intent.ACKNOWLEDGEMENT), identity=identity(own))
    forged = reading(statement(Intent.ACKNOWLEDGEMENT), identity=identity(own, AuthVerdict.FAIL))

    assert OWNER == own
    assert "filed" == settle_unmatched("mail-1", "Away", own, read, house)[0]
    assert "forwarded" == settle_unmatched("mail-2", "Away", own, forged, house)[0]
