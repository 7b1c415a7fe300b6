"""The sections of the configuration that describe our own house: creditor, reps, ledger, log."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from daemon.adapters.ledger_columns import Column, LedgerOptions
from daemon.adapters.ledger_dates import DateOrder
from daemon.adapters.ledger_values import DecimalMark
from daemon.core.feed import FeedKind
from daemon.core.house import Rep, Reps
from daemon.core.model import Creditor, Sender
from daemon.settings_types import (
    Address,
    Bic,
    CountryCode,
    CurrencyCode,
    Delimiter,
    Encoding,
    Iban,
    LanguageCode,
    Line,
    Link,
    Name,
    RepAddress,
    Section,
    ZoneName,
)


class CreditorSection(Section):
    """Our legal entity, as every letter prints it."""

    key: Name = Field(description="Short name that the database files the ledger under")
    name: Line = Field(min_length=1, description="Legal name")
    postal_address: tuple[Line, ...] = Field(
        min_length=1, max_length=6, description="Postal address, one text for each line"
    )
    country: CountryCode = Field(description="Two-letter country code; its days off count")
    zone: ZoneName = Field(description="Time zone, as in Europe/Berlin")
    language: LanguageCode = Field(description="Language where the ledger names none")
    currency: CurrencyCode = Field(description="Currency where the ledger names none")
    bank_name: Line = Field(description="Bank, as printed in the payment block")
    iban: Iban = Field(description="IBAN that is to be paid to; its check digits are checked")
    bic: Bic = Field(description="BIC of the bank")
    payment_link: Link = Field(description="https address where customers can pay")
    vat_number: Line = Field(description="VAT number, as printed on invoices")
    sender: Address = Field(description="Address that letters come from")
    sender_name: Line = Field(min_length=1, description="Name beside that address")
    escalated_sender: Address | Literal[""] = Field(
        description="Address of escalated levels; empty = the sender"
    )
    escalated_sender_name: Line = Field(description="Name beside the escalated address")

    def to_core(self) -> Creditor:
        """Return the creditor as the core knows it."""
        escalated = None
        if self.escalated_sender:
            name = self.escalated_sender_name or self.sender_name
            escalated = Sender(address=self.escalated_sender, name=name)
        return Creditor(
            key=self.key,
            name=self.name,
            postal_address=self.postal_address,
            country=self.country,
            zone=self.zone,
            language=self.language,
            currency=self.currency,
            bank_name=self.bank_name,
            iban=self.iban,
            bic=self.bic,
            payment_link=self.payment_link,
            vat_number=self.vat_number,
            sender=Sender(address=self.sender, name=self.sender_name),
            escalated_sender=escalated,
        )


class RepSection(Section):
    """One of us."""

    address: RepAddress = Field(description="Address that forwards go to and commands come from")
    name: Line = Field(default="", description="Name")
    deputy: RepAddress | Literal[""] = Field(default="", description="Who stands in")


class RepsSection(Section):
    """Who looks after the accounts."""

    default: RepAddress = Field(description="Owner of every account that names none")
    operator: RepAddress | Literal[""] = Field(
        description="Who hears of technical faults; empty = the default rep"
    )
    members: tuple[RepSection, ...] = Field(description="All reps: address, name, deputy")

    def to_core(self) -> Reps:
        """Return the reps as the core knows them."""
        return Reps(
            default=self.default,
            operator=self.operator or self.default,
            members=tuple(
                Rep(address=rep.address, name=rep.name, deputy=rep.deputy) for rep in self.members
            ),
        )


def _known_columns(columns: dict[str, str]) -> dict[str, str]:
    for name, header in columns.items():
        if name not in set(Column):
            raise ValueError(f"{name!r} is no column; known are {', '.join(Column)}")
        if not header.strip():
            raise ValueError(f"the header for {name!r} is empty")
    return columns


class LedgerSection(Section):
    """How the ledger files are read, and what may not happen to a ledger overnight."""

    kind: FeedKind = Field(
        description="open_items: what is no longer listed is cleared; all_invoices: is held"
    )
    columns: Annotated[dict[str, str], AfterValidator(_known_columns)] = Field(
        description='Our column = "header in your file", where Duly does not know it'
    )
    delimiter: Delimiter = Field(description="Delimiter; empty = by the file's own evidence")
    encoding: Encoding = Field(description="Encoding; empty = by the file's own evidence")
    decimal: DecimalMark | Literal[""] = Field(
        description="comma or point; empty = by the file's own evidence"
    )
    date_order: DateOrder | Literal[""] = Field(
        description="day_month or month_day; empty = by the file's own evidence"
    )
    watch: bool = Field(description="Take in files that are put into the folder ledger/")
    missing_percent_max: int = Field(
        ge=1, le=100, description="An import in which more disappears is refused"
    )

    def options(self) -> LedgerOptions:
        """Return what the ledger readers ask for."""
        return LedgerOptions(
            kind=self.kind,
            delimiter=self.delimiter or None,
            encoding=self.encoding or None,
            decimal=self.decimal or None,
            date_order=self.date_order or None,
            columns=tuple(self.columns.items()),
        )


class CalendarSection(Section):
    """The house's own calendar, beside the public holidays of each country."""

    days_off: tuple[date, ...] = Field(description="Days on which the house is closed")


class SegmentRuleSection(Section):
    """Which accounts belong to a segment; what is not set matches all."""

    country: CountryCode | None = Field(default=None, description="Country of the account")
    language: LanguageCode | None = Field(default=None, description="Language of the account")
    owner: RepAddress | None = Field(default=None, description="Rep of the account")
    account: Line | None = Field(default=None, description="Reference of one account")


class SegmentSection(Section):
    """A kind of customers with a procedure of its own."""

    procedure: Name = Field(default="default", description="Procedure of its accounts")
    rules: tuple[SegmentRuleSection, ...] = Field(
        default=(), description="Accounts that belong to it, beside the ledger's own column"
    )


class DatabaseSection(Section):
    """Where Duly remembers."""

    url: str = Field(
        pattern=r"^$|^sqlite:///.+|^postgres(ql)?://.+",
        description="sqlite:///PATH or postgres://…; empty = duly.db in the home",
    )


class KeysSection(Section):
    """Keys of this installation; `init` makes them."""

    signing: SecretStr = Field(
        min_length=32, description="Signs reply addresses and commands; at least 32 characters"
    )


class LogSection(Section):
    """What is logged. Never secrets, never mail bodies."""

    level: Literal["debug", "info", "warning", "error"] = Field(description="Least severity")
    format: Literal["json", "text"] = Field(description="json for machines, text for people")
