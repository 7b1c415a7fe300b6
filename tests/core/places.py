"""Places, currencies and sizes that the property tests of time and money share."""

from __future__ import annotations

from datetime import date

from hypothesis import settings

FIRST_DAY = date(2026, 3, 2)
# Where the clock is changed by an hour, by half an hour, and never.
PLACES = (
    ("DE", "Europe/Berlin"),
    ("US", "America/New_York"),
    ("AU", "Australia/Lord_Howe"),
    ("KW", "Asia/Kuwait"),
)
CURRENCIES = ("EUR", "JPY", "KWD")
EXAMPLES = settings(max_examples=60, deadline=None)
