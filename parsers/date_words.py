"""Words of the calendar in eight languages (and the Nordic names), folded.

Tables only: months, weekdays, numerals, units. A word is written lower-case without accents.
"""

from __future__ import annotations

from parsers.date_words_other import OTHER_MONTHS, OTHER_WEEKDAYS

MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "january jan",
        "february feb febuary",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sept sep",
        "october oct",
        "november nov",
        "december dec",
    ),
    "de": (
        "januar janner jan jaenner",
        "februar feber feb",
        "marz maerz mrz",
        "april apr",
        "mai",
        "juni jun",
        "juli jul",
        "august aug",
        "september sept sep",
        "oktober okt",
        "november nov",
        "dezember dez",
    ),
    "fr": (
        "janvier janv",
        "fevrier fevr fev",
        "mars",
        "avril avr",
        "mai",
        "juin",
        "juillet juil",
        "aout",
        "septembre sept",
        "octobre oct",
        "novembre nov",
        "decembre dec",
    ),
    "es": (
        "enero ene",
        "febrero feb",
        "marzo mar",
        "abril abr",
        "mayo may",
        "junio jun",
        "julio jul",
        "agosto ago",
        "septiembre setiembre sept sep",
        "octubre oct",
        "noviembre nov",
        "diciembre dic",
    ),
    "it": (
        "gennaio gen",
        "febbraio feb",
        "marzo mar",
        "aprile apr",
        "maggio mag",
        "giugno giu",
        "luglio lug",
        "agosto ago",
        "settembre sett set",
        "ottobre ott",
        "novembre nov",
        "dicembre dic",
    ),
    "nl": (
        "januari jan",
        "februari feb",
        "maart mrt",
        "april apr",
        "mei",
        "juni jun",
        "juli jul",
        "augustus aug",
        "september sept sep",
        "oktober okt",
        "november nov",
        "december dec",
    ),
    "pt": (
        "janeiro jan",
        "fevereiro fev",
        "marco mar",
        "abril abr",
        "maio mai",
        "junho jun",
        "julho jul",
        "agosto ago",
        "setembro set",
        "outubro out",
        "novembro nov",
        "dezembro dez",
    ),
    "pl": (
        "stycznia styczen styczniu",
        "lutego luty lutym",
        "marca marzec marcu",
        "kwietnia kwiecien kwietniu",
        "maja maj maju",
        "czerwca czerwiec czerwcu",
        "lipca lipiec lipcu",
        "sierpnia sierpien sierpniu",
        "wrzesnia wrzesien wrzesniu",
        "pazdziernika pazdziernik pazdzierniku",
        "listopada listopad listopadzie",
        "grudnia grudzien grudniu",
    ),
    "sv": (
        "januari",
        "februari",
        "mars marts",
        "april",
        "maj mai",
        "juni",
        "juli",
        "augusti august",
        "september",
        "oktober",
        "november",
        "december",
    ),
}

WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": (
        "monday mon",
        "tuesday tues tue",
        "wednesday weds wed wednsday",
        "thursday thurs thur thu",
        "friday fri",
        "saturday sat",
        "sunday",
    ),
    "de": (
        "montag montags",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag freitags",
        "samstag sonnabend",
        "sonntag",
    ),
    "fr": (
        "lundi lun",
        "mardi",
        "mercredi merc",
        "jeudi jeu",
        "vendredi vend ven",
        "samedi",
        "dimanche",
    ),
    "es": ("lunes", "martes", "miercoles mie", "jueves jue", "viernes vie", "sabado", "domingo"),
    "it": (
        "lunedi lun",
        "martedi",
        "mercoledi merc",
        "giovedi gio",
        "venerdi ven",
        "sabato",
        "domenica",
    ),
    "nl": (
        "maandag",
        "dinsdag",
        "woensdag woe",
        "donderdag don",
        "vrijdag vrij",
        "zaterdag",
        "zondag",
    ),
    "pt": (
        "segunda-feira",
        "terca-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira sexta",
        "sabado",
        "domingo",
    ),
    "pl": (
        "poniedzialek poniedzialku pon pn",
        "wtorek wtorku wt",
        "sroda srode srody sr",
        "czwartek czwartku czw",
        "piatek piatku",
        "sobota sobote soboty",
        "niedziela niedziele niedzieli",
    ),
    "sv": (
        "mandag",
        "tisdag tirsdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lordag",
        "sondag",
    ),
}

