"""Which of the dates in a promise is the day of payment: words beside each date weigh it.

A date beside a word of paying counts for, one beside an absence, a due date, a denial, an
arrival or another's payment counts against. Several days stay only where each has its own part
of the money or its own invoices; else the best one is kept, the later of equals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from parsers.date_words_phrases import DENIED
from parsers.reading import FoundDate, Precision

NEAR = 64
SHARE_MIN = -2
OVER_MAX = -3
_BREAK = re.compile(
    r"[.!?](?=\s|$)|:(?=\s)|[;\n()]|, | - | (?:and|but|so|then|und|aber|dann|sondern|et|mais|donc"
    r"|alors|y|pero|e|ma"
    r"|poi|en|maar|dus|mas|entao|ale|wiec|a|och|men|sa|og) "
)
PAY = re.compile(
    r"\bpay(?!roll)|\bpaid|payment|transfer|settle|\bsend|\bsort|remit|\bwire|release|\brun\b"
    r"|cheque"
    r"|\bclear|goes? out|going out|leav(?:es|ing) us|you'?ll have|have it|will be done|get it done"
    r"|do (?:it|yours|that|them|both)|zahl|uberweis|uberwies|begleich|\bgeld|erledig|anweis|lauf"
    r"|ausgleich|bekomm(?:st|en)|raus\b|regler|\bregle|paye|paie|virement|\bvire|solde|verse|depot"
    r"|je (?:le|la|vous|m'en)|\bpag|transfer|abon|liquid|deposit|corrida|programad|\bbonific|\bsald"
    r"|\bversa|provved|salder|dispost|liquider|parte\b|partono|betal|overma|overschr|voldo|voldaan"
    r"|\bstort|zet (?:ik|hem)|transf|\bplac|zaplac|przele|przelew|uregul|oplac|splac|puszcz|\bpojd"
    r"|wysl|idzie|wyjdzie|swish|uppg|gar (?:ivag|ut)|korning|overfor|afregn|klarer|bliver|kommer"
)
_DONE = re.compile(
    r"too late|missed|released|approved|instruct|arranged|scheduled|set up|signed|spoke|spoken"
    r"|received|got your"
    r"|was\b|were\b|has been|had\b"
    r"|have (?:just"
    r"|now|today)|freigegeben|freigab|gegeben|unterschrieben|gesprochen|erhalten|gepruft|worden"
    r"|enthielt|valide|recu|signe|\bapprouv|parti[es]?\b|recib|aprob|firm|hable|alcance|validad"
    r"|rientrat|ricevut|approvat|firmat|parlat|tornat|goedgekeurd|ontvangen|gesproken|vrijgegeven"
    r"|recebi|aprovad|regressei|voltei|falei|assinad|dostal|podpisal|zatwierdz|rozmawial|wrocil"
    r"|godkan|fick|in (?:my|the) jumpers|morning and|afternoon, feet|de hoy en|ab heute|from today"
)
_AWAY = re.compile(
    r"\baway\b|\bback\b|on leave|holiday|vacation|\bout of\b|off (?:now|until|till)|urlaub|zuruck"
    r"|verreis|abwesen|conge|vacances|absent|retour\b|rentre|vacacion|fuera|regres|vuelv|ferie"
    r"|rientr|assent|torno|vakantie|terug|afwezig|verlof|ferias|ausente|volto|urlop|wracam|wroce"
    r"|siedze|nieobec|semester|ledig|borta|tillbaka|tilbage|i am in\b|feiertag|holidays"
)
_DUE = re.compile(
    r"\bdue\b|\bdated?\b|overdue|invoice (?:of|from)|your (?:mail|e-?mail|letter|reminder)|fallig"
    r"|rechnung vom|schreiben vom|mail vom|mahnung vom|skonto|echeance|facture du|votre (?:mail"
    r"|courrier|relance)|vencim|vence|factura del|su (?:correo|mail)|scaden|fattura del|vostra del"
    r"|verval|factuur van|uw (?:mail|brief)|fatura de|vosso e|termin platnosci|faktury z|wczoraj"
    r"|avete chiesto|you (?:asked|wanted)|asked for|gewunscht|haben wollten|demandiez|pedian"
    r"|reconcil|meets|riunisce|tagt|siedzenie|campagnes ont lieu"
)
_ARRIVES = re.compile(
    r"arriv|with you|in your (?:account|bank)|reach you|show up|geldeingang|eingang|gutgeschr"
    r"|bei ihnen"
    r"|auf ihrem|wertstell|chez vous|sur votre compte|creditee?s?\b|en su cuenta|lo vera|vera en"
    r"|accredit|sul vostro|da voi|bij u op|bijgeschreven|binnen bij|na vossa conta|na sua conta"
    r"|u panstwa|na koncie|er hos|framme|on your account|you should see"
)
_CONDITION = re.compile(
    r"\b(?:if|once|provided|unless|as soon as|assuming|when|sobald|wenn|falls|sofern|si|des que"
    r"|lorsque|cuando|en cuanto|quando|appena|se|zodra|als|indien|assim que|caso|jak tylko|jesli"
    r"|gdy|nar|om)\b[^.!?\n]{0,50}$"
)
_OTHERS = re.compile(
    r"(?:client|customer|they|council|bank|funding|kunde|auftraggeber|bank|le client|cliente|klant"
    r"|gmina|inwestor|kund)[^.!?,;\n]{0,30}(?:pays?|paid|funds?|done|zahl|bezahl|paie|paye|paga"
    r"|betaal"
    r"|zaplac|placi|betalar|meets|done)"
)
_CORRECTED = re.compile(
    r"(?:\bno[,:]|\bi mean|\bsorry|sondern|rather|actually|instead|make (?:that|it)|besser gesagt"
    r"|besser|bensi|\bsino\b|\bnee,|\bnie,|tylko|plutot|enfin|quer dizer|alias|ignore that"
    r"|correction"
    r"|konkret|i\.e\.|ovvero|namlich|czyli|cioe|that is|das (?:ist|heisst)|le toca|more like)"
)
PART = re.compile(
    r"\b\d\d ?%|\bhalf\b|\b1/2|the (?:rest|remainder|balance|other)|remaining|halfte|\brest"
    r"|ubrige|moitie"
    r"|solde"
    r"|le reste|mitad|resto|lo que (?:falta|queda)|meta\b|saldo|helft|metade|restante|polow|reszt"
    r"|pozosta|koncowk|halften|resten|first (?:part|instal)|second (?:part|instal)|another"
    r"|deuxieme|tranche|anzahl|rata\b|rate\b|parte\b"
)
_PAST = re.compile(
    r"\b(?:paid|payed|bezahlt|uberwiesen|payee?s?|vire|reglee?s?|pagad[oa]s?|pague|pagat[oaei]"
    r"|saldat[oa]"
    r"|betaald|overgemaakt|paga desde|paguei|zaplacon\w+|przelan\w+|betalad|betalt)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|be paid|get paid|gets|is paid|are paid|'ll|wird|werden|werd|wordt|worden|sera"
    r"|seront"
    r"|sara|verra|sera|vai|fica|ficara|bedzie|zostanie|blir|bliver|kommer|to be)\b"
)
_NO_RUN = re.compile(
    r",? ?(?:no (?:hay|puedo|podemos|sale)|geht (?:es )?nicht|(?:is|was)(?:n't| not)|won't|can't"
    r"|n'est pas"
    r"|ce n'est pas|non (?:c'e|possiamo|riesco)|lukt niet|kan niet|gaat niet|nao (?:da|ha|consigo)"
    r"|nie (?:ma|da|mog)|gar inte|kan ikke)\b"
)
_UNTIL = re.compile(
    r"(?:until|till|jusqu\S{0,4}|bis(?: zum)?|hasta|fino|tot|ate|do|t\.?o\.?m\.?) \S{0,4} ?$"
)
_TODAYS = frozenset({"today", "yesterday", "before yesterday"})
_VAGUE = frozenset({"month", "this week", "next week", "late this week", "late month"})


def clause_of(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the clause round [start, end), at most `NEAR` characters each way."""
    low = max(0, start - NEAR)
    high = min(len(folded), end + NEAR)
    before = [match.end() for match in _BREAK.finditer(folded, low, start)]
    after = _BREAK.search(folded, end, high)
    return (before[-1] if before else low), (after.start() if after else high)


