"""The sections of the configuration that reach the mail servers."""

from __future__ import annotations

import ipaddress
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from daemon.settings_types import Address, Line, Link, Port, Section


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class ServerSection(Section):
    """What both mail servers need."""

    host: Line = Field(min_length=1, description="Host name of the server")
    port: Port = Field(description="Port")
    ca_file: Line = Field(description="PEM file of a certificate authority of your own")
    username: Line = Field(description="Login name; empty = no login")
    password: SecretStr = Field(description="Password (in secrets.toml)")


class SmtpSection(ServerSection):
    """The submission host that letters leave by."""

    tls: Literal["implicit", "starttls", "none"] = Field(
        description="implicit (465), starttls (587), or none, which only this machine may use"
    )
    helo: Line = Field(description="Name said in EHLO; empty = this machine's")
    mailbox_per_minute: int = Field(ge=1, le=10_000, description="Mails of one mailbox")
    domain_per_minute: int = Field(ge=1, le=10_000, description="Mails to one domain")
    mails_per_connection_max: int = Field(ge=1, le=10_000, description="Mails on one connection")
    idle_seconds_max: int = Field(ge=1, le=300, description="How long a connection is kept unused")
    final_reply_seconds: int = Field(
        ge=10, le=3_600, description="Wait for the server's word after the mail's last byte"
    )
    envelope_sender: Literal["verp", "login"] = Field(
        description="verp: a return address of its own for each letter; login: the sender's"
    )
    sent_copy: Literal["auto", "append", "none"] = Field(
        description="Copy in the Sent folder: auto trusts servers that file one themselves"
    )
    redirect_to: Address | Literal[""] = Field(description="Who gets all letters in redirect mode")

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError('tls = "none" is for this machine only: set "implicit" or "starttls"')
        return self


class ImapSection(ServerSection):
    """The mailbox that replies arrive in."""

    tls: Literal["implicit", "none"] = Field(
        description="implicit (993), or none, which only this machine may use"
    )
    folder: Line = Field(min_length=1, description="Folder that replies arrive in")
    processed_folder: Line = Field(min_length=1, description="Where applied mail is filed")
    quarantine_folder: Line = Field(min_length=1, description="Where unreadable mail is filed")
    sent_folder: Line = Field(min_length=1, description="Folder of sent mail, as evidence")
    poll_seconds: int = Field(ge=5, le=3_600, description="Longest time between two searches")
    idle_seconds: int = Field(ge=10, le=1_740, description="Longest wait for a push")
    octets_max: int = Field(
        ge=100_000, le=100_000_000, description="Larger mails are read by headers and first text"
    )
    sender_day_octets_max: int = Field(
        ge=1_000_000,
        le=1_000_000_000_000,
        description="Mail of one sender kept whole in 24 hours; more is kept by headers and first "
        "text. Known senders whom our server proves have the same once more",
    )
    day_octets_max: int = Field(
        ge=1_000_000,
        le=1_000_000_000_000,
        description="The same for all senders together",
    )
    disk_free_octets_min: int = Field(
        ge=0, description="With less room on the disk no mail is fetched, and the operator is told"
    )
    readers: int = Field(
        ge=0,
        le=16,
        description="Mails read at once, each by a child of its own with 150 MB of memory; 0 = "
        "one a core, at most 4",
    )
    authserv_ids: tuple[Line, ...] = Field(
        description="Names with which our own server signs Authentication-Results"
    )

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError('tls = "none" is for this machine only: set "implicit"')
        if self.folder in (self.processed_folder, self.quarantine_folder):
            raise ValueError("three different folders for folder, processed and quarantine")
        if self.day_octets_max < self.sender_day_octets_max:
            raise ValueError("day_octets_max of at least sender_day_octets_max")
        return self


class AuthSection(Section):
    """How both servers are logged in to."""

    method: Literal["password", "xoauth2"] = Field(description="password or xoauth2")
    token_command: tuple[str, ...] = Field(
        description="Program and arguments that print an access token"
    )
    token_url: Link = Field(description="Where a refresh token is exchanged")
    client_id: Line = Field(description="Client that the refresh token was given to")
    scope: Line = Field(description="Scope asked for, where the provider wants one")
    client_secret: SecretStr = Field(description="Secret of the client (in secrets.toml)")
    refresh_token: SecretStr = Field(description="Refresh token (in secrets.toml)")

    @model_validator(mode="after")
    def _has_a_token_source(self) -> Self:
        can_refresh = bool(
            self.token_url and self.client_id and self.refresh_token.get_secret_value()
        )
        if self.method == "xoauth2" and not (self.token_command or can_refresh):
            raise ValueError(
                "xoauth2 with token_command, or with token_url, client_id and refresh_token"
            )
        return self