WORKDAYS_PT = ("segunda", "terca", "quarta", "quinta", "sexta")

NUMERALS: dict[str, int] = {
    word: value
    for value, words in {
        1: "a an one ein eine einem einer einen une uno una een um uma jeden",
        2: "two couple zwei deux dos due twee dois duas dwa dwoch dwie tva to",
        3: "three drei trois tres tre drie trzy trzech",
        4: "four vier quatre cuatro quattro quatro cztery czterech fyra fire",
        5: "five funf fuenf cinq cinco cinque vijf piec pieciu fem",
        6: "six sechs seis sei zes szesc szesciu sex seks",
        7: "seven sieben sept siete sette zeven sete siedem siedmiu sju syv",
        8: "eight acht huit ocho otto oito osiem osmiu atta otte",
        9: "nine neun neuf nueve nove negen dziewiec dziewieciu nio",
        10: "ten zehn dix diez dieci tien dez dziesiec dziesieciu tio",
        12: "twelve zwolf douze doce dodici twaalf doze dwanascie dwunastu",
        14: "fourteen vierzehn quatorze catorce quattordici veertien czternascie czternastu",
        15: "fifteen funfzehn quinze quince quindici vijftien pietnascie pietnastu",
        20: "twenty zwanzig vingt veinte venti twintig vinte",
        21: "twenty-one",
        30: "thirty dreissig dreißig trente treinta trenta dertig trinta trzydziesci",
    }.items()
    for word in words.split()
}

ORDINALS: dict[str, int] = {
    word: value
    for value, words in {
        1: "first ersten premier primero primo eerste primeiro pierwszego forsta forste",
        2: "second zweiten",
        3: "third dritten",
        4: "fourth vierten",
        5: "fifth funften",
        6: "sixth sechsten",
        7: "seventh siebten",
        8: "eighth achten",
        9: "ninth neunten",
        10: "tenth zehnten dziesiatego",
        11: "eleventh elften",
        12: "twelfth zwolften",
        13: "thirteenth dreizehnten",
        14: "fourteenth vierzehnten",
        15: "fifteenth funfzehnten pietnastego",
        16: "sixteenth sechzehnten",
        17: "seventeenth siebzehnten",
        18: "eighteenth achtzehnten",
        19: "nineteenth neunzehnten",
        20: "twentieth zwanzigsten dwudziestego",
        21: "twenty-first einundzwanzigsten",
        22: "twenty-second zweiundzwanzigsten",
        23: "twenty-third dreiundzwanzigsten",
        24: "twenty-fourth vierundzwanzigsten",
        25: "twenty-fifth funfundzwanzigsten",
        26: "twenty-sixth sechsundzwanzigsten",
        27: "twenty-seventh siebenundzwanzigsten",
        28: "twenty-eighth achtundzwanzigsten",
        29: "twenty-ninth neunundzwanzigsten",
        30: "thirtieth dreissigsten trzydziestego",
        31: "thirty-first einunddreissigsten",
    }.items()
    for word in words.split()
}


_NORDIC = {"da": "sv", "no": "sv", "nb": "sv", "nn": "sv"}


def month_numbers(language: str) -> dict[str, int]:
    """Return the month names that count in this language: its own, and all long ones."""
    language = _NORDIC.get(language, language)
    table: dict[str, int] = {}
    for code, names in MONTHS.items():
        for number, words in enumerate(names, 1):
            for word in words.split():
                if code in (language, "en") or len(word) >= 5:
                    table.setdefault(word, number)
    own = MONTHS.get(language) or OTHER_MONTHS.get(language, ())
    for number, words in enumerate(own, 1):
        table.update(dict.fromkeys(words.split(), number))
    return table


def weekday_numbers(language: str) -> dict[str, int]:
    """Return weekday names, Monday 0: short ones only of the language itself."""
    language = _NORDIC.get(language, language)
    table: dict[str, int] = {}
    for code, names in WEEKDAYS.items():
        for number, words in enumerate(names):
            for word in words.split():
                if code == language or len(word) >= 5:
                    table.setdefault(word, number)
    if language == "pt":
        for word, number in zip(WORKDAYS_PT, range(5), strict=True):
            table[word] = number
    for number, words in enumerate(WEEKDAYS.get(language) or OTHER_WEEKDAYS.get(language, ())):
        table.update(dict.fromkeys(words.split(), number))
    return table
