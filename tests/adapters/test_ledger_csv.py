"""Ledger exports as they come: what a clerk would read in them, and what must not be guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from daemon.adapters.ledger_columns import LedgerOptions
from daemon.adapters.ledger_dates import DateOrder
from daemon.adapters.ledger_file import read_ledger
from daemon.adapters.ledger_values import DecimalMark
from daemon.core.feed import Feed, FeedKind
from daemon.core.model import ItemKind

SAMPLES = Path(__file__).parent.parent / "samples"
MODIFIED = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
HEAD = "account,name,number,issued,due,total,open\n"


def read(path: Path, options: LedgerOptions | None = None, as_of: date | None = None) -> Feed:
    return read_ledger(
        path,
        options or LedgerOptions(),
        as_of=as_of,
        modified_at=MODIFIED,
        default_currency="EUR",
    )


def read_text(
    tmp_path: Path, text: str, options: LedgerOptions | None = None, encoding: str = "utf-8"
) -> Feed:
    path = tmp_path / "ledger.csv"
    path.write_bytes(text.encode(encoding))
    return read(path, options)


def amounts(feed: Feed) -> list[tuple[str, str, str, str]]:
    return [(row.account, row.number, str(row.total), str(row.open)) for row in feed.rows]


def test_canonical_columns_need_no_configuration() -> None:
    """An export with our own column names is read whole, cell by cell."""
    feed = read(SAMPLES / "canonical.csv")

    assert feed.errors == ()
    assert [
        ("10001", "INV-1001", "1,200.00 EUR", "1,200.00 EUR"),
        ("10001", "INV-1002", "800.50 EUR", "300.25 EUR"),
        ("10001", "CN-12", "-50.00 EUR", "-50.00 EUR"),
        ("10002", "INV-1003", "125,000 JPY", "125,000 JPY"),
        ("Kuwait Trading", "INV-1004", "10.125 KWD", "10.125 KWD"),
    ] == amounts(feed)
    row = feed.rows[1]
    assert (date(2026, 10, 15), date(2026, 11, 14)) == (row.issued_on, row.due_on)
    assert ("inquiry", date(2026, 11, 20)) == (row.last_level, row.last_letter_on)
    assert ("INV-1002.pdf", "INV-0990") == (row.pdf, row.replaces)
    assert row.is_disputed
    assert ItemKind.CREDIT_NOTE is feed.rows[2].kind
    assert ("Smith, Jones & Co", "GB", "key") == (
        feed.rows[3].name,
        feed.rows[3].country,
        feed.rows[3].segment,
    )


def test_datev_list_in_windows_1252_with_semicolons() -> None:
    """A DATEV open-item list: title rows, decimal commas, debit, credit and balance, a sum."""
    feed = read(SAMPLES / "datev.csv")

    assert feed.errors == ()
    assert [
        ("10100", "RE-2026-0815", "1,190.00 EUR", "1,000.00 EUR"),
        ("10100", "GS-2026-0003", "-119.00 EUR", "-119.00 EUR"),
        ("10200", "RE-2026-0900", "59.50 EUR", "59.50 EUR"),
    ] == amounts(feed)
    assert feed.rows[0].name == "Müller & Söhne KG"
    assert feed.passed_over == 1
    assert (date(2026, 11, 27), "line 2 of the file") == (feed.as_of, feed.as_of_source)


def test_xero_rows_per_line_item_are_one_invoice() -> None:
    """A Xero export repeats an invoice for each line item; drafts are no claims."""
    feed = read(SAMPLES / "xero.csv")

    assert feed.errors == ()
    assert [
        ("Harbour Cafe Ltd", "INV-0101", "360.00 GBP", "300.00 GBP"),
        ("Harbour Cafe Ltd", "CN-0007", "-24.00 GBP", "-24.00 GBP"),
        ("North Mill Ltd", "INV-0102", "1,250.40 GBP", "1,250.40 GBP"),
    ] == amounts(feed)
    assert (date(2026, 10, 5), date(2026, 11, 4)) == (feed.rows[0].issued_on, feed.rows[0].due_on)
    assert [("North Mill Ltd", "boss@northmill.example")] == [
        (row.account, row.contact.address) for row in feed.contacts
    ]


def test_quickbooks_report_with_titles_groups_and_totals() -> None:
    """A QuickBooks aging report: US dates by evidence, groups and totals are no invoices."""
    feed = read_ledger(
        SAMPLES / "quickbooks.csv",
        LedgerOptions(),
        as_of=None,
        modified_at=MODIFIED,
        default_currency="USD",
    )

    assert feed.errors == ()
    assert [
        ("Ridge Hardware", "1041", "1,840.00 USD", "1,840.00 USD"),
        ("Ridge Hardware", "1042", "-40.00 USD", "-40.00 USD"),
        ("Ridge Hardware", "payment 2026-11-02", "-500.00 USD", "-120.00 USD"),
        ("Total Climbing Gear", "1020", "75.00 USD", "75.00 USD"),
    ] == amounts(feed)
    assert [ItemKind.INVOICE, ItemKind.CREDIT_NOTE, ItemKind.PAYMENT, ItemKind.INVOICE] == [
        row.kind for row in feed.rows
    ]
    assert date(2026, 11, 14) == feed.rows[0].due_on
    assert feed.passed_over == 7
    assert date(2026, 11, 27) == feed.as_of


@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_delimiter_are_seen_in_the_file(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """Whatever the spreadsheet wrote, names keep their letters and columns their places."""
    lines = [
        ["account", "name", "number", "due", "open"],
        ["1", "Café Groß", "A-1", "2026-11-01", "5.50"],
    ]
    feed = read_text(tmp_path, "\r\n".join(delimiter.join(row) for row in lines), encoding=encoding)

    assert feed.errors == ()
    assert ["Café Groß"] == [row.name for row in feed.rows]


def test_an_amount_that_reads_two_ways_names_both_readings(tmp_path: Path) -> None:
    """Only "1.234" in the file: no letter until the configuration says what it is."""
    text = (
        HEAD.replace(",", ";")
        + "1;Ott;A-1;2026-10-01;2026-11-01;;1.234\n1;Ott;A-2;2026-10-01;2026-11-01;;7\n"
    )
    feed = read_text(tmp_path, text)

    assert [("A-2", 700)] == [(row.number, row.open.minor) for row in feed.rows]
    assert [(2, "open", "1", "A-1")] == [
        (error.line, error.column, error.account, error.number) for error in feed.errors
    ]
    assert "1.234 may be 1,234 or 1.234" in feed.errors[0].sentence
    set_by_hand = read_text(tmp_path, text, LedgerOptions(decimal=DecimalMark.COMMA))
    assert [123_400, 700] == [row.open.minor for row in set_by_hand.rows]


def test_one_clear_amount_decides_for_the_whole_file(tmp_path: Path) -> None:
    """Line 3 can only be a decimal comma, so "1.234" on line 2 is a thousand and more."""
    text = (
        HEAD.replace(",", ";")
        + "1;Ott;A-1;2026-10-01;2026-11-01;;1.234\n1;Ott;A-2;2026-10-01;2026-11-01;;7,50\n"
    )
    feed = read_text(tmp_path, text)

    assert feed.errors == ()
    assert [123_400, 750] == [row.open.minor for row in feed.rows]


def test_a_file_that_contradicts_itself_is_refused_with_both_lines(tmp_path: Path) -> None:
    """7,50 on one line and 7.50 on another: the operator must say which is meant."""
    text = (
        HEAD.replace(",", ";")
        + "1;Ott;A-1;2026-10-01;2026-11-01;;7,50\n1;Ott;A-2;2026-10-01;2026-11-01;;7.50\n"
    )
    feed = read_text(tmp_path, text)

    assert feed.rows == ()
    assert feed.refusal == feed.errors[0].sentence
    assert "line 2" in feed.refusal
    assert "line 3" in feed.refusal
    assert "decimal" in feed.refusal


def test_day_and_month_by_evidence_by_configuration_or_not_at_all(tmp_path: Path) -> None:
    """03/04/2026 waits for a witness; 25/03/2026 is one; the configuration is another."""
    row = "1,Ott,A-1,01/03/2026,03/04/2026,,5.00\n"
    alone = read_text(tmp_path, HEAD + row)
    witnessed = read_text(tmp_path, HEAD + row + "1,Ott,A-2,25/03/2026,26/03/2026,,5.00\n")
    american = read_text(tmp_path, HEAD + row, LedgerOptions(date_order=DateOrder.MONTH_DAY))

    assert alone.rows == ()
    assert "3 April 2026 or 4 March 2026" in " ".join(error.sentence for error in alone.errors)
    assert date(2026, 4, 3) == witnessed.rows[0].due_on
    assert date(2026, 3, 4) == american.rows[0].due_on


def test_dates_that_contradict_each_other_refuse_the_file(tmp_path: Path) -> None:
    """25/03/2026 and 03/25/2026 in one file: neither order is right."""
    feed = read_text(
        tmp_path,
        HEAD + "1,Ott,A-1,,25/03/2026,,5.00\n1,Ott,A-2,,03/25/2026,,5.00\n",
    )

    assert "line 2 writes the date '25/03/2026' and line 3 '03/25/2026'" in feed.refusal


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        pytest.param("1,Ott,A-1,,2026-11-01,,abc", "open", "not an amount", id="amount"),
        pytest.param("1,Ott,A-1,,2026-11-01,,1.5555", "open", "more decimals", id="decimals"),
        pytest.param("1,Ott,A-1,2026-11-02,2026-11-01,,5", "due", "before it was issued", id="due"),
        pytest.param("1,Ott,A-1,,2026-02-30,,5", "due", "calendar", id="no such day"),
        pytest.param("1,Ott,A-1,,,,5", "due", "empty", id="no due date"),
        pytest.param("1,Ott,,,2026-11-01,,5", "number", "empty", id="no number"),
        pytest.param(",,A-1,,2026-11-01,,5", "account", "who owes", id="nobody"),
        pytest.param("1,Ott,A-1,,2026-11-01,4,5", "open", "more than the total", id="over total"),
        pytest.param("1,Ott,A-1,,2026-11-01,,", "open", "empty", id="no amount"),
        pytest.param("1,O\x07tt,A-1,,2026-11-01,,5", "name", "U+0007", id="control character"),
        pytest.param(
            '1,"Ott\nBcc: x@y.example",A-1,,2026-11-01,,5', "name", "line break", id="header"
        ),
        pytest.param("1,Ott\u202egpj,A-1,,2026-11-01,,5", "name", "U+202E", id="direction"),
        pytest.param("1,Ott,1.2E+05,,2026-11-01,,5", "number", "as text", id="scientific"),
        pytest.param("1,Smith, Ltd,A-1,,2026-11-01,,5", "", "quotation marks", id="too many cells"),
        pytest.param("1,Ott,A-1,,1926-11-01,,5", "due", "1926", id="year"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_mend(
    tmp_path: Path, row: str, column: str, words: str
) -> None:
    """A bad row never stops the good one beside it, and says what to do."""
    feed = read_text(tmp_path, f"{HEAD}{row}\n2,Good,B-1,2026-10-01,2026-11-01,5.00,5.00\n")

    assert ["B-1"] == [good.number for good in feed.rows]
    assert [(2, column)] == [(error.line, error.column) for error in feed.errors]
    assert words in feed.errors[0].sentence
    assert feed.refusal == ""


def test_a_bad_address_costs_the_cell_and_not_the_invoice(tmp_path: Path) -> None:
    """The balance stays right; the clerk is told to mend the address."""
    head = HEAD.strip() + ",email,country\n"
    feed = read_text(tmp_path, head + "1,Ott,A-1,,2026-11-01,,5.00,ap@,Atlantis\n")

    assert [("A-1", "", "")] == [(row.number, row.email, row.country) for row in feed.rows]
    assert [("email", ""), ("country", "")] == [(e.column, e.number) for e in feed.errors]


def test_a_number_twice_at_one_account_is_not_decided_by_us(tmp_path: Path) -> None:
    """Two different rows of one number: both are set aside and name each other."""
    row = "1,Ott,A-1,2026-10-01,2026-11-01,5.00,5.00\n"
    equal = read_text(tmp_path, HEAD + row + row)
    different = read_text(tmp_path, HEAD + row + row.replace("5.00", "6.00"))

    assert [2] == [kept.line for kept in equal.rows]
    assert [3] == [error.line for error in equal.errors]
    assert different.rows == ()
    assert [(2, "A-1"), (3, "A-1")] == [(error.line, error.number) for error in different.errors]


def test_a_number_at_two_accounts_stays_with_both(tmp_path: Path) -> None:
    """What one number at two customers means is for the core to say; the file holds both."""
    text = "1,Ott,A-1,,2026-11-01,,5.00\n2,Alt,A-1,,2026-11-01,,6.00\n"
    feed = read_text(tmp_path, HEAD + text)

    assert [("1", "A-1"), ("2", "A-1")] == [(row.account, row.number) for row in feed.rows]


def test_as_of_comes_from_the_operator_then_the_file_then_its_time(tmp_path: Path) -> None:
    """The word of the operator counts more than the title, the title more than the clock."""
    titled = tmp_path / "titled.csv"
    titled.write_text("Open items\nAs of 20 November 2026\n" + HEAD + "1,O,A,,2026-11-01,,5.00\n")
    plain = tmp_path / "plain.csv"
    plain.write_text(HEAD + "1,O,A,,2026-11-01,,5.00\n")

    assert date(2026, 11, 20) == read(titled).as_of
    assert date(2026, 11, 27) == read(plain).as_of
    assert "the file's modification time" == read(plain).as_of_source
    assert date(2026, 11, 19) == read(titled, as_of=date(2026, 11, 19)).as_of


def test_mapped_columns_win_over_everything_we_know(tmp_path: Path) -> None:
    """What the configuration maps is taken, even where a known header stands beside it."""
    text = "Debtor code;Belegnummer;Faktura-ID;Due date;Balance\n7;intern-1;F-9;2026-11-01;12,50\n"
    columns = (("account", "Debtor code"), ("number", "faktura id"), ("open", "Balance"))
    feed = read_text(tmp_path, text, LedgerOptions(columns=columns, kind=FeedKind.ALL_INVOICES))

    assert [("7", "F-9", "12.50 EUR", "12.50 EUR")] == amounts(feed)
    assert FeedKind.ALL_INVOICES is feed.kind
