"""Fixed phrases for a day, a week or a month in eight languages: folded, as expressions.

Tables only. A key is the meaning that `date_rules` resolves; a value is the alternation of
expressions that say it. `{weekday}` and `{month}` stand for the names of the language.
"""

from __future__ import annotations

WEEK_NEXT = (
    r"next (?:wk|week)(?:'s)?|nachste[rn]? woche|kommende[rn]? woche|semaine prochaine"
    r"|(?:la )?proxima semana|semana (?:que viene|que vem|proxima|entrante)|para a semana"
    r"|prossima settimana|settimana prossima|volgende week|komende week|aankomende week"
    r"|(?:przyszlym|nastepnym|kolejnym) tygodniu|(?:przyszlego|nastepnego|kolejnego) tygodnia"
    r"|nasta vecka|naste uge|neste uke"
)
_WEEK_THIS = (
    r"this (?:wk|week)(?:'s)?|diese[rn]? woche|laufende[rn]? woche|cette semaine|esta semana"
    r"|(?:questa|(?:entro )?la|in) settimana(?! prossima)|(?:dentro|en el transcurso|en el curso"
    r"|a lo largo)"
    r" de (?:la|esta) semana|in (?:de loop van )?de(?:ze)? week|in de loop van de week|deze week"
    r"|(?:tym|biezacym) tygodniu|(?:tego|biezacego) tygodnia|denna vecka|denne uge|denne uke"
    r"|i veckan|dans la semaine|courant de (?:la )?semaine|im laufe der woche|in der woche"
)
_EARLY = (
    r"(?:early|beginning of|start of|anfang(?: der)?|debut(?: de)?(?: la)?"
    r"|(?:a )?principios de(?: la)?|inizio(?: della)?|begin(?: van)?(?: de)?"
    r"|inicio d[ae]|poczatku|borjan av|begyndelsen af|starten av|early in|anfangs) "
)
_LATE = (
    r"(?:end of|late|ende(?: der)?|fin(?: de)?(?: la)?|(?:a )?(?:fin|finales) de(?: la)?"
    r"|fine|eind(?:e)?(?: van)?(?: de)?|fim d[ae]|konca|koniec|koncem|by the end of"
    r"|slutet av|slutningen af|later) "
)

