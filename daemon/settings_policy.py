"""[policy]: every number of the rules, under the names of the core's Policy."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from daemon.settings_types import Name, Section

Days = Annotated[int, Field(ge=0, le=365)]
SomeDays = Annotated[int, Field(ge=1, le=365)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Minutes = Annotated[int, Field(ge=1, le=10_080)]


class PolicySection(Section):
    """The rules in numbers."""

    default_procedure: Name = Field(description="Procedure of accounts that no rule names")
    contact_delay_days: SomeDays = Field(description="Between two letters to one account")
    window_opens: time = Field(description="Letters leave from this time on, debtor's zone")
    window_closes: time = Field(description="And until this time")
    daily_letters_max: Count = Field(description="Letters a day, over all accounts")
    minimum_demand_major: Whole = Field(description="Smaller demands get no letter")
    freshness_business_days_max: Days = Field(
        description="Whole business days between the ledger's as-of and today"
    )
    overdue_ledger_lag_days: Days = Field(
        description="Business days after the due date that the ledger must reach"
    )
    inbox_checked_minutes_max: Minutes = Field(description="Age of the last search of the inbox")
    delivery_issued_days_max: Days = Field(description="Older invoices are not delivered")
    take_on_inquiry_days_max: Days = Field(description="Take-on: so late begins at the inquiry")
    take_on_reminder_days_max: Days = Field(
        description="Take-on: so late begins at the reminder; later, the owner is asked"
    )
    waiting_days_max: SomeDays = Field(description="Longest wait under the daily cap")
    promise_grace_business_days: Days = Field(description="After the promised date")
    promise_days_max: SomeDays = Field(description="A promise further ahead goes to a human")
    promises_per_invoice_max: Count = Field(description="A further promise goes to a human")
    promise_tolerance_major: Whole = Field(description="Shortfall with which a promise is kept")
    promise_tolerance_permille: Annotated[int, Field(ge=0, le=1_000)] = Field(
        description="The same in thousandths of the promised amount; the larger counts"
    )
    conversation_business_days: SomeDays = Field(description="Rest after an acknowledgement")
    human_mail_business_days: SomeDays = Field(description="Least rest after any human mail")
    review_business_days: SomeDays = Field(description="Rest while a human looks")
    stranger_review_days_between: SomeDays = Field(description="Between two rests for strangers")
    payment_claimed_business_days: SomeDays = Field(description="Rest after a payment claim")
    rep_paid_business_days: SomeDays = Field(description="Rest after a rep's word: paid")
    absence_days_max: SomeDays = Field(description="Longest rest for an absence note")
    letter_answerable_days_max: SomeDays = Field(description="Older letters are not answered")
    approval_business_days: SomeDays = Field(description="Then an approval goes to the deputy")
    forward_repeat_business_days: SomeDays = Field(description="Then a forward is repeated")
    forward_deputy_business_days: SomeDays = Field(description="Then it goes to the deputy")
    breaker_forecast_percent: Annotated[int, Field(ge=100, le=1_000)] = Field(
        description="Circuit breaker: today's letters against the last forecast"
    )
    breaker_forecast_extra: Count = Field(description="Letters allowed on top of that")
    breaker_bounce_percent: Percent = Field(description="Circuit breaker: letters that bounced")
    breaker_bounce_letters_min: Count = Field(description="From so many letters on")
    storm_forwards_per_sender_max: Count = Field(
        description="Reply storm: questions of one sender a day that are forwarded"
    )
    storm_mails_per_day_max: Count = Field(
        description="Reply storm: forwards and alarms a day about mail of no account"
    )
    rows_inline_max: Annotated[int, Field(ge=1, le=500)] = Field(
        description="More invoices are attached as a list"
    )
    transient_retry_minutes: tuple[Minutes, ...] = Field(
        min_length=1, max_length=20, description="Waits after a temporary refusal, one by one"
    )

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.window_opens >= self.window_closes:
            raise ValueError("window_opens before window_closes")
        if self.take_on_inquiry_days_max > self.take_on_reminder_days_max:
            raise ValueError("take_on_inquiry_days_max not above take_on_reminder_days_max")
        return self
