"""Postfix: a real relay with real delivery reports. Needs root.

Mail for seller.test and debtor.test goes to Dovecot by LMTP, mail for sink.test to an SMTP
server of the test; every other domain is refused at RCPT. An address of the first two without
a Dovecot user is accepted and then reported undeliverable.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.servers import (
    ServerMissing,
    die_with_parent,
    free_ports,
    make_base,
    reap_stale,
    require_program,
    wait_for_greeting,
)
from tests.servers.certificates import Certificates

MASTER_PROGRAM = Path("/usr/lib/postfix/sbin/master")

_MAIN = """compatibility_level = 3.6; queue_directory = {base}/spool; data_directory = {base}/data
maillog_file = {base}/log/mail.log; maillog_file_prefixes = /tmp, /var
mail_owner = postfix; setgid_group = postdrop; myhostname = mx.relay.test
inet_interfaces = 127.0.0.1; inet_protocols = ipv4; mynetworks = 127.0.0.0/8
mydestination =; alias_maps =; alias_database =; local_recipient_maps =
local_transport = error:off; smtp_dns_support_level = disabled; smtp_host_lookup = native
virtual_mailbox_domains = seller.test, debtor.test; recipient_delimiter = +
virtual_mailbox_maps = static:here/; virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ {{sink.test=smtp:[127.0.0.1]:{sink}}} }}
default_transport = error:5.1.2 no such domain in this sandbox
queue_run_delay = 2s; minimal_backoff_time = 2s; maximal_backoff_time = 4s
bounce_queue_lifetime = 10s; maximal_queue_lifetime = 10s; message_size_limit = 52428800
smtpd_client_connection_count_limit = 0; {tls}"""

_SERVICES = (
    "127.0.0.1:{port} inet n - n - - smtpd",
    "pickup unix n - n 60 1 pickup",
    "qmgr unix n - n 300 1 qmgr",
    "cleanup unix n - n - 0 cleanup",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "flush unix n - n 1000? 0 flush",
    "showq unix n - n - - showq",
    "postlog unix-dgram n - n - 1 postlogd",
    "relay unix - - n - - smtp",
    *(f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")),
    *(f"{name} unix - - n - - {name}" for name in ("smtp", "error", "retry", "discard", "lmtp")),
    "proxymap unix - - n - - proxymap",
    "proxywrite unix - - n - 1 proxymap",
    *(f"{name} unix - - n - 1 {name}" for name in ("verify", "anvil", "scache")),
)
_QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush"),
    *("hold", "incoming", "private", "saved", "trace"),
)


class Postfix:
    """A relay of its own.

    Args:
        lmtp_port: Where Dovecot takes mail.
        sink_port: Where mail for sink.test goes; 0 where no test needs it.
        certificates: With them STARTTLS is offered.

    Raises:
        ServerMissing: Postfix is not installed, or the tests do not run as root.
    """

    def __init__(
        self,
        lmtp_port: int,
        sink_port: int = 0,
        certificates: Certificates | None = None,
    ) -> None:
        require_program("postfix", "postfix")
        if os.getuid() != 0:
            raise ServerMissing("Postfix can only be started by root: run the tests as root")
        reap_stale("postfix", _kill_master)
        self.base = make_base("postfix")
        (self.port,) = free_ports(1)
        self._master: subprocess.Popen[bytes] | None = None
        self._lay_out(lmtp_port, sink_port, certificates)

    def start(self) -> None:
        """Start, and return once the server greets."""
        self._master = subprocess.Popen(
            [MASTER_PROGRAM, "-c", str(self.base / "etc"), "-d"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # It makes one system call only, so threads cannot harm it.
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
        wait_for_greeting(self.port, b"220")

    def stop(self) -> None:
        """End the server and remove its directory."""
        if self._master is not None:
            self._master.terminate()
            self._master.wait(timeout=10)
            self._master = None
        shutil.rmtree(self.base, ignore_errors=True)

    def log(self) -> str:
        """Return the server's log."""
        path = self.base / "log" / "mail.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _lay_out(
        self,
        lmtp_port: int,
        sink_port: int,
        certificates: Certificates | None,
    ) -> None:
        base = self.base
        for name in ("etc", "log", "spool", "data"):
            (base / name).mkdir()
        tls = ""
        if certificates is not None:
            shutil.copy(certificates.chain, base / "etc" / "chain.pem")
            (base / "etc" / "chain.pem").chmod(0o600)
            tls = f"smtpd_tls_security_level = may; smtpd_tls_chain_files = {base}/etc/chain.pem"
        main = _MAIN.format(base=base, lmtp=lmtp_port, sink=sink_port, tls=tls)
        files = {
            "main.cf": re.sub(r";\s*", "\n", main) + "\n",
            "master.cf": "\n".join(_SERVICES).format(port=self.port) + "\n",
        }
        # Postfix waits for a configuration that is younger than two seconds to settle.
        settled_at = time.time() - 3600
        for name, text in files.items():
            (base / "etc" / name).write_text(text, encoding="ascii")
            os.utime(base / "etc" / name, (settled_at, settled_at))
        postfix = pwd.getpwnam("postfix")
        for name in (*_QUEUES, "public", "maildrop"):
            (base / "spool" / name).mkdir()
            (base / "spool" / name).chmod(0o700)
            shutil.chown(base / "spool" / name, "postfix")
        (base / "spool" / "pid").mkdir()
        for name, mode in (("public", 0o710), ("maildrop", 0o1730)):
            shutil.chown(base / "spool" / name, "postfix", "postdrop")
            (base / "spool" / name).chmod(mode)
        os.chown(base / "data", postfix.pw_uid, postfix.pw_gid)


def _kill_master(base: Path) -> None:
    try:
        master = int((base / "spool" / "pid" / "master.pid").read_text())
        command = Path(f"/proc/{master}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(base).encode() in command:
        os.kill(master, signal.SIGTERM)