FIXED: dict[str, str] = {
    "day_after_tomorrow": r"day after tomorrow|ubermorgen|uebermorgen|apres-demain|apres demain"
    r"|pasado manana|dopodomani|overmorgen|depois de amanha|pojutrze|i overmorgen",
    "before_yesterday": r"day before yesterday|vorgestern|avant-hier|anteayer|l'altro ieri"
    r"|eergisteren|anteontem|przedwczoraj",
    "tomorrow": r"tomorrow|tmrw|tmr|tomorow|tommorow|2moro"
    r"|(?<=[a-z0-9] )(?<!guten )(?<!gute )(?<!jeden )(?<!schonen )morgen"
    r"(?! zusammen| allerseits)|morgen (?:fruh|vormittag|mittag|nachmittag|abend)"
    r"|(?<![a-z0-9] )morgen(?! zusammen| allerseits|[,!.]| \w+[,!.])"
    r"|morn|demain|(?<!la )(?<!buena )manana|domani|domattina|morgenochtend|zitra|amanha|jutro"
    r"|i morgen"
    r"|imorgon",
    "yesterday": r"yesterday|last night|gestern|hier (?:soir|matin)|(?<=\bd')hier|ayer|ieri"
    "|gisteren|gister|gistermiddag|gisteravond|gisterenavond|gisterochtend|ontem"
    r"|wczoraj|igar|i gar|geschtern?|gestan",
    "today": r"today|an hour ago|a minute ago|this second|soeben|tonight|this (?:morning"
    "|afternoon|evening|arvo)|right now|just now|later on today|eod|close of (?:business|play)"
    "|end of (?:the )?day|before i (?:lock up|go home|leave|clock off|shut)|2day"
    r"|in data odierna|con fecha de hoy|w dniu dzisiejszym|(?:am|mit) heutigen (?:tage?|datum)"
    r"|heutigentags"
    r"|heute|heut|heit|dags dato|im laufe des tages|aujourd'hui|ce (?:matin|soir|jour|midi|aprem)"
    r"|avant midi|tantot"
    r"|cet apres-midi|dans la journee|en fin de journee|hoy|esta (?:tarde|noche|misma tarde)"
    r"|a lo largo del dia|oggi|stasera|stamattina|stamane|(?:in|questo|nel) (?:giornata|pomeriggio)"
    r"|entro sera|vandaag|vanavond|vanmiddag|vanochtend|hoje|agora ao almoco|ainda esta tarde"
    r"|dzisiaj|dzis|dzisiejszym|idag|i dag|i morse|i morges|ikvall|i (?:kvall|aften|eftermiddag"
    r"|ettermiddag)",
    "fortnight": r"(?:in|within) (?:a|the next) fortnight|a fortnight (?:from (?:today|now)|today)"
    r"|sous quinzaine|sous une quinzaine|dans (?:la|une) quinzaine|w ciagu dwoch tygodni",
    "eight_days": r"sous huitaine|(?:a|within the) week from (?:today|now)|within (?:a|the) week"
    r"|a week today|heute in einer woche",
    "mid_next_week": rf"(?:mitte(?: der)?|mid|middle of|mediados de(?: la)?|milieu de(?: la)?|meta"
    rf"|midden|half|meados da|polowie|mitten av|midten af) (?:{WEEK_NEXT})",
    "week_after_next": r"ubernachste[rn]? woche|uebernachste woche|the week after next"
    r"|la semaine d'apres|over twee weken tijd|za dwa tygodnie od",
    "a_week": r"za tydzien|w ciagu tygodnia|(?:with)?in a week(?:'s time)?|innerhalb einer woche",
    "early_next_week": rf"{_EARLY}(?:{WEEK_NEXT})|debut de (?:la )?semaine prochaine",
    "late_next_week": rf"{_LATE}(?:{WEEK_NEXT})|(?:by )?the end of (?:{WEEK_NEXT})",
    "next_week": WEEK_NEXT,
    "late_this_week": rf"{_LATE}(?:{_WEEK_THIS})|end of (?:the )?week|ende der woche|(?:am|zum"
    rf"|ubers|vorm|vor dem|bis) wochenende"
    r"|fin de (?:la )?semaine|(?:fine|fin di) settimana|(?:fin|final(?:es)?) de (?:la "
    r"|esta )?semana|einde? (?:van )?(?:de )?week|fim da semana"
    r"|konca tygodnia|koniec tygodnia|slutet av veckan",
    "this_week": _WEEK_THIS,
    "late_next_month": r"end of next month|ende nachsten monats|ende des nachsten monats"
    r"|fin du mois prochain|(?:fin|finales|final) del (?:mes que viene|proximo mes)"
    r"|fine (?:del )?(?:mese prossimo|prossimo mese)|eind(?:e)? (?:van )?volgende maand"
    r"|(?:fim|final) do (?:proximo mes|mes que vem)|konca przyszlego miesiaca",
    "late_month": r"(?:the )?end of (?:the|this) month|end[- ]of[- ]month|month[- ]end|month's end"
    r"|end month"
    r"|last (?:working |business )?day of (?:the|this) month|(?:ultimo|al) giorno del mese"
    r"|letzten (?:tag|werktag|arbeitstag|bankarbeitstag) (?:des monats|im monat)|am letzten(?! \w)"
    r"|dernier jour (?:ouvre )?du mois|ultimo dia (?:habil |util )?d[eo]l? ?(?:este )?mes"
    r"|laatste (?:werk)?dag van de(?:ze)? maand|ostatni(?:ego)? dni?a? miesiaca|koncem miesiaca"
    r"|sista (?:i|dagen i) manaden|den sidste i maneden|m[åa]nadens slut|ult\."
    r"|\beom\b|ende (?:des|dieses) (?:laufenden )?monats|ende monat|monatsende|monatsletzten|ultimo"
    r"|ende diesen monats|fin (?:de|du|de ce) mois|fin (?:de|del|de este) mes"
    r"|(?:a )?final(?:es)? (?:de|del|de este) mes|fine (?:del )?mese|einde? (?:van )?(?:de|deze) "
    r"maand|maandeinde|einde? maand|(?:fim|final) (?:do|deste|de) mes"
    r"|(?:do )?konca miesiaca"
    r"|koniec miesiaca|slutet av manaden|manadsskiftet"
    r"|slutningen af maneden",
    "mid_month": r"mid[- ]month|middle of the month|mitte (?:des|dieses) monats|monatsmitte"
    r"|mi-mois|mediados de mes|meta mese|midden van de maand|meados do mes|polowie miesiaca",
    "early_next_month": r"(?:beginning|start) of (?:next|the) month|early next month"
    r"|anfang (?:des )?nachsten monats|monatsanfang|debut du mois prochain"
    r"|principios (?:de mes|del mes que viene|del proximo mes)|inizio (?:del )?mese"
    r"|begin (?:van )?volgende maand|inicio do (?:proximo )?mes|poczatku (?:przyszlego )?miesiaca",
    "first_next": r"monatsersten|ersten des monats|first of (?:the|next) month"
    r"|am ersten(?! (?:\w*tag|mal|jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|dez))"
    r"|primo del (?:mese|prossimo mese|mese prossimo)|pierwszego(?! \w)"
    r"|premier du mois(?: prochain)?"
    r"|primero de mes|eerste van de maand",
    "after_easter": r"(?:after|nach|apres|despues de|dopo|na|depois da|po|efter) (?:the )?"
    r"(?:easter|ostern|paques|(?:la )?pascua|semana santa|pasqua|pasen|pascoa|wielkanocy"
    r"|paske|pask)"
    r"(?: (?:bank )?(?:holidays?|weekend|break))?",
    "year_end": r"end of (?:the )?year|year[- ]end|ende des jahres|jahresende|fin d'annee"
    r"|fin de (?:ano|l'annee)|fine anno|eind(?:e)? van het jaar|fim do ano|konca roku",
}

