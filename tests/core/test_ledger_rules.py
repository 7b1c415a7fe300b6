"""Rules of an import beside the rows: odd dates, kept marks, segments, what is recorded."""

from __future__ import annotations

from dataclasses import replace

from daemon.core.events import (
    AccountListed,
    ItemsChanged,
)
from daemon.core.ledger_change import take_feed
from daemon.core.model import ContactStatus
from daemon.core.policy import SegmentRule
from daemon.core.state import AccountState
from tests.core.builders import at, day, default_house, default_policy, eur
from tests.core.test_ledger_change import feed, kinds, many, of_kind, row, take


def test_an_impossible_due_date_is_set_aside() -> None:
    """A due date in the year 9999 is a typing mistake, and is reported by line."""
    states: dict[str, AccountState] = {}
    result = take(states, feed(row("A", 100), row("B", 1, due_on=day("9999-12-31"), line=7)))

    assert [(problem.line, problem.column) for problem in result.problems] == [(7, "due")]
    assert [item.number for item in states["main/4711"].items] == ["A"]


def test_a_bounced_address_stays_bounced_when_listed_again() -> None:
    """What was learnt of an address is not undone by the next ledger."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100)))
    state = states["main/4711"]
    bounced = replace(state.contacts[0], status=ContactStatus.BOUNCED)
    states["main/4711"] = replace(state, contacts=(bounced,))
    take(states, feed(row("A", 90), as_of="2026-02-11"))

    assert [c.status for c in states["main/4711"].contacts] == [ContactStatus.BOUNCED]


def test_the_most_specific_segment_rule_wins() -> None:
    """A rule on the account beats a rule on the country."""
    rules = (
        SegmentRule(segment="germans", country="DE"),
        SegmentRule(segment="key", account="4711"),
    )
    house = default_house(default_policy(segment_rules=rules))
    result = take_feed({}, feed(row("A", 1)), house, "s", at("2026-02-10"), is_first_import=False)
    listed = result.events[0][1][0]

    assert isinstance(listed, AccountListed)
    assert listed.facts.segment == "key"


def test_only_what_differs_is_recorded() -> None:
    """One changed invoice among many is one changed item."""
    states: dict[str, AccountState] = {}
    take(states, feed(*many(5)))
    changed = [row("N00", 100, open=eur(60)), *many(5)[1:]]
    result = take(states, feed(*changed, as_of="2026-02-11"))
    events = of_kind(result, ItemsChanged)

    assert kinds(result) == ["items_changed"]
    assert isinstance(events[0], ItemsChanged)
    assert [item.number for item in events[0].items] == ["N00"]


def test_what_the_contacts_file_said_of_an_address_stays() -> None:
    """A later ledger that names only the address changes neither name nor language."""
    states: dict[str, AccountState] = {}
    take(states, feed(row("A", 100)))
    state = states["main/4711"]
    named = replace(state.contacts[0], name="Ada", language="fr")
    states["main/4711"] = replace(state, contacts=(named,))
    result = take(states, feed(row("A", 90), as_of="2026-02-11"))

    assert [named] == list(states["main/4711"].contacts)
    assert [] == of_kind(result, AccountListed)
