"""Amounts with their currency: found, exact, tied to their words.

A bare integer is a number, not an amount, unless the open items tell otherwise: it equals one,
their sum or a half, adds up to one with another, or follows a word of paying. Separators of all
countries.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from daemon.core.money import Money, money_from_decimal
from parsers.evidence import fold, quote
from parsers.reading import Evidence

TEXT_MAX = 200_000
AMOUNTS_MAX = 400
PAIRED_MAX = 60
PAIR_MIN = 20
BARE_MAX = 300

_SIGNS = {
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "teur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "quid": "GBP",
    "pounds": "GBP",
    "us$": "USD",
    "usd": "USD",
    "chf": "CHF",
    "sfr": "CHF",
    "fr.": "CHF",
    "franken": "CHF",
    "zl": "PLN",
    "pln": "PLN",
    "zlotych": "PLN",
    "r$": "BRL",
    "brl": "BRL",
    "s$": "SGD",
    "sgd": "SGD",
    "a$": "AUD",
    "aud": "AUD",
    "c$": "CAD",
    "cad": "CAD",
    "nz$": "NZD",
    "nzd": "NZD",
    "hk$": "HKD",
    "hkd": "HKD",
    "sek": "SEK",
    "dkk": "DKK",
    "nok": "NOK",
    "czk": "CZK",
    "kc": "CZK",
    "huf": "HUF",
    "zar": "ZAR",
    "₹": "INR",
    "inr": "INR",
    "rs.": "INR",
    "rs": "INR",
    "¥": "JPY",
    "jpy": "JPY",
    "mxn": "MXN",
    "aed": "AED",
    "kwd": "KWD",
    "ngn": "NGN",
    "kes": "KES",
    "ksh": "KES",
    "ron": "RON",
}
_PESOS = frozenset({"MXN", "CLP", "COP", "ARS", "UYU"})
_FRANCS = frozenset({"CHF", "XOF", "XAF", "XPF"})
_KRONER = frozenset({"SEK", "DKK", "NOK", "ISK"})
_AMBIGUOUS = ("$", "kr", "kr.", "dollars", "dollar", "r", ":-")

_MARK = "|".join(
    sorted(map(re.escape, (*_SIGNS, "$", "kr.", "kr", "dollars", "dollar", "fcfa")), key=len)[::-1]
)
_NUMBER = (
    r"\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d\d)?"
    r"|\d{1,3}(?:[.,' ]\d{3}){1,4}(?:[.,]\d{1,3}(?!\d))?|\d{1,12}(?:[.,]\d{1,3}(?!\d))?"
)
_TIMES = r"(?:(?P<times>\d{1,2}) ?[x×] ?)?"
_PATTERN = re.compile(
    rf"(?<![\w.,/#])(?<!\w[-])(?<!\d\.-){_TIMES}(?:(?P<before>{_MARK}|r(?=\d"
    rf"| \d)) ?)?(?P<number>{_NUMBER})"
    rf"(?P<kilo> ?(?:k|mil|tys\.?|tysiecy|tsd\.?|grand)(?!\w))?(?P<even>,-|\.-"
    rf"| ?:-)?(?: ?(?P<after>(?:{_MARK})(?!\w)))?(?![\w]|/\w"
    rf"|[.,-]\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAmount:
    """An amount as written; `times` parts of it where the text says "3 x 900".

    `is_marked` tells a written currency from one that was taken from the open items.
    """

    money: Money
    span: Evidence
    times: int = 1
    is_marked: bool = True


def parse_number(text: str, decimals: int = 2) -> Decimal | None:
    """Read 1,250.00, 1.250,00, 1'250.50, 1 250,00: the last mark decides.

    A single mark before exactly three digits separates thousands.
    """
    compact = text.replace("'", "").replace(" ", "")
    last = max(compact.rfind("."), compact.rfind(","))
    if last >= 0:
        tail = compact[last + 1 :]
        mark = compact[last]
        is_thousands = len(tail) == 3 and (decimals != 3 or compact.count(mark) > 1)
        whole = re.sub("[.,]", "", compact[:last])
        compact = whole + tail if is_thousands else f"{whole}.{tail}"
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None


def _currency(mark: str, ours: str) -> str:
    if mark in ("f", "fr.", "fr", "fcfa"):
        return ours if ours in _FRANCS else "CHF" if mark == "fr." else ours
    if mark in _SIGNS:
        return _SIGNS[mark]
    if mark in ("kr", "kr."):
        return ours if ours in _KRONER else "SEK"
    if mark == "r":
        return "ZAR"
    return ours if ours.endswith("D") or ours in _PESOS else "USD"


_PAYING = re.compile(
    r"(?:\bpay|\bsend|\btransfer|\bwire|\bdrop you|\bzahl\w*|uberweis\w*|\bvir\w+|\bvers\w+"
    r"|\bregl\w+|\bpag\w+|\bmand\w+|\bbonific\w+|\btransfier\w+|\btransfiro|\bbetaal|\bstort"
    r"|\bzaplac\w*|\bprzel\w+|\bwplac\w+|\bbetalar|\bbetaler|\bhago|\bdo|\bsaldo|\bpartiti"
    r"|\bkriegst|\bkrieg(?:t|en)|\bbekommst|\bfacci[oa]|\bfaccio|\bpaso|\bgaat er|\bkrijg je"
    r"|\bget|\bdostanie\w*"
    r"|\bplace|\bposle|\bposlu|\bmaksan|\butalok|\bplatesc|\bvirez|\bacredit\w*|\bingres\w+"
    r"|\bbanked|\bsent|\bpaid|\bpague|\bpaguei|\bmandei|\bvire|\bverse)"
    r"(?: (?:you|them|him|ihnen|dir|wir|ich|je|vous|te|le|les|los|las|ti|vi|jullie|u|de|die|the"
    r"|another|noch|full|jag|jeg)){0,2} $"
)
_NUMBER_OF = re.compile(
    r"\b(?:(?:nr\.?|no\.|numer\w*) \w+|(?:eur|usd|gbp|chf|bank|giro)[- ]?(?:konto|account)"
    r"|konto(?:nummer|-?nr\.?))[ :]*$"
)
_LEAVES_AFTER = re.compile(
    r" (?:kommen|kommt|gehen|geht|folgen|folgt|goes out|go out|leaves|te los|is coming|coming up"
    r"|naar|will be paid|wird|werden|volgt|parten|partono|segue|sale|salen|vai|seguem)"
)
_PAID_AFTER = re.compile(
    r" (?:was paid|uberwiesen|bezahlt|gezahlt|angewies|overgemaakt|betaald|voldaan|gestort|payes)"
)
_NOT_MONEY = re.compile(
    r" ?(?:%|days?|tage|jours|dias|giorni|dagen|dni|weeks?|wochen|x |invoices?|rechnung|factur"
    r"|fattur"
    r"|fatur|faktur|of the|und \d|and \d|, \d|/|units|stuck|hours?|stunden|on account of)"
)


def _told(known: Sequence[Money]) -> frozenset[Decimal]:
    """What an unmarked number may equal: an open amount, all of them together, a half."""
    values = {money.decimal for money in known}
    return frozenset(
        values
        | {sum(values, Decimal(0))}
        | {sum((m.decimal for m in known), Decimal(0))}
        | {value / 2 for value in values}
    )


def _pairs(folded: str, known: Sequence[Money]) -> frozenset[Decimal]:
    """Unmarked numbers of the text two of which add up to an open amount, or to all of them."""
    numbers: list[Decimal] = []
    for match in _PATTERN.finditer(folded):
        value = parse_number(match["number"])
        if value is not None and value >= PAIR_MIN:
            numbers.append(value)
        if len(numbers) >= PAIRED_MAX:
            break
    targets = {money.decimal for money in known}
    targets.add(sum((money.decimal for money in known), Decimal(0)))
    counts = Counter(numbers)
    return frozenset(
        one
        for one in counts
        for target in targets
        if counts[target - one] > (1 if target - one == one else 0)
    )


_GROUPED = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")


def _follows_paying(folded: str, match: re.Match[str]) -> bool:
    """Whether a bare number of at least two digits is what a word of paying is about."""
    if len(match["number"]) < 2 or len(match["number"]) > 7:
        return False
    before = folded[max(0, match.start() - 40) : match.start()]
    after = folded[match.end() : match.end() + 16]
    if _NOT_MONEY.match(after) is not None or _NUMBER_OF.search(before) is not None:
        return False
    if _GROUPED.fullmatch(match["number"]) and _LEAVES_AFTER.match(after):
        return True
    return _PAYING.search(before) is not None or _PAID_AFTER.match(after) is not None


def find_amounts(text: str, currency: str, known: Sequence[Money] = ()) -> tuple[FoundAmount, ...]:
    """Find the amounts of the text, in order.

    Args:
        text: The sender's words.
        currency: The account's currency, for `$`, `kr` and unmarked decimals; may be empty.
        known: Open amounts: an unmarked number counts where it equals one or has two decimals.

    Returns:
        At most 400 amounts with exact quotes.
    """
    folded = fold(text[:TEXT_MAX])
    values = _told(known)
    bare = _pairs(folded, known) if known else frozenset()
    found: list[FoundAmount] = []
    bare_count = 0
    for match in _PATTERN.finditer(folded):
        mark = match["before"] or match["after"] or ""
        number = match["number"]
        is_marked = bool(mark or match["even"]) and not (mark == "r" and currency != "ZAR")
        code = _currency(mark, currency) if mark and is_marked else currency
        value = parse_number(number, 3 if code in ("KWD", "BHD", "OMR", "TND", "JOD") else 2)
        if value is None or not code:
            continue
        if match["kilo"]:
            value, is_marked = value * 1000, True
        if mark == "teur":
            value *= 1000
        has_cents = re.search(r"[.,]\d\d$", number) is not None and not re.fullmatch(
            r"\d{1,2}\.\d\d", number
        )
        is_grouped = _GROUPED.fullmatch(number) is not None
        is_known = value in values and (is_grouped or value > 99)
        is_meant = is_marked or has_cents or is_known or value in bare
        if not is_meant:
            bare_count += 1
            if not known or bare_count > BARE_MAX or not _follows_paying(folded, match):
                continue
        try:
            money = money_from_decimal(value, code)
        except ValueError:
            continue
        times = int(match["times"]) if match["times"] else 1
        span = quote(text, match.start(), match.end())
        found.append(FoundAmount(money=money, span=span, times=times, is_marked=is_marked))
        if len(found) >= AMOUNTS_MAX:
            break
    return tuple(found)
