"""What holds for every test: no connection to a database outlives the test that opened it.

The thread of an open connection keeps the whole run from ending, long after its last line; so a
run that has failed for one is ended by force.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

CONNECTION_THREAD = "_connection_worker_thread"
END_SECONDS = 2.0


def connection_threads() -> set[threading.Thread]:
    """Return the threads of the SQLite connections that are open in this process."""
    return {one for one in threading.enumerate() if CONNECTION_THREAD in one.name}


@pytest.fixture(autouse=True)
def closes_its_databases() -> Iterator[None]:
    """Fail a test that leaves a connection open."""
    before = connection_threads()
    yield
    left = connection_threads() - before
    for thread in left:
        thread.join(END_SECONDS)
    still = sorted(thread.name for thread in left if thread.is_alive())

    assert [] == still, "a connection to a database was never closed"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End a run that could not end by itself."""
    if connection_threads():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)
