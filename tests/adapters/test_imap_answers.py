"""The pure parts of IMAP: names, sets, and what answers mean."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime

import pytest

from daemon.adapters.imap_answers import (
    UIDS_MAX,
    fetch_records,
    search_uids,
    select_answer,
)
from daemon.adapters.imap_protocol import mailbox_name, quoted, sequence_set

OCTETS_MAX = 100_000_000


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        pytest.param("INBOX", '"INBOX"', id="plain"),
        pytest.param("My Box", '"My Box"', id="blank"),
        pytest.param('a"b\\c', '"a\\"b\\\\c"', id="quotes"),
        pytest.param("Tom & Jerry", '"Tom &- Jerry"', id="ampersand"),
        pytest.param("Entwürfe", '"Entw&APw-rfe"', id="umlaut"),
        pytest.param("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"', id="rfc-3501"),
    ],
)
def test_folder_names_are_encoded(name: str, wire: str) -> None:
    """Folders of any language are named as RFC 3501, section 5.1.3, wants it."""

    assert wire == mailbox_name(name)


@pytest.mark.parametrize("text", ["a\r\nb", "a\x00b", "a\x7fb"])
def test_control_characters_are_never_sent(text: str) -> None:
    """No argument smuggles a command."""
    with pytest.raises(ValueError, match="control"):
        quoted(text)


def test_uids_are_sent_as_ranges() -> None:
    """A long list becomes a short one."""

    assert sequence_set([7, 1, 2, 3, 9, 8, 3]) == "1:3,7:9"


def test_search_answers_of_all_shapes_are_read() -> None:
    """SEARCH, an empty one, several lines, and ESEARCH of a newer server."""
    lines = [b"SEARCH 3 1", b"SEARCH", b'ESEARCH (TAG "A1") UID ALL 5:7,9', b"4 EXISTS"]

    assert search_uids(lines) == [1, 3, 5, 6, 7, 9]


def test_ranges_may_overlap_and_stand_in_any_order() -> None:
    """Each UID is named once, in its order."""

    assert [1, 4, 5, 6, 7, 8] == search_uids([b"SEARCH 6 1", b"ESEARCH UID ALL 8,7:4,5:6"])


def test_a_range_of_billions_costs_no_memory() -> None:
    """A few octets of a wrong server name every UID there is, again and again."""
    line = b"ESEARCH UID ALL " + b",".join([b"3:4294967295"] * 50)
    tracemalloc.start()
    found = search_uids([line])
    _, peak_octets = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (3, UIDS_MAX) == (found[0], len(found))
    assert peak_octets < OCTETS_MAX


def test_fetch_answers_of_all_shapes_are_read() -> None:
    """UID before or behind the text, quoted text, and flag changes of others in between."""
    lines: list[bytes | bytearray] = [
        b"1 FETCH (UID 5 BODY[] {3}",
        bytearray(b"abc"),
        b")",
        b"9 FETCH (FLAGS (\\Seen))",
        b"2 FETCH (BODY[HEADER] {2}",
        bytearray(b"h)"),
        b" BODY[TEXT]<0> {0}",
        bytearray(),
        b" UID 6)",
        b"3 EXISTS",
        b'3 FETCH (UID 7 RFC822.SIZE 3 BODY[] "a \\"UID 9\\"")',
    ]
    records = fetch_records(lines)

    assert [record.uid for record in records] == [5, 6, 7]
    assert records[0].sections == (("", b"abc"),)
    assert (records[1].section("HEADER"), records[1].section("TEXT")) == (b"h)", b"")
    assert records[2].section("") == b'a "UID 9"'


def test_the_date_of_arrival_is_read_in_any_zone() -> None:
    """INTERNALDATE becomes UTC, with the blank of a one-digit day."""
    (record,) = fetch_records(
        [b'1 FETCH (UID 5 INTERNALDATE " 1-Jan-2027 00:30:00 +0130" RFC822.SIZE 9)']
    )

    assert datetime(2026, 12, 31, 23, 0, tzinfo=UTC) == record.internal_at
    assert date(2026, 12, 31) == record.internal_at.date()
    assert record.octets == 9


def test_numbers_of_thousands_of_digits_are_none() -> None:
    """A server gone mad gets no error out of us: what cannot be a number is passed over."""
    endless = b"9" * 8_000
    selected = select_answer([endless + b" EXISTS", b"OK [UIDNEXT " + endless + b"] next"])

    assert [5] == search_uids([b"SEARCH 5 " + endless, b"ESEARCH UID ALL " + endless + b":7"])
    assert (0, None) == (selected.exists, selected.uidnext)
    assert [] == fetch_records([b"1 FETCH (UID " + endless + b" RFC822.SIZE 9)"])


def test_a_number_that_no_database_holds_is_none() -> None:
    """Nineteen nines are more than 63 bits: kept, they would hold the inbox up for ever."""
    size = b"RFC822.SIZE " + b"9" * 19
    (record,) = fetch_records([b"1 FETCH (UID 7 " + size + b")"])

    assert (7, None) == (record.uid, record.octets)
    assert [5] == search_uids([b"SEARCH 5 " + b"9" * 19])
