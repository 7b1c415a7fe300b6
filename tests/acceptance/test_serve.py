"""`serve` as a process: mail comes in, commands go over the socket, servers die, it ends well."""

from __future__ import annotations

import json
import signal
import stat
import time
from pathlib import Path
from typing import Any

from tests.acceptance.house import (
    KEY_CANARY,
    PASSWORD_CANARY,
    REP,
    House,
    SmtpThread,
    lay_out,
    serving,
    until,
)
from tests.acceptance.ledger import LEDGER_ROWS, days_ago, write_ledger
from tests.acceptance.warm import Warm
from tests.servers.dovecot import Dovecot

STOP_SECONDS = 25.0
BODY_CANARY = "heronmarmalade"


def holds_of(house: House, number: str) -> str:
    """Return what holds an invoice, as `status` tells it."""
    rows = house.run("status", number, "--json").value()["invoices"]
    return next(str(row["holds"]) for row in rows if row["invoice"] == number)


def logged(house: House) -> list[dict[str, Any]]:
    """Return the lines of the daemon's log; each must be JSON."""
    return [json.loads(line) for line in house.log.read_text(encoding="utf-8").splitlines()]


def is_told(house: House, recipient: str, words: str) -> bool:
    """Tell whether a mail with these words has gone to a recipient."""
    return any(words.encode() in taken.raw for taken in house.sent_to(recipient))


def is_mail_filed(house: House, count: int) -> bool:
    """Tell whether so many mails have left the inbox for the folder of what is applied."""
    return count == len(house.dovecot.folder(house.user, "Duly/Processed"))


def test_a_delivered_dispute_holds_its_invoice_within_seconds(served: House) -> None:
    """A customer's dispute is pushed, read, applied, filed and forwarded; the log keeps quiet."""
    text = f"We dispute INV-1001, the goods never arrived. {BODY_CANARY}"
    served.reply("ap@ott.test", "Re: Invoice INV-1001", text)
    until(lambda: is_mail_filed(served, 1), "the mail is filed")
    until(lambda: is_told(served, REP, BODY_CANARY), "the rep is told")
    held = holds_of(served, "INV-1001")
    log = served.log.read_text(encoding="utf-8")

    assert "dispute" in held
    assert {"event", "level", "timestamp"} <= set.intersection(*map(set, logged(served)))
    assert [] == [canary for canary in (PASSWORD_CANARY, KEY_CANARY, BODY_CANARY) if canary in log]


def test_every_verb_goes_over_the_socket_and_is_echoed(served: House) -> None:
    """The socket is ours alone; a verb is told with before and after, a refused one with why."""
    given = (
        ("pause", "5d"),
        ("resume",),
        ("promise", days_ago(-10).isoformat(), "40.00"),
        ("dispute", "price"),
        ("resolved",),
        ("paid",),
    )
    told = {verb: served.run(verb, "INV-4000", *rest) for verb, *rest in given}
    refused = [served.run(verb, "INV-4001", "--json") for verb in ("accept", "approve", "veto")]
    stranger = served.run("paid", "INV-4000", "--as", "eve@else.test")
    unknown = served.run("pause", "INV-9999", "5d")
    by_rep = [served.run(verb, "10004", "--as", REP) for verb in ("stop", "start")]

    assert 0o600 == stat.S_IMODE((served.path / "duly.sock").stat().st_mode)
    assert dict.fromkeys(told, (0, "")) == {v: (ran.code, ran.err) for v, ran in told.items()}
    assert [] == [verb for verb, ran in told.items() if "Before: INV-4000: " not in ran.out]
    assert "After: INV-4000: payment claimed" in told["paid"].out
    assert [(1, False)] * 3 == [(ran.code, ran.value()["done"]) for ran in refused]
    assert (2, "duly: eve@else.test is not a rep: name one of [reps] in duly.toml\n") == (
        stranger.code,
        stranger.err,
    )
    assert (2, "") == (unknown.code, unknown.out)
    assert [0, 0] == [ran.code for ran in by_rep]


