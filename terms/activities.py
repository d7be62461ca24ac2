"""What the words of the roster mean in DPV terms: which purposes and operations are which activity.

The roster's clauses speak of activities (deliver the service, analytics, tracking, profiling, sharing, …); a declared
practice speaks of DPV purposes and operations. This table joins them. A purpose belongs to every activity that it or
any of its ancestors is listed under, and all of them must be allowed; a purpose listed under two activities may be
done under either. A purpose that is listed nowhere, or is so broad that it stands above the listed ones, belongs to
no activity, and no agreement allows it.

The reading is the project's own. Upstream says what an agreement permits in words only; where DPV puts unlike things
under one parent, the narrower terms are listed (`dpv:PublicBenefit` also holds national security, so public good lists
the general interests of the EU Data Governance Act, art. 2(16)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    """`name` as clauses say it, `title` as people do; `purposes` and `operations` are the DPV terms at the top.
    `owed` to the person means that to require it hands nothing out: it is a duty and no use of data."""

    name: str
    title: str
    purposes: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    owed: bool = False


_ALL = (
    Activity(
        "service",
        "delivering the service",
        (
            "dpv:ServiceProvision",
            "dpv:ServiceRegistration",
            "dpv:ServiceAccessDetermination",
            "dpv:PaymentManagement",
            "dpv:RepairImpairments",
            "dpv:AccountManagement",
            "dpv:CommunicationManagement",
            "dpv:CustomerCare",
            "dpv:CustomerOrderManagement",
            "dpv:CustomerClaimsManagement",
            "dpv:DisputeManagement",
            "dpv:EnforceSecurity",
            "dpv:EstablishContractualAgreement",
            "dpv:FulfilmentOfObligation",
            "dpv:RecordManagement",
            "dpv:RightsFulfilment",
        ),
    ),
    Activity("analytics", "analytics", ("dpv:ServiceMonitoring", "dpv:ServiceOptimisation")),
    Activity("tracking", "tracking", (), ("dpv:Tracking",)),
    Activity(
        "profiling",
        "profiling",
        ("dpv:Personalisation", "dpv:CustomerRelationshipManagement", "dpv:CustomerSolvencyMonitoring"),
        ("dpv:Profiling",),
    ),
    Activity(
        "sharing",
        "sharing with third parties",
        ("dpv:SellDataToThirdParties", "dpv:SellInsightsFromData"),
        ("dpv:Share", "dpv:Disseminate"),
    ),
    Activity("portability", "portability", owed=True),
    Activity("marketing", "marketing", ("dpv:Marketing",)),
    Activity("ai-training", "training and running AI"),
    Activity(
        "public-good",
        "public good",
        (
            "dpv:CombatClimateChange",
            "dpv:DataAltruism",
            "dpv:ImproveHealthcare",
            "dpv:ImprovePublicServices",
            "dpv:ImproveTransportMobility",
            "dpv:ProvideOfficialStatistics",
            "dpv:PublicPolicyMaking",
            "dpv:ScientificResearch",
            "dpv:NonCommercialResearch",
        ),
    ),
    Activity("intentcasting", "answering an intention", ("dpv:EstablishContractualAgreement",)),
    Activity("identity-verification", "vouching for an identity"),
)

ACTIVITIES: Mapping[str, Activity] = {activity.name: activity for activity in _ALL}


def _under(field: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for activity in _ALL:
        for term in getattr(activity, field):
            found[term] = (*found.get(term, ()), activity.name)
    return found


PURPOSES: Mapping[str, tuple[str, ...]] = _under("purposes")
OPERATIONS: Mapping[str, tuple[str, ...]] = _under("operations")
# Who does it: an operation of this kind is done by a third party, all others by the second party.
THIRD_PARTY_OPERATION = "dpv:TrackingByThirdParty"