DAY_PHRASES = frozenset(
    {"day_after_tomorrow", "before_yesterday", "tomorrow", "yesterday", "today", "after_easter"}
)

MONTH_PARTS: dict[str, str] = {
    "late": r"(?:the )?end of|end|eo|late|ende|fin(?: de| d')?|(?:a )?final(?:es)? de|fine"
    r"|(?:a |per )?fine|ult\.?|einde?(?: van)?|(?:fim|final(?:zinho)?) de|konca|koniec|koncem"
    r"|ultimo"
    r"|den sista|den sidste|den siste|sista|slutet av|slutningen af|letzten|last day of"
    r"|(?:last|final) (?:days?|week) (?:of|in)|ultimo dia de|dernier jour de|ultimos dias de"
    r"|letzte[nr]? (?:woche|tag)(?: im)?|ultima (?:settimana|semana) (?:di|de)"
    r"|(?:la )?derniere semaine de|laatste week van|ostatnim tygodniu",
    "middle": r"mid[- ]?|middle of|mitte|mi-|mediados de|meta|half|meta di|medio|midden|meados de"
    r"|polowie"
    r"|mitten av|midten af|mediados del mes de|the middle of",
    "early": r"(?:the )?(?:beginning|start) of|early|anfang|debut|principios de|inizio|begin"
    r"|inicio de|poczatku|(?:ai |i )?primi di|(?:los )?primeros (?:dias )?de|principio de"
    r"|(?:the )?first (?:days?|week) (?:of|in)|erste[nr]? (?:woche|tage)(?: im)?"
    r"|prima settimana di|(?:la )?premiere semaine de|primera semana de|eerste week van"
    r"|primeira semana de|primeiros dias de|pierwszym tygodniu|pierwszych dniach|borjan av"
    r"|begyndelsen af|foerste uge af|first thing in|start",
}

NTH: dict[int, str] = {
    1: "first|1st|erste[nr]?|premier|primer|primo|eerste|primeir[ao]|pierwsz[ya]|forsta|forste",
    2: "second|2nd|zweite[nr]?|deuxieme|2e|segund[ao]|secondo|tweede|drug[ia]|andra|anden",
    3: "third|3rd|dritte[nr]?|troisieme|3e|tercer|terzo|derde|terceir[ao]|trzeci[a]?|tredje",
    4: "fourth|4th|vierte[nr]?|quatrieme|4e|cuarto|quarto|vierde|quart[ao]|czwart[ya]|fjarde",
    -1: "last|letzte[nr]?|dernier|ultim[ao]|laatste|ostatni[a]?|sista|sidste|siste",
}
OF_MONTH = r"(?: (?:of|in|im|des|del|di|de|du|do|da|van|i|w))?(?: (?:the|la|el|le|de|o))? "
NEXT_MONTH = (
    r"next month|nachsten monats?|mois prochain|mes que viene|proximo mes|mese prossimo"
    r"|prossimo mese|volgende maand|przyszlego miesiaca|nasta manad|naste maned|mes que vem"
)
THIS_MONTH = (
    r"month|monats?|dieses monats|mois|mes|mese|maand|miesiaca|manaden|maneden|each month"
    r"|every month|cada mes|chaque mois|ogni mese|elke maand|jeden monats"
)

