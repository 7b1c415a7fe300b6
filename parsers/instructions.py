"""Instructions: text that speaks to the software and not to a person.

Four shapes, each enough: an address to a machine, an order to forget earlier orders, the
machine's own notation, a change of role. Nothing of it is ever followed; a human sees it.
Bounded expressions over folded text, so linear.
"""

from __future__ import annotations

import re
from typing import Final

from parsers.evidence import fold

LOOK_CHARACTERS: Final = 20_000

_MACHINE: Final = (
    r"(?:a\.?i\.?|ki|ia|(?:chat)?bot|robot|robo|roboter|(?:virtual |digital |ai )?assistant"
    r"|assistent"
    r"|(?:asistente|assistente|asystent\w*|assistant) (?:virtual|virtuale|virtuel|wirtualny)"
    r"|asistente|assistente|algorithm|algorithmus|algoritmo|algorithme|llm|gpt|sprachmodell"
    r"|(?:large )?language model|modele de langage|modelo de lenguaje|automation"
    r"|(?:artificial intelligence|intelligenza artificiale|inteligencia artificial)"
    r"|(?:inteligencia artificial|intelligence artificielle|kunstliche intelligenz)"
    r"|(?:automated|automatic|automatische[sn]?|automatico|automatizado|ai|e-?mail)[ -]"
    r"(?:[a-z]{2,10} )?(?:system|reader|agent|assistant|processor|parser|tool|software|bot)"
    r"|(?:ai|ki|ia)[ -](?:assistent\w*|agent\w*|model\w*|bot)|asystencie\w*|asystenta|assistenten"
    r"|class?ificador|classificatore|classificateur|klasyfikator\w*|classificeerder|taalmodel"
    r"|model\w{0,2} jezykow\w*|bota|botowi|robota|robotowi|automated reader|system\w{0,3}"
    r"|sistema|systeem|maschine|software|parser|classifier)"
)
_ARTICLE: Final = (
    r"(?:the |this |any |your |das |die |den |le |la |l'|el |il |lo |het |de |o |a |al )?"
)
_CALL: Final = (
    r"(?:consigne|instruccion|instrucao|instructie|instrukcja|istruzione|attention du|ps"
    r"|note|notice|message|attention|attn|instructions?|hint|dear|hello|hinweis|achtung"
    r"|anweisung|nachricht|liebe[rs]?|hallo|avis|cher|nota|aviso|atencion|attenzione|avviso"
    r"|mensaje|caro|estimado|gentile|opmerking|let op|beste|atencao|uwaga|informacja|obs|merk"
    r"|viktigt|to|for|an|fur|aux?|al|alla|allo|all'|para|per|pour|aan|voor|ao|do|dla|till?)"
)
_ADDRESSED: Final = re.compile(
    r"(?m)(?:^|[\[(<{.!?-] ?)[\W_]{0,8}(?:"
    + _CALL
    + r"\b[\W_]{0,3}){1,2}"
    + _ARTICLE
    + _MACHINE
    + r"\b[^\n:,.!]{0,60}[:,!]"
    r"|(?m:(?:^|[\[(<{.!?-] ?)[\W_]{0,8})(?:system|sistema|assistant|bot|robot|ai assistant"
    r"|asistente virtual|assistente virtual) ?:"
)
_LISTENING: Final = re.compile(
    r"\b(?:if you(?:'re| are)|falls du|wenn du|wenn sie|si vous etes|si tu es|si eres|si usted es"
    r"|se sei|se (?:voce )?e|se lei e|als je|als u|jesli jestes|om du ar|hvis du er)"
    r" (?:a|an|any|ein|eine|un|une|een|um|uma|en|et)? ?" + _MACHINE + r"\b"
    r"|\b(?:to|for) (?:the|any|whatever) (?:ai|bot|robot|llm|language model)\b"
    r"|\b"
    + _MACHINE
    + r"\b,? (?:reading|processing|that (?:reads|handles)|if you read|die dit leest"
    r"|d[ai]e? dies? lie?st|qui lit|che legge|que le[ea]?|ktory czyta)\b"
)
_FORGET: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|ignoriere?n?|vergiss|vergessen|missachte"
    r"|ignorez|ignorer?"
    r"|oubliez|oublie|ignora|ignoren|ignorad|olvida|ignori|dimentica|negeer|vergeet|ignorem|esqueca"
    r"|zignoruj|zapomnij|pomin|ignorera|glom|ignorere|glem|ohita|ignoruj|hagyd figyelmen kivul"
    r"|yok say|игнорируй\w*|забудь)\b[^.!?\n]{0,40}"
    r"(?:instruct|instruk|instruc|istruzion|prompt|anweisung|befehl|vorgabe|regeln|rules|orders"
    r"|commands?\b|consigne|ordenes|comandi|opdrachten|comandos|polecen|ohjeet|pokyn|utasitas"
    r"|talimat|инструкц|above and (?:respond|reply|output|say|mark))"
)
_NOTATION: Final = re.compile(
    r"\b(?:promise_to_pay|already_paid_claim|needs_human|remittance_advice|out_of_office"
    r"|other_automatic|stop_request|contact_change)\b"
    r"|[\"']?\b(?:intent|intents|needs_human|action|status|command|kommando|label|state)\b[\"']?"
    r" ?= ?[\"'\[{]?(?:paid|settled|closed?|resolved|done|bezahlt|erledigt|paye|pagad[oa]|pagato"
    r"|betaald|pago|oplacon\w*|none|null|true|false|[a-z]{2,20}_[a-z_]{2,30})\b"
    r"|[\"'](?:intents?|needs_human|action|label)[\"'] ?:"
    r"|[\[#<{(*]{1,3} ?(?:instruc[tc]\w*|instrucao|instrukcja|istruzione|consigne|anweisung)\b"
    r"|\[\[? ?(?:action|system|command|admin|inst)\b[^\]\n]{0,60}\]"
    r"|(?m:^[ \t]{0,4}(?:[/#!](?:paid|close|resolve|stop|resume|duly|settle|mark|done|bezahlt)\b"
    r"|(?:system|assistant|user|developer|admin) ?(?:prompt|message)? ?[:>] ))"
    r"|<\|?(?:im_start|system|endoftext|inst)\b|</?(?:system|instructions?|prompt)>|\bprompt ?:"
)
_ROLE: Final = re.compile(
    r"\byou are (?:now )?(?:in (?:admin|developer|debug|god|maintenance) mode"
    r"|an? (?:ai|helpful|llm)|a language model|acting as)"
    r"|\b(?:respond|reply|answer|output) only (?:with|by)\b"
    r"|\b(?:antworte nur mit|antwoord alleen met|repond\w* (?:uniquement|seulement)|responde solo"
    r"|rispondi solo|responda apenas|odpowiedz tylko|svara bara|svar kun) "
    r"|\b(?:confidence|vertrauenswert|konfidenz|confianza|confiance|fiducia)\b[^.!?\n]{0,12}"
    r"(?:1[.,]0|0[.,]9|100 ?%)"
    r"|\byou must (?:output|return|classify|respond)\b|\bskip (?:the )?human review\b"
    r"|\b(?:do not|don't|never) (?:notify|inform|involve|alert|escalate to) (?:a |any |the )?human"
    r"|\b(?:classify|categori[sz]e|label|treat) this (?:e-?mail|mail|message) as\b"
    r"|\bstufe diese (?:mail|e-mail|nachricht)\b[^.!?\n]{0,40}\bein\b"
    r"|\b(?:classez|clasifica|classifica|classifique|sklasyfikuj|classificeer) (?:ce|este|questo"
    r"|esta|te|dit|questa|cet|deze) (?:message|mensaje|messaggio|mensagem|wiadomosc|bericht|mail)"
)


