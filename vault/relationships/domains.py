"""Web addresses and app ids, reduced to the domain that somebody registered.

Promises: `registrable` gives one lower-case ASCII form for every way of writing an address (URL, host, e-mail
address, `android://…@com.example.app/`), by the public suffix list that ships with tldextract, private suffixes
included (`shop.myshopify.com` is the shop's). It never reaches for the network and answers an empty string for what
belongs to nobody outside: IP addresses, single labels, names of the home network.

The import of tldextract is late because it is slow and most commands do not need it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from vault.relationships.lexicon import fold

if TYPE_CHECKING:
    from tldextract import TLDExtract

# RFC 1035 allows 253 characters; a URL from an export may be longer, but its host stands in front.
_MAX_ADDRESS = 2_000
_MAX_HOST = 253
_ANDROID = re.compile(r"android(?:app)?://(?:[^@/]*@)?([A-Za-z0-9_.]+)", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_LABELS = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)+")
# RFC 6762, RFC 8375, RFC 6761 and what home routers use; not vendors.
_PRIVATE = frozenset("local localhost lan home internal intranet invalid arpa localdomain onion box".split())
# Apps whose package is named after something else than the vendor's domain.
_APPS = {
    "com.google.android.youtube": "youtube.com",
    "com.google.android.apps.youtube": "youtube.com",
    "com.zhiliaoapp.musically": "tiktok.com",
    "com.ss.android.ugc": "tiktok.com",
    "com.ubercab": "uber.com",
    "com.facebook.orca": "facebook.com",
    "com.azure.authenticator": "microsoft.com",
    "com.mojang": "minecraft.net",
    "com.valvesoftware.android.steam": "steampowered.com",
    "com.scee.psxandroid": "playstation.com",
    "com.amazon.mshop": "amazon.com",
    "com.amazon.avod": "primevideo.com",
    "com.booking": "booking.com",
    "de.hafas.android.db": "bahn.de",
    "org.telegram": "telegram.org",
}


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def host_of(address: str) -> str:
    """The host of a URL, e-mail address or bare host in ASCII (IDNA) and lower case; empty when there is none."""
    text = address.strip()[:_MAX_ADDRESS]
    if app := _ANDROID.match(text):
        return _app_host(app[1])
    text = _SCHEME.sub("", text, count=1)
    text = re.split(r"[/?#\\\s]", text, maxsplit=1)[0].rpartition("@")[2]
    if text.startswith("["):
        return ""
    text = text.partition(":")[0].strip(".").lower()
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    return text if len(text) <= _MAX_HOST and _LABELS.fullmatch(text) else ""


def _app_host(package: str) -> str:
    """`com.netflix.mediaclient` → `mediaclient.netflix.com`: packages are domains read backwards."""
    name = package.lower().strip(".")
    for known, domain in _APPS.items():
        if name == known or name.startswith(f"{known}."):
            return domain
    host = ".".join(reversed(name.replace("_", "-").split(".")))
    return host if _LABELS.fullmatch(host) else ""


def registrable(address: str) -> str:
    """The registrable domain of an address, empty when it has none. A name under no known suffix (`.example`)
    counts its last label as one, as the list's default rule says."""
    return _registrable(host_of(address))


# A password export names some thousand hosts, and each is asked for several times.
@lru_cache(maxsize=16_384)
def _registrable(host: str) -> str:
    labels = host.split(".")
    if len(labels) < 2 or labels[-1] in _PRIVATE or labels[-1].isdigit():
        return ""
    found = _suffixes().extract_str(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(labels[-2:])


def label_of(domain: str) -> str:
    """What names somebody in a registrable domain, in Unicode: `stadtwerke-köln.de` → `stadtwerke-köln`."""
    label = domain.partition(".")[0]
    if label.startswith("xn--"):
        try:
            return label.encode("ascii").decode("idna")
        except UnicodeError:
            return label
    return label


def label_words(domain: str) -> tuple[str, ...]:
    """The folded words of a registrable domain's label; one for each part between hyphens."""
    return tuple(fold(part) for part in label_of(domain).split("-") if part)


def country_of(domain: str) -> str:
    """The two-letter country code that a domain ends in, empty for others."""
    last = domain.rpartition(".")[2]
    return last if len(last) == 2 and domain != last else ""
