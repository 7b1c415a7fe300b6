"""PostgreSQL: one private cluster for a test session, one database or schema for a test.

The cluster is made for speed, not for safety: nothing is synced. It runs as the user postgres
where the tests run as root, on a loopback port of its own, and dies with the test run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

from tests.servers import (
    ServerMissing,
    die_with_parent,
    free_ports,
    kill_group,
    make_base,
    reap_stale,
    require_program,
)

PACKAGE = "postgresql"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
READY_SECONDS = 20


def _program(name: str) -> str:
    """Return a server program: Debian keeps them out of the path, by version."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    return require_program(name, PACKAGE)


class Postgres:
    """A cluster of its own: started by `start`, ended by `stop`.

    Raises:
        ServerMissing: PostgreSQL is not installed, or there is no user to run it as.
    """

    def __init__(self) -> None:
        self._initdb, self._server = _program("initdb"), _program("postgres")
        self._ready, self._client = _program("pg_isready"), _program("psql")
        try:
            name = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
            self._owner = pwd.getpwnam(name)
        except KeyError:
            raise ServerMissing(f"there is no user postgres: apt-get install {PACKAGE}") from None
        reap_stale("postgres", kill_group)
        self.base = make_base("postgres")
        (self.port,) = free_ports(1)
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def _run_as(self) -> tuple[int | None, int | None]:
        if os.getuid() != 0:
            return None, None
        return self._owner.pw_uid, self._owner.pw_gid

    def _run(self, *command: str) -> None:
        user, group = self._run_as()
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd=self.base,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )

    def start(self) -> None:
        """Make the cluster, start it, and return once it answers."""
        user, group = self._run_as()
        if user is not None and group is not None:
            os.chown(self.base, user, group)
        data = str(self.base / "data")
        self._run(
            self._initdb, "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale", "-U", "postgres",
            "-D", data,
        )  # fmt: skip
        self.go_on()

    def go_on(self) -> None:
        """Start the server on the cluster that is there, and return once it answers."""
        user, group = self._run_as()
        data = str(self.base / "data")
        options = [word for setting in FAST for word in ("-c", setting)]
        log = (self.base / "postgres.log").open("wb")
        self._process = subprocess.Popen(
            [
                *(self._server, "-D", data, "-h", "127.0.0.1", "-p", str(self.port), "-k", data),
                *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.base,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  # no thread runs when servers start
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )
        log.close()
        (self.base / "pid").write_text(str(self._process.pid))
        for _ in range(READY_SECONDS * 10):
            answer = subprocess.run(
                [self._ready, "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"],
                check=False,
            )
            if answer.returncode == 0:
                return
            try:
                self._process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        raise TimeoutError(
            f"PostgreSQL does not answer: {(self.base / 'postgres.log').read_text()}"
        )

    def new_database(self) -> str:
        """Return the address of an empty database; costs a copy of some megabytes."""
        name = f"duly{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name}")
        return f"{self._address}/{name}"

    def new_schema(self) -> str:
        """Return the address of an empty schema, which a test sees as its own database."""
        name = f"duly{next(self._numbers)}"
        self._say(f"CREATE SCHEMA {name}")
        return f"{self._address}/postgres?schema={name}"

    def end_connections(self) -> None:
        """End every client's connection, as a restart of the server would."""
        self._say(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    @property
    def _address(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}"

    def _say(self, statement: str) -> None:
        self._run(self._client, "-X", "-q", "-d", f"{self._address}/postgres", "-c", statement)

    def pause(self) -> None:
        """Stop the server at once, as a crash would; its cluster stays for `go_on`."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop at once and remove the cluster."""
        self.pause()
        shutil.rmtree(self.base, ignore_errors=True)
