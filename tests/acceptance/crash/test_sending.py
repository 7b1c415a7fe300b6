"""Kill -9 while letters are sent: each leaves once, or is known to be unknown."""

from __future__ import annotations

import pytest

from tests.acceptance.crash.cast import BOUNCING, write
from tests.acceptance.crash.kills import (
    COPIED,
    IN_BETWEEN,
    KILLED,
    MONDAY,
    NOT_SENT_YET,
    NOW,
    SENT,
    MakeOffice,
    expect_all_sent_once,
)
from tests.acceptance.crash.office import DEBTORS, debtor_of


@pytest.mark.parametrize("failpoint", NOT_SENT_YET)
async def test_a_letter_killed_before_its_first_byte_leaves_once(
    make: MakeOffice, failpoint: str
) -> None:
    """A kill before `transmitting` is committed loses no letter and doubles none."""
    office = make("none")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint=failpoint), office.said()
    assert 0 == await office.passes(15, 20, MONDAY), office.said()

    await expect_all_sent_once(office)

    assert [] == office.rep_mail()


async def test_a_letter_killed_after_its_outcome_is_not_sent_again(make: MakeOffice) -> None:
    """A kill after the outcome is committed: the letter is accepted, the others follow."""
    office = make("none")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint=SENT), office.said()
    assert 0 == await office.passes(15, 20, MONDAY), office.said()

    await expect_all_sent_once(office)

    assert [] == office.rep_mail()


@pytest.mark.parametrize(("failpoint", "is_out"), IN_BETWEEN.items(), ids=IN_BETWEEN)
async def test_a_letter_killed_in_between_is_unknown_and_asked_about(
    make: MakeOffice, failpoint: str, is_out: bool
) -> None:
    """Whether it left nobody knows: it is shown, a rep is asked once, it is never sent again."""
    office = make("none")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint=failpoint), office.said()
    out_before = len(office.letters())
    assert 0 == await office.passes(11, 12, 20, MONDAY), office.said()

    stages = await office.letter_stages(NOW)
    (unknown,) = (debtor for debtor, stage in stages.items() if stage == "unknown")

    assert dict.fromkeys(DEBTORS, "accepted") | {unknown: "unknown"} == stages
    # Two of three left for certain; the third did, where the kill came after the final dot.
    assert 2 + is_out == len(office.letters())
    assert is_out is (unknown in map(debtor_of, office.letters()))
    assert is_out is (unknown in map(debtor_of, office.letters()[:out_before]))
    assert [] == office.doubled()
    assert [f"Was this letter to {unknown.title()} GmbH sent? (inquiry)"] == office.rep_mail()

    code, text = await office.status(NOW)

    assert 1 == code
    assert "letters unknown              1\n" in text
    assert [] == await office.broken_laws(NOW)


async def test_an_unknown_letter_is_settled_by_the_sent_folder(make: MakeOffice) -> None:
    """A provider files copies by itself, late: nobody is asked too early, the copy settles it."""
    office = make("auto")
    office.put_into_sent(b"Message-ID: <other@seller.test>\r\n\r\nAnother mail.\r\n")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint="send.before_outcome"), office.said()
    assert 0 == await office.passes(11, 12), office.said()
    assert ["accepted", "accepted", "unknown"] == sorted((await office.letter_stages(NOW)).values())

    office.put_into_sent(office.letters()[0].raw)
    assert 0 == await office.passes(13, 20, MONDAY), office.said()

    await expect_all_sent_once(office)

    assert [] == office.rep_mail()


async def test_an_unknown_letter_without_a_copy_is_asked_about_after_a_while(
    make: MakeOffice,
) -> None:
    """The Sent folder, there or not, shows no copy within five minutes: a rep is asked, once."""
    office = make("auto")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint="send.transmitting_committed")
    assert 0 == await office.passes(11, 12), office.said()
    assert [] == office.rep_mail()
    assert 0 == await office.passes(16, 17, 30), office.said()

    assert 1 == len(office.rep_mail())
    assert ["accepted", "accepted", "unknown"] == sorted((await office.letter_stages(NOW)).values())
    assert [] == office.doubled()


async def test_a_copy_killed_after_filing_is_filed_once(make: MakeOffice) -> None:
    """We file copies: a kill between the copy and its note makes no second copy."""
    office = make("append")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint=COPIED), office.said()
    assert 0 == await office.passes(15, 20), office.said()

    await expect_all_sent_once(office)
    filed = office.dovecot.folder(office.user, "Sent")

    assert sorted(taken.raw for taken in office.letters()) == sorted(filed)


async def test_the_copy_of_a_letter_that_only_its_bounce_proves_is_filed(make: MakeOffice) -> None:
    """We file copies: a letter of unknown fate that comes back had left, and has its copy."""
    office = make("append")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint="send.before_outcome"), office.said()
    (out,) = office.letters()
    assert 0 == await office.passes(11), office.said()
    office.dovecot.deliver(office.user, write(office, BOUNCING, out))
    assert 0 == await office.passes(12, 13), office.said()

    assert "undelivered" == (await office.letter_stages(NOW))[debtor_of(out)]

    filed = office.dovecot.folder(office.user, "Sent")

    assert sorted(taken.raw for taken in office.letters()) == sorted(filed)


async def test_an_unknown_letter_is_settled_by_its_answer(make: MakeOffice) -> None:
    """Who answers a letter has got it: nothing shows better that it left."""
    office = make("none")
    await office.prepare(is_written_to=False)

    assert KILLED == await office.passes(10, failpoint="send.before_outcome"), office.said()
    (out,) = office.letters()
    office.deliver(debtor_of(out), "We will pay the invoice in full on 19 June 2026.")
    assert 0 == await office.passes(11, 12, MONDAY), office.said()

    await expect_all_sent_once(office)
