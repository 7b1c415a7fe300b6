"""Ledger files as a whole: what is none, equal bytes, contacts beside them, size."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.adapters.contacts_file import read_contacts
from daemon.core.model import ContactRole
from daemon.core.money import Money
from daemon.errors import UsageError
from tests.adapters.test_ledger_csv import HEAD, SAMPLES, read, read_text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"account,number,open\n1,A,5\n", "due", id="no due column"),
        pytest.param(b"<html><table></table>", "web page", id="html"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old", id="xls"),
        pytest.param(b"PK\x03\x04" + b"\0" * 600, "damaged", id="broken xlsx"),
        pytest.param(b"a\0c\0c\0", "UTF-8", id="utf-16 without mark"),
        pytest.param(HEAD.encode() + b'1,"Ott,A' + b"x" * 200_000, "never closed", id="quote"),
        pytest.param(HEAD.encode() + b"1,Ott\x81,A-1,,2026-11-01,,5", "line 2", id="bytes"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    """The refusal says what the file is and what to export instead; nothing is concluded."""
    path = tmp_path / "ledger.csv"
    path.write_bytes(content)
    feed = read(path)

    assert feed.rows == ()
    assert words in feed.refusal


def test_a_missing_file_is_a_wrong_command(tmp_path: Path) -> None:
    """`import nowhere.csv` says that there is no such file."""
    with pytest.raises(UsageError, match="nowhere"):
        read(tmp_path / "nowhere.csv")


def test_equal_bytes_have_equal_digests(tmp_path: Path) -> None:
    """The digest is of the bytes: the same file again refreshes nothing."""
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (one, other):
        path.write_bytes((SAMPLES / "canonical.csv").read_bytes())

    assert read(one).sha256 == read(other).sha256
    assert read(one).sha256 != read(SAMPLES / "datev.csv").sha256


def test_contacts_beside_a_ledger_without_addresses(tmp_path: Path) -> None:
    """contacts.csv gives each account its people; a bad line is named, the rest is taken."""
    path = tmp_path / "contacts.csv"
    path.write_text(
        "account;email;role;name;language\n"
        "10100;AP@Mueller.example;;Anna Ott;de\n"
        "10100;chef@mueller.example;escalation;;Deutsch\n"
        "10200;nobody;ap;;\n"
        ";x@y.example;ap;;\n"
        "10300;x@y.example;boss;;\n"
    )
    read_back = read_contacts(path)

    assert [
        ("10100", "AP@mueller.example", ContactRole.AP, "de"),
        ("10100", "chef@mueller.example", ContactRole.ESCALATION, "de"),
    ] == [
        (c.account, c.contact.address, c.contact.role, c.contact.language)
        for c in read_back.contacts
    ]
    assert [4, 5, 6] == [error.line for error in read_back.errors]


def test_a_large_export_adds_up(tmp_path: Path) -> None:
    """A large export is read whole, to the cent."""
    lines = [HEAD.strip() + ",email"]
    lines += [
        f"{n % 9000},Debtor {n % 9000},INV-{n},2026-10-01,2026-11-{n % 28 + 1:02},"
        f"{n}.25,{n}.25,ap@d{n % 9000}.example"
        for n in range(1, 20_001)
    ]
    feed = read_text(tmp_path, "\n".join(lines))
    total = sum((row.open for row in feed.rows), Money(0, "EUR"))

    assert feed.errors == ()
    assert Money(sum(n * 100 + 25 for n in range(1, 20_001)), "EUR") == total
