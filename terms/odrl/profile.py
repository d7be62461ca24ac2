"""The ODRL profile of our policies: the actions and left operands that they take from DPV.

ODRL demands that a policy with actions or left operands of another vocabulary names the profile that declares them. This
one is a document made here, and its name is its hash (RFC 6920): whoever has the document can tell that it is the right
one, nobody has to keep a web address alive, and a change of it is another profile.

DPV's own hierarchy of operations holds besides: an operation below one of these is included in it (`asking.world`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Final

from terms.dpv import iri
from terms.odrl.names import odrl, short
from terms.odrl.writing import CONTEXT, Document, named_by
from terms.proof import jcs
from terms.proof.jcs import JsonValue

USE: Final = odrl("use")
DISTRIBUTE: Final = odrl("distribute")
DELIVER: Final = iri("ieee-7012:ServiceDelivery")
MAKE_AVAILABLE: Final = iri("dpv:MakeAvailable")
VERIFY_IDENTITY: Final = iri("dpv:IdentityVerification")

# What the data is (personal, anonymised) and of which categories: a request declares it.
HAS_DATA: Final = iri("dpv:hasData")
HAS_CATEGORY: Final = iri("dpv:hasPersonalData")
LEFT_OPERANDS: Final = (HAS_DATA, HAS_CATEGORY)

# Every operation on data is a use of it; to share is to supply it to third parties, which ODRL calls to distribute.
INCLUDED_IN: Final[Mapping[str, str]] = {
    iri("dpv:Processing"): USE,
    iri("dpv:Profiling"): USE,
    iri("dpv:Tracking"): USE,
    iri("dpv:TrackingByThirdParty"): iri("dpv:Tracking"),
    iri("dpv:Share"): DISTRIBUTE,
    iri("dpv:Disseminate"): DISTRIBUTE,
}
# Done as a duty only, and no use of the data for purposes of the second party.
DUTIES: Final = (DELIVER, MAKE_AVAILABLE, VERIFY_IDENTITY)


@cache
def document() -> bytes:
    """The profile as canonical JSON-LD."""
    actions: list[JsonValue] = [
        {"@id": short(action), "@type": "Action", "includedIn": {"@id": short(above)}}
        for action, above in INCLUDED_IN.items()
    ]
    actions += [{"@id": short(action), "@type": "Action"} for action in DUTIES]
    operands: list[JsonValue] = [{"@id": short(one), "@type": "LeftOperand"} for one in LEFT_OPERANDS]
    written: Document = {"@context": dict(CONTEXT), "@graph": [*actions, *operands]}
    return jcs.canonical(written)


@cache
def name() -> str:
    """The IRI that a policy names as its profile."""
    return named_by(hashlib.sha256(document()).hexdigest())
