"""An office to be killed in: Dovecot and the warm stand are shared, all else is of one test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.acceptance.crash.kills import MakeOffice, warm_up
from tests.acceptance.crash.office import make_office
from tests.acceptance.crash.stand import Stand
from tests.adapters.conftest import running
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp


@pytest.fixture(scope="session")
def crash_dovecot() -> Iterator[Dovecot]:
    """The Dovecot of all offices here; each has a mailbox of its own."""
    yield from running(Dovecot)


@pytest.fixture(scope="session")
def stand(crash_dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The warm stand of all processes."""
    with Stand() as built:
        asyncio.run(warm_up(tmp_path_factory.mktemp("stand"), crash_dovecot, built))
        yield built

    assert 0 == built.left_behind, "a process outlived the daemon that had started it"


@pytest.fixture
async def smtp() -> AsyncIterator[FaultSmtp]:
    """A submission server with a ledger of its own."""
    async with FaultSmtp() as server:
        yield server


@pytest.fixture
def make(crash_dovecot: Dovecot, smtp: FaultSmtp, stand: Stand, tmp_path: Path) -> MakeOffice:
    """Makes an office with the given handling of sent copies."""
    return lambda sent_copy: make_office(tmp_path, crash_dovecot, smtp, stand, sent_copy=sent_copy)
