"""What the published vocabulary says about the roster, and where it contradicts itself.

Every agreement's file keeps the rule IRIs that the vocabulary attaches to it, exactly as published; seven of them name
no term of the vocabulary (one holds a line break). They stay as identifiers, and this table says what each means, so
that a test can hold our clauses against the published rules row by row. The PDC agreements have no published rules.
Source: the IEEE 7012 extension of DPV 2.3 (w3c-cg/dpv @ e377ed582).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from terms.dpv import NAMESPACES
from terms.roster.clauses import Action, Clause, Party, Scope

if TYPE_CHECKING:
    from terms.roster import Agreement

_BOTH: tuple[Party, ...] = ("second", "third")


def _means(action: Action, activity: str, by: tuple[Party, ...] = ("second",), data: Scope = "any") -> Clause:
    return Clause(action, activity, by, data)


# What each published rule means. The comment says where no such term is defined.
MEANING: Mapping[str, Clause] = {
    "ieee-7012:ServiceDeliveryRequired": _means("require", "service"),  # undefined
    "ieee-7012:PortabilityRequired": _means("require", "portability"),
    "ieee-7012:Analytics2PAllowed": _means("permit", "analytics"),  # undefined
    "ieee-7012:Tracking2PAllowed": _means("permit", "tracking"),
    "ieee-7012:Tracking2PAllowed\n": _means("permit", "tracking"),  # malformed
    "ieee-7012:Profiling2PAllowed": _means("permit", "profiling"),  # its label says 1st party: an error upstream
    "ieee-7012:DataSharingAnonymised3PAllowed": _means("permit", "sharing", data="anonymised"),  # undefined
    "ieee-7012:AnalyticsDisallowed": _means("forbid", "analytics", _BOTH),  # undefined
    "ieee-7012:Analytics3PDisallowed": _means("forbid", "analytics", ("third",)),  # undefined
    "ieee-7012:TrackingDisallowed": _means("forbid", "tracking", _BOTH),
    "ieee-7012:Tracking3PDisallowed": _means("forbid", "tracking", ("third",)),
    "ieee-7012:ProfilingDisallowed": _means("forbid", "profiling", _BOTH),
    "ieee-7012:Profiling3PDisallowed": _means("forbid", "profiling", ("third",)),
    "ieee-7012:DataSharingDisallowed": _means("forbid", "sharing"),  # undefined
    "ieee-7012:SharingDataNonAnonymised3PDisallowed": _means("forbid", "sharing", data="identifiable"),
    "dpv:IdentityVerification": _means("require", "identity-verification"),
}

# The published rules above that the vocabulary does define.
DEFINED = frozenset(
    """
    ieee-7012:PortabilityRequired ieee-7012:Tracking2PAllowed ieee-7012:Profiling2PAllowed
    ieee-7012:TrackingDisallowed ieee-7012:Tracking3PDisallowed ieee-7012:ProfilingDisallowed
    ieee-7012:Profiling3PDisallowed ieee-7012:SharingDataNonAnonymised3PDisallowed dpv:IdentityVerification
    """.split()
)

# Defined terms that an undefined one most likely meant. The others have no counterpart at all: no term of the vocabulary
# is about analytics, and service delivery is a purpose only.
_DEFINED_LIKE: Mapping[str, str] = {
    "ieee-7012:Tracking2PAllowed\n": "ieee-7012:Tracking2PAllowed",
    "ieee-7012:DataSharingDisallowed": "ieee-7012:SharingDataDisallowed",
    "ieee-7012:DataSharingAnonymised3PAllowed": "ieee-7012:SharingDataAnonymised3PAllowed",
}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A rule IRI that agreements use and the vocabulary does not define. `iri` is as published, line break and all;
    `instead` is the defined IRI that it probably meant, or empty."""

    iri: str
    kind: Literal["undefined", "malformed"]
    used_by: tuple[str, ...]
    instead: str

    def __str__(self) -> str:
        instead = f"; `{self.instead}` is defined" if self.instead else "; nothing like it is defined"
        return f"{self.kind}: {self.iri!r}, used by {', '.join(self.used_by)}{instead}"


def discrepancies(agreements: Iterable[Agreement]) -> tuple[Discrepancy, ...]:
    """Every undefined or malformed rule IRI of these agreements, by IRI."""
    users: dict[str, list[str]] = {}
    for agreement in agreements:
        for rule in agreement.upstream_rules:
            if rule not in DEFINED:
                users.setdefault(rule, []).append(agreement.id)
    return tuple(_discrepancy(rule, tuple(used_by)) for rule, used_by in sorted(users.items()))


def full_iri(rule: str) -> str:
    """The IRI of a published rule, exactly as published."""
    prefix, _, name = rule.partition(":")
    return NAMESPACES[prefix] + name


def _discrepancy(rule: str, used_by: tuple[str, ...]) -> Discrepancy:
    instead = _DEFINED_LIKE.get(rule, "")
    kind: Literal["undefined", "malformed"] = "malformed" if any(mark.isspace() for mark in rule) else "undefined"
    return Discrepancy(full_iri(rule), kind, used_by, full_iri(instead) if instead else "")
