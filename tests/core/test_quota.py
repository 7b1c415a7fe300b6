"""Quotas of octets: what fits, whose mail has a quota of its own, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from daemon.core.quota import (
    LargeMail,
    Over,
    Quota,
    is_proven,
    over_quota,
    own_tally,
    quota_alarm,
)
from parsers.reading import AuthVerdict
from tests.core.replies import identity

TODAY = date(2026, 6, 11)
QUOTA = Quota(sender_octets_max=100, all_octets_max=250)


def large(uid: int, octets: int, sender: str, before: int = 0) -> LargeMail:
    """Return a mail of a sender of whom so much was kept before."""
    return LargeMail(uid=uid, octets=octets, sender=sender, sender_octets=before, is_known=False)


@pytest.mark.parametrize(
    ("mails", "all_octets", "expected"),
    [
        ([], 900, {}),
        ([large(1, 100, "a")], 0, {}),
        ([large(1, 101, "a")], 0, {1: Over.SENDER}),
        ([large(1, 60, "a"), large(2, 60, "a"), large(3, 40, "a")], 0, {2: Over.SENDER}),
        ([large(1, 60, "a", 50), large(2, 60, "b")], 0, {1: Over.SENDER}),
        ([large(1, 60, "a"), large(2, 60, "b")], 150, {2: Over.ALL}),
        ([large(1, 200, "a"), large(2, 90, "b")], 200, {1: Over.SENDER, 2: Over.ALL}),
        ([large(n, 90, f"{n}@x") for n in range(4)], 0, {2: Over.ALL, 3: Over.ALL}),
    ],
    ids=[
        "nothing new", "just fits", "does not fit", "the next smaller one fits",
        "yesterday's evening counts", "all together", "the sender's own is named first",
        "a new address for each mail",
    ],
)  # fmt: skip
def test_what_fits_is_kept_whole(
    mails: list[LargeMail], all_octets: int, expected: dict[int, Over]
) -> None:
    """Mails are counted as they came; what is kept short uses nothing up."""

    assert expected == over_quota(mails, all_octets, QUOTA)


@pytest.mark.parametrize(
    ("kept", "octets", "expected"),
    [
        (None, 100, "2026-06-11 100"),
        ("", 101, None),
        ("2026-06-11 60", 40, "2026-06-11 100"),
        ("2026-06-11 60", 41, None),
        ("2026-06-10 100", 41, "2026-06-11 41"),
    ],
    ids=["first", "too large", "fits", "used up", "a new day"],
)
def test_a_proven_sender_has_a_quota_of_his_own(
    kept: str | None, octets: int, expected: str | None
) -> None:
    """It is counted by the day, apart from what others send in his name."""

    assert expected == own_tally(kept, TODAY, octets, QUOTA)


@pytest.mark.parametrize(
    ("verdict", "from_count", "sender", "expected"),
    [
        (AuthVerdict.PASS, 1, "AP@debtor.example.org", True),
        (AuthVerdict.PASS, 1, "other@debtor.example.org", False),
        (AuthVerdict.PASS, 2, "ap@debtor.example.org", False),
        (AuthVerdict.NONE, 1, "ap@debtor.example.org", False),
        (AuthVerdict.FAIL, 1, "ap@debtor.example.org", False),
    ],
    ids=["proven", "another address", "two senders", "no verdict", "forged"],
)
def test_only_our_own_server_proves(
    verdict: AuthVerdict, from_count: int, sender: str, expected: bool
) -> None:
    """A name in From is no proof."""
    found = replace(identity("ap@debtor.example.org", verdict), from_count=from_count)

    assert expected == is_proven(found, sender)


def test_the_notice_is_one_a_day_and_sender() -> None:
    """The key holds the day and the sender; of all senders together there is one."""
    keys = {
        quota_alarm(over, sender, on, QUOTA).key
        for over in Over
        for sender in ("a@x.test", "b@x.test")
        for on in (TODAY, date(2026, 6, 12))
    }

    assert 2 * (2 + 1) == len(keys)


def test_the_notice_says_how_much_and_where_the_mail_is() -> None:
    """A clerk reads the limit, its key, and that nothing is lost."""
    notice = quota_alarm(Over.SENDER, "a@x.test", TODAY, Quota())
    said = " ".join(notice.lines)

    assert "a@x.test" in notice.subject
    assert "50 MB of one sender" in said
    assert "sender_day_octets_max" in said
    assert "lie in the mailbox" in said
