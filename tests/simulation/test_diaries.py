"""Eight virtual weeks on real servers, as diaries: each letter, hold, forward and reason."""

from __future__ import annotations

import pytest

from tests.simulation.diary import Diary

THREE_INVOICES = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-1001 1200.00 EUR due 2026-06-01
    2026-05-11 invoice INV-1002 300.00 EUR due 2026-07-10
    2026-05-11 invoice INV-1003 500.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due for INV-1001,INV-1003 asking "1,700.00 EUR"
    2026-06-04 expect letter inquiry for INV-1001,INV-1003 asking "1,700.00 EUR"
    2026-06-05 reply "INV-1003 is wrong: you charged 500 but we agreed 450. \
Please correct the price. We will not pay it like this."
    2026-06-05 expect hold dispute on INV-1003 until lifted code price
    2026-06-05 expect hold conversation until 2026-06-10
    2026-06-05 expect forward "disputes INV-1003" quoting "agreed 450" offering resolved
    2026-06-09 expect forward "Not answered yet"
    2026-06-11 expect forward "was not answered in time" to dan@seller.test
    2026-06-11 expect letter reminder for INV-1001 asking "1,200.00 EUR" disputed INV-1003
    2026-06-12 expect no hold on INV-1001
    2026-06-12 paid INV-1001 200.00
    2026-06-22 expect letter firm_reminder for INV-1001 asking "1,000.00 EUR" disputed INV-1003
    2026-06-22 rep "resolved" from olga@seller.test
    2026-06-22 expect echo "resolved in our favour"
    2026-06-22 expect no hold on INV-1003
    2026-06-23 paid INV-1001
    2026-06-29 expect letter inquiry for INV-1003 asking "500.00 EUR"
    2026-06-30 paid INV-1003
    2026-07-01 expect stage closed of INV-1001
    2026-07-02 expect stage not_yet_due of INV-1002
    2026-07-06 expect letter pre_due for INV-1002
"""
GERMAN_PROMISE_KEPT_LATE = """
    2026-05-11 account ACME language de
    2026-05-11 invoice RE-2001 800.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due for RE-2001
    2026-06-04 expect letter inquiry for RE-2001 to ap@acme.test
    2026-06-05 reply "Guten Tag,||wir überweisen am 15. Juni.||Mit freundlichen Grüßen|Petra Klein"
    2026-06-05 expect promise open on 2026-06-15
    2026-06-05 expect hold promise on RE-2001 until 2026-06-18
    2026-06-05 expect no forward
    2026-06-17 paid RE-2001
    2026-06-18 expect promise kept
    2026-06-18 expect stage closed of RE-2001
    2026-07-06 expect no hold
"""
PROMISE_BROKEN = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-3001 1200.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due
    2026-06-04 expect letter inquiry
    2026-06-05 reply "We will pay by 12 June."
    2026-06-05 expect hold promise on INV-3001 until 2026-06-17
    2026-06-11 expect no letter
    2026-06-17 expect promise open
    2026-06-18 expect promise broken
    2026-06-18 expect letter reminder for INV-3001 because promise_broken
    2026-06-29 expect letter firm_reminder for INV-3001 because other
    2026-07-06 expect waiting final_notice
    2026-07-06 expect forward "final notice goes only with your approval" offering approve,veto
"""
ABSENT_WITH_ANOTHER_CONTACT = """
    2026-05-11 account ACME
    2026-05-11 contact ACME second@acme.test ap
    2026-05-11 invoice INV-4001 1200.00 EUR due 2026-06-01
    2026-05-11 invoice INV-4002 90.00 EUR due 2026-06-17
    2026-05-22 expect letter pre_due for INV-4001 to ap@acme.test
    2026-06-04 expect letter inquiry for INV-4001 to ap@acme.test
    2026-06-04 absent "I am out of the office until 19 June 2026 and will be back on \
Monday, 22 June. In urgent cases please contact deputy@acme.test."
    2026-06-04 expect hold out_of_office on ap@acme.test until 2026-06-23
    2026-06-04 expect no forward
    2026-06-10 expect letter pre_due for INV-4002 to second@acme.test
    2026-06-22 expect letter inquiry for INV-4002 to second@acme.test
    2026-06-29 expect letter reminder for INV-4001,INV-4002 to ap@acme.test
"""
HARD_BOUNCE = """
    2026-05-11 account ACME
    2026-05-11 contact ACME second@acme.test ap
    2026-05-11 invoice INV-5001 1200.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due to ap@acme.test
    2026-06-04 expect letter inquiry to ap@acme.test
    2026-06-04 bounce 5.1.1
    2026-06-04 expect no forward
    2026-06-05 expect letter inquiry for INV-5001 to second@acme.test
    2026-06-11 expect letter reminder for INV-5001 to second@acme.test
    2026-06-11 bounce 5.1.1
    2026-06-11 expect forward "no other address of this customer is left" offering contact
    2026-06-12 rep "contact new@acme.test"
    2026-06-12 expect echo "new@acme.test"
    2026-06-12 later
    2026-06-12 expect letter reminder for INV-5001 to new@acme.test
"""
REMITTANCE_IN_BODY = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-6001 1200.00 EUR due 2026-06-01
    2026-05-11 invoice INV-6002 300.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due
    2026-06-04 expect letter inquiry
    2026-06-05 reply "Dear Olga, we have transferred EUR 1,500.00 on 4 June 2026 for invoices \
INV-6001 and INV-6002, payment reference TR-99817. Regards, Tom"
    2026-06-05 expect hold payment_claimed on INV-6001 until 2026-06-12
    2026-06-05 expect hold payment_claimed on INV-6002 until 2026-06-12
    2026-06-05 expect no forward
    2026-06-09 paid INV-6001
    2026-06-09 paid INV-6002
    2026-06-10 expect stage closed of INV-6002
    2026-07-06 expect no hold