TAIL = (
    r"(?P<tail> (?:of (?:this|next|the) month|(?:dieses|nachsten|diesen|d\.|des) ?(?:monats|m\.?)"
    r"|de ce mois|du mois(?: (?:prochain|courant))?|courant\b|(?:de este|del(?: presente)?"
    r"|del proximo) mes\b(?: (?:que viene|proximo|corriente))?|(?:del )?(?:corriente|cte)\b"
    r"|(?:di questo|del|del prossimo|di questo stesso) mese(?: prossimo)?|(?:del )?(?:corrente"
    r"|c\.m\.)"
    r"|(?:van )?(?:deze|volgende) maand|dezer\b|deste mes|do (?:proximo|presente)? ?mes"
    r"(?: que vem)?|do corrente(?: mes)?|(?:tego|biezacego|przyszlego|nastepnego) miesiaca|b\.?m\.?"
    r"|(?:i )?(?:denna|nasta) manad(?:en)?|(?:i )?(?:denne|naste) maned|inst\b|prox\b))?"
)
DAY_LEADS: dict[str, str] = {
    "en": "on the|of the|by the|the|before the|the day|day",
    "de": "am|zum|bis|vom|den|dem|per|ab|zum",
    "fr": "le|au|du|les",
    "es": "el|al|del|dia|para el",
    "it": "il|al|dal|del|giorno|entro il",
    "nl": "op de|de|den|per|op",
    "pt": "dia|a|ao|ate|ate ao|em|para|para o",
    "pl": "do|dnia|na",
    "sv": r"den|d\.|per",
    "da": r"den|d\.|per",
    "no": r"den|d\.|per",
}

LEAD_DAY = (
    r"(?:on|by|until|till|before|for|from|the|of|am|zum|bis|vom|den|dem|per|ab|der|am|auf den"
    r"|le|au|du|el|al|del|dia|il|l'|op|de|den|tot|per|dnia|do|em|no|na|ate|ao|ore)"
)

PART_OF_DAY = (
    r"(?:s?(?:vormittags?|nachmittags?|mittags?|abends?|morgens?|fruh|nacht|ochtend|middag|namiddag"
    r"|avond|kvall|formiddag|ettermiddag|eftermiddag|morgon|aften|kveld))?"
)

NEXT_WORDS = (
    r"next|nachste[rnm]?|volgende|proximo|proxima|prossimo|prossima|przyszly"
    r"|przyszla|nastepny|nasta|naste|neste"
)
THIS_WORDS = (
    r"this(?: coming)?|coming|diese[rnm]?|kommende[rnm]?|komende|aanstaande|deze|este|esta|ce"
    r"|questo|questa|nu pa"
    r"|najblizszy|najblizsza|ten|ta"
)
LAST_WORDS = r"last|past|letzte[rnm]?|vergangene[rnm]?|vorige[rnm]?|afgelopen|zeszly|ubiegly"
AFTER_NEXT = (
    r"prochaine?|que viene|que vem|que entra|proximo|proxima|prossimo|prossima|in einer woche|week"
    r"|in acht tagen|after|d'apres|suivante?|dopo|erna|daarna|erop|daarop|darauf|danach|seguinte"
    r"|siguiente"
    r"|following"
)
AFTER_LAST = r"derniere?|pasado|passado|passada|scorso|scorsa"

DENIED = (
    r"(?:\bnot?(?! dia)(?: (?:on|by|before|until))?|\bnicht(?: mehr)?|\bnon(?: piu)?|\bno es|\bpas"
    r"|\bniet|\bnao(?: e)?|\bnie|\binte|\bikke|n't)(?: (?:on|by|the|am|zum|den|dem|le|el|il|de|o|op"
    r"|w|dia|na|em|pa)){0,2} ?$"
)
CANCELS = (
    r"(?:instead of|rather than|statt|anstatt|anstelle|au lieu du?|en lugar del?|en vez del?"
    r"|invece (?:del|di)|in plaats van|em vez d[eoa]|zamiast)"
    r"(?: (?:on|the|am|zum|den|dem|le|el|il|de|of|vom|on the)){0,2} ?$"
)
