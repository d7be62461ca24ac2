"""The names that a policy is written with: namespaces, and IRIs in their short form.

Inside the program every name is a full IRI; only `writing` and `reading` know the short ones. The short form of a name of
ODRL itself is its last part (`use`), because the context makes ODRL the default vocabulary; names of the other
vocabularies have a prefix (`dpv:Marketing`). A name of no vocabulary (`did:key:…`, `urn:uuid:…`, `https://…`) stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from terms import dpv

ODRL: Final = "http://www.w3.org/ns/odrl/2/"
DCT: Final = "http://purl.org/dc/terms/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
REPORT: Final = "https://w3id.org/force/compliance-report#"

PREFIXES: Final[Mapping[str, str]] = {**dpv.NAMESPACES, "dct": DCT, "odrl": ODRL, "xsd": XSD}

# RFC 3987 without the characters that Turtle and JSON-LD would have to escape.
_ABSOLUTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_LOCAL: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# The longest IRI that we write is a vendor's client id with a fragment (see `terms.record.MAX_URL`).
MAX_IRI: Final = 1_000


def odrl(name: str) -> str:
    return ODRL + name


def full(name: str) -> str:
    """The IRI of a short form such as `dpv:Marketing`, or the name itself where it has no prefix of ours."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else name


def short(iri: str) -> str:
    """`dpv:Marketing` of an IRI of one of the vocabularies; any other IRI as it is."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return iri


def term(iri: str) -> str:
    """As `short`, and ODRL's own names without a prefix."""
    return short(iri).removeprefix("odrl:")


def is_iri(text: str) -> bool:
    return len(text) <= MAX_IRI and _ABSOLUTE.fullmatch(text) is not None


def is_term(text: str) -> bool:
    return _LOCAL.fullmatch(text) is not None