"""
ALREADY_PAID_TWICE = """
    2026-05-11 account ACME
    2026-05-11 account BETA
    2026-05-11 invoice INV-7001 1200.00 EUR due 2026-06-01 account ACME
    2026-05-11 invoice INV-7002 300.00 EUR due 2026-06-01 account BETA
    2026-05-22 expect letter pre_due account ACME
    2026-05-22 expect letter pre_due account BETA
    2026-06-04 expect letter inquiry account ACME
    2026-06-04 expect letter inquiry account BETA
    2026-06-05 reply "We paid this last week." account ACME
    2026-06-05 reply "We paid this last week." account BETA
    2026-06-05 expect hold payment_claimed on INV-7001 until 2026-06-12 account ACME
    2026-06-05 expect hold payment_claimed on INV-7002 until 2026-06-12 account BETA
    2026-06-05 expect no forward
    2026-06-08 paid INV-7001
    2026-06-09 expect stage closed of INV-7001
    2026-06-15 expect hold review on INV-7002 until 2026-06-22 account BETA
    2026-06-15 expect forward "does not show 300.00 EUR" offering paid,resume
    2026-06-15 rep "resume"
    2026-06-15 expect no hold account BETA
    2026-06-15 expect echo "resume"
    2026-06-15 later
    2026-06-15 expect letter reminder for INV-7002 account BETA
"""
UNAPPLIED_CASH = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-8001 1200.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due
    2026-06-04 expect letter inquiry asking "1,200.00 EUR"
    2026-06-09 unapplied PAY-1 1200.00 EUR
    2026-06-11 expect no letter
    2026-06-11 expect forward "credit notes or unapplied payments cover what is due"
    2026-06-12 paid PAY-1 -700.00
    2026-06-15 expect letter reminder asking "700.00 EUR"
    2026-06-15 expect forward "Not answered yet"
"""
STALE_LEDGER_ON_A_MONDAY = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-9001 1200.00 EUR due 2026-05-27
    2026-05-20 expect letter pre_due
    2026-05-28 ledger stops
    2026-06-01 expect blocker ledger_stale on INV-9001
    2026-06-01 expect no letter
    2026-06-02 expect no letter
    2026-06-02 ledger as of 2026-06-01
    2026-06-02 later
    2026-06-02 expect letter inquiry
"""
STRANGERS_PROMISE = """
    2026-05-11 account ACME
    2026-05-11 invoice INV-1101 1200.00 EUR due 2026-06-01
    2026-05-22 expect letter pre_due
    2026-06-04 expect letter inquiry
    2026-06-05 mail "We will pay invoice INV-1101 on 30 June." from crook@evil.test \
subject "INV-1101" auth fail
    2026-06-05 expect no hold promise
    2026-06-05 expect hold review on INV-1101 until 2026-06-12
    2026-06-05 expect forward "not really from crook@evil.test"
    2026-06-05 rep "resume"
    2026-06-05 expect no hold
    2026-06-08 mail "We will pay invoice INV-1101 on 30 June." from other@evil.test \
