"""Policy: every number of the rules, with its unit in its name and the default of DESIGN.

One value of this class is one consistent set of rules; it is made from the configuration
in `daemon/settings.py` and passed into every decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from daemon.core.procedure import Procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule:
    """A rule on account fields that puts accounts into a segment; unset fields match all."""

    segment: str
    country: str | None = None
    language: str | None = None
    owner: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in numbers. Amounts are minor units of the currency concerned."""

    procedures: tuple[Procedure, ...]
    default_procedure: str = "default"
    procedure_of_segment: tuple[tuple[str, str], ...] = ()
    segment_rules: tuple[SegmentRule, ...] = ()

    contact_delay_days: int = 5
    window_opens: time = time(9, 0)
    window_closes: time = time(16, 30)
    daily_letters_max: int = 200
    minimum_demand_major: int = 5

    freshness_business_days_max: int = 1
    overdue_ledger_lag_days: int = 2
    inbox_checked_minutes_max: int = 30

    delivery_issued_days_max: int = 5
    take_on_inquiry_days_max: int = 20
    take_on_reminder_days_max: int = 60
    waiting_days_max: int = 3

    promise_grace_business_days: int = 3
    promise_days_max: int = 30
    promises_per_invoice_max: int = 2
    promise_tolerance_major: int = 1
    promise_tolerance_permille: int = 5
    conversation_business_days: int = 5
    human_mail_business_days: int = 3
    review_business_days: int = 5
    stranger_review_days_between: int = 30
    payment_claimed_business_days: int = 5
    rep_paid_business_days: int = 10
    absence_days_max: int = 21
    letter_answerable_days_max: int = 90

    approval_business_days: int = 5
    forward_repeat_business_days: int = 2
    forward_deputy_business_days: int = 4

    breaker_forecast_percent: int = 150
    breaker_forecast_extra: int = 10
    breaker_bounce_percent: int = 2
    breaker_bounce_letters_min: int = 20

    storm_forwards_per_sender_max: int = 10
    storm_mails_per_day_max: int = 200

    guard_percent: int = 30
    guard_invoices_min: int = 10

    rows_inline_max: int = 40
    transient_retry_minutes: tuple[int, ...] = field(default=(5, 10, 20, 40, 60))

    def procedure(self, name: str) -> Procedure:
        """Return the procedure of that name.

        Raises:
            KeyError: No such procedure.
        """
        for procedure in self.procedures:
            if procedure.name == name:
                return procedure
        raise KeyError(name)
