"""Imports, totals, look-ups and facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.core.events import InvoiceClosed, ItemsChanged
from daemon.core.matching import Named
from daemon.core.money import Money
from daemon.ports import ContactMatch, StoreConflict
from daemon.store import TortoiseStore
from tests.core import builders as core
from tests.store.builders import ACCOUNT, NOW, OTHER, change, forward, opened, snapshot


@pytest.fixture
async def books(store: TortoiseStore) -> TortoiseStore:
    """A store after one import: two accounts, three invoices and a credit note."""
    yen = replace(
        core.invoice("B-1", "2026-07-08", 0), total=Money(5000, "JPY"), open=Money(5000, "JPY")
    )
    await store.apply_import(
        snapshot(),
        [
            opened(
                "4711",
                core.invoice("RE-2026/001", "2026-06-08", 1200),
                core.invoice("A-2", "2026-06-08", 0.5),
                core.credit("C-1", "2026-06-01", 100),
            ),
            opened("4712", yen, address="AP@Other.Example.Org"),
        ],
        NOW,
    )
    return store


async def by_number(books: TortoiseStore, *numbers: str) -> list[tuple[str, str]]:
    """The invoices with these canonical numbers."""
    return list((await books.known_of(Named(numbers=numbers))).number_accounts)


async def by_domain(books: TortoiseStore, domain: str) -> list[ContactMatch]:
    """The contacts who have an address in the domain."""
    return list((await books.known_of(Named(domain=domain))).domain_accounts)


async def test_an_import_is_one_transaction(books: TortoiseStore) -> None:
    """If one account has moved on, nothing of the import is done: no row, no snapshot."""
    good = opened("4713", core.invoice("D-1", "2026-06-08", 1))
    stale = change(1)
    with pytest.raises(StoreConflict):
        await books.apply_import(snapshot("s2"), [good, stale], NOW)

    assert await books.account_ids() == [ACCOUNT, OTHER]
    assert await books.snapshot_of("sha-s2") is None


async def test_no_older_ledger_comes_over_a_newer_one(books: TortoiseStore) -> None:
    """One that was compared before the newer one was taken is compared anew, and refused then."""
    older = snapshot("s0", as_of="2026-05-31", at=NOW + timedelta(hours=1))
    with pytest.raises(StoreConflict):
        await books.apply_import(older, [opened("4713", core.invoice("D-1", "2026-06-08", 1))], NOW)

    assert [ACCOUNT, OTHER] == await books.account_ids()
    assert await books.latest_snapshot("main") == snapshot()
    assert await books.latest_snapshot("nobody") is None
    assert await books.snapshot_of("sha-s0") is None


async def test_a_ledger_is_imported_once(books: TortoiseStore) -> None:
    """The same bytes at once from two sides: one of them is told so."""
    with pytest.raises(StoreConflict):
        await books.apply_import(snapshot(), [], NOW)


async def test_open_totals_count_invoices_per_currency(books: TortoiseStore) -> None:
    """The guard sees open invoices only: no credit note, nothing closed, no currency mixed."""
    before = await books.open_totals("main")
    closed = (
        ItemsChanged(
            snapshot="s2",
            as_of=core.day("2026-06-11"),
            items=(replace(core.invoice("A-2", "2026-06-08", 0.5), open=core.eur(0)),),
        ),
        InvoiceClosed(number="A-2", snapshot="s2", because="paid"),
    )
    state = (await books.load([ACCOUNT]))[ACCOUNT]
    await books.apply_import(
        snapshot("s2", "2026-06-11"),
        [replace(change(state.sequence, *closed), effects=(forward(),))],
        NOW,
    )

    assert before == (3, {"EUR": 120_050, "JPY": 5_000})
    assert await books.open_totals("main") == (2, {"EUR": 120_000, "JPY": 5_000})
    assert await books.open_totals("nobody") == (0, {})
    assert await books.outgoing("forward-1") is not None


async def test_an_invoice_is_found_as_a_clerk_types_it(books: TortoiseStore) -> None:
    """Exact first, then without case, spaces and dashes; closed ones too."""
    expected = [(ACCOUNT, "RE-2026/001")]

    assert expected == await books.find_invoice("RE-2026/001")
    assert expected == await books.find_invoice(" re 2026 001")
    assert expected == await by_number(books, "re2026001", "nothing")
    assert await books.find_invoice("2026") == []
    assert await books.find_invoice("--") == []
    assert await by_number(books, "c1") == []


async def test_an_account_is_found_as_a_clerk_types_it(books: TortoiseStore) -> None:
    """By id, reference, name, or a part of the name."""
    assert await books.find_account(ACCOUNT) == [ACCOUNT]
    assert await books.find_account("4712") == [OTHER]
    assert await books.find_account("DEBTOR 4711") == [ACCOUNT]
    assert await books.find_account("debtor") == [ACCOUNT, OTHER]
    assert await books.find_account("100%") == []
    assert await books.find_account(" ") == []


async def test_an_address_is_found_in_any_case(books: TortoiseStore) -> None:
    """Addresses and domains are compared without case."""
    expected = [ContactMatch(account=OTHER, address="ap@other.example.org")]

    assert expected == await books.accounts_by_address("Ap@OTHER.example.org")
    assert expected == await by_domain(books, "Other.Example.Org")
    assert await by_domain(books, "example.org") == []
    assert await books.accounts_by_address("nobody@example.org") == []


@pytest.mark.parametrize(
    ("address", "domain", "limit", "by_address", "colleagues"),
    [
        pytest.param("Ap@OTHER.example.org", "Other.Example.Org", 5, [OTHER], [OTHER], id="both"),
        pytest.param("nobody@other.example.org", "other.example.org", 5, [], [OTHER], id="domain"),
        pytest.param("ap@other.example.org", "elsewhere.test", 5, [OTHER], [], id="address"),
        pytest.param(
            "z@many.test", "many.test", 1, [OTHER], [ACCOUNT], id="address-beyond-the-limit"
        ),
        pytest.param("", "", 5, [], [], id="none"),
    ],
)
async def test_a_sender_is_known_by_address_and_by_domain(
    books: TortoiseStore,
    address: str,
    domain: str,
    limit: int,
    by_address: list[str],
    colleagues: list[str],
) -> None:
    """One question finds who knows the whole address, and so many who know its domain."""
    first = (core.contact("a@many.test"),)
    second = (core.contact("z@many.test"), core.contact("ap@other.example.org"))
    for account, contacts in ((ACCOUNT, first), (OTHER, second)):
        state = (await books.load([account]))[account]
        listed = core.opening(facts=state.facts, contacts=contacts)[0]
        await books.commit([change(state.sequence, listed, account=account)], NOW)
    known = await books.known_of(Named(address=address, domain=domain, domain_max=limit))

    assert by_address == [contact.account for contact in known.address_accounts]
    assert colleagues == [contact.account for contact in known.domain_accounts]


async def test_a_contact_that_left_the_ledger_is_forgotten(books: TortoiseStore) -> None:
    """The projection follows the account's contacts, both ways."""
    state = (await books.load([OTHER]))[OTHER]
    listed = core.opening(facts=state.facts, contacts=(core.contact("new@other.example.org"),))[0]
    await books.commit([change(state.sequence, listed, account=OTHER)], NOW)
    known = await by_domain(books, "other.example.org")

    assert [match.address for match in known] == ["new@other.example.org"]


async def test_facts_are_kept_by_name(store: TortoiseStore) -> None:
    """The daemon's own facts are set, overwritten and read."""
    before = await store.fact("mode")
    await store.set_fact("mode", "draft")
    await store.set_fact("mode", "live")

    assert before is None
    assert await store.fact("mode") == "live"