# Each shape is tried only where one of its words stands: most replies hold none.
_MACHINES: Final = (
    *("bot", "robo", "system", "sistem", "assist", "asist", "asyst", "algorit", "llm", "gpt"),
    *(
        "model",
        "automat",
        " ai",
        " ki",
        " ia",
        "a.i",
        "\nai",
        "[ai",
        "-ai",
        "intellig",
        "intelig",
        "software",
        "parser",
    ),
    *("classif", "clasif", "klasyf", "maschin", "systeem"),
)
_ORDERS: Final = (
    *("instru", "istru", "prompt", "anweis", "befehl", "vorgab", "regeln", "rules", "orders"),
    *("command", "consigne", "ordenes", "comand", "opdracht", "polecen", "ohjeet", "pokyn"),
    *("utasit", "talimat", "инструкц", "above and"),
)
_SIGNS: Final = ("_", "=", "[", "{", "<", "/", "#", "!", "system", "assistant", "user", "prompt")
_SIGNS_MORE: Final = ("developer", "admin", "(instr", "*instr", "(consigne")
_TURNS: Final = (
    *("you are", "only", "you must", "human", "this e", "this m", "stufe diese", "nur mit"),
    *("alleen met", "uniquement", "seulement", " solo", "apenas", "tylko", "bara", "kun "),
    *("confi", "vertrauensw", "konfidenz", "fiducia", "class", "clasif", "sklasyf"),
)
_SHAPES: Final = (
    (_ORDERS, _FORGET),
    ((*_SIGNS, *_SIGNS_MORE), _NOTATION),
    (_TURNS, _ROLE),
    (_MACHINES, _LISTENING),
    (_MACHINES, _ADDRESSED),
)


def instructs_software(text: str) -> bool:
    """Tell whether the text tries to steer the software that reads it.

    Args:
        text: The sender's words, or text that was hidden from people.

    Returns:
        True for an address to a machine, an order to forget orders, our own notation, or a
        change of role; a person who asks to ignore an earlier mail says none of these.
    """
    folded = fold(text[:LOOK_CHARACTERS])
    return any(
        shape.search(folded) is not None
        for needed, shape in _SHAPES
        if any(word in folded for word in needed)
    )
