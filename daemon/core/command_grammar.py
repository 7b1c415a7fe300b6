"""The grammar of rep commands: the first lines of a reply, forgiving, in English verbs.

A line is a command, a command with a mistake (which names the accepted form), or talk. Quoted
lines end the reading; so does talk after a command. Nothing is guessed: an amount or a date
that can be read in two ways is a mistake.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from daemon.core.command_words import (
    FORMS,
    Accept,
    Action,
    AddContact,
    Amount,
    Approve,
    Command,
    CommandError,
    Decline,
    DisputeFor,
    HandOver,
    Help,
    Later,
    Note,
    Paid,
    Pause,
    PromiseOn,
    Resend,
    Resolved,
    Resume,
    SetLevel,
    Start,
    Stop,
    TreatAsSent,
    Veto,
    Wrong,
)

LINES_MAX = 12
LINE_CHARACTERS_MAX = 400
TALK_LINES_MAX = 3
PAUSE_DAYS_MAX = 366


BARE: dict[str, Action] = {
    "resume": Resume(),
    "paid": Paid(),
    "accept": Accept(),
    "decline": Decline(),
    "stop": Stop(),
    "start": Start(),
    "hand over": HandOver(),
    "resend": Resend(),
    "treat as sent": TreatAsSent(),
    "help": Help(),
}
ALIASES = {"handover": "hand over", "hand-over": "hand over", "resolve": "resolved", "?": "help"}
LATER = ("plan", "undo", "copy", "send")
VERBS = re.compile(
    r"(?:please\s+)?(hand[ -]?over|treat as sent|\?|[a-z]+)(?=$|[\s:,.!])[:,.!]?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
NAMED = re.compile(r"^(.*?)\s*\bfor\s+(\S.*)$", re.IGNORECASE | re.DOTALL)
LED = re.compile(r"([^\s,|]*\d[^\s,|]*)(?:\s*,\s*|\s+and\s+|\s+|$)", re.IGNORECASE)
TAKES_NO_NUMBER = frozenset({"contact", "note", "stop", "help", "wrong"})
SEPARATORS = re.compile(r"\s*,\s*|\s+and\s+|\s+", re.IGNORECASE)
DAYS = re.compile(r"(?:for\s+)?(\d{1,4})\s*(d|days?|w|weeks?)", re.IGNORECASE)
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
WORDED_DATE = re.compile(r"(\d{1,2})\.?\s+([a-z]{3,9})\.?\s+(\d{4})", re.IGNORECASE)
DATE = re.compile(
    rf"(?:by\s+|on\s+|until\s+)?({ISO_DATE.pattern}|{DOTTED_DATE.pattern}|{WORDED_DATE.pattern})",
    re.IGNORECASE,
)
# A date or a number of days, and not a number that merely begins like one.
TERM = re.compile(rf"(?:{DATE.pattern}|{DAYS.pattern})(?=$|[\s,])", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
AMOUNT = re.compile(r"(?:([A-Za-z]{3})\s*)?(\d[\d.,' ]*?)\s*([A-Za-z]{3})?", re.IGNORECASE)
ADDRESS = re.compile(r"<?([^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}\.[^\s@<>,;.]{2,63})>?")
LEVEL_NAME = re.compile(r"[a-z][a-z0-9_ -]{0,60}", re.IGNORECASE)


def parse_commands(text: str) -> tuple[tuple[Command, ...], tuple[CommandError, ...]]:
    """Read the commands in the first lines of a rep's reply.

    Args:
        text: The new text of the reply, or a line of the command line.

    Returns:
        Commands in order, and what could not be read with the accepted form. Both are empty
        only where the text is.
    """
    commands: list[Command] = []
    errors: list[CommandError] = []
    talk: list[str] = []
    for line in text.splitlines()[: LINES_MAX * 2]:
        stripped = line.strip()[:LINE_CHARACTERS_MAX]
        if stripped.startswith(">") or stripped == "--":
            break
        if not stripped:
            if commands or errors:
                break
            continue
        found = parse_line(stripped)
        match found:
            case Command():
                commands.append(found)
            case CommandError():
                errors.append(found)
            case None:
                talk.append(stripped)
        is_over = found is None and bool(commands or errors)
        if is_over or len(talk) > TALK_LINES_MAX or len(commands) + len(errors) >= LINES_MAX:
            break
    if not commands and not errors and talk:
        errors.append(CommandError(line=talk[0], sentence=f"This is no command. {usage()}"))
    return tuple(commands), tuple(errors)


def usage() -> str:
    """Return the accepted forms in one sentence."""
    return f"Write one of: {'; '.join(form for _, form, _ in FORMS)}."


def parse_line(line: str) -> Command | CommandError | None:
    """Read one line; None where it does not begin with a verb."""
    found = VERBS.fullmatch(line.lstrip("-*• \t"))
    if found is None:
        return None
    verb = ALIASES.get(found.group(1).lower(), found.group(1).lower())
    rest = found.group(2).strip()
    if verb in LATER:
        return Command(text=line, action=Later(verb=verb))
    form = next((form for name, form, _ in FORMS if name == verb), None)
    if form is None:
        return None
    if verb == "note":
        return Command(text=line, action=Note(text=rest)) if rest else _mistake(line, verb, form)
    rest, invoices = _named(rest)
    rest = rest.rstrip(".!;, ")
    if verb not in TAKES_NO_NUMBER:
        rest, leading = _led(rest)
        invoices = tuple(dict.fromkeys((*leading, *invoices)))
    try:
        action = _action(verb, rest)
    except ValueError as error:
        return CommandError(line=line, sentence=f"{error} Write: {form}.")
    if action is None:
        return _mistake(line, verb, form)
    return Command(text=line, action=action, invoices=invoices)


def _mistake(line: str, verb: str, form: str) -> CommandError:
    return CommandError(line=line, sentence=f"`{verb}` is not complete or too much. Write: {form}.")


def _named(rest: str) -> tuple[str, tuple[str, ...]]:
    """Split off `for INV-7, INV-8`; `for 14d` names no invoice."""
    found = NAMED.match(rest)
    if found is None or DAYS.fullmatch(found.group(2).strip()):
        return rest, ()
    numbers = tuple(part for part in SEPARATORS.split(found.group(2).strip(" .")) if part)
    return found.group(1), numbers


def _led(rest: str) -> tuple[str, tuple[str, ...]]:
    """Split off the invoices that stand right after the verb: `pause INV-7 14d`."""
    numbers: list[str] = []
    while rest and not TERM.match(rest):
        found = LED.match(rest)
        if found is None:
            break
        numbers.append(found.group(1).rstrip(":;"))
        rest = rest[found.end() :]
    return rest, tuple(numbers)


def _action(verb: str, rest: str) -> Action | None:
    if verb in BARE:
        return None if rest else BARE[verb]
    match verb:
        case "pause":
            return _pause(rest)
        case "promise":
            on, amount = _leading_date(rest)
            return PromiseOn(on=on, amount=parse_amount(amount) if amount else None)
        case "dispute":
            code, _, amount = rest.partition(" ")
            return (
                DisputeFor(code=code.lower(), amount=parse_amount(amount) if amount else None)
                if code
                else None
            )
        case "wrong":
            labels = tuple(part for part in re.split(r"\s*,\s*|\s+and\s+", rest) if part)
            return Wrong(labels=labels) if labels else None
        case "resolved":
            return _resolved(rest)
        case "approve":
            return Approve(key=rest)
        case "veto":
            return Veto(key=rest)
        case "contact":
            found = ADDRESS.fullmatch(rest)
            is_whole = found is not None and rest.isprintable()
            return AddContact(address=found.group(1)) if found and is_whole else None
        case "level":
            name = rest.strip("`'\" ").lower().replace("-", "_").replace(" ", "_")
            return SetLevel(name=name) if LEVEL_NAME.fullmatch(rest) else None
        case _:
            return None


def _pause(rest: str) -> Pause | None:
    found = DAYS.fullmatch(rest)
    if found is None:
        return Pause(until_on=parse_date(rest)) if rest else None
    days = int(found.group(1)) * (7 if found.group(2).lower().startswith("w") else 1)
    if not 1 <= days <= PAUSE_DAYS_MAX:
        raise ValueError(f"A pause has 1 to {PAUSE_DAYS_MAX} days.")
    return Pause(days=days)


def _resolved(rest: str) -> Resolved | None:
    if not rest:
        return Resolved()
    word, _, amount = rest.partition(" ")
    if word.lower() != "credit" or not amount:
        return None
    return Resolved(credit=parse_amount(amount))


def _leading_date(rest: str) -> tuple[date, str]:
    found = DATE.match(rest)
    if found is None:
        raise ValueError("No date was found.")
    return parse_date(found.group(0)), rest[found.end() :].strip(" ,")


def parse_date(text: str) -> date:
    """Read 2026-12-12, 12.12.2026 or 12 December 2026.

    Raises:
        ValueError: It is none of these, or no such day exists; the message says so.
    """
    plain = re.sub(r"^(?:by|on|until)\s+", "", text.strip(), flags=re.IGNORECASE)
    if found := ISO_DATE.fullmatch(plain):
        year, month, on_day = found.groups()
    elif found := DOTTED_DATE.fullmatch(plain):
        on_day, month, year = found.groups()
    elif (found := WORDED_DATE.fullmatch(plain)) and found.group(2)[:3].lower() in MONTHS:
        on_day, name, year = found.groups()
        month = str(MONTHS.index(name[:3].lower()) + 1)
    else:
        raise ValueError(f"{text.strip()!r} is no date.")
    try:
        return date(int(year), int(month), int(on_day))
    except ValueError as error:
        raise ValueError(f"{text.strip()!r} does not exist.") from error


def parse_amount(text: str) -> Amount:
    """Read an amount in major units: 400, 400.00, 1,200.00, 1.200,00 with or without currency.

    Raises:
        ValueError: It is no amount, or can be read in two ways; the message says so.
    """
    found = AMOUNT.fullmatch(text.strip().replace("€", "EUR").replace("£", "GBP"))
    if found is None:
        raise ValueError(f"{text.strip()!r} is no amount.")
    before, digits, after = found.groups()
    digits = digits.replace(" ", "").replace("'", "")
    value = Decimal(_point_form(digits, text))
    return Amount(value=value, currency=(before or after or "").upper())


def _point_form(digits: str, text: str) -> str:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    mark, other = digits[last], "," if digits[last] == "." else "."
    decimals = len(digits) - last - 1
    if other not in digits and digits.count(mark) == 1 and decimals == 3:
        raise ValueError(f"{text.strip()!r} can be read in two ways; write it without thousands.")
    if digits.count(mark) > 1 or decimals == 3:
        return digits.replace(",", "").replace(".", "")
    return digits[:last].replace(other, "").replace(mark, "") + "." + digits[last + 1 :]
