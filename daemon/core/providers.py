"""Mail providers at which anybody can have an address: such a domain proves no company."""

from __future__ import annotations

PROVIDER_NAMES = """
aol.com aol.de arcor.de btinternet.com comcast.net fastmail.com free.fr freenet.de
gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com
hotmail.de hotmail.es hotmail.fr hotmail.it hey.com icloud.com interia.pl kpnmail.nl
laposte.net libero.it live.com live.de live.nl mac.com mail.com mail.ru mailbox.org me.com
msn.com o2.pl onet.pl orange.fr outlook.com outlook.de outlook.es outlook.fr posteo.de
proton.me protonmail.com qq.com sapo.pt sfr.fr t-online.de telefonica.net terra.es
tutanota.com virgilio.it vodafone.de wanadoo.fr web.de wp.pl yahoo.co.uk yahoo.com yahoo.de
yahoo.es yahoo.fr yahoo.it yandex.com ziggo.nl zoho.com
"""
PUBLIC_PROVIDERS = frozenset(PROVIDER_NAMES.split())


def domain_of(address: str) -> str:
    """Return the part after the last @, casefolded; empty where there is none."""
    _, at, domain = address.rpartition("@")
    return domain.casefold() if at else ""


def is_public_provider(domain: str) -> bool:
    """Tell whether anybody can have an address there, so that it proves no company."""
    return domain.casefold() in PUBLIC_PROVIDERS
