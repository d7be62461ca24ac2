"""What a vendor's declared practice asks, as a request of ODRL, and what DPV knows, as a state of the world.

For each declared purpose the vendor asks to *use* the data. Each declared operation is asked for by itself, and handing
data to a third party is asked for as *distribute*; both for the first purpose, because no clause lets them depend on it.
Training AI is a purpose of its own. All that is asked carries what else is declared: the categories, whether what third
parties get is anonymised, and the countries.

What is undeclared, or no term of DPV, is left out, so that a rule which needs it stays undetermined. Not asked, because no
permission depends on it: retention, portability, contact and duration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from terms import dpv
from terms.additions import countries, is_place
from terms.odrl.evaluation import Asked, Request, World
from terms.odrl.export import AI_TRAINING, ANONYMISED, LOCATIONS, PURPOSE, data_of
from terms.odrl.names import odrl
from terms.odrl.policy import Operand
from terms.odrl.profile import DISTRIBUTE, HAS_CATEGORY, HAS_DATA, INCLUDED_IN, USE
from terms.odrl.report import DutyState
from terms.practice import Practice, Recipient

_PERSONAL: Final = dpv.iri("dpv:PersonalData")
# Those to whom data may go without being supplied to third parties: the parties themselves, and who works for the second.
_PARTIES: Final = frozenset(
    "dpv:DataController dpv:ServiceProvider dpv:DataSubject ieee-7012:Entity ieee-7012:Person ieee-7012:PersonAgent".split()
)
_FOR_SECOND_PARTY: Final = frozenset({"dpv:DataProcessor", "ieee-7012:EntityAgent"})

_Values = dict[str, tuple[Operand, ...]]


def request(practice: Practice, policy: str, vendor: str) -> Request:
    """What a practice asks of the policy with the IRI `policy`, whose assignee is `vendor`."""
    found = []
    for number, (action, purpose) in enumerate(_actions(practice), 1):
        values = _values(practice)
        if purpose:
            values[PURPOSE] = (purpose,)
        found.append(Asked(f"{policy}#asked.{number}", action, vendor, data_of(policy), values))
    return Request(f"{policy}#asked", tuple(found))


def world(now: datetime | None = None, duties: Mapping[str, DutyState] | None = None) -> World:
    """A state of the world in which DPV's terms lie in all that stands above them."""
    return World(now, _above(), duties or {})


def _actions(practice: Practice) -> Iterator[tuple[str, str]]:
    """Pairs of an action and a purpose; an empty one is not known."""
    purposes = [_purpose(term) for term in practice.purposes or ("",)]
    for purpose in purposes:
        yield USE, purpose
    for operation in practice.processing or ():
        yield _full(dpv.processing(), operation), purposes[0] if purposes else ""
    # Nobody has said who gets data: it may be a third party.
    for recipient in (Recipient(role="?"),) if practice.recipients is None else practice.recipients:
        action = _handing_to(recipient)
        if action != USE:
            yield action, purposes[0] if purposes else ""
    if practice.ai_training is not False:
        yield USE, dpv.iri(AI_TRAINING) if practice.ai_training else ""


def _purpose(term: str) -> str:
    return _full(dpv.purposes(), term)


def _full(taxonomy: dpv.Taxonomy, term: str) -> str:
    known = taxonomy.known(term)
    return "" if known is None else dpv.iri(known)


def _handing_to(recipient: Recipient) -> str:
    """Distributing, an ordinary use, or, where the role does not tell, neither."""
    if not recipient.role:
        return DISTRIBUTE
    above = dpv.entities().ancestors(recipient.role) or frozenset()
    if dpv.entities().known(recipient.role) in _PARTIES or above & _FOR_SECOND_PARTY:
        return USE
    return DISTRIBUTE if "dpv:ThirdParty" in above and "dpv:Authority" not in above else ""


def _values(practice: Practice) -> _Values:
    values: _Values = {}
    if practice.anonymised is not None:
        values[HAS_DATA] = (ANONYMISED if practice.anonymised else _PERSONAL,)
    categories = [_full(dpv.personal_data(), term) for term in practice.data or ()]
    if practice.data is not None and all(categories):
        values[HAS_CATEGORY] = tuple(categories)
    if practice.transfers is not None and all(map(is_place, practice.transfers)):
        values[odrl("spatial")] = tuple(LOCATIONS + one for one in sorted(countries(practice.transfers)))
    return values


@cache
def _above() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for taxonomy in (dpv.purposes(), dpv.processing(), dpv.personal_data(), dpv.entities()):
        for term in taxonomy.terms():
            above = taxonomy.ancestors(term) or frozenset()
            found[dpv.iri(term)] = frozenset(dpv.iri(one) for one in above - {term})
    for action, above_action in INCLUDED_IN.items():
        found[action] = found.get(action, frozenset()) | {above_action}
    return MappingProxyType(found)
