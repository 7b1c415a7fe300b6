"""Who the debtor is, as the feed says it and the house completes it.

Missing in the feed: country and zone are the creditor's, the language is the country's where
letters exist in it, the owner is the default rep. Source: DESIGN §1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from daemon.core.calendar import calendar_of
from daemon.core.feed import ContactRow, LedgerRow, RowError
from daemon.core.house import House
from daemon.core.model import AccountFacts, Contact
from daemon.core.policy import Policy, SegmentRule

REGULAR = "regular"
# The languages in which letters exist, by the countries that read them.
GERMAN = ("DE", "AT", "LI", "CH")
ENGLISH = ("GB", "IE", "US", "AU", "NZ", "CA")
LANGUAGE_OF = dict.fromkeys(GERMAN, "de") | dict.fromkeys(ENGLISH, "en")


def resolve_facts(
    reference: str, rows: Sequence[LedgerRow], house: House, source: str
) -> tuple[AccountFacts, tuple[RowError, ...]]:
    """Complete what the feed says of an account.

    Args:
        reference: The account's reference; `rows` are its rows, at least one.
        source: The feed's name, for the problems.

    Returns:
        The facts, and what could not be taken: an unknown zone or procedure.
    """
    creditor = house.creditor
    problems: list[RowError] = []
    country = _first(rows, lambda row: row.country).upper() or creditor.country
    zone = _first(rows, lambda row: row.zone) or creditor.zone
    try:
        calendar_of(country, zone)
    except ValueError:
        sentence = f"time zone {zone!r} does not exist; {creditor.zone} is used instead"
        problems.append(_problem(source, rows[0], "zone", sentence))
        zone = creditor.zone
    procedure = _first(rows, lambda row: row.procedure) or None
    if procedure is not None and all(known.name != procedure for known in house.policy.procedures):
        sentence = f"there is no procedure {procedure!r}; the segment's is used instead"
        problems.append(_problem(source, rows[0], "procedure", sentence))
        procedure = None
    said = _first(rows, lambda row: row.language).lower()
    plain = AccountFacts(
        creditor=creditor.key,
        reference=reference,
        name=_first(rows, lambda row: row.name) or reference,
        country=country,
        zone=zone,
        language=said or LANGUAGE_OF.get(country, creditor.language),
        owner=_first(rows, lambda row: row.owner).lower() or house.reps.default,
        procedure=procedure,
        credit_limit=next((row.credit_limit for row in rows if row.credit_limit), None),
        is_protected=any(row.is_protected for row in rows),
        is_excluded=any(row.is_excluded for row in rows),
        is_autopay=any(row.is_autopay for row in rows),
    )
    said_segment = _first(rows, lambda row: row.segment)
    segment, _ = segment_of(said_segment, plain, house.policy)
    return replace(plain, segment=segment), tuple(problems)


def segment_of(said: str, facts: AccountFacts, policy: Policy) -> tuple[str, str]:
    """Return the account's segment and why: the feed's word, else the most specific rule."""
    if said:
        return said, "the ledger says so"
    fitting = [rule for rule in policy.segment_rules if _fits(rule, facts)]
    if not fitting:
        return REGULAR, "no rule fits"
    best = max(fitting, key=_weight)
    return best.segment, f"the most specific rule that fits: {_spoken(best)}"


def _wanted(rule: SegmentRule, facts: AccountFacts) -> tuple[tuple[str, str | None, str], ...]:
    return (
        ("account", rule.account, facts.reference),
        ("owner", rule.owner, facts.owner),
        ("country", rule.country, facts.country),
        ("language", rule.language, facts.language),
    )


def _fits(rule: SegmentRule, facts: AccountFacts) -> bool:
    return all(wish is None or wish == found for _, wish, found in _wanted(rule, facts))


def _weight(rule: SegmentRule) -> tuple[bool, int]:
    fields = (rule.account, rule.owner, rule.country, rule.language)
    return rule.account is not None, sum(wish is not None for wish in fields)


def _spoken(rule: SegmentRule) -> str:
    named = (
        ("account", rule.account),
        ("owner", rule.owner),
        ("country", rule.country),
        ("language", rule.language),
    )
    return ", ".join(f"{name} = {wish}" for name, wish in named if wish is not None) or "any"


def resolve_contacts(
    rows: Sequence[LedgerRow], contact_rows: Sequence[ContactRow], known: tuple[Contact, ...]
) -> tuple[Contact, ...]:
    """Return the account's contacts: the feed's first, then others already known.

    What was learnt of an address stays: a bounced one is not made usable by being listed
    again.
    """
    before = {contact.address: contact for contact in known}
    listed: dict[str, Contact] = {}
    for row in rows:
        if row.email and row.email not in listed:
            plain = Contact(address=row.email)
            kept = before.get(row.email, plain)
            listed[row.email] = replace(plain, name=kept.name, language=kept.language)
    for named in contact_rows:
        listed[named.contact.address] = named.contact
    merged = [
        replace(contact, status=before[address].status) if address in before else contact
        for address, contact in listed.items()
    ]
    if not listed:
        return known
    return (*merged, *(contact for contact in known if contact.address not in listed))


def _first(rows: Sequence[LedgerRow], field: Callable[[LedgerRow], str]) -> str:
    return next((value for value in map(field, rows) if value), "")


def _problem(source: str, row: LedgerRow, column: str, sentence: str) -> RowError:
    return RowError(source=source, line=row.line, column=column, sentence=sentence)