subject "INV-1101"
    2026-06-08 expect no hold
    2026-06-08 expect forward "other@evil.test is not known at this customer"
    2026-06-08 rep "note a stranger, ignored"
    2026-06-11 expect letter reminder
"""
ADDRESS_AT_TWO_ACCOUNTS = """
    2026-05-11 account ACME email shared@group.test
    2026-05-11 account BETA email shared@group.test
    2026-05-11 invoice INV-1201 1200.00 EUR due 2026-06-01 account ACME
    2026-05-11 invoice INV-1202 300.00 EUR due 2026-06-01 account BETA
    2026-05-22 expect letter pre_due account ACME
    2026-05-22 expect letter pre_due account BETA
    2026-06-04 expect letter inquiry account ACME
    2026-06-04 expect letter inquiry account BETA
    2026-06-05 mail "We will pay next week." from shared@group.test subject "Payment"
    2026-06-05 expect no hold promise account ACME
    2026-06-05 expect hold conversation account ACME
    2026-06-05 expect hold conversation account BETA
    2026-06-05 expect forward "is a contact of 2 customers"
    2026-06-08 rep "note asked them on the phone"
    2026-06-15 expect letter reminder account ACME
    2026-06-15 expect letter reminder account BETA
"""
FINAL_NOTICES = """
    2026-05-11 account ACME
    2026-05-11 account BETA
    2026-05-11 invoice INV-1301 1200.00 EUR due 2026-06-01 account ACME
    2026-05-11 invoice INV-1303 80.00 EUR due 2026-06-20 account ACME
    2026-05-11 invoice INV-1302 300.00 EUR due 2026-06-01 account BETA
    2026-05-22 expect letter pre_due account ACME
    2026-05-22 expect letter pre_due account BETA
    2026-06-04 expect letter inquiry account ACME
    2026-06-04 expect letter inquiry account BETA
    2026-06-11 expect letter reminder account ACME
    2026-06-11 expect letter reminder account BETA
    2026-06-16 expect letter pre_due for INV-1303 account ACME
    2026-06-22 expect letter firm_reminder for INV-1301 account ACME
    2026-06-22 expect letter firm_reminder account BETA
    2026-06-29 expect letter inquiry for INV-1303 account ACME
    2026-07-01 expect waiting final_notice account BETA
    2026-07-01 expect forward "Approve final_notice to Beta" offering approve,veto
    2026-07-01 rep "veto"
    2026-07-01 expect hold manual on INV-1302 until lifted account BETA
    2026-07-01 expect echo "does not go"
    2026-07-06 expect forward "Approve final_notice to Acme" offering approve,veto
    2026-07-06 expect waiting final_notice account ACME
    2026-07-06 rep "approve"
    2026-07-06 later
    2026-07-06 expect letter final_notice for INV-1301 account ACME also_open INV-1303
    2026-07-08 expect no letter account BETA
"""


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(THREE_INVOICES, id="three_invoices_one_due_one_overdue_one_disputed"),
        pytest.param(GERMAN_PROMISE_KEPT_LATE, id="german_promise_kept_late"),
        pytest.param(PROMISE_BROKEN, id="promise_broken"),
        pytest.param(ABSENT_WITH_ANOTHER_CONTACT, id="absent_with_another_contact"),
        pytest.param(HARD_BOUNCE, id="hard_bounce"),
        pytest.param(REMITTANCE_IN_BODY, id="remittance_in_body"),
        pytest.param(ALREADY_PAID_TWICE, id="already_paid_confirmed_and_not"),
        pytest.param(UNAPPLIED_CASH, id="unapplied_cash"),
        pytest.param(STALE_LEDGER_ON_A_MONDAY, id="stale_ledger_on_a_monday"),
        pytest.param(STRANGERS_PROMISE, id="strangers_promise"),
        pytest.param(ADDRESS_AT_TWO_ACCOUNTS, id="address_at_two_accounts"),
        pytest.param(FINAL_NOTICES, id="final_notice_approved_and_vetoed"),
    ],
)
async def test_weeks_on_sqlite(diary: Diary, story: str) -> None:
    """Each letter, hold, forward and reason is as the diary says, and no law is broken."""
    await diary.play(story)


async def test_weeks_on_postgresql(postgres_diary: Diary) -> None:
    """The same weeks on PostgreSQL: a promise broken, then the next level at once."""
    await postgres_diary.play(PROMISE_BROKEN)
