"""An office to be killed in: Dovecot and the warm stand are shared, all else is of one test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.acceptance.crash.kills import MakeOffice
from tests.acceptance.crash.office import Stand, make_office
from tests.adapters.conftest import running
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp


@pytest.fixture(scope="session")
def crash_dovecot() -> Iterator[Dovecot]:
    """The Dovecot of all offices here; each has a mailbox of its own."""
    yield from running(Dovecot)


@pytest.fixture(scope="session")
def stand() -> Iterator[Stand]:
    """The warm stand of all processes."""
    with Stand() as built:
        yield built


@pytest.fixture
async def smtp() -> AsyncIterator[FaultSmtp]:
    """A submission server with a ledger of its own."""
    async with FaultSmtp() as server:
        yield server


@pytest.fixture
def make(crash_dovecot: Dovecot, smtp: FaultSmtp, stand: Stand, tmp_path: Path) -> MakeOffice:
    """Makes an office with the given handling of sent copies."""
    return lambda sent_copy: make_office(tmp_path, crash_dovecot, smtp, stand, sent_copy=sent_copy)
