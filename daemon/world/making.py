"""Making a world: everything of one seed drawn, wired, and ready for its first day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from daemon.adapters.clock import VirtualClock
from daemon.adapters.render import Renderer
from daemon.compose import stationery
from daemon.core.calendar import calendar_of
from daemon.core.house import House
from daemon.laws.findings import Reports
from daemon.settings import load_settings
from daemon.world.bookkeeping import Bookkeeping
from daemon.world.dice import Dice
from daemon.world.home import write_home
from daemon.world.loop_wires import LoopbackWires
from daemon.world.machine import SENT, Change, Machine, SentCopy, Wires, unchanged
from daemon.world.mischief import Mischief
from daemon.world.near_inbox import NearServer
from daemon.world.near_parser import NearParser
from daemon.world.near_post import NearPost
from daemon.world.near_wires import NearWires
from daemon.world.outside import Outside
from daemon.world.outside_mail import OutsideMail
from daemon.world.peep import Peep
from daemon.world.people import standing_orders
from daemon.world.population import populate
from daemon.world.simulation import Plan, Simulation
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
        plan: Days, accounts, kinds of trouble; in memory or over loopback, on which database.
        seed: What everything follows from.
        home: Where the product's home is made.
        change: Breaks the product on purpose, for the tests of the laws.
    """
    write_home(home, seed, 25, 143, database=plan.database)
    settings = load_settings(home)
    dice = Dice(seed)
    first_day = FIRST_DAY + timedelta(days=dice.between(0, START_DAYS, "first day"))
    clock = VirtualClock(datetime.combine(first_day, time(0, 0), UTC))
    troubles = troubles_of(plan, dice, clock)
    server = NearServer(now=clock.now, trouble=troubles)
    sent_copy = dice.one_of(COPIES, "sent copy")
    post = NearPost(
        now=clock.now,
        trouble=troubles,
        files_in=server.folder(SENT) if sent_copy == "auto" else None,
    )
    house = settings.house()
    street, tempers = street_of(plan, dice, first_day, house, server)
    books = Bookkeeping(
        book=street.book, troubles=troubles, calendar=street.calendar, folder=home / "ledger"
    )
    outside = Outside(house=house, post=post, street=street, books=books, tempers=tempers)
    parser = NearParser(has_model=plan.has_model)
    mischief = Mischief(troubles=troubles, street=street, server=server, post=post, parser=parser)
    reports = Reports()
    watch = Watch(house=house, reports=reports)
    machine = Machine(
        settings=settings,
        true_now=clock.now,
        stationery=stationery(home, settings, packaged_templates()),
        parser=parser,
        wires=await wires_of(plan, server, post),
        troubles=troubles,
        log=WorldLog(troubles),
        look=watch.look,
        sent_copy=sent_copy,
        change=change,
    )
    await machine.open()
    return Simulation(
        plan=plan,
        seed=seed,
        settings=settings,
        first_day=first_day,
        clock=clock,
        machine=machine,
        street=street,
        post=post,
        server=server,
        troubles=troubles,
        books=books,
        outside=outside,
        incoming=OutsideMail(street=street, outside=outside, mischief=mischief, unread=[]),
        mischief=mischief,
        peep=Peep(await machine.opened_database(is_readonly=True)),
        watch=watch,
        reports=reports,
    )


@cache
def packaged_templates() -> Renderer:
    """Return the templates of every world, compiled once for all seeds of this process."""
    return Renderer()


def troubles_of(plan: Plan, dice: Dice, clock: VirtualClock) -> Troubles:
    """Return the plan of what goes wrong; the last days are quiet."""
    return Troubles(
        dice=dice,
        faults=plan.faults,
        now=clock.now,
        wait=lambda time: clock.advance_to(clock.now() + time),
        quiet_from=clock.now() + timedelta(days=max(plan.days - QUIET_DAYS, 0)),
    )


def street_of(
    plan: Plan, dice: Dice, first_day: date, house: House, server: NearServer
) -> tuple[Street, dict[str, str]]:
    """Return the people of a world, and the temper of each customer by its reference."""
    book, customers, tempers = populate(dice.seed, first_day, plan.days, plan.accounts)
    creditor = house.creditor
    street = Street(
        book=book,
        customers={customer.debtor.reference: customer for customer in customers},
        server=server,
        calendar=calendar_of(creditor.country, creditor.zone, frozenset()),
        dice=dice.about("street"),
        office=creditor.sender.address,
        first_day=first_day,
        is_untidy=Fault.MAIL in plan.faults,
        are_reps_untidy=Fault.REPS in plan.faults,
        agenda=standing_orders(customers, book),
    )
    return street, tempers


async def wires_of(plan: Plan, server: NearServer, post: NearPost) -> Wires:
    """Return the way to the servers: in memory, or over sockets that listen from here on."""
    if plan.is_loopback:
        return await LoopbackWires.started(server, post)
    return NearWires(server=server, post=post)
