"""Months and weekdays of further languages, folded: they count only in a mail of the language.

Absence notes come in more languages than replies do. Tables only.
"""

from __future__ import annotations

OTHER_MONTHS: dict[str, tuple[str, ...]] = {
    "cs": (
        "leden ledna lednu",
        "unor unora unoru",
        "brezen brezna breznu",
        "duben dubna dubnu",
        "kveten kvetna kvetnu",
        "cerven cervna cervnu",
        "cervenec cervence cervenci",
        "srpen srpna srpnu",
        "zari",
        "rijen rijna rijnu",
        "listopad listopadu",
        "prosinec prosince prosinci",
    ),
    "fi": (
        "tammikuuta tammikuun tammikuu",
        "helmikuuta helmikuun helmikuu",
        "maaliskuuta maaliskuun maaliskuu",
        "huhtikuuta huhtikuun huhtikuu",
        "toukokuuta toukokuun toukokuu",
        "kesakuuta kesakuun kesakuu",
        "heinakuuta heinakuun heinakuu",
        "elokuuta elokuun elokuu",
        "syyskuuta syyskuun syyskuu",
        "lokakuuta lokakuun lokakuu",
        "marraskuuta marraskuun marraskuu",
        "joulukuuta joulukuun joulukuu",
    ),
    "ro": (
        "ianuarie",
        "februarie",
        "martie",
        "aprilie",
        "mai",
        "iunie",
        "iulie",
        "august",
        "septembrie",
        "octombrie",
        "noiembrie",
        "decembrie",
    ),
    "hu": (
        "januar januarig",
        "februar februarig",
        "marcius marciusig",
        "aprilis aprilisig",
        "majus majusig",
        "junius juniusig",
        "julius juliusig",
        "augusztus",
        "szeptember",
        "oktober",
        "november",
        "december",
    ),
    "tr": (
        "ocak",
        "subat",
        "mart",
        "nisan",
        "mayis",
        "haziran",
        "temmuz",
        "agustos",
        "eylul",
        "ekim",
        "kasim",
        "aralik",
    ),
    "el": (
        "ιανουαριου",
        "φεβρουαριου",
        "μαρτιου",
        "απριλιου",
        "μαιου",
        "ιουνιου",
        "ιουλιου",
        "αυγουστου",
        "σεπτεμβριου",
        "οκτωβριου",
        "νοεμβριου",
        "δεκεμβριου",
    ),
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
}

OTHER_WEEKDAYS: dict[str, tuple[str, ...]] = {
    "cs": (
        "pondeli pondelku",
        "utery uterka uterku",
        "streda stredu stredy",
        "ctvrtek ctvrtka ctvrtku",
        "patek patku",
        "sobota sobotu soboty",
        "nedele nedeli",
    ),
    "fi": (
        "maanantai maanantaina maanantain maanantaihin maanantaiksi",
        "tiistai tiistaina tiistain tiistaihin tiistaiksi",
        "keskiviikko keskiviikkona keskiviikon keskiviikkoon keskiviikoksi",
        "torstai torstaina torstain torstaihin torstaiksi",
        "perjantai perjantaina perjantain perjantaihin perjantaiksi",
        "lauantai lauantaina lauantain lauantaihin",
        "sunnuntai sunnuntaina sunnuntain sunnuntaihin",
    ),
    "ro": ("luni", "marti", "miercuri", "joi", "vineri", "sambata", "duminica"),
    "hu": (
        "hetfo hetfon hetfoig hetfore hetfoi",
        "kedd kedden keddig keddre keddi",
        "szerda szerdan szerdaig szerdara szerdai",
        "csutortok csutortokon csutortokig csutortokre csutortoki",
        "pentek penteken pentekig pentekre penteki",
        "szombat szombaton szombatig",
        "vasarnap vasarnapig",
    ),
    "el": ("δευτερα", "τριτη", "τεταρτη", "πεμπτη", "παρασκευη", "σαββατο", "κυριακη"),
    "ru": (
        "понедельник понедельника",
        "вторник вторника",
        "среду среда среды",
        "четверг четверга",
        "пятницу пятница пятницы",
        "субботу субботы",
        "воскресенье воскресенья",
    ),
    "tr": (
        "pazartesi pazartesiye",
        "sali saliya",
        "carsamba carsambaya",
        "persembe persembeye",
        "cuma cumaya",
        "cumartesi cumartesiye",
        "pazar",
    ),
}

