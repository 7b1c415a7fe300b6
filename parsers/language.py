"""The language of a text, by its small words. A short or strange text keeps the fallback."""

from __future__ import annotations

import re

from parsers.evidence import fold

WORDS_MAX = 400
HITS_MIN = 2

SMALL_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and you your we is are will be to of for this that it have has with please not"
        " on our from invoice payment paid pay hi hello dear thanks i my was can been as at if",
        "de": "der die das und ist nicht wir sie ich ihre ihnen mit fur auf von den dem ein eine"
        " bitte zu im am wird werden haben hat sehr geehrte rechnung zahlung es bei noch uns auch"
        " nach bin hallo danke guten aber ihr mir mich kann wenn",
        "fr": "le la les des est et vous nous je pas pour dans sur une un du au votre avec bonjour"
        " que qui ce cette en merci facture paiement ete avons sera notre mais",
        "es": "el la los las que de no por para con una un es en su se del al hola gracias factura"
        " pago buenos dias hemos esta lo le nos pero mi ya usted saludo saludos",
        "it": "il la le di che non per con una un del della in si vi ci ho abbiamo fattura"
        " pagamento buongiorno grazie al alla e sono nostro vostra salve saluti questo ma gia",
        "nl": "de het een en van is niet wij we ik u uw met voor op zijn hebben heeft factuur te"
        " betaling dat dit bij maar ook naar wordt worden beste groet ons er je kunt graag",
        "pt": "o a os as que nao de do da em para com um uma por se e foi fatura pagamento bom dia"
        " boa obrigado obrigada nos ja mas esta vai ao no na sua vossa cumprimentos",
        "pl": "nie jest w na z do sie i o to ze faktura fakture faktury platnosc przelew dzien"
        " dobry prosze pozdrawiam jak za nas dla od po bedzie przez juz panstwa ale",
        "sv": "och att det som en ett ar inte vi ni jag har med pa av for fakturan betalning hej"
        " till kommer er vanliga halsningar den om",
        "da": "og at det som en et er ikke vi jeg har med pa af for fakturaen betaling hej til"
        " kommer venlig hilsen den om ikke jer vores I",
        "cs": "dobry den se jsme jsem ze vam vas vase nas fakturu faktura uhrada uhradime prosim"
        " dekuji pozdravem bude byla jste neni uz aby ktere kterou mame ale pro podle",
        "fi": "hei on ja ei me lasku laskun maksu maksetaan kiitos terveisin etta mutta ole olen"
        " olemme meilla teille voimme tama se kun viela jo mika",
        "ro": "este nu si va am pentru din factura plata buna ziua multumesc cu stima la noi"
        " sunt fi de ca ati avem catre ne dar mai",
        "hu": "a az es nem van szamla szamlat udvozlettel koszonjuk kerem hogy de meg mar vagyunk"
        " utaljuk utalas tisztelt jo napot is egy lesz ez",
        "tr": "ve bir bu fatura odeme sayin iyi saygilarimla icin degil olarak ile faturayi"
        " tarafimizdan edilecek lutfen merhaba tarihinde yapilacak bizim",
    }.items()
}
_CODES: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, small in SMALL_WORDS.items() if word in small)
    for word in frozenset().union(*SMALL_WORDS.values())
}


def guess_language(text: str, fallback: str = "") -> str:
    """Return the ISO 639-1 code of the text.

    Args:
        text: The sender's words; the first 400 words count.
        fallback: The account's language, returned where the text decides nothing.
    """
    words = re.findall(r"[a-z]+", fold(text[: WORDS_MAX * 12]))[:WORDS_MAX]
    scores = dict.fromkeys(SMALL_WORDS, 0)
    for word in words:
        for code in _CODES.get(word, ()):
            scores[code] += 1
    best = max(scores.values())
    leaders = [code for code, score in scores.items() if score == best]
    if best < HITS_MIN or (len(leaders) > 1 and fallback not in leaders):
        return fallback or leaders[0]
    return fallback if fallback in leaders else leaders[0]
