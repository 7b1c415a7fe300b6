"""Eight virtual weeks on real servers, as diaries: each letter, hold, forward and reason."""

from __future__ import annotations

from tests.simulation.diary import Diary


async def test_three_invoices_one_due_one_overdue_one_disputed(diary: Diary) -> None:
    """
    2026-05-11 account ACME
    2026-05-11 invoice INV-1001 1200.00 EUR due 2026-06-01
    2026-05-11 invoice INV-1002 300.00 EUR due 2026-07-10
    2026-05-11 invoice INV-1003 500.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due for INV-1001,INV-1003 asking "1,700.00 EUR"
    2026-06-04 expect letter inquiry for INV-1001,INV-1003
    """
    await diary.play(test_three_invoices_one_due_one_overdue_one_disputed.__doc__ or "")
