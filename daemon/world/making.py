"""Making a world: everything of one seed drawn, wired, and ready for its first day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from daemon.adapters.clock import VirtualClock
from daemon.compose import stationery
from daemon.core.calendar import calendar_of
from daemon.settings import load_settings
from daemon.world.bookkeeping import Bookkeeping
from daemon.world.dice import Dice
from daemon.world.home import write_home
from daemon.world.mischief import Mischief
from daemon.world.near_inbox import NearServer
from daemon.world.near_parser import NearParser
from daemon.world.near_post import NearPost
from daemon.world.outside import Outside
from daemon.world.outside_mail import OutsideMail
from daemon.world.peep import Peep
from daemon.world.people import standing_orders
from daemon.world.population import populate
from daemon.world.simulation import (
    SENT,
    Change,
    Plan,
    SentCopy,
    Simulation,
    opened_store,
    unchanged,
)
from daemon.world.street import Street
from daemon.world.troubles import Fault, Troubles
from daemon.world.watch import Watch
from daemon.world.world_log import WorldLog

FIRST_DAY = date(2026, 2, 2)
START_DAYS = 300
QUIET_DAYS = 4
COPIES: tuple[SentCopy, ...] = ("auto", "auto", "append", "none")


async def opened(plan: Plan, seed: int, home: Path, *, change: Change = unchanged) -> Simulation:
    """Draw the world of a seed and open the product in it.

    Args:
        plan: Days, accounts, kinds of trouble.
        seed: What everything follows from.
        home: Where the product's home is made.
        change: Breaks the product on purpose, for the tests of the laws.
    """
    write_home(home, seed, 25, 143)
    settings = load_settings(home)
    dice = Dice(seed)
    first_day = FIRST_DAY + timedelta(days=dice.between(0, START_DAYS, "first day"))
    book, customers, tempers = populate(seed, first_day, plan.days, plan.accounts)
    start = datetime.combine(first_day, time(0, 0), UTC)
    clock = VirtualClock(start)
    quiet_from = start + timedelta(days=max(plan.days - QUIET_DAYS, 0))
    troubles = Troubles(dice=dice, faults=plan.faults, now=clock.now, quiet_from=quiet_from)
    server = NearServer(now=clock.now, trouble=troubles)
    sent_copy = dice.one_of(COPIES, "sent copy")
    post = NearPost(
        now=clock.now,
        trouble=troubles,
        files_in=server.folder(SENT) if sent_copy == "auto" else None,
    )
    creditor = settings.house().creditor
    calendar = calendar_of(creditor.country, creditor.zone, frozenset())
    street = Street(
        book=book,
        customers={customer.debtor.reference: customer for customer in customers},
        server=server,
        calendar=calendar,
        dice=dice.about("street"),
        office=creditor.sender.address,
        first_day=first_day,
        is_untidy=Fault.MAIL in plan.faults,
        are_reps_untidy=Fault.REPS in plan.faults,
        agenda=standing_orders(customers, book),
    )
    house = settings.house()
    books = Bookkeeping(book=book, troubles=troubles, calendar=calendar, folder=home / "ledger")
    outside = Outside(house=house, post=post, street=street, books=books, tempers=tempers)
    parser = NearParser(has_model=plan.has_model)
    mischief = Mischief(troubles=troubles, street=street, server=server, post=post, parser=parser)
    simulation = Simulation(
        plan=plan,
        seed=seed,
        settings=settings,
        first_day=first_day,
        clock=clock,
        stationery=stationery(home, settings),
        sent_copy=sent_copy,
        street=street,
        post=post,
        server=server,
        troubles=troubles,
        books=books,
        outside=outside,
        incoming=OutsideMail(street=street, outside=outside, mischief=mischief, unread=[]),
        mischief=mischief,
        parser=parser,
        log=WorldLog(troubles),
        store=await opened_store(settings),
        change=change,
        peep=Peep(settings.home / "duly.db"),
        watch=Watch(),
    )
    simulation.app = simulation.wired()
    return simulation
