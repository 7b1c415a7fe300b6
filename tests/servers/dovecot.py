"""Dovecot: the IMAP server that decides what is true. Delivers by LMTP, dies on request."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.servers import (
    die_with_parent,
    free_ports,
    kill_group,
    make_base,
    reap_stale,
    require_program,
    wait_for_greeting,
)
from tests.servers.certificates import Certificates

PASSWORD = "sesame opens"
DOMAIN = "seller.test"
DELIVERY_ATTEMPTS = 3

# One setting or brace a line; the semicolons become line ends.
_CONFIGURATION = """base_dir = {base}/run; state_dir = {base}/state; log_path = {base}/dovecot.log
protocols = imap lmtp; listen = 127.0.0.1; mail_fsync = never; auth_failure_delay = 0
disable_plaintext_auth = no; auth_mechanisms = plain login{mechanisms}; ssl = {ssl}; {certificate}
default_internal_user = {user}; default_internal_group = {group}; default_login_user = {user}
first_valid_uid = 1; first_valid_gid = 1; auth_username_format = %n; {capability}
mail_location = maildir:{base}/mail/%n:LAYOUT=fs; mail_max_userip_connections = 100
{oauth}
passdb {{; driver = passwd-file; args = scheme=PLAIN username_format=%n {base}/users/%n; }}
userdb {{; driver = static; args = uid={user} gid={group} home={base}/mail/%n; }}
namespace inbox {{; inbox = yes; separator = /; mailbox Processed {{; auto = create; }}; }}
service anvil {{; chroot =; unix_listener anvil-auth-penalty {{; mode = 0; }}; }}
service stats {{; chroot =; }}
service imap-login {{; chroot =; service_count = 0; process_min_avail = 1
inet_listener imap {{; port = {imap}; }}; inet_listener imaps {{; port = {imaps}; ssl = yes; }}; }}
service lmtp {{; inet_listener lmtp {{; address = 127.0.0.1; port = {lmtp}; }}; }}
!include_try {base}/limits.conf
"""
# What a client may file, by IMAP alone; what is delivered by LMTP is not limited.
_LIMITS = """protocol imap {{; mail_plugins = quota; }}
plugin {{; quota = count:User; quota_vsizes = yes; quota_max_mail_size = {octets}; }}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A mailbox. `address` is `name` at the seller's domain."""

    name: str
    password: str
    address: str


