"""Business time never goes back, and no minute sees more mails than its limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from daemon.adapters.clock import SystemClock, VirtualClock
from daemon.adapters.rate import RateLimits, TokenBucket

MONDAY = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)


def test_system_clock_tells_the_time() -> None:
    """Business time is the machine's time, in UTC."""
    before = datetime.now(UTC)
    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo == UTC


def test_system_clock_never_goes_back() -> None:
    """The machine's clock is set back by an hour: business time stands until it is reached."""
    shown = [MONDAY, MONDAY - timedelta(hours=1), MONDAY + timedelta(seconds=1)]
    clock = SystemClock(iter(shown).__next__)

    assert [MONDAY, MONDAY, shown[2]] == [clock.now() for _ in shown]


def test_virtual_clock_stands_until_it_is_moved() -> None:
    """Virtual time is what it was set to, in UTC, whatever zone it was given in."""
    clock = VirtualClock(MONDAY.astimezone(timezone(timedelta(hours=2))))
    clock.advance_to(MONDAY + timedelta(days=3))

    assert MONDAY + timedelta(days=3) == clock.now()
    assert clock.now().tzinfo == UTC


def test_virtual_clock_refuses_to_go_back() -> None:
    """A simulation that would turn time back is stopped, and time stays."""
    clock = VirtualClock(MONDAY)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance_to(MONDAY - timedelta(seconds=1))

    assert clock.now() == MONDAY


def test_virtual_clock_refuses_naive_instants() -> None:
    """An instant without a zone is a mistake, not a time."""
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2026, 5, 11, 9, 0))  # noqa: DTZ001  the mistake under test


def test_no_minute_sees_more_mails_than_the_limit() -> None:
    """A burst of 100 due letters leaves at no more than 20 in any sixty seconds."""
    limits = RateLimits(mailbox_per_minute=20, domain_per_minute=5)
    now, sent = MONDAY, []
    for number in range(100):
        domain = f"debtor{number % 10}.test"
        now = limits.delay_until(domain, now)
        limits.take(domain, now)
        sent.append(now)
    windows = [sum(start <= one < start + timedelta(minutes=1) for one in sent) for start in sent]

    assert max(windows) == 20
    assert MONDAY + timedelta(minutes=4) == sent[-1]


def test_one_domain_waits_while_another_goes() -> None:
    """Five letters a minute go to one customer's domain; the next customer need not wait."""
    limits = RateLimits()
    for _ in range(5):
        limits.take("Debtor.test", MONDAY)

    assert MONDAY + timedelta(minutes=1) == limits.delay_until("debtor.TEST", MONDAY)
    assert limits.delay_until("other.test", MONDAY) == MONDAY


def test_a_rate_of_nothing_is_refused() -> None:
    """A limit of zero would hold letters for ever."""
    with pytest.raises(ValueError, match="at least one"):
        TokenBucket(0)
