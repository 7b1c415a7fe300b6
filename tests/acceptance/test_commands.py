"""The commands as a person and as a machine meet them: `run.py` as a process over a home."""

from __future__ import annotations

import argparse
import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.cli import (
    alone,
    keeping,
    learning,
    looking,
    reading,
    simulating,
    steering,
    training,
    working,
)
from daemon.cli.registry import COMMANDS, Access
from tests.acceptance.house import (
    PASSWORD_CANARY,
    ROOT,
    House,
    break_servers,
    run,
)
from tests.acceptance.ledger import LEDGER_ROWS, days_ago, write_ledger

ROOMS = (alone, keeping, learning, looking, reading, simulating, steering, training, working)
MAIL = (
    b"From: jo@ott.test\r\nTo: ar@seller.test\r\nSubject: Re: Invoice INV-1001\r\n"
    b"Message-ID: <a1@ott.test>\r\n\r\nWe dispute INV-1001, the goods never arrived.\r\n"
)


# --- init and check ---------------------------------------------------------------------------


def test_init_makes_a_home_once_and_keeps_what_is_there(tmp_path: Path) -> None:
    """`init` makes the home with secrets that only we may read; again, it changes nothing."""
    home = tmp_path / "new"
    first = run("init", "--home", str(home))
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    second = run("init", "--json", "--home", str(home))

    assert (0, 0) == (first.code, second.code)
    assert ["duly.toml", "secrets.toml"] == sorted(path.name for path in before)
    assert 0o600 == stat.S_IMODE((home / "secrets.toml").stat().st_mode)
    assert (home / "ledger" / "refused").is_dir()
    assert [] == second.value()["made"]
    assert before == {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_check_finds_a_good_home_good(house: House) -> None:
    """`check` logs in to both servers and finds nothing wrong."""
    ran = run("check", "--home", str(house.path))

    assert (0, "all good\n", "") == (ran.code, ran.out, ran.err)


def mistype(house: House) -> None:
    """Misspell a key, leave out the default rep, and anchor a level to nothing."""
    house.change("poll_seconds = 5", "pol_seconds = 5")
    house.change('default = "olga@seller.test"\n', "")
    house.change(
        "[log]", '[[procedures.quick.levels]]\nname = "inquiry"\nanchor = "due+3bananas"\n[log]'
    )


def open_secrets(house: House) -> None:
    """Let others read the secrets."""
    (house.path / "secrets.toml").chmod(0o644)


def break_template(house: House) -> None:
    """Override a letter with one that names what does not exist; no server answers either."""
    given = ROOT / "templates" / "en" / "inquiry.j2"
    folder = house.path / "templates" / "en"
    folder.mkdir()
    text = given.read_text(encoding="utf-8").replace("Could you", "{{ custommer }}, could you")
    (folder / given.name).write_text(text, encoding="utf-8")
    break_servers(house)


MISTAKES: tuple[tuple[str, Callable[[House], None], tuple[str, ...]], ...] = (
    (
        "an unknown key, a wrong anchor and a missing rep",
        mistype,
        (
            "duly.toml: [imap] pol_seconds: found 5; accepted: poll_seconds (did you mean that?)",
            "duly.toml: [reps] default: found nothing",
            "duly.toml: [procedures.quick] levels number 1 anchor: found 'due+3bananas'",
        ),
    ),
    ("secrets that others may read", open_secrets, ("found mode 0644", "chmod 600")),
    ("a broken template", break_template, ("template en/inquiry.j2", "custommer")),
)


@pytest.mark.parametrize(
    ("mistake", "sentences"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_check_names_what_is_wrong_in_the_home(
    house: House, mistake: Callable[[House], None], sentences: tuple[str, ...]
) -> None:
    """A mistake in the home's files is named with its place and the mend; the code is 2."""
    mistake(house)
    ran = house.run("check", "--offline", "--json")
    told = "\n".join(problem["sentence"] for problem in ran.value())

    assert (2, "") == (ran.code, ran.err)
    assert () == tuple(sentence for sentence in sentences if sentence not in told)
    assert PASSWORD_CANARY not in told


def test_check_asks_the_servers(house: House) -> None:
    """Servers that do not answer are told one by one; they are no mistake of the home (1)."""
    break_servers(house)
    ran = house.run("check")

    assert 1 == ran.code
    assert ["error: [smtp]", "error: [imap]"] == [line[:13] for line in ran.out.splitlines()]


def test_check_lists_accounts_that_nobody_can_write_to_or_answer_for(stocked: House) -> None:
    """No address: no letter. An owner who is no rep any more is asked, but may not answer."""
    stocked.change('default = "olga@seller.test"', 'default = "nora@seller.test"')
    ran = stocked.run("check", "--offline")
    warnings = ran.out.splitlines()

    assert (0, "") == (ran.code, ran.err)
    assert "warning: account main/10003 (Nobody Ltd) has no address: no letter" in warnings
    assert ["olga@seller.test"] == [line.split()[1] for line in warnings if "[reps]" in line]


# --- import -----------------------------------------------------------------------------------


def test_import_names_bad_rows_and_takes_the_good_ones(house: House, tmp_path: Path) -> None:
    """A bad row is named by line with its mend and left out; a dry run changes nothing."""
    ledger = write_ledger(tmp_path / "items.csv", LEDGER_ROWS)
    text = ledger.read_text(encoding="utf-8").replace("80.00,80.00", "80.00,eighty")
    ledger.write_text(text, encoding="utf-8")
    dry = house.run("import", str(ledger), "--dry-run")
    taken = house.run("import", str(ledger), "--json", "--as-of", days_ago(1).isoformat())
    told = {(entry["line"], entry["column"]) for entry in taken.value()["problems"]}

    assert (1, "") == (dry.code, dry.err)
    assert "line 5, open:" in dry.out
    assert dry.out.endswith("dry run: nothing was changed\n")
    assert (1, "") == (taken.code, taken.err)
    assert {(5, "open"), (6, "email")} == told
    assert (True, 4) == (taken.value()["applied"], taken.value()["accounts_changed"])
    assert days_ago(1).isoformat() == taken.value()["as_of"]


def test_import_refuses_the_same_bytes_and_a_sudden_loss(stocked: House, tmp_path: Path) -> None:
    """The same bytes refresh nothing; a file that loses too much needs a word of its own."""
    again = stocked.run("import", str(stocked.path / "first.csv"))
    shrunk = write_ledger(tmp_path / "shrunk.csv", LEDGER_ROWS[:1])
    refused = stocked.run("import", str(shrunk))
    agreed = stocked.run("import", str(shrunk), "--yes-they-are-gone", "--json")

    assert 1 == again.code
    assert "these bytes were imported before" in again.out
    assert 1 == refused.code
    assert "refused, nothing was changed" in refused.out
    assert "--yes-they-are-gone" in refused.out
    assert (0, True) == (agreed.code, agreed.value()["applied"])
    assert {"cleared"} == {entry["what"] for entry in listed(agreed.value()["differences"])}


def listed(differences: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the differences with their kind under the name of the table's column."""
    return [{"what": entry["kind"], **entry} for entry in differences]


# --- looking ----------------------------------------------------------------------------------


def test_forecast_shows_which_letters_go_when_and_why_others_do_not(stocked: House) -> None:
    """Today the inquiry and the final notice, if approved; the old one waits for its owner."""
    ran = stocked.run("forecast", "--on", days_ago(0).isoformat(), "--json")
    letters = {
        (letter["level"], letter["invoices"], letter["to"], letter["approval"])
        for letter in ran.value()["letters"]
    }
    reasons = {entry["invoice"]: entry["because"] for entry in ran.value()["kept_back"]}

    assert (0, "") == (ran.code, ran.err)
    assert {
        ("inquiry", "INV-1001", "ap@ott.test", ""),
        ("final_notice", "INV-9001", "pay@late.test", "needs approval"),
    } == letters
    assert "the owner decides" in reasons["INV-2001"]
    assert "no usable address" in reasons["INV-3001"]


def test_preview_shows_the_letter_as_its_recipient_sees_it(stocked: House) -> None:
    """The preview has recipient, subject and text, and changes nothing."""
    ran = stocked.run("preview", "INV-1001", "--json")
    letter = ran.value()

    assert 0 == ran.code
    assert ("ap@ott.test", "inquiry") == (letter["to"], letter["level"])
    assert "INV-1001" in letter["subject"]
    assert "1,200.00" in letter["text"]


def test_status_and_explain_say_where_an_invoice_stands(stocked: House) -> None:
    """`status` counts, `status ACCOUNT` lists, `explain` gives every reason and the history."""
    whole = stocked.run("status", "--json").value()
    account = stocked.run("status", "10001")
    why = stocked.run("explain", "INV-2001")

    assert ("draft", days_ago(0).isoformat()) == (whole["mode"], whole["ledger_as_of"])
    assert {"dunning": 4, "not_yet_due": 7} == whole["invoices"]
    assert 0 == account.code
    assert "Ott Maschinenbau (main/10001)" in account.out
    assert "1,500.25 EUR" in account.out
    assert 0 == why.code
    assert "the owner decides: start or hand over" in why.out
    assert "days overdue at take-on" in why.out


def test_verify_finds_the_laws_kept(stocked: House) -> None:
    """`verify` replays every account and finds nothing broken."""
    ran = stocked.run("verify", "--json")
    laws = {law["law"]: law for law in ran.value()}

    assert 0 == ran.code
    assert laws["replay"]["checked"] > 0
    assert [] == [finding for law in laws.values() for finding in law["findings"]]


# --- wrong use --------------------------------------------------------------------------------


def test_an_unknown_invoice_is_told_in_one_line(stocked: House) -> None:
    """Nothing is called so: one sentence, code 2, and JSON that still parses."""
    ran = stocked.run("explain", "INV-9999", "--json")

    assert (2, None) == (ran.code, ran.value())
    assert "duly: no invoice and no account is called 'INV-9999'; see: run.py status\n" == ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status",), "duly: no duly.toml in"),
        (("forecast", "--on", "tomorrow"), "'tomorrow' is no date; write it as 2026-12-31"),
        (("forecast", "--days", "0"), "'0' is no number of days from 1 to 400"),
        (("start", "--live", "--redirect"), "not allowed with argument --live"),
        (("read",), "duly: read needs FILE.eml"),
        (("dance",), "invalid choice: 'dance'"),
    ],
    ids=["no home", "no date", "no days", "two modes", "nothing to read", "no command"],
)
def test_wrong_use_ends_with_one_sentence_and_code_2(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """A mistake on the command line says what to type instead."""
    ran = run(*words, "--home", str(tmp_path / "nowhere"))

    assert (2, "") == (ran.code, ran.out)
    assert sentence in ran.err


def test_every_command_is_there_to_run() -> None:
    """Each name of the table leads to a function of its module."""
    named = {"import": "import_file"} | {
        spec.name: "steer" for spec in COMMANDS if spec.access is Access.WRITE
    }
    named |= {"import": "import_file", "start": "start", "stop": "stop"}
    missing = [
        spec.name
        for spec in COMMANDS
        if spec.name != "demo"
        and not any(hasattr(room, named.get(spec.name, spec.name)) for room in ROOMS)
    ]

    assert [] == missing


def test_the_readme_names_every_command_with_its_options() -> None:
    """The table of the README says what may be typed, all of it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    missing = []
    for spec in COMMANDS:
        parser = argparse.ArgumentParser(add_help=False)
        spec.configure(parser)
        own = [row for row in rows if re.search(rf"`[^`]*\b{spec.name}\b", row)]
        wanted = [option for action in parser._actions for option in action.option_strings]
        # `--as` stands once, with the verbs.
        wanted = [option for option in wanted if option != "--as"]
        if not any(all(option in row for option in wanted) for row in own):
            missing.append((spec.name, wanted))

    assert [] == missing


def test_duly_home_names_the_home(stocked: House) -> None:
    """Without `--home` the environment says where the home is."""
    ran = run("status", "--json", environment={"DULY_HOME": str(stocked.path)})

    assert (0, "draft") == (ran.code, ran.value()["mode"])


# --- reading ----------------------------------------------------------------------------------


def test_read_takes_files_records_and_folders_and_never_stops(tmp_path: Path) -> None:
    """Three forms, no home; a bad record becomes a line that goes to a person."""
    mails = tmp_path / "mails"
    mails.mkdir()
    (mails / "one.eml").write_bytes(MAIL)
    (mails / "two.eml").write_bytes(b"\x00\xff no mail at all")
    records = tmp_path / "records.jsonl"
    record = {"id": "r1", "subject": "INV-1001", "body": "We dispute INV-1001.", "lang": "en"}
    records.write_text(json.dumps(record) + "\nthis is no JSON\n", encoding="utf-8")
    single = run("read", str(mails / "one.eml"), "--json")
    folder = run("read", "--mails", str(mails), "--out", str(tmp_path / "mails.out"))
    bulk = run("read", "--jsonl", str(records), "--out", str(tmp_path / "records.out"))
    of_mails, of_records = (
        [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        for name in ("mails.out", "records.out")
    )

    assert (0, 0, 0) == (single.code, folder.code, bulk.code)
    assert ["dispute"] == single.value()[0]["intents"]
    assert ["one", "two"] == [entry["id"] for entry in of_mails]
    assert single.value()[0] == of_mails[0]
    assert [True, True] == [entry["needs_human"] for entry in of_records]
    assert [False, True] == [entry["error"] is not None for entry in of_records]


def test_a_mail_that_is_not_there_needs_attention(tmp_path: Path) -> None:
    """A file that cannot be opened is told and ends with code 1."""
    ran = run("read", str(tmp_path / "none.eml"))

    assert 1 == ran.code
    assert "cannot be read: No such file" in ran.out