OTHER_FIXED: dict[str, dict[str, str]] = {
    "cs": {
        "today": "dnes(?:ka)?|dnesniho dne",
        "tomorrow": "zitra|zejtra",
        "day_after_tomorrow": "pozitri",
        "yesterday": "vcera",
        "next_week": "(?:pristi|pristim|pristiho) (?:tyden|tydnu|tydne)",
        "this_week": "(?:tento|tomto|tohoto) (?:tyden|tydnu|tydne)|behem tydne",
        "late_this_week": "(?:do )?konce tydne",
        "late_month": "(?:do |ke )?(?:konce|koncem|konci) (?:tohoto )?mesice",
        "early_next_month": "zacatkem (?:pristiho )?mesice",
        "a_week": "za tyden|do tydne",
        "year_end": "konce roku",
    },
    "fi": {
        "today": "tanaan",
        "tomorrow": "huomenna|huomiseksi",
        "day_after_tomorrow": "ylihuomenna",
        "yesterday": "eilen",
        "next_week": "ensi viikolla|ensi viikon",
        "this_week": "talla viikolla|taman viikon",
        "late_this_week": "viikon lopussa|viikon loppuun|loppuviikosta",
        "late_month": "(?:taman )?kuun (?:lopussa|loppuun|vaihteessa)"
        "|kuukauden (?:lopussa|loppuun)",
        "early_next_month": "ensi kuun alussa",
        "late_next_month": "ensi kuun (?:lopussa|loppuun)",
        "a_week": "viikon (?:kuluttua|sisalla|kuluessa|paasta)",
        "year_end": "vuoden (?:lopussa|loppuun)",
    },
    "ro": {
        "today": "azi|astazi|diseara|in cursul zilei",
        "tomorrow": "maine",
        "day_after_tomorrow": "poimaine",
        "yesterday": "ieri",
        "next_week": "saptamana (?:viitoare|urmatoare)",
        "this_week": "saptamana (?:aceasta|asta)",
        "late_this_week": "sfarsitul saptamanii",
        "late_month": "sfarsitul (?:lunii|acestei luni)(?: acesteia)?",
        "late_next_month": "sfarsitul lunii (?:viitoare|urmatoare)",
        "early_next_month": "inceputul lunii(?: viitoare)?",
        "a_week": "(?:intr-o|peste o) saptamana",
        "year_end": "sfarsitul anului",
    },
    "hu": {
        "today": "ma|a mai nap(?:on|ig)?",
        "tomorrow": "holnap(?:ig)?",
        "day_after_tomorrow": "holnaputan",
        "yesterday": "tegnap",
        "next_week": "jovo het(?:en|ig|i)?",
        "this_week": "(?:ezen a )?heten|a heten",
        "late_this_week": "(?:a )?het vege(?:n|ig)?",
        "late_month": "(?:a )?ho(?:nap)? vege(?:n|ig|re)?|honap utolso napj\\w+",
        "early_next_month": "(?:jovo )?ho(?:nap)? elej\\w+",
        "a_week": "egy heten belul|egy het mulva",
        "year_end": "ev vege(?:n|ig)?",
    },
    "tr": {
        "today": "bugun(?:e)?|bu (?:aksam|sabah)",
        "tomorrow": "yarin(?:a)?",
        "day_after_tomorrow": "obur gun",
        "yesterday": "dun",
        "next_week": "(?:gelecek|onumuzdeki|haftaya) ?hafta|haftaya",
        "this_week": "bu hafta|hafta icinde",
        "late_this_week": "hafta sonu\\w*",
        "late_month": "(?:bu )?ay sonu\\w*|ayin sonu\\w*",
        "early_next_month": "(?:gelecek )?ay basi\\w*",
        "a_week": "bir hafta icinde",
        "year_end": "yil sonu\\w*",
    },
    "ru": {
        "today": "сегодня",
        "tomorrow": "завтра",
        "yesterday": "вчера",
        "next_week": "(?:следующеи|будущеи) неделе",
        "this_week": "этои неделе",
        "late_this_week": "конца недели|конце недели",
        "late_month": "конца месяца|конце месяца",
    },
    "el": {
        "today": "σημερα",
        "tomorrow": "αυριο",
        "yesterday": "χθες|εχθες",
        "next_week": "επομενη εβδομαδα|ερχομενη εβδομαδα",
        "late_month": "τελος του μηνα|τελη του μηνα",
    },
}

OTHER_NUMERALS: dict[str, int] = {
    word: value
    for value, words in {
        1: "jedneho yhden egy bir",
        2: "dvou dva kahden doua ket ketto iki",
        3: "tri kolmen trei harom uc",
        4: "ctyr neljan patru negy dort",
        5: "peti viiden cinci ot bes",
        7: "sedmi seitseman sapte het yedi",
        8: "osmi kahdeksan opt nyolc sekiz",
        10: "deseti kymmenen zece tiz on",
        14: "ctrnacti neljantoista paisprezece tizennegy",
        15: "patnacti viidentoista cincisprezece tizenot",
    }.items()
    for word in words.split()
}
_DAY = (
    r"(?P<day>(?:pracovnich )?(?:dnu|dni|dny)|arkipaivan|paivan|zile(?: lucratoare)?"
    r"|(?:munka)?nap\w*|(?:is )?gun)"
)
_WEEK = r"(?P<week>tydnu|tydny|viikon|saptamani|het\w*|hafta)"
_MONTH = r"(?P<month>mesicu|mesice|kuukauden|luni|honap\w*|ay)"
_NUMBER = r"(?P<count>\d{1,3}|" + "|".join(sorted(OTHER_NUMERALS, key=len, reverse=True)) + ")"
_COUNTED = rf"{_NUMBER} (?:{_DAY}|{_WEEK}|{_MONTH})"
OTHER_WITHIN = {
    "cs": rf"\b(?:za|do|behem|v prubehu|nejpozdeji do) {_COUNTED}\b",
    "ro": rf"\b(?:in|peste|in termen de|in cel mult|in maxim) {_COUNTED}\b",
    "fi": rf"\b{_COUNTED} (?:kuluessa|sisalla|kuluttua|paasta)\b",
    "hu": rf"\b{_COUNTED} (?:belul|mulva)\b",
    "tr": rf"\b{_COUNTED} (?:icinde|sonra)\b",
}
"""Days counted from today: the number, and a day, a week or a month; "work" in it is business."""

OTHER_UNITS = (
    "dnu dni dny mesi tydn koncem konc konce paiv arki kuun kuuk viik vuod ensi tall tama"
    " loppu zile sapt luni lunii sfar ince nap napo munk het hete honap hona ho vege elej"
    " gun haft ay ayin yil icin gele onum bu недел месяц неде меся этои след буду τελο τελη"
    " επομ ερχο zaca prist pris jovo egy ev roku"
)
"""First letters of the words without which no fixed phrase of these languages stands."""
