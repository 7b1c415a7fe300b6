"""Bulk reading: one line a record, in order, never stopped by a bad one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsers.predictions import main

GOOD = {
    "id": "r1",
    "subject": "Re: INV-7",
    "body": "INV-7 will be paid on Friday.",
    "received": "2026-11-11T10:00:00+01:00",
    "open_invoices": [{"number": "INV-7", "amount": 10.5, "currency": "EUR", "due": "2026-10-01"}],
}


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_bad_records_do_not_stop_the_others(tmp_path: Path) -> None:
    """Text that is no JSON, a list, and a good record give three lines in order."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(f"not json\n[1]\n\n{json.dumps(GOOD)}\n", encoding="utf-8")
    code = main(["--jsonl", str(source), "--out", str(target)])
    found = lines(target)

    assert 0 == code
    assert ["line 1", "line 2", "r1"] == [one["id"] for one in found]
    assert [True, True, False] == [one["needs_human"] for one in found]
    assert [[], [], ["promise_to_pay"]] == [one["intents"] for one in found]
    assert [{"date": "2026-11-13", "amount": None, "invoice": "INV-7"}] == found[2]["promise"]
    assert {"INV-7": "promise_to_pay"} == found[2]["per_invoice"]


def test_a_folder_of_mails(tmp_path: Path) -> None:
    """Every .eml file gives one line under its name."""
    folder, target = tmp_path / "mails", tmp_path / "out.jsonl"
    folder.mkdir()
    (folder / "b.eml").write_bytes(b"\xff\x00 not a mail")
    (folder / "a.eml").write_bytes(
        b"From: jo@firm.example\r\nSubject: Re: hello\r\n\r\nNoted, thanks.\r\n"
    )
    (folder / "readme.txt").write_text("no mail", encoding="utf-8")
    code = main(["--mails", str(folder), "--out", str(target)])
    found = lines(target)

    assert 0 == code
    assert ["a", "b"] == [one["id"] for one in found]
    assert ("jo@firm.example", "none") == (found[0]["from_email"], found[0]["auto"])
    assert "Noted, thanks." == found[0]["visible_text"]


def test_wrong_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a target, without input, or with an unreadable input the exit code is 2."""
    codes = [
        main(["--jsonl", str(tmp_path / "x")]),
        main([]),
        main(["--jsonl", str(tmp_path / "none"), "--out", str(tmp_path / "out")]),
    ]

    assert [2, 2, 2] == codes
    assert "--out" in capsys.readouterr().err
