"""A home beside real servers: Dovecot, and an SMTP server that records, in a thread of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.house import (
    PASSWORD_CANARY,
    House,
    SmtpThread,
    lay_out,
    serving,
    surroundings,
)
from tests.acceptance.ledger import LEDGER_ROWS, write_ledger
from tests.acceptance.warm import Warm
from tests.adapters.conftest import running
from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="session")
def served_dovecot() -> Iterator[Dovecot]:
    """The Dovecot of the commands; each home has a mailbox of its own."""
    yield from running(Dovecot)


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that the test may restart."""
    yield from running(Dovecot)


@pytest.fixture(scope="session")
def smtp_thread() -> Iterator[SmtpThread]:
    """The submission server of all homes; its ledger grows over the whole session."""
    with SmtpThread() as server:
        yield server


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """The warm process that runs the commands."""
    with Warm(surroundings()) as ready:
        yield ready


@pytest.fixture
def house(tmp_path: Path, served_dovecot: Dovecot, smtp_thread: SmtpThread, warm: Warm) -> House:
    """A home that is filled in, with nothing imported."""
    return lay_out(tmp_path / "home", served_dovecot, smtp_thread, warm)


@pytest.fixture(scope="session")
def imported_home(
    tmp_path_factory: pytest.TempPathFactory,
    served_dovecot: Dovecot,
    smtp_thread: SmtpThread,
    warm: Warm,
) -> House:
    """The home that `stocked` copies: the ledger is imported once."""
    folder = tmp_path_factory.mktemp("imported")
    made = lay_out(folder / "home", served_dovecot, smtp_thread, warm)
    ledger = write_ledger(made.path / "first.csv", LEDGER_ROWS)
    ran = made.run("import", str(ledger))

    assert (1, "") == (ran.code, ran.err)

    return made


@pytest.fixture
def stocked(imported_home: House, tmp_path: Path) -> House:
    """A home of its own with the ledger imported, in draft mode, with a fresh mailbox."""
    return copied(imported_home, tmp_path / "home")


@pytest.fixture(scope="module")
def served(imported_home: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home whose daemon runs; the tests of a module use different accounts of it."""
    house = copied(imported_home, tmp_path_factory.mktemp("served") / "home")
    with serving(house):
        yield house


def copied(pattern: House, path: Path) -> House:
    """Copy a home, with a mailbox of its own."""
    shutil.copytree(pattern.path, path)
    user, old = pattern.dovecot.add_user(password=PASSWORD_CANARY), pattern.user
    settings = (path / "duly.toml").read_text(encoding="utf-8")
    (path / "duly.toml").write_text(
        settings.replace(f'"{old.name}"', f'"{user.name}"').replace(old.address, user.address),
        encoding="utf-8",
    )
    return House(
        path=path,
        user=user,
        dovecot=pattern.dovecot,
        smtp=pattern.smtp,
        warm=pattern.warm,
    )
