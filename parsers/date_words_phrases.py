"""Fixed phrases for a day, a week or a month in eight languages: folded, as expressions.

Tables only. A key is the meaning that `date_rules` resolves; a value is the alternation of
expressions that say it. `{weekday}` and `{month}` stand for the names of the language.
"""

from __future__ import annotations

_WEEK_NEXT = (
    r"next (?:wk|week)(?:'s)?|nachste[rn]? woche|kommende[rn]? woche|semaine prochaine"
    r"|(?:la )?proxima semana|semana (?:que viene|que vem|proxima|entrante)|para a semana"
    r"|prossima settimana|settimana prossima|volgende week|komende week"
    r"|przyszlym tygodniu|nastepnym tygodniu|nasta vecka|naste uge"
)
_WEEK_THIS = (
    r"this (?:wk|week)(?:'s)?|diese[rn]? woche|laufende[rn]? woche|cette semaine|esta semana"
    r"|questa settimana|in settimana|deze week|tym tygodniu|denna vecka|denne uge"
)
_EARLY = (
    r"(?:early|beginning of|start of|anfang(?: der)?|debut(?: de)?(?: la)?"
    r"|(?:a )?principios de(?: la)?|inizio(?: della)?|begin(?: van)?(?: de)?"
    r"|inicio d[ae]|poczatku) "
)
_LATE = (
    r"(?:end of|late|ende(?: der)?|fin(?: de)?(?: la)?|(?:a )?(?:fin|finales) de(?: la)?"
    r"|fine|eind(?:e)?(?: van)?(?: de)?|fim d[ae]|konca|koniec|by the end of) "
)

FIXED: dict[str, str] = {
    "day_after_tomorrow": r"day after tomorrow|ubermorgen|uebermorgen|apres-demain|apres demain"
    r"|pasado manana|dopodomani|overmorgen|depois de amanha|pojutrze|i overmorgen",
    "before_yesterday": r"day before yesterday|vorgestern|avant-hier|anteayer|l'altro ieri"
    r"|eergisteren|anteontem|przedwczoraj",
    "tomorrow": r"tomorrow|tmrw|tmr|tomorow|tommorow|2moro|(?<!guten )(?<!gute )(?<!jeden )morgen"
    r"(?! zusammen| allerseits|, )|demain|(?<!la )(?<!buena )manana|domani|amanha|jutro|i morgen"
    r"|imorgon",
    "yesterday": r"yesterday|last night|gestern|hier (?:soir|matin)|(?<=\bd')hier|ayer|ieri"
    "|gisteren|ontem"
    r"|wczoraj|igar|i gar",
    "today": r"today|an hour ago|a minute ago|this second|soeben|tonight|this (?:morning"
    "|afternoon|evening)|right now|just now|later on today"
    r"|heute|heut|aujourd'hui|ce (?:matin|soir|jour)|cet apres-midi|hoy|esta (?:tarde|noche)"
    r"|oggi|stasera|stamattina|vandaag|vanavond|vanmiddag|hoje|dzisiaj|dzis|idag|i dag|ikvall",
    "fortnight": r"(?:in|within) (?:a|the next) fortnight|a fortnight (?:from (?:today|now)|today)"
    r"|sous quinzaine",
    "eight_days": r"sous huitaine|(?:a|within the) week from (?:today|now)|within (?:a|the) week"
    r"|a week today|heute in einer woche",
    "early_next_week": rf"{_EARLY}(?:{_WEEK_NEXT})|debut de (?:la )?semaine prochaine",
    "late_next_week": rf"{_LATE}(?:{_WEEK_NEXT})|(?:by )?the end of (?:{_WEEK_NEXT})",
    "next_week": _WEEK_NEXT,
    "late_this_week": rf"{_LATE}(?:{_WEEK_THIS})|end of (?:the )?week|ende der woche|wochenende"
    r"|fin de (?:la )?semaine|fine settimana|einde? (?:van )?(?:de )?week|fim da semana"
    r"|konca tygodnia|koniec tygodnia|slutet av veckan",
    "this_week": _WEEK_THIS,
    "late_next_month": r"end of next month|ende nachsten monats|ende des nachsten monats"
    r"|fin du mois prochain|(?:fin|finales|final) del (?:mes que viene|proximo mes)"
    r"|fine (?:del )?(?:mese prossimo|prossimo mese)|eind(?:e)? (?:van )?volgende maand"
    r"|(?:fim|final) do (?:proximo mes|mes que vem)|konca przyszlego miesiaca",
    "late_month": r"(?:the )?end of (?:the|this) month|end of month|month[- ]end|month's end"
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
    "first_next": r"monatsersten|ersten des monats|first of (?:the|next) month|am ersten\b",
    "after_easter": r"(?:after|nach|apres|despues de|dopo|na|depois da|po|efter) (?:the )?"
    r"(?:easter|ostern|paques|(?:la )?pascua|semana santa|pasqua|pasen|pascoa|wielkanocy"
    r"|paske|pask)"
    r"(?: (?:bank )?(?:holidays?|weekend|break))?",
    "year_end": r"end of (?:the )?year|year[- ]end|ende des jahres|jahresende|fin d'annee"
    r"|fin de (?:ano|l'annee)|fine anno|eind(?:e)? van het jaar|fim do ano|konca roku",
}

MONTH_PARTS: dict[str, str] = {
    "late": r"(?:the )?end of|late|ende|fin(?: de| d')?|(?:a )?final(?:es)? de|fine|einde?(?: van)?"
    r"|(?:fim|final) de|konca|koniec",
    "middle": r"mid[- ]?|middle of|mitte|mi-|mediados de|meta|half|medio|midden|meados de|polowie",
    "early": r"(?:the )?(?:beginning|start) of|early|anfang|debut|principios de|inizio|begin"
    r"|inicio de|poczatku",
}

LEAD_DAY = (
    r"(?:on|by|until|till|before|for|from|the|of|am|zum|bis|vom|den|dem|per|ab|der|am|auf den"
    r"|le|au|du|el|al|del|dia|il|l'|op|de|den|tot|per|dnia|do|em|no|na|ate|ao|ore)"
)

NEXT_WORDS = (
    r"next|nachste[rnm]?|kommende[rnm]?|volgende|proximo|proxima|prossimo|prossima|przyszly"
)
THIS_WORDS = (
    r"this(?: coming)?|coming|diese[rnm]?|komende|aanstaande|deze|este|esta|ce|questo|questa"
    r"|najblizszy|najblizsza|ten|ta"
)
LAST_WORDS = r"last|past|letzte[rnm]?|vergangene[rnm]?|vorige[rnm]?|afgelopen|zeszly|ubiegly"
AFTER_NEXT = (
    r"prochaine?|que viene|que vem|proximo|proxima|prossimo|prossima|in einer woche|week"
    r"|in acht tagen"
)
AFTER_LAST = r"derniere?|pasado|passado|passada|scorso|scorsa"

CANCELS = (
    r"(?:instead of|rather than|statt|anstatt|anstelle|au lieu du?|en lugar del?|en vez del?"
    r"|invece (?:del|di)|in plaats van|em vez d[eoa]|zamiast)"
    r"(?: (?:on|the|am|zum|den|dem|le|el|il|de|of|vom|on the)){0,2} ?$"
)