class Dovecot:
    """A server of its own: started by `start`, ended by `stop`.

    Args:
        certificates: With them `imaps_port` speaks TLS; without, it is 0.
        capability: Replaces what the server says that it can; empty: the truth.
        token_port: Where an authorisation server on loopback says whose token it is, by
            `GET /TOKEN` and `{"user": NAME}`; 0: no XOAUTH2.

    Raises:
        ServerMissing: Dovecot is not installed.
    """

    def __init__(
        self,
        certificates: Certificates | None = None,
        capability: str = "",
        token_port: int = 0,
    ) -> None:
        self._program = require_program("dovecot", "dovecot-imapd dovecot-lmtpd")
        reap_stale("dovecot", kill_group)
        self.base = make_base("dovecot")
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._numbers = count(1)
        self._deposits = count(1)
        self._master: subprocess.Popen[bytes] | None = None
        if certificates is None:
            self.imaps_port = 0
        self._lay_out(certificates, capability, token_port)

    def start(self) -> None:
        """Start, and return once the server greets."""
        as_root = os.getuid() == 0
        self._master = subprocess.Popen(
            [self._program, "-F", "-c", str(self.base / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # It makes one system call only, so threads cannot harm it.
            preexec_fn=die_with_parent,  # noqa: PLW1509
            user=self._owner.pw_uid if as_root else None,
            group=self._owner.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
        (self.base / "pid").write_text(str(self._master.pid))
        wait_for_greeting(self.imap_port, b"* OK")

    def kill(self) -> None:
        """Kill every process of the server, as a power cut would."""
        if self._master is None:
            return
        os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait()
        self._master = None

    def restart(self) -> None:
        """Kill and start again, with all mail kept."""
        self.kill()
        self.start()

    def limit_mails(self, octets: int) -> None:
        """Refuse what is appended above so many octets, by `[LIMIT]`; 0: no more. Restarts."""
        limits = self.base / "limits.conf"
        text = _LIMITS.format(octets=octets).replace(";", "\n") if octets else ""
        limits.write_text(text, encoding="ascii")
        self._give_away(limits)
        self.restart()

    def pause(self) -> None:
        """Stop answering without closing a connection."""
        assert self._master is not None
        os.killpg(self._master.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        assert self._master is not None
        os.killpg(self._master.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Kill the server and remove its directory."""
        self.kill()
        shutil.rmtree(self.base, ignore_errors=True)

    def add_user(self, name: str = "", password: str = PASSWORD) -> User:
        """Return a mailbox that nobody has used; a name of its own where none is given."""
        chosen = name or f"user{next(self._numbers)}"
        # A file a user: Dovecot looks at a file for changes once a second only.
        entry = self.base / "users" / chosen
        entry.write_text(f"{chosen}:{{PLAIN}}{password}\n", encoding="utf-8")
        return User(name=chosen, password=password, address=f"{chosen}@{DOMAIN}")

    def deliver(self, user: User, raw: bytes, sender: str = "someone@debtor.test") -> None:
        """Deliver a mail by LMTP, as the server's own transport would.

        A transport tries again when the server goes away in between; should the first copy
        have arrived after all, the second has the same bytes and is known by its content.
        """
        for attempt in range(1, DELIVERY_ATTEMPTS + 1):
            try:
                with smtplib.LMTP("127.0.0.1", self.lmtp_port) as wire:
                    wire.sendmail(sender, [user.address], raw)
                return
            except smtplib.SMTPServerDisconnected:
                if attempt == DELIVERY_ATTEMPTS:
                    raise

    def deposit(self, user: User, raws: Iterable[bytes]) -> int:
        """Put mails into the INBOX as files, for thousands at once; returns how many.

        The mailbox must be there: one delivery, or one login, makes it.
        """
        folder = self.base / "mail" / user.name / "new"
        number = 0
        for number, raw in enumerate(raws, 1):  # noqa: B007 - the last number is returned
            name = f"1780000000.M{next(self._deposits)}P1.deposit"
            hidden = folder.parent / "tmp" / name
            hidden.write_bytes(raw)
            self._give_away(hidden)
            hidden.rename(folder / name)
        return number

    def login(self, user: User) -> imaplib.IMAP4:
        """Return another client's connection; the caller logs out."""
        client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=10)
        client.login(user.name, user.password)
        return client

    def folder(self, user: User, name: str = "INBOX") -> list[bytes]:
        """Return all mails of a folder, as another client sees them; none where it is not there."""
        client = self.login(user)
        try:
            if client.select(f'"{name}"', readonly=True)[0] != "OK":
                return []
            _, found = client.search(None, "ALL")
            numbers = found[0].decode() if found and found[0] else ""
            mails = []
            for number in numbers.split():
                _, answer = client.fetch(number, "(BODY.PEEK[])")
                part = answer[0]
                assert isinstance(part, tuple)
                mails.append(part[1])
            return mails
        finally:
            client.logout()

    def renew_uidvalidity(self, user: User) -> None:
        """Make the INBOX a new generation: same mails, new UIDs and UIDVALIDITY."""
        mailbox = self.base / "mail" / user.name
        for index in mailbox.glob("dovecot.index*"):
            index.unlink()
        uids = mailbox / "dovecot-uidlist"
        header = uids.read_text(encoding="ascii").split("\n", 1)[0]
        generation = next(int(word[1:]) for word in header.split() if word.startswith("V"))
        uids.write_text(f"3 V{generation + 1} N1 G{generation:032x}\n", encoding="ascii")

    def log(self) -> str:
        """Return the server's log."""
        path = self.base / "dovecot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _lay_out(self, certificates: Certificates | None, capability: str, token_port: int) -> None:
        lines = oauth = ""
        if token_port:
            questions = self.base / "oauth.conf"
            questions.write_text(
                f"tokeninfo_url = http://127.0.0.1:{token_port}/\nusername_attribute = user\n",
                encoding="ascii",
            )
            oauth = f"passdb {{; driver = oauth2; mechanisms = xoauth2; args = {questions}; }}"
        if certificates is not None:
            copies = self.base / "cert.pem", self.base / "key.pem"
            shutil.copy(certificates.certificate, copies[0])
            shutil.copy(certificates.key, copies[1])
            lines = f"ssl_cert = <{copies[0]}; ssl_key = <{copies[1]}"
        text = _CONFIGURATION.format(
            base=self.base,
            user=self._owner.pw_name,
            group=grp.getgrgid(self._owner.pw_gid).gr_name,
            ssl="no" if certificates is None else "yes",
            certificate=lines,
            mechanisms=" xoauth2" if token_port else "",
            oauth=oauth,
            capability=f"imap_capability = {capability}" if capability else "",
            imap=self.imap_port,
            imaps=self.imaps_port,
            lmtp=self.lmtp_port,
        )
        (self.base / "dovecot.conf").write_text(text.replace(";", "\n"), encoding="utf-8")
        for name in ("run", "state", "mail", "users"):
            (self.base / name).mkdir()
        for path in (self.base, *self.base.iterdir()):
            self._give_away(path)

    def _give_away(self, path: Path) -> None:
        if os.getuid() == 0:
            shutil.chown(path, self._owner.pw_uid, self._owner.pw_gid)