def weigh(folded: str, day: FoundDate) -> int:
    """Weigh one date by the words of its clause; below 0: hardly the day of payment."""
    start, end = day.span.start, day.span.end
    low, high = clause_of(folded, start, end)
    clause = folded[low:high]
    before = folded[max(0, start - 48) : start]
    pays = PAY.search(clause) is not None
    weight = 2 if pays else 0
    if day.rule in _TODAYS:
        weight -= 4 if _DONE.search(clause) else 2
    if day.rule in _VAGUE or day.precision is Precision.MONTH:
        weight -= 1
    if _AWAY.search(clause) and not pays:
        weight -= 3
    if _DUE.search(folded[max(low, start - 32) : high]) and not (pays and day.rule == "weekday"):
        weight -= 2
    if _PAST.search(clause) and not _AHEAD.search(clause):
        weight -= 3
    if _UNTIL.search(before) and not pays:
        weight -= 1
    if re.search(DENIED, before) or _NO_RUN.match(folded, end):
        weight -= 5
    if _ARRIVES.search(clause):
        weight -= 1
    if _CONDITION.search(folded[low:start]):
        weight -= 2
    if _OTHERS.search(folded[low : end + 40 if end + 40 < high else high]):
        weight -= 2
    if _CORRECTED.search(folded[max(0, start - 40) : start]):
        weight += 2
    return weight


