"""Declared practices against agreements and the owner's additions: within, exceeds, unknown."""

from __future__ import annotations

from typing import Any

from tests.conformance.described import Group

COMPARE = Group("compare")

PLAIN: dict[str, Any] = {
    "ai_training": False,
    "anonymised": False,
    "data": ["pd:EmailAddress", "pd:PhysicalAddress"],
    "portability": True,
    "purposes": ["dpv:RequestedServiceProvision", "dpv:PaymentManagement"],
    "recipients": [],
    "retention": "P30D",
}
WITHIN = {"doubtful": [], "exceeding": [], "result": "within", "smallest_change": None}


def _exceeds(*clauses: str, **change: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"exceeding": list(clauses), "result": "exceeds"}
    return {**found, "smallest_change": change} if change else found


def _unknown(*clauses: str) -> dict[str, Any]:
    return {"doubtful": list(clauses), "exceeding": [], "result": "unknown", "smallest_change": None}


def _compare(
    id: str,
    why: str,
    expected: Any,
    agreement: str = "SD-BASE",
    additions: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    practice = {name: value for name, value in {**PLAIN, **changes}.items() if value is not None}
    more = {} if additions is None else {"additions": additions}
    title = f"a practice against {agreement}" + (" and additions" if more else "")
    COMPARE.case(id, title, why, "compare", expected, agreement=agreement, practice=practice, **more)


def _purposes() -> None:
    for agreement in ("SD-BASE", "SD-BASE-A", "SD-BASE-AT", "SD-BASE-ATP", "SD-BASE-ATP-S3P", "SD-BASE-DP", "SD-BY"):
        _compare(f"service/{agreement}", "Delivering the service is within every service agreement.", WITHIN, agreement)
    analytics = {"remove": {"purposes": ["dpv:ServiceUsageAnalytics"]}}
    for id, purpose, agreement, expected, why in (
        ("analytics", "dpv:ServiceUsageAnalytics", "SD-BASE", _exceeds("forbid-analytics", **analytics), "A is not granted."),
        ("analytics-granted", "dpv:ServiceUsageAnalytics", "SD-BASE-A", WITHIN, "A permits own analytics."),
        ("analytics-dp", "dpv:ServiceUsageAnalytics", "SD-BASE-DP", _exceeds("forbid-analytics"),
         "DP is data portability: it grants nothing, and it is no data protection either."),
        ("profiling", "dpv:ServicePersonalisation", "SD-BASE-AT", _exceeds("forbid-profiling"), "P is not granted."),
        ("profiling-granted", "dpv:ServicePersonalisation", "SD-BASE-ATP", WITHIN, "P permits own profiling."),
        ("two-parents", "dpv:ImproveInternalCRMProcesses", "SD-BASE-A", _exceeds("forbid-profiling"),
         "Analytics and profiling stand above it: denied if any ancestor is denied."),
        ("two-parents-granted", "dpv:ImproveInternalCRMProcesses", "SD-BASE-ATP", WITHIN, "Both are granted."),
        ("two-parents-advertising", "dpv:PersonalisedAdvertising", "SD-BASE-ATP", _exceeds("otherwise"),
         "Profiling may be allowed; advertising is not."),
        ("marketing", "dpv:Marketing", "SD-BASE-ATP-S3P", _exceeds("otherwise"), "What no clause allows is not allowed."),
        ("selling", "dpv:SellDataToThirdParties", "SD-BASE-ATP", _exceeds("forbid-sharing"),
         "It stands under the provision of services too; sharing is forbidden."),
        ("top", "dpv:Purpose", "SD-BASE-ATP-S3P", _exceeds("otherwise"), "The top of the tree is every purpose."),
        ("security", "dpv:FraudPreventionAndDetection", "SD-BASE", WITHIN, "The service is kept safe."),
        ("law", "dpv:LegalCompliance", "SD-BASE", WITHIN, "What the law demands."),
        ("full-iri", "https://w3id.org/dpv#PaymentManagement", "SD-BASE", WITHIN, "The full IRI is the same term."),
    ):  # fmt: skip
        _compare(f"purpose/{id}", why, expected, agreement, purposes=[purpose])
    _compare("ai/training", "No service agreement allows training AI.",
             _exceeds("otherwise", set={"ai_training": False}), "SD-BASE-ATP-S3P-DP", ai_training=True)  # fmt: skip
    _compare("ai/pdc-ai-gives", "PDC-AI gives data for AI; it does not forbid training.", WITHIN, "PDC-AI",
             purposes=[], ai_training=True)  # fmt: skip
    _compare("ai/pdc-ai-serves-nothing", "Nothing else is done under it.", _exceeds("otherwise"), "PDC-AI")
    _compare("ai/pdc-good", "A contribution for the public good is not for AI.", _exceeds("otherwise"), "PDC-GOOD",
             purposes=["dpv:ImproveHealthcare"], ai_training=True)  # fmt: skip
    _compare("good/healthcare", "A general interest.", WITHIN, "PDC-GOOD", purposes=["dpv:ImproveHealthcare"])
    _compare("good/broad", "Public benefit also holds national security.", _exceeds("otherwise"), "PDC-GOOD",
             purposes=["dpv:PublicBenefit"])  # fmt: skip
    _compare("persons", "An agreement between persons is not offered to organisations.", "not-offered", "TPR")
    _compare("off-roster", "The roster is closed.", "off-roster", "MY-OWN")


def _undeclared() -> None:
    for field in ("purposes", "data", "recipients", "ai_training"):
        _compare(f"undeclared/{field}", "What is not declared is unknown.", _unknown("declaration"), **{field: None})
    for field in ("retention", "anonymised", "portability"):
        _compare(f"not-asked/{field}", "SD-BASE does not depend on it.", WITHIN, **{field: None})
    for id, field, value in (
        ("purpose", "purposes", ["dpv:Servicing"]),
        ("data", "data", ["pd:EmailAdress"]),
        ("no-prefix", "data", ["EmailAddress"]),
        ("role", "recipients", ["dpv:Thirdparty"]),
        ("operation", "processing", ["dpv:Trackin"]),
    ):
        _compare(
            f"unrecognised/{id}",
            "What the vocabulary does not know is not guessed.",
            _unknown("declaration"),
            **{field: value},
        )
    _compare("empty", "Declared as nothing is not undeclared.", WITHIN, purposes=[], data=[], recipients=[])
    both = {"remove": {"purposes": ["dpv:Marketing", "dpv:Nonsense"]}, "set": {"recipients": []}}
    _compare("exceeds-prevails", "Exceeding prevails over unknown, and the change repairs both.",
             {"doubtful": ["declaration"], **_exceeds("otherwise", **both)},
             purposes=["dpv:Marketing", "dpv:Nonsense"], recipients=None)  # fmt: skip


def _sharing() -> None:
    sharing = _exceeds("forbid-sharing")
    for id, agreement, anonymised, expected, why in (
        ("anonymised", "SD-BASE-ATP-S3P", True, WITHIN, "S3P permits sharing what is fully anonymised."),
        ("not-anonymised", "SD-BASE-ATP-S3P", False, _exceeds("forbid-sharing", set={"anonymised": True}),
         "Nothing else is shared."),
        ("not-said", "SD-BASE-ATP-S3P", None, _unknown("forbid-sharing"), "It is not said whether it is anonymised."),
        ("no-s3p", "SD-BASE-ATP", True, sharing, "Without S3P not even anonymised data."),
    ):  # fmt: skip
        _compare(f"sharing/{id}", why, expected, agreement, recipients=["Example Ltd"], anonymised=anonymised)
    for id, recipient, expected, why in (
        ("name", "Example Ads Ltd", sharing, "A name without a role is a third party."),
        ("third-party", "dpv:ThirdParty", sharing, "A third party."),
        ("parent-firm", "dpv:ParentLegalEntity", sharing, "Another firm of the group is a third party."),
        ("joint-controllers", "dpv:JointDataControllers", sharing, "One of them is another organisation."),
        (
            "processor",
            {"name": "Example Carrier", "role": "dpv:DataProcessor"},
            WITHIN,
            "It works for the second party only.",
        ),
        ("agent", "ieee-7012:EntityAgent", WITHIN, "The organisation's agent works for it."),
        ("itself", "dpv:DataController", WITHIN, "The second party itself."),
        ("person", "dpv:DataSubject", WITHIN, "The person's own data goes to the person."),
        ("broad", "dpv:LegalEntity", _unknown("forbid-sharing"), "It does not say on whose side it is."),
        ("authority", "dpv:DataProtectionAuthority", _unknown("forbid-sharing"), "It depends on the law."),
    ):
        _compare(f"recipient/{id}", why, expected, recipients=[recipient])
    for id, operation, agreement, expected, why in (
        ("store", "dpv:Store", "SD-BASE", WITHIN, "A means to the service."),
        ("tracking", "dpv:Tracking", "SD-BASE-A", _exceeds("forbid-tracking"), "T is not granted."),
        ("tracking-granted", "dpv:TrackingByFirstParty", "SD-BASE-AT", WITHIN, "T permits own tracking."),
        ("tracking-third", "dpv:TrackingByThirdParty", "SD-BASE-ATP", _exceeds("forbid-tracking"),
         "Own tracking permits no tracking by others."),
    ):  # fmt: skip
        _compare(f"operation/{id}", why, expected, agreement, processing=[operation])
    taken = {"set": {"portability": True}}
    for id, portability, expected in (
        ("owed", False, _exceeds("require-portability", **taken)),
        ("not-said", None, _unknown("require-portability")),
    ):
        _compare(f"portability/{id}", "DP requires data portability.", expected, "SD-BASE-DP", portability=portability)
    _compare("portability/not-owed", "Without DP it is not asked for.", WITHIN, portability=False)


def _additions() -> None:
    for cap, retention, expected in (
        ("P1Y", "P30D", WITHIN),
        ("P30D", "P30D", WITHIN),
        ("P1Y", "P12M", WITHIN),
        ("P1M", "P30D", WITHIN),
        ("P30D", "P1M", _exceeds("additions/retention", set={"retention": "P30D"})),
        ("P0D", "P1D", _exceeds("additions/retention", set={"retention": "P0D"})),
        ("P10Y", "indefinite", _exceeds("additions/retention", set={"retention": "P10Y"})),
        ("P1Y", None, _unknown("additions/retention")),
        ("P1Y", "as long as needed", _unknown("additions/retention")),
    ):
        why = "The owner's cap binds beside any agreement; a month is 30.44 days."
        _compare(
            f"retention/{cap}/{retention or 'undeclared'}",
            why,
            expected,
            additions={"retention": cap},
            retention=retention,
        )
    _compare("retention/category", "A cap on a category binds for all below it.",
             _exceeds("additions/retention", set={"retention": "P1D"}),
             additions={"retention": {"pd:Location": "P1D"}}, data=["pd:GPSCoordinate"])  # fmt: skip
    for id, additions, changes, expected, why in (
        ("purpose", {"refused_purposes": ["dpv:CustomerCare"]}, {"purposes": ["dpv:CommunicationForCustomerCare"]},
         _exceeds("additions/refused_purposes"), "A refused purpose is refused with all below it."),
        ("data", {"refused_data": ["dpv:SpecialCategoryPersonalData"]}, {"data": ["pd:PoliticalOpinion", "pd:Name"]},
         _exceeds("additions/refused_data", remove={"data": ["pd:PoliticalOpinion"]}), "By one of its several parents."),
        ("broader", {"refused_data": ["pd:Health"]}, {"data": ["dpv:PersonalData"]}, _unknown("additions/refused_data"),
         "It may include what is refused."),
    ):  # fmt: skip
        _compare(f"refused/{id}", why, expected, additions=additions, **changes)
    for id, within, transfers, expected in (
        ("inside", ["EEA"], ["DE", "NO"], WITHIN),
        ("region", ["EU"], ["EEA"], _exceeds("additions/transfers_within")),
        ("outside", ["EEA", "CH"], ["US"], _exceeds("additions/transfers_within", remove={"transfers": ["US"]})),
        ("nowhere", [], ["DE"], _exceeds("additions/transfers_within")),
        ("undeclared", ["EEA"], None, _unknown("additions/transfers_within")),
        ("a-name", ["EEA"], ["Germany"], _unknown("additions/transfers_within")),
    ):
        why = "Data goes only where the owner lets it."
        _compare(f"transfers/{id}", why, expected, additions={"transfers_within": within}, transfers=transfers)
    contact = {"channels": ["email", "post"], "hours": "09:00-20:00", "per_month": 2}
    wanted = {"channels": ["email", "phone"], "hours": "08:00-12:00", "per_month": 9}
    change = {
        "remove": {"contact.channels": ["phone"]},
        "set": {"contact.hours": "09:00-12:00", "contact.per_month": 2},
    }
    exceeding = [f"additions/contact.{part}" for part in ("channels", "hours", "per_month")]
    _compare("contact/outside", "Inside the owner's channels, hours and frequency.", _exceeds(*exceeding, **change),
             additions={"contact": contact}, contact=wanted)  # fmt: skip
    _compare(
        "contact/none", "No channel is no contact.", WITHIN, additions={"contact": contact}, contact={"channels": []}
    )
    _compare("contact/undeclared", "It is not said.", _unknown(*exceeding), additions={"contact": contact})
    _compare("duration/longer", "How long it may run.", _exceeds("additions/duration", set={"duration": "P1Y"}),
             additions={"duration": "P1Y"}, duration="P2Y")  # fmt: skip


def _shapes() -> None:
    for id, changes, why in (
        ("unknown-field", {"purpose": []}, "An unread field is a declaration that nobody read."),
        ("text-for-list", {"purposes": "dpv:Marketing"}, "A list is a list."),
        ("twice", {"purposes": ["dpv:Marketing", "dpv:Marketing"]}, "Named once."),
        ("flag-as-text", {"ai_training": "false"}, "A text is no flag: every text is true somewhere."),
        ("flag-as-number", {"anonymised": 0}, "A number is no flag."),
        ("long", {"data": ["x" * 201]}, "At most 200 characters."),
        ("hours", {"contact": {"hours": "20:00-08:00"}}, "A span of one day."),
    ):
        _compare(f"shape/{id}", why, "shape", **changes)
    for id, additions in (
        ("unknown-term", {"refused_purposes": ["dpv:Marketin"]}),
        ("duration", {"retention": "30 days"}),
        ("country", {"transfers_within": ["Germany"]}),
    ):
        _compare(
            f"shape/addition-{id}",
            "The owner's own slip is said, not judged unknown for ever.",
            "shape",
            additions=additions,
        )


_purposes()
_undeclared()
_sharing()
_additions()
_shapes()
GROUPS = [COMPARE]