def test_the_switches_and_imports_go_over_the_socket(served: House, tmp_path: Path) -> None:
    """Going live wants a yes, `stop` stops all, a file beside the caller is found, one daemon."""
    unsure = served.run("start", "--live")
    stopped = served.run("stop")
    live = served.run("start", "--live", "--yes", "--json")
    ledger = write_ledger(tmp_path / "next.csv", LEDGER_ROWS[:-1])
    taken = served.run("import", ledger.name, "--json", at=tmp_path)
    second = served.run("serve")

    assert (1, True) == (unsure.code, "to say yes, add --yes" in unsure.out)
    assert (0, True) == (stopped.code, "no letter goes to anybody" in stopped.out)
    assert (0, "live") == (live.code, live.value()["mode"])
    assert [("INV-4005", "cleared")] == [
        (entry["number"], entry["kind"]) for entry in taken.value()["differences"]
    ]
    assert taken.value()["applied"]
    assert 1 == second.code
    assert "is being written by process" in second.err


def test_the_watched_folder_takes_good_files_and_refuses_broken_ones(served: House) -> None:
    """A good export goes to `ledger/done`, a broken one to `ledger/refused`; we are told."""
    folder = served.path / "ledger"
    write_ledger(folder / "today.csv", LEDGER_ROWS[:-2])
    (folder / "broken.csv").write_text("this is\nno ledger\n", encoding="utf-8")
    # A verb wakes the daemon, which looks into the folder.
    served.run("note", "10002", "a new file lies in the folder")
    until(lambda: list((folder / "done").iterdir()), "the good file is taken")
    until(lambda: list((folder / "refused").iterdir()), "the broken one is refused")
    until(lambda: is_told(served, "ops@seller.test", "broken.csv"), "the operator is told")
    closed = served.run("status", "INV-4004", "--json").value()["invoices"][0]["stage"]

    assert ["today.csv"] == [path.name[-9:] for path in (folder / "done").iterdir()]
    assert ["broken.csv"] == [path.name[-10:] for path in (folder / "refused").iterdir()]
    assert "closed" == closed


def test_the_daemon_survives_its_mail_server_and_ends_on_sigterm(
    tmp_path: Path, own_dovecot: Dovecot, smtp_thread: SmtpThread, warm: Warm
) -> None:
    """After a restart of Dovecot mail is taken in again; SIGTERM ends all within 25 seconds."""
    house = lay_out(tmp_path / "home", own_dovecot, smtp_thread, warm)
    write_ledger(house.path / "ledger" / "first.csv", LEDGER_ROWS)
    with serving(house) as daemon:
        until(lambda: list((house.path / "ledger" / "done").iterdir()), "the ledger is taken")
        own_dovecot.restart()
        house.reply("ap@ott.test", "INV-1001", "We will pay INV-1001 soon, please wait.")
        until(lambda: is_mail_filed(house, 1), "the mail is filed after the restart")
        begun = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        code = daemon.wait(STOP_SECONDS)
        seconds = time.monotonic() - begun
    events = [line["event"] for line in logged(house)]

    assert 0 == code
    assert seconds < STOP_SECONDS
    assert not (house.path / "duly.sock").exists()
    assert ("serving", "stopped") == (events[0], events[-1])
    assert "inbox_lost" in events


def test_a_killed_daemon_keeps_nobody_from_going_on(stocked: House) -> None:
    """A kill leaves a socket that nobody answers: verbs take the lock, a new daemon starts."""
    with serving(stocked) as daemon:
        daemon.kill()
        daemon.wait()
        paused = stocked.run("pause", "INV-1001", "5d")
    with serving(stocked):
        resumed = stocked.run("resume", "INV-1001")

    assert (0, "") == (paused.code, paused.err)
    assert (0, "") == (resumed.code, resumed.err)
