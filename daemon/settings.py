"""The configuration as one value: what is wanted, checked as a whole before anything starts.

`<home>/duly.toml` and `<home>/secrets.toml` lie over `config/defaults.toml`. Every mistake is
a ConfigError that names file, key, what was found and what is accepted. The mode (draft,
redirect, live) is no setting: it is an act, and stands in the database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self
from urllib.parse import unquote

from pydantic import Field, ValidationError, model_validator

from daemon.adapters.ledger_columns import LedgerOptions
from daemon.core.house import House
from daemon.core.policy import Policy, SegmentRule
from daemon.settings_errors import config_error
from daemon.settings_files import read_layers
from daemon.settings_home import write_example_home
from daemon.settings_mail import AuthSection, ImapSection, SmtpSection
from daemon.settings_policy import PolicySection
from daemon.settings_procedures import ProcedureSection, ladder_warnings
from daemon.settings_sections import (
    CalendarSection,
    CreditorSection,
    DatabaseSection,
    KeysSection,
    LedgerSection,
    LogSection,
    RepsSection,
    SegmentSection,
)
from daemon.settings_table import table_of
from daemon.settings_types import Name, Section

__all__ = ["Settings", "load_settings", "settings_table", "write_example_home"]


def _password_in(url: str) -> str:
    """Return the password in a database's address as it stands there, empty where none does."""
    login = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    return login.partition(":")[2]


class Settings(Section):
    """All sections. Secrets are SecretStr: neither `repr` nor `str` shows them."""

    creditor: CreditorSection = Field(description="Our legal entity, as every letter prints it")
    smtp: SmtpSection = Field(description="The submission host that letters leave by")
    imap: ImapSection = Field(description="The mailbox that replies arrive in")
    auth: AuthSection = Field(description="How both servers are logged in to")
    reps: RepsSection = Field(description="Who looks after the accounts")
    ledger: LedgerSection = Field(description="How ledger files are read")
    calendar: CalendarSection = Field(description="The house's own days off")
    policy: PolicySection = Field(description="The rules in numbers")
    procedures: dict[Name, ProcedureSection] = Field(description="The ladders of levels")
    segments: dict[Name, SegmentSection] = Field(description="Kinds of customers")
    database: DatabaseSection = Field(description="Where Duly remembers")
    keys: KeysSection = Field(description="Keys of this installation")
    log: LogSection = Field(description="What is logged")
    home: Path = Field(exclude=True, description="The home that was read")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        known = ", ".join(self.procedures)
        chosen = [("policy", "default_procedure", self.policy.default_procedure)]
        chosen += [
            (f"segments.{key}", "procedure", s.procedure) for key, s in self.segments.items()
        ]
        for section, key, name in chosen:
            if name not in self.procedures:
                raise ValueError(f"[{section}] {key}: found {name!r}; accepted: one of {known}")
        if self.auth.method == "password":
            for section, server in (("smtp", self.smtp), ("imap", self.imap)):
                if server.username and not server.password.get_secret_value():
                    raise ValueError(
                        f"[{section}] password: found nothing; accepted: a password in "
                        "secrets.toml, since there is a username"
                    )
        return self

    def house(self) -> House:
        """Return our side as the core knows it: creditor, policy, reps, days off."""
        return House(
            creditor=self.creditor.to_core(),
            policy=self.core_policy(),
            reps=self.reps.to_core(),
            days_off=frozenset(self.calendar.days_off),
        )

    def core_policy(self) -> Policy:
        """Return the rules as the core knows them."""
        return Policy(
            procedures=tuple(one.to_core(name) for name, one in self.procedures.items()),
            procedure_of_segment=tuple(
                (name, segment.procedure) for name, segment in self.segments.items()
            ),
            segment_rules=tuple(
                SegmentRule(
                    segment=name,
                    country=rule.country,
                    language=rule.language,
                    owner=rule.owner,
                    account=rule.account,
                )
                for name, segment in self.segments.items()
                for rule in segment.rules
            ),
            guard_percent=self.ledger.missing_percent_max,
            **dict(self.policy),
        )

    def ledger_options(self) -> LedgerOptions:
        """Return how ledger files are read."""
        return self.ledger.options()

    def database_url(self) -> str:
        """Return where Duly remembers: as configured, else `duly.db` in the home."""
        return self.database.url or f"sqlite:///{self.home / 'duly.db'}"

    def secrets(self) -> tuple[str, ...]:
        """Return every password and key of the home: what no log may hold."""
        held = (
            self.smtp.password,
            self.imap.password,
            self.auth.client_secret,
            self.auth.refresh_token,
            self.keys.signing,
        )
        in_url = _password_in(self.database.url)
        known = (*(secret.get_secret_value() for secret in held), in_url, unquote(in_url))
        return tuple(filter(None, dict.fromkeys(known)))

    def signing_key(self) -> bytes:
        """Return the key that signs reply addresses and commands."""
        return self.keys.signing.get_secret_value().encode()

    def warnings(self) -> tuple[str, ...]:
        """Return what works but hardly as meant, each a sentence for `check`."""
        found: list[str] = []
        for name, procedure in self.procedures.items():
            ladder = procedure.to_core(name)
            found.extend(ladder_warnings(ladder, self.policy.contact_delay_days))
        if not self.imap.authserv_ids:
            found.append(
                "[imap] authserv_ids is empty: no sender is trusted beyond our own reply addresses"
            )
        return tuple(found)


def load_settings(home: Path) -> Settings:
    """Read the configuration of a home.

    Raises:
        ConfigError: One line for each mistake: file, key, what was found, what is accepted.
    """
    layers = read_layers(home)
    try:
        return Settings.model_validate({**layers.merged, "home": home})
    except ValidationError as error:
        raise config_error(error, layers, Settings) from None


def settings_table() -> str:
    """Return the configuration table of the README in Markdown: key, unit, default, meaning."""
    return table_of(Settings)