def choose(
    folded: str, days: Sequence[FoundDate], has_share: Callable[[FoundDate], bool]
) -> tuple[FoundDate, ...]:
    """Choose the days of payment among the dates of the promising words.

    Args:
        folded: The new text, folded.
        days: Candidate dates, in order of the text.
        has_share: Tells whether a date has its own amount or its own invoices.

    Returns:
        All days that have a share each, else the one best day; nothing of nothing.
    """
    days = _after_correction(folded, days)
    days = [day for day in days if not _is_todays_name(folded, day, days)] or days
    if len({day.on for day in days}) <= 1:
        return tuple(days)
    weights = {id(day): weigh(folded, day) for day in days}
    shared = [day for day in days if weights[id(day)] > SHARE_MIN and has_share(day)]
    if len({day.on for day in shared}) > 1 and _is_parted(shared, days, weights):
        return tuple(shared)
    top = max(weights.values())
    return tuple([day for day in days if weights[id(day)] == top][-1:])


def _is_todays_name(folded: str, day: FoundDate, days: Sequence[FoundDate]) -> bool:
    """Whether the weekday is but the name of the today that the text speaks of."""
    return day.rule == "weekday" and any(
        other.rule == "today" and (day.on - other.on).days == 7 and weigh(folded, other) > OVER_MAX
        for other in days
    )


def _after_correction(folded: str, days: Sequence[FoundDate]) -> Sequence[FoundDate]:
    """Drop the dates that the writer takes back: "Monday ... no, I mean Tuesday"."""
    for index in range(len(days) - 1, 0, -1):
        between = folded[days[index - 1].span.end : days[index].span.start]
        if len(between) < 60 and _TAKEN_BACK.search(between):
            return days[index:]
    return days


_TAKEN_BACK = re.compile(
    r"(?:\bno[,:] |\bi mean\b|\bsorry\b|\bsondern\b|\bignore that|make (?:that|it) |\bcorrection\b"
    r"|besser gesagt|\bbensi\b|\bsino\b|\bnee,|quer dizer|plutot|je veux dire|quiero decir|anzi\b"
    r"|ik bedoel|to znaczy|a raczej|jag menar|rattare sagt|moved to|verschoben auf|reporte au)"
)


def _is_parted(
    shared: Sequence[FoundDate], days: Sequence[FoundDate], weights: dict[int, int]
) -> bool:
    """Whether the days with a share explain the promise: none better stands beside them."""
    others = [day for day in days if day not in shared]
    best = max(weights[id(day)] for day in shared)
    return all(weights[id(day)] <= best for day in others)
